"""`python -m tito`: the same as the command `tito`.

Python puts the folder that one is in before all that is installed. Nothing of it is
imported from here on; `python -P -m tito`, and `tito`, never look there at all.
"""

import sys

if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]
    from tito.cli.app import main

    sys.exit(main())
