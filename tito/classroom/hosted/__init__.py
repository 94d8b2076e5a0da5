"""One hand-in graded on somebody else's machine: on Gradescope, at a repository host, in Classroom 50.

All three unpack the same zip (`bundle.py`), grade what was pushed or uploaded (`grading.py`), and read the result in
a form of their own.
"""
