"""What a cell of a notebook shows, as the worker tells it: checked in form, and nothing that a browser would run."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Literal

import msgspec

from tito.rpc.codec import WireError

Mime = Literal["text/plain", "image/png", "image/jpeg"]


class Stream(msgspec.Struct, tag_field="output_type", tag="stream"):
    """What was written to stdout or stderr."""

    name: Literal["stdout", "stderr"]
    text: str


class Display(msgspec.Struct, tag_field="output_type", tag="display_data"):
    """What was displayed."""

    data: dict[Mime, str]
    metadata: dict[str, str] = {}


class Value(msgspec.Struct, tag_field="output_type", tag="execute_result"):
    """The value of the cell's last expression."""

    data: dict[Mime, str]
    execution_count: int
    metadata: dict[str, str] = {}


class Error(msgspec.Struct, tag_field="output_type", tag="error"):
    """An exception, with its traceback."""

    ename: str
    evalue: str
    traceback: list[str]


Output = Stream | Display | Value | Error


def read_outputs(told: Any) -> tuple[Output, ...]:
    """What the worker sent as a cell's outputs; WireError when it is in no known form."""
    try:
        outputs = msgspec.convert(told, list[Output])
    except msgspec.ValidationError as error:
        raise WireError(f"is no output of a notebook: {error}") from None
    for output in outputs:
        if isinstance(output, Display | Value):
            _look_at_images(output.data)
    return tuple(outputs)


def as_nbformat(outputs: tuple[Output, ...]) -> list[dict[str, Any]]:
    """The outputs as a notebook's JSON has them."""
    return [msgspec.to_builtins(output) for output in outputs]


def _look_at_images(data: dict[Mime, str]) -> None:
    """WireError unless each image is base64: a page puts it into an attribute as it is."""
    for mime, text in data.items():
        if mime != "text/plain":
            try:
                base64.b64decode("".join(text.split()), validate=True)
            except (binascii.Error, ValueError):
                raise WireError("is an image that is not base64") from None
            data[mime] = "".join(text.split())
