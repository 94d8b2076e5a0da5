"""A Dask cluster as engine: the same examiners, in the workers of other machines.

Each worker needs this version of tito, with the extra `cluster`. Whoever reaches
a scheduler without TLS can have any code run in its workers: `docs/cluster.md`.
"""

from __future__ import annotations

import gc
import logging
import math
import time
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

from tito import __version__
from tito.support.errors import CourseError, UsageError
from tito.workers.job import Outcome, Task, Terms
from tito.workers.pool import Examiners

CERTIFICATES = {"tls_ca_file": "ca.pem", "tls_client_cert": "cert.pem", "tls_client_key": "key.pem"}
MANY_SLOTS, MANY_TASKS = 100, 10  # one scheduler manages some hundreds of calls a second
CONNECT_S = 10
ASK_EVERY_S = 5  # how many threads there are: workers come and go

_here = Examiners()  # of a worker of the cluster


def examine_here(version: str, terms: Terms, tasks: list[Task]) -> list[Outcome]:
    """What a worker of the cluster does: the outcome of each task."""
    if version != __version__:
        raise CourseError(f"a worker of the cluster has tito {__version__}, and the grader {version}")
    return _here.examine(terms, tasks)


class ClusterEngine:
    """Grades on the cluster whose scheduler is at `address`, as many works at once as its workers have threads.

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
        return MANY_TASKS if self.slots > MANY_SLOTS else 1

    def prepare(self, terms: Terms, tasks: int) -> None:
        """Nothing: each worker of the cluster starts its examiners with its first tasks."""

    def submit(self, terms: Terms, tasks: list[Task]) -> Future:
        """Have the tasks graded somewhere; the future's result is the outcome of each."""
        return self._calls.submit(examine_here, __version__, terms, tasks)

    def trouble(self) -> str:
        """Why nothing will come of what was submitted: the scheduler is gone, and futures would wait for ever."""
        return "" if self._client.status == "running" else "the cluster's scheduler is gone"

    def close(self) -> None:
        """Stop at once; what a worker is grading just now it ends for nobody."""
        if not self.trouble():
            self._calls.shutdown(wait=False)
        self._client.close(timeout=CONNECT_S)


def _client_at(address: str, security):
    """A client of the scheduler there and "", or None and why there is none."""
    from distributed import Client

    try:
        return Client(address, timeout=CONNECT_S, security=security, set_as_default=False), ""
    except (OSError, ValueError, TypeError) as problem:  # Dask raises one of these for a wrong address or certificate
        return None, str(problem) or type(problem).__name__


def _security(folder: Path | None):
    if folder is None:
        return None
    from distributed.security import Security

    files = {option: folder / name for option, name in CERTIFICATES.items()}
    missing = [file.name for file in files.values() if not file.is_file()]
    if missing:
        raise UsageError(f"{folder} has no {missing[0]}", why=f"it needs {', '.join(CERTIFICATES.values())}")
    return Security(require_encryption=True, **{option: str(file) for option, file in files.items()})
