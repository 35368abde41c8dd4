"""The server of the chat: its start, its look, its logins, and what it serves to whom."""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from rag.chat import assets
from rag.chat.api.door import Beside, Door
from rag.chat.api.keys import keys_of
from rag.chat.endpoints import hush, speak_json
from rag.chat.kept import feedback
from rag.chat.kept.uploads import LARGEST, uploads_of
from rag.chat.pages.changes_feed import ChangesFeed
from rag.chat.protocols import NewsLike
from rag.errors import RagError, UsageError
from rag.telemetry import configure

if TYPE_CHECKING:
    import gradio as gr

SAMPLES = Path(__file__).resolve().parents[2] / "corpus"
SESSIONS = 500  # that Gradio remembers, 0.5 MB each or more with many chats; a new one replaces the longest silent


def theme() -> gr.themes.Base:
    """System fonts only; the colours are the variables of ``static/chat.css``, which know light and dark."""
    import gradio as gr

    own = gr.themes.Base(
        radius_size="lg",
        font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"],
        font_mono=["ui-monospace", "Menlo", "Consolas", "monospace"],
    )
    used = {
        "paper": "body_background_fill",
        "ink": "body_text_color button_secondary_text_color",
        "soft": "body_text_color_subdued block_label_text_color block_title_text_color input_placeholder_color "
        "accordion_text_color",
        "card": "background_fill_primary input_background_fill",
        "lift": "background_fill_secondary button_secondary_background_fill",
        "line": "block_border_color border_color_primary input_border_color button_secondary_background_fill_hover",
        "accent": "input_border_color_focus button_primary_background_fill button_primary_background_fill_hover "
        "button_primary_border_color button_primary_border_color_hover",
        "on-accent": "button_primary_text_color",
    }
    both = {name: f"var(--{colour})" for colour, names in used.items() for name in names.split()}
    both["block_background_fill"] = "transparent"
    dark = {f"{name}_dark": value for name, value in both.items()}
    own.set(**both, **dark, block_border_width="0px", input_border_width="1px")
    own.custom_css = assets.STYLE
    return own


def logins(auth: str | None) -> list[tuple[str, str]] | None:
    """The names and passwords of ``RAG_AUTH``; None where everybody may come in. Raises ``UsageError``."""
    if not auth:
        return None
    pairs = [part.strip().partition(":") for part in auth.split(",")]
    if not all(name and password for name, _, password in pairs):
        raise UsageError("RAG_AUTH: write it as name:password, several separated by commas.")
    return [(name, password) for name, _, password in pairs]


def serve(
    demo: gr.Blocks,
    host: str,
    port: int,
    auth: list[tuple[str, str]] | None = None,
    door: Door | None = None,
    news: NewsLike | None = None,
) -> str:
    """Starts serving in the background: the pages, what ``door`` answers beside them, and the feed of changes of
    ``news``; returns the address. Raises ``OSError`` where the port is taken."""
    from starlette.middleware import Middleware

    beside = [Middleware(Beside, door=door)] if door else []
    hush()
    feed = [Middleware(ChangesFeed, news=news, logins=auth)] if news else []
    with contextlib.redirect_stdout(sys.stderr):  # where Gradio tells of its MCP server
        demo.launch(
            server_name=host,
            server_port=port,
            auth=auth,
            theme=theme(),
            app_kwargs={"middleware": [Middleware(assets.Headers), *beside, *feed]},
            footer_links=[],
            run_history=False,
            share=False,
            mcp_server=auth is None,  # it could not log in
            ssr_mode=False,
            pwa=False,
            enable_monitoring=False,
            # Without a library page nothing takes files, but the upload route is Gradio's own.
            max_file_size=LARGEST if any(path == "library" for path, *_ in demo.pages) else 1024,
            state_session_capacity=SESSIONS,
            quiet=True,
            prevent_thread_lock=True,
        )
    if demo.mcp_server_obj:
        speak_json(demo.mcp_server_obj)
    return f"http://{'127.0.0.1' if host in ('0.0.0.0', '::', '') else host}:{port}"


def _address() -> tuple[str, int]:
    host, text = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "7860"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise UsageError(f"PORT must be a number from 1 to 65535, not '{text}'.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, int(text), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise RagError(
            f"Cannot listen on {host}:{text}: {error.strerror or error}. Choose another with HOST or PORT."
        ) from None
    return host, int(text)


@functools.cache
def _announce(stage: str) -> None:
    """Names a stage of a long start once, on standard error."""
    print(f"{stage} ...", file=sys.stderr, flush=True)


def main() -> int:
    """Opens the index, serves the page until interrupted; returns the exit status."""
    gc.set_threshold(100_000, 20, 20)  # what is imported stays: no need to look through it for garbage
    try:
        configure(os.environ.get("RAG_LOG") or "warning")
        host, port = _address()
        from rag import News
        from rag.chat.chat_page import build

        # Not the folder that all of Gradio's programs share; nothing of an upload stays when this one has ended.
        scratch = tempfile.TemporaryDirectory(prefix="news-chat-", ignore_cleanup_errors=True)
        os.environ["GRADIO_TEMP_DIR"] = scratch.name

        def leave(*_: object) -> None:
            """At once: an add that goes on is as safe as from kill -9, and no answer is awaited any more."""
            scratch.cleanup()
            os._exit(128 + signal.SIGTERM)

        signal.signal(signal.SIGTERM, leave)
        news = News.open(progress=lambda stage, done, total: _announce(stage))
        secret = news.settings.auth
        auth = logins(secret.get_secret_value() if secret else None)
        secret, per_minute, at_once = news.settings.api_keys, news.settings.api_per_minute, news.settings.api_at_once
        door = Door(news, keys_of(secret.get_secret_value() if secret else None), per_minute, at_once)
        news.warm()
        news.ask_in_background()
        # Gradio asks itself whether it is up; a proxy of this machine cannot know
        for name in ("NO_PROXY", "no_proxy"):
            os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost", host]))
        index = news.settings.index
        uploads = uploads_of(index) if news.settings.pile else None
        demo = build(news, ratings=feedback.folder_of(index), uploads=uploads, samples=SAMPLES)
        try:
            url = serve(demo, host, port, auth, door, news)
        except OSError as error:
            raise RagError(f"Cannot listen on {host}:{port}: {error}. Choose another with PORT.") from None
    except RagError as error:
        print(f"Error: {error}", file=sys.stderr)
        return error.exit_status
    print(f"Open {url}", flush=True)
    demo.block_thread()
    return 0
