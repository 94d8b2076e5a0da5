"""A worker pool for tests: no process, and outcomes that the test chooses."""

from concurrent.futures import Future

from tito.course.checks import Grade, TestResult
from tito.workers.job import JobOutcome


class FakePool:
    """Gives each job the outcome `outcome_of(spec, job)`; None for one that never comes."""

    slots = batch = 1

    def __init__(self, outcome_of):
        self.outcome_of, self.jobs = outcome_of, []
        self.warmed = []

    def start_warming(self, spec=None):
        self.warmed.append(spec)

    def submit(self, spec, jobs):
        self.jobs += jobs
        found = [self.outcome_of(spec, job) for job in jobs]
        future = Future()
        if None not in found:
            future.set_result(found)
        return future

    def trouble(self):
        return ""

    def close(self):
        pass


def all_passed(spec, job):
    """The outcome of work that passes every check."""
    results = tuple(TestResult(c.id, "passed", c.points, c.points) for c in spec.suite.checks)
    return JobOutcome(job.key, Grade(spec.suite.module, results))
