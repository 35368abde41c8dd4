"""A change as JSON to an address of the user's choosing, guarded like all fetching."""

from __future__ import annotations

import json
import time
from contextlib import closing

from rag.errors import ReadError
from rag.ingest.web import guard
from rag.ingest.web.http import Exchange, PageDeadline
from rag.settings import Settings
from rag.types import Change

WEBHOOK_SECONDS = 15.0  # for one delivery, all in all


def post_change(settings: Settings, question: str, change: Change, number: int, *, web: Exchange | None = None) -> None:
    """Posts ``{"id", "question", ...}`` with what ``Change.record`` has; the header Idempotency-Key is that id, so that
    a receiver can tell a repeat. Raises ``ReadError`` without the address: it may hold a token."""
    from rag.ingest.web.fetcher import user_agent

    secret = settings.follow_webhook
    assert secret is not None
    url = guard.parse_address(secret.get_secret_value())
    body = json.dumps({"id": str(number), "question": question, **change.record()}, ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Idempotency-Key": f"rag-follow-{number}",
    }
    own = guard.Own.parse(settings.private_hosts)
    with closing(web or Exchange(user_agent(settings.contact), own, guard.resolve_host, None)) as opened:
        status = opened.post(url, headers, body, PageDeadline(time.monotonic, WEBHOOK_SECONDS)).status
    if not 200 <= status < 300:
        raise ReadError(f"the webhook answered with status {status}; check RAG_FOLLOW_WEBHOOK")
