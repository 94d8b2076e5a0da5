"""What module 12's checks measure with."""

SENT_BY_VALUE = ("fakes", "instruments")  # see `tito.tools.by_value`
