"""The verbs of collecting: collect, roster, deadline, withdraw."""
