"""Grading many submissions at once, on one machine or on many.

    job             one submission to grade, what all jobs of a run share, and the outcome
    scheduler       jobs in, outcomes out: a bounded number at once, what is lost is sent again
    pool            what a worker pool is, and the grader processes that each pool keeps
    local           the default pool: threads of this process
    dask            a pool on a Dask cluster
    client          the pool's end of the fork server and of a grader process
    messages        what these processes say to each other
    fork_server     a process that forks graders, which share all that it has loaded
    result_cache    results that are known from an earlier run
    reachability    what of a submission a check can reach

A thread, here or on a machine of a cluster, supervises one grader process. The
graders of a machine share a fork server of workers, which forks a walled worker
for each submission. So no learner's code runs in a pool's own process.
"""
