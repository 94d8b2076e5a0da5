"""What a cell of a notebook shows, as nbformat has it: bounded, and nothing that a browser would run."""

from __future__ import annotations

import base64
from typing import Any

MAX_BYTES = 2 * 2**20  # of all that one cell shows
MAX_TEXT = 100_000  # characters of one output
MAX_OUTPUTS = 100
TEXT, IMAGES = "text/plain", ("image/png", "image/jpeg")

Output = dict[str, Any]


class CellOutputs:
    """The outputs of the cell that runs.

    Of what decides points, an exception, the first word on stderr and the value of
    the last expression, something is kept whatever came before.
    """

    def __init__(self) -> None:
        self.shown: list[Output] = []
        self._left = MAX_BYTES

    def begin(self) -> None:
        """Forget what the cell before has shown."""
        self.shown, self._left = [], MAX_BYTES

    def stream(self, name: str, text: str) -> None:
        """Add to what was written to stdout or stderr."""
        has_room = self._left > 0 and len(self.shown) < MAX_OUTPUTS
        text = self._fitting(text) if has_room else text[:100]
        last = self.shown[-1] if self.shown else {}
        if has_room and last.get("name") == name:
            last["text"] += text
        elif text and (has_room or (name == "stderr" and not self._has_stderr())):
            self.shown.append({"output_type": "stream", "name": name, "text": text})

    def display(self, data: dict[str, Any]) -> None:
        """Add what was displayed, while there is room."""
        if self._left > 0 and len(self.shown) < MAX_OUTPUTS:
            self.shown.append({"output_type": "display_data", "data": self._harmless(data), "metadata": {}})

    def value(self, data: dict[str, Any], count: int) -> None:
        """Add the value of the cell's last expression."""
        self.shown.append(
            {"output_type": "execute_result", "data": self._harmless(data), "metadata": {}, "execution_count": count}
        )

    def error(self, name: str, words: str, lines: list[str]) -> None:
        """Add an exception with its traceback."""
        traceback = "\n".join(lines)[-MAX_TEXT:].split("\n")
        self.shown.append(
            {"output_type": "error", "ename": name[:200], "evalue": words[:2000], "traceback": traceback[-200:]}
        )

    def _harmless(self, data: dict[str, Any]) -> dict[str, str]:
        kept = {TEXT: self._fitting(str(data[TEXT]))} if TEXT in data else {}
        for mime in IMAGES:
            image = _base64(data.get(mime, ""))
            if image and len(image) <= self._left:
                self._left -= len(image)
                kept[mime] = image
        return kept

    def _fitting(self, text: str) -> str:
        text = text[: min(MAX_TEXT, max(self._left, 100))]
        self._left -= len(text.encode("utf-8", "replace"))
        return text.encode("utf-8", "replace").decode()  # lone surrogates can't travel

    def _has_stderr(self) -> bool:
        return any(output.get("name") == "stderr" for output in self.shown)


def _base64(image: Any) -> str:
    return base64.b64encode(image).decode() if isinstance(image, bytes) else str(image)
