"""A terminal in a folder, as a learner or an instructor has one: `tito` as a command, and the JupyterLab it starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TITO = [sys.executable, "-P", "-m", "tito"]


class Terminal:
    """Runs `tito` in `root`; Jupyter's settings and what it keeps are in the folder `own` alone."""

    def __init__(self, root: Path, own: Path):
        self.root, self._own = root, own
        names = ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
        self._environment = os.environ | {name: str(own / name.lower()) for name in names}
        for name in names:
            (own / name.lower()).mkdir(parents=True, exist_ok=True)
        # Lab's own model, which tests read, is on its page only when it is asked for
        settings = {"LabApp": {"expose_app_in_browser": True}}
        (own / "jupyter_config_dir" / "jupyter_lab_config.json").write_text(json.dumps(settings), encoding="utf-8")

    def tito(self, *words: str, code: int = 0) -> str:
        """Everything that a command prints; it ends with the exit code `code`, and without a traceback."""
        done = subprocess.run(
            [*TITO, *words],
            cwd=self.root,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert done.returncode == code and "Traceback" not in done.stdout, done.stdout
        return done.stdout

    @contextmanager
    def notebook(self, module: str) -> Iterator[str]:
        """`tito notebook`, for as long as the block runs; the address that it prints."""
        process = subprocess.Popen(
            [*TITO, "notebook", module, "--no-browser"],
            cwd=self.root,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        try:
            lines = []
            for line in process.stderr:
                lines.append(line)
                if "http://" in line:
                    break
            assert lines and "JupyterLab until Ctrl-C: http://" in lines[-1], "".join(lines)
            yield lines[-1].partition("Ctrl-C: ")[2].strip()
        finally:
            process.terminate()  # as when the terminal is closed
            process.wait(60)
            process.stderr.close()
