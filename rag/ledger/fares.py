"""How kept answers fare when articles come, change and go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag.ledger.book import Ledger
from rag.protocols import Store


def look_again(ledger: Ledger, store: Store, new: Sequence[str], gone: Sequence[str], today: date | None) -> None:
    """Settles the state of the answers that new or changed articles, or those that are gone, may bear on."""
    missing = set(gone)
    for entry in ledger.entries():
        answer = entry.answer
        if answer.state != "withdrawn" and any(c.article.id in missing for c in answer.citations):
            ledger.set_state(replace(answer, state="withdrawn", since=today or date.today(), now=None))
