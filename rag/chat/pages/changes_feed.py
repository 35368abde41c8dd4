"""The Atom feed of changed answers at /changes.atom, beside the pages of the chat."""

from __future__ import annotations

import base64
import binascii
import hmac
import logging
from collections.abc import Sequence
from typing import Any

from rag.chat.protocols import NewsLike

log = logging.getLogger(__name__)

FEED_PATH = "/changes.atom"


class ChangesFeed:
    """ASGI middleware that answers at ``FEED_PATH``.

    With ``logins`` (names and passwords of RAG_AUTH) a feed reader gives one of them by HTTP Basic and gets the changes
    of that login's questions: it cannot fill in the form of the page.
    """

    def __init__(self, app: Any, news: NewsLike, logins: Sequence[tuple[str, str]] | None = None) -> None:
        self.app, self.news, self.logins = app, news, logins

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] != FEED_PATH:
            await self.app(scope, receive, send)
            return
        from starlette.concurrency import run_in_threadpool
        from starlette.responses import Response

        owner = _owner_of(dict(scope["headers"]).get(b"authorization", b""), self.logins)
        if scope["method"] not in ("GET", "HEAD"):
            answer = Response(status_code=405)
        elif owner is None:
            answer = Response(status_code=401, headers={"WWW-Authenticate": 'Basic realm="changes"'})
        else:
            try:
                text = await run_in_threadpool(self.news.changes_feed, owner=owner)
                answer = Response(text, media_type="application/atom+xml")
            except Exception:
                log.exception("the feed of changes failed")
                answer = Response(status_code=500)
        await answer(scope, receive, send)


def _owner_of(header: bytes, logins: Sequence[tuple[str, str]] | None) -> str | None:
    """Whose feed it is: '' where there are no logins; None where name or password is wrong."""
    if logins is None:
        return ""
    kind, _, coded = header.partition(b" ")
    try:
        given = base64.b64decode(coded, validate=True) if kind.lower() == b"basic" else b""
    except binascii.Error:
        return None
    found = [name for name, password in logins if hmac.compare_digest(f"{name}:{password}".encode(), given)]
    return found[0] if found else None
