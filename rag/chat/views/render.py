"""The templates of the chat: ``templates/*.html``, with the macros in them.

Every value that enters a template comes out as plain text: without invisible characters (``visible``), and escaped.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.chat.views import escape
from rag.types import day

if TYPE_CHECKING:
    from jinja2 import Environment


def render(name: str, macro: str = "", /, **values: Any) -> str:
    """The HTML of a template, or of one macro in it. Raises ``UndefinedError`` where it lacks a value."""
    template = _environment().get_template(f"{name}.html")
    return template.render(values) if not macro else str(getattr(template.module, macro)(**values))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    def shown(value: Any) -> Any:
        """What can be seen of a value that is not HTML already, before it is escaped."""
        return value if hasattr(value, "__html__") else "" if value is None else escape.visible(str(value))

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {"MAX_QUESTION": escape.MAX_QUESTION, "MAX_COMMENT": escape.MAX_COMMENT}
    environment.filters |= {
        "begun": escape.begun_text,
        "body": escape.body_text,
        "date": day,
        "day": escape.day_text,
        "when": escape.when_text,
        "plural": escape.counted,
        "visible": escape.visible,
        "safe_url": escape.safe_url,
        "host": lambda url: urlsplit(url).hostname,
    }
    return environment
