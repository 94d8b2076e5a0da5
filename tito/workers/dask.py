"""A pool on a Dask cluster: the same grader processes, in the cluster's workers.

Each worker needs this version of tito, with the extra `cluster`. Anybody who
reaches a scheduler without TLS can run any code in its workers: `docs/cluster.md`.
"""

from __future__ import annotations

import gc
import logging
import math
import time
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

from tito import __version__
from tito.support.errors import CourseError, UsageError
from tito.workers.job import Job, JobOutcome, JobSpec
from tito.workers.pool import GraderProcesses

CERTIFICATES = {"tls_ca_file": "ca.pem", "tls_client_cert": "cert.pem", "tls_client_key": "key.pem"}
MANY_SLOTS, MANY_JOBS = 100, 10  # one scheduler manages some hundreds of calls a second
CONNECT_S = 10
ASK_EVERY_S = 5  # how many threads there are: workers come and go

_graders = GraderProcesses()  # of a worker of the cluster


def grade_here(version: str, spec: JobSpec, jobs: list[Job]) -> list[JobOutcome]:
    """What a worker of the cluster does: the outcome of each job."""
    if version != __version__:
        raise CourseError(f"a worker of the cluster has tito {__version__}, and the grader {version}")
    return _graders.grade(spec, jobs)


class DaskPool:
    """Grades on the cluster whose scheduler is at `address`, as many jobs at once as its workers have threads.

    `certificates` is a folder with ca.pem, cert.pem and key.pem, for a scheduler
    at a `tls://` address. CourseError when nobody answers there.
    """

    def __init__(self, address: str, certificates: Path | None = None):
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is said in our words
        self._client, why = _client_at(address, _security(certificates))
        if self._client is None:
            gc.collect()  # Dask closes a client when it is collected, and hangs if that is while it starts another
            raise CourseError(f"no scheduler can be spoken to at {address}", why=why, hint="dask scheduler")
        self._calls = self._client.get_executor(pure=False)
        self._slots, self._asked_at_s = 1, -math.inf

    @property
    def slots(self) -> int:
        if time.monotonic() - self._asked_at_s > ASK_EVERY_S and not self.trouble():
            self._asked_at_s = time.monotonic()
            with suppress(OSError):  # the scheduler does not answer: `trouble` will say so, if it stays so
                self._slots = max(1, sum(self._client.nthreads().values()))
        return self._slots

    @property
    def batch(self) -> int:
        return MANY_JOBS if self.slots > MANY_SLOTS else 1

    def start_warming(self, spec: JobSpec | None = None) -> None:
        """Nothing: each worker of the cluster starts its graders with its first jobs."""

    def submit(self, spec: JobSpec, jobs: list[Job]) -> Future[list[JobOutcome]]:
        """Have the jobs graded somewhere; the future's result is the outcome of each, in their order."""
        future: Future[list[JobOutcome]] = self._calls.submit(grade_here, __version__, spec, jobs)
        return future

    def trouble(self) -> str:
        """Why nothing will come of what was submitted: the scheduler is gone, and futures would wait for ever."""
        return "" if self._client.status == "running" else "the cluster's scheduler is gone"

    def close(self) -> None:
        """Stop at once; what a worker is grading just now is thrown away."""
        if not self.trouble():
            self._calls.shutdown(wait=False)
        self._client.close(timeout=CONNECT_S)


def _client_at(address: str, security: Any) -> tuple[Any, str]:
    """A client of the scheduler there and "", or None and why there is none."""
    import distributed

    connect: Any = distributed.Client
    try:
        return connect(address, timeout=CONNECT_S, security=security, set_as_default=False), ""
    except (OSError, ValueError, TypeError) as problem:  # Dask raises one of these for a wrong address or certificate
        return None, str(problem) or type(problem).__name__


def _security(folder: Path | None) -> Any:
    if folder is None:
        return None
    from distributed import security

    files = {option: folder / name for option, name in CERTIFICATES.items()}
    missing = [file.name for file in files.values() if not file.is_file()]
    if missing:
        raise UsageError(f"{folder} has no {missing[0]}", why=f"it needs {', '.join(CERTIFICATES.values())}")
    make: Any = security.Security
    return make(require_encryption=True, **{option: str(file) for option, file in files.items()})
