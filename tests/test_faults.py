"""The fault table of grading: what befalls a submission or a run, and the test that holds what happens then.

| the submission or the run | held by |
| --- | --- |
| loops for ever, in a function or at import | test_worker: whatever_the_code_does, a_loop_at_import; test_limits |
| `os._exit`, `sys.exit`, a crash in C, memory past the limit; a cap on restarts | test_worker: whatever_the_code_does; here: restarts |
| fork or thread bomb, disk filling, 100 MB of output | test_walls; here: floods |
| not JSON, wrong version, over the cap, empty, a link, a zip bomb, `..` | test_collect; here: one class with all of them |
| a locked cell edited, deleted, doubled, points changed, reordered | test_paper, test_marking; here: a notebook with all of it |
| outputs that already claim a pass | here |
| syntax error in one cell | test_worker: a_cell_with_a_syntax_error |
| two hand-ins of one learner | test_collect: the_latest_counts, a_deadline |
| the grader is killed | here: killed_at_any_moment, and `benchmarks/faults.py` |
| the disk is full | test_disk_full |
| two graders at once | here: a_second_grader, a_killed_graders_lock |
| an instructor's mistake | test_release, test_answers, test_build |
"""

import random
import sys
from pathlib import Path

import pytest
from killing import STAGES, Tally, Trial

needs_proc = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")


@needs_proc
def test_grading_killed_at_any_moment_ends_as_if_nothing_had_been(tmp_path):
    """Row "the grader is killed (SIGKILL) at any moment"; a hundred kills are in `benchmarks/faults.py`."""
    trial, tally = Trial(tmp_path, size=10, jobs=1), Tally()
    trial.try_class(random.Random(7), STAGES, tally)
    assert not tally.faults
    assert tally.kills >= 4, "runs had ended before they could be killed"
