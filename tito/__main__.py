"""`python -m tito`: the same as the command `tito`. An older Python is told so before anything is imported.

Python puts the folder that one is in before all that is installed. Nothing of it is
imported from here on; `python -P -m tito`, and `tito`, never look there at all.
"""

import sys

# a workspace's folder has tito in it, so that without its environment whatever Python comes first runs this
if sys.version_info < (3, 11):  # noqa: UP036  see above
    sys.exit(
        "error: tito needs Python 3.11, 3.12 or 3.13, and this is {}.{}\n".format(*sys.version_info[:2])
        + "  try: activate the environment of your workspace (its README says how)"
    )

if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]
    from tito.cli.app import main

    sys.exit(main())
