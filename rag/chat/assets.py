"""The page's style sheet and scripts, what the page may load, and what its scripts send back.

No text of an article, a model or a reader is ever put into a style sheet or a script.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def _read(name: str) -> str:
    return (Path(__file__).parent / "static" / name).read_text(encoding="utf-8")


STYLE = _read("chat.css") + _read("library.css") + _read("stories.css")
SCRIPT = _read("chat.js")
ON_RATED = _read("on_rated.js")
ON_LOAD = _read("on_load.js")
LIBRARY_SCRIPT = _read("library.js")
STORIES_SCRIPT = _read("stories.js")
FOLLOWING_SCRIPT = _read("following.js")


def drop_script(kinds: Sequence[str], silent: Sequence[str], largest: int, most: int) -> str:
    """Sorts what is dropped or chosen before any of it is sent: at most ``most`` files of ``kinds``, or with an ending
    that says nothing (``silent``), of at most ``largest`` bytes, also those in folders, go on to Gradio; the others are
    named to the server.
    """
    script = _read("drop.js").replace("KINDS", json.dumps(list(kinds))).replace("SILENT", json.dumps(list(silent)))
    return script.replace("LARGEST", str(largest)).replace("MOST", str(most))


def event_data(event: Any) -> dict[str, Any]:
    """What the page's script sent along with an event of Gradio's."""
    return event._data if isinstance(event._data, dict) else {}


# Nothing is loaded from elsewhere, whatever a page might come to contain. Gradio compiles its templates in
# the page, hence 'unsafe-eval'.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)


class Headers:
    """ASGI middleware: sends ``POLICY`` with every response."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def send_with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message.get("headers", []),
                    (b"content-security-policy", POLICY.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"referrer-policy", b"no-referrer"),
                ]
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)
