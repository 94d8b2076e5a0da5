"""`python -m tito`: the same as the command `tito`."""

import sys

from tito.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
