"""Grading many works at once, on one machine or on many.

    terms       what decides a grade besides the work
    examiner    a process that grades one work after the other
    hall        a process that examiners are forked from, with all that they share
    messages    what these say to each other
    examiners   starting, asking and replacing examiners
    running     works in, grades out, a bounded number of them under way
    local       threads of this machine, the default
    cluster     a Dask cluster

A thread, here or on a machine of a cluster, supervises one examiner; the
examiners of a machine share a warm parent, which forks a walled worker for each
work. So no learner's code runs in a pool's own process, and none is lost with
another.
"""
