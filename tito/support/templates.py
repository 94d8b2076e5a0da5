"""Filling in the templates of a package: each is compiled once, with the filters that they all have."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from tito.support.points import points_text

if TYPE_CHECKING:
    from jinja2 import Template


def filled(package: str, name: str, **values: object) -> str:
    """The template `name` in the folder `templates` of a package, with these values; in a page, texts are escaped."""
    return str(_template(package, name).render(**values))


@cache
def _template(package: str, name: str) -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    is_page = name.endswith(".html")
    environment = Environment(
        loader=PackageLoader(package),
        undefined=StrictUndefined,
        autoescape=is_page,
        trim_blocks=is_page,
        lstrip_blocks=is_page,
        keep_trailing_newline=not is_page,
    )
    environment.filters |= {"points": points_text, "quoted": quoted}
    return environment.get_template(name)


def quoted(value: str | Sequence[str]) -> str:
    """A text, or several, as Python and TOML both write them."""
    return json.dumps(value, ensure_ascii=False)
