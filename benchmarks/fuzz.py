"""Any bytes for the reader of hand-ins and for the decoder of a worker's messages, chosen by coverage.

    pip install -e ".[fuzz]"
    python benchmarks/fuzz.py [--minutes 10] [--found DIR]

atheris starts from real hand-ins and from what real workers said, and changes
them. Whatever leaves `tests/support/fuzzing.py` as another exception than is meant for it,
takes 20 s or 2 GB, is a bug: its input is kept in DIR, and ends the run.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT)]

LONGEST_INPUT, LONGEST_S, MOST_MB = 65536, 20, 2048
TARGETS = ("files", "messages")
WORDS = ("yours", "mine", "tuple", "dict", "set", "frozenset", "int", "complex", "slice", "ellipsis", "array", "dtype",
         "type", "record", "enum", "Kind", "Result", "FAST", "getattr", "speed", "__call__", "__len__", "__getitem__",
         "<f8", "ValueError", "ExceptionGroup", "KeyError", "UserWarning")  # fmt: skip


def fuzz(target: str, corpus: Path, found: Path, options: list[str]) -> None:
    """Fuzz one target in this process, which atheris ends."""
    import atheris

    with atheris.instrument_imports(include=["tito"]):
        from tests.support import fuzzing

    def one_file(data: bytes) -> None:
        if data:
            fuzzing.read_file(f"s001_counting_dev{fuzzing.SUFFIXES[data[0] % len(fuzzing.SUFFIXES)]}", data[1:])

    def kept(data: bytes) -> None:
        try:
            (one_file if target == "files" else fuzzing.hear)(data)
        except BaseException:  # whatever it is: the input is what one wants to have
            (found / f"{target}-{sha256(data).hexdigest()[:16]}").write_bytes(data)
            raise

    for name, data in fuzzing.real_files().items():
        fuzzing.read_file(name, data)  # what is loaded at first use is no hang of the first input
    atheris.Setup([sys.argv[0], str(corpus), *options], kept)
    atheris.Fuzz()


def write_corpus(target: str, folder: Path) -> None:
    """What real hand-ins and workers hold, a file each, and the words that messages are made of."""
    from tests.support import fuzzing
    from tests.support.graded_module import library_in

    corpus = folder / "corpus"
    corpus.mkdir()
    if target == "files":
        for name, data in fuzzing.real_files().items():
            (corpus / name).write_bytes(bytes([fuzzing.SUFFIXES.index(Path(name).suffix)]) + data)
    else:
        for name, data in fuzzing.real_talks(library_in(folder / "library")).items():
            (corpus / name).write_bytes(data)
    packed = [f'"\\x{0xA0 + len(word) + 1:02X}\\x00{word}"' for word in WORDS] + [
        f'"\\x{0xA0 + len(w):02X}{w}"' for w in WORDS
    ]
    (folder / "words").write_text("\n".join(packed) + "\n")


def run(target: str, minutes: float, found: Path) -> tuple[str, bool]:
    """Fuzz a target in a process of its own: a line of the table, and whether nothing was found."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_corpus(target, folder)
        before = len(list((folder / "corpus").iterdir()))
        command = [
            sys.executable,
            __file__,
            "--only",
            target,
            "--corpus",
            str(folder / "corpus"),
            "--found",
            str(found),
        ]
        options = [
            f"-max_total_time={int(minutes * 60)}",
            f"-max_len={LONGEST_INPUT}",
            f"-timeout={LONGEST_S}",
            f"-rss_limit_mb={MOST_MB}",
            f"-artifact_prefix={found}/{target}-",
            f"-dict={folder / 'words'}",
        ]
        began = time.monotonic()
        done = subprocess.run([*command, "--options", *options], capture_output=True, text=True, errors="replace")
        took_s = time.monotonic() - began
    (found / f"{target}.log").write_text(done.stdout + done.stderr)
    last = re.findall(r"#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)\S* .*?rss: (\d+)Mb", done.stderr)
    inputs, edges, features, kept, rss_mb = last[-1] if last else ("0",) * 5
    artifacts = sorted(path.name for path in found.glob(f"{target}-*"))
    kept = f"{before} → {kept}"
    cells = (target, f"{took_s / 60:.1f}", f"{int(inputs):,}", edges, features, kept, rss_mb, len(artifacts))
    line = f"| {' | '.join(map(str, cells))} |"
    return line, done.returncode == 0 and not artifacts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10, help="for each of the two")
    parser.add_argument("--found", type=Path, default=Path(tempfile.gettempdir()) / "tito-fuzz")
    parser.add_argument("--only", choices=TARGETS, help="one target, in this process")
    parser.add_argument("--corpus", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--options", nargs=argparse.REMAINDER, default=[], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.corpus:
        fuzz(given.only, given.corpus, given.found, given.options)
    given.found.mkdir(parents=True, exist_ok=True)
    print("| fuzzed | minutes | inputs | edges covered | features | corpus | MB, most | found |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    fine = True
    for target in [given.only] if given.only else TARGETS:
        line, found_nothing = run(target, given.minutes, given.found)
        print(line, flush=True)
        fine = fine and found_nothing
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
