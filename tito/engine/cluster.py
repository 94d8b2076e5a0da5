"""A Dask cluster as engine: the same examiners, in the workers of other machines.

Each worker needs this version of tito, with the extra `cluster`. Whoever reaches
a scheduler without TLS can have any code run in its workers: `docs/cluster.md`.
"""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

from tito import __version__
from tito.engine.examiners import Examiners
from tito.engine.terms import Outcome, Task, Terms
from tito.errors import CourseError, UsageError

CERTIFICATES = {"tls_ca_file": "ca.pem", "tls_client_cert": "cert.pem", "tls_client_key": "key.pem"}
MANY_SLOTS, MANY_TASKS = 100, 10  # one scheduler manages some hundreds of calls a second
CONNECT_S = 10

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
        from distributed import Client

        security = _security(certificates)
        try:
            self._client = Client(address, timeout=CONNECT_S, security=security, set_as_default=False)
        except (OSError, ValueError, TypeError) as problem:  # Dask raises one of these for a wrong address or certificate
            raise CourseError(f"no scheduler can be spoken to at {address}", why=str(problem), hint="dask scheduler") from None
        self._calls = self._client.get_executor(pure=False)

    @property
    def slots(self) -> int:
        return max(1, sum(self._client.nthreads().values()))

    @property
    def batch(self) -> int:
        return MANY_TASKS if self.slots > MANY_SLOTS else 1

    def submit(self, terms: Terms, tasks: list[Task]) -> Future:
        """Have the tasks graded somewhere; the future's result is the outcome of each."""
        return self._calls.submit(examine_here, __version__, terms, tasks)

    def trouble(self) -> str:
        """Why nothing will come of what was submitted: the scheduler is gone, and futures would wait for ever."""
        return "" if self._client.status == "running" else "the cluster's scheduler is gone"

    def close(self) -> None:
        """Stop at once; what a worker is grading just now it ends for nobody."""
        self._calls.shutdown(wait=False)
        self._client.close(timeout=CONNECT_S)


def _security(folder: Path | None):
    if folder is None:
        return None
    from distributed.security import Security

    files = {option: folder / name for option, name in CERTIFICATES.items()}
    missing = [file.name for file in files.values() if not file.is_file()]
    if missing:
        raise UsageError(f"{folder} has no {missing[0]}", why=f"it needs {', '.join(CERTIFICATES.values())}")
    return Security(require_encryption=True, **{option: str(file) for option, file in files.items()})
