"""What a pool says to the fork server of graders and to each grader, and the answers. All ends are trusted."""

from __future__ import annotations

import msgspec

from tito.course.checks import Grade
from tito.workers.job import Job, JobSpec


class ForkGrader(msgspec.Struct, tag="fork"):
    """Fork one more grader, which takes jobs on the socket sent along. No answer."""


class Ready(msgspec.Struct, tag="ready"):
    """The fork server's answer to the job spec: at which isolation level works are graded here."""

    level: int


class Refused(msgspec.Struct, tag="refused"):
    """The fork server's other answer: why nothing can be graded here by this spec, an error for people."""

    error: str
    message: str
    why: str = ""
    hint: str = ""


class Graded(msgspec.Struct, tag="graded"):
    """A grader's answer to a job."""

    grade: Grade


class GraderFault(msgspec.Struct, tag="fault"):
    """A grader's other answer: a fault of ours with this job, in words. The next job may be graded."""

    fault: str


SPECS = msgspec.msgpack.Decoder(JobSpec)
COMMANDS = msgspec.msgpack.Decoder(ForkGrader)
WELCOMES: msgspec.msgpack.Decoder[Ready | Refused] = msgspec.msgpack.Decoder(Ready | Refused)
JOBS = msgspec.msgpack.Decoder(Job)
ANSWERS: msgspec.msgpack.Decoder[Graded | GraderFault] = msgspec.msgpack.Decoder(Graded | GraderFault)
