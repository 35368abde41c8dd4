"""Which of two versions of an article counts where one of them waits for its time or was taken back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time

from rag.ingest.page import Withdrawal
from rag.text.timex import stamps
from rag.types import Article, Withdrawn

MAX_CORRECTION = 1_000
"""Characters of a paragraph that is a note on a correction, and no article about one."""
CORRECTS = re.compile(
    r"\W*(?:(?:a |editor['’]?s['’]? |editors['’] )?(?:correction|clarification|retraction|erratum|corrigendum)s?\b"
    r"|corrected\b|(?:this|an earlier|a previous|the original) (?:version|article|story|report|headline|post|piece)\b"
    r".{0,60}\b(?:correct|amend|clarif|misstat|misspel|misidentif|wrong|incorrect|error|mistake|said|gave|stated)"
    r"|editor['’]?s['’]? notes?\b.{0,200}\b(?:correct|amend|clarif|earlier version|previous version|wrong|error)"
    r"|korrektur|berichtigung|richtigstellung|in einer früheren (?:version|fassung)|rectificati(?:f|e)|correctif"
    r"|(?:dieser|der) (?:artikel|beitrag|text) wurde\b.{0,60}\b(?:geändert|korrigiert|berichtigt)"
    r"|(?:cet|l['’]) ?article a été (?:modifié|corrigé|rectifié|amendé)"
    r"|(?:este|el) (?:artículo|texto) (?:ha sido|fue) (?:modificado|corregido|rectificado)"
    r"|(?:este|o) (?:artigo|texto) foi (?:alterado|corrigido|modificado|retificado)"
    r"|(?:questo|l['’]) ?articolo è stato (?:modificato|corretto|rettificato)"
    r"|(?:dit|het) (?:artikel|bericht) (?:is|werd)\b.{0,40}\b(?:aangepast|gecorrigeerd|gewijzigd)"
    r"|artikeln har (?:rättats|korrigerats|ändrats)|artikkelen (?:er|ble) (?:rettet|endret|korrigert)"
    r"|une (?:première|précédente) version|corrección|rectificación|fe de (?:errores|erratas)|una versión anterior"
    r"|correção|errata|uma versão anterior|correzione|rettifica|una versione precedente|correctie"
    r"|in een eerdere versie|rättelse|rettelse|retting|oikaisu|sprostowanie|oprava\b|исправлен|уточнение|поправка"
    r"|訂正|更正|정정)",
    re.IGNORECASE | re.DOTALL,
)
"""How a note begins that takes back what an article said before."""


def withdrawn_of(name: str, gone: Withdrawal, now: datetime) -> Withdrawn:
    """What is stored of a withdrawal. Without a time of its own it counts from now."""
    at = gone.at or now
    moment = at if isinstance(at, datetime) else datetime.combine(at, time())
    return Withdrawn(name, gone.why, moment, gone.version, gone.notice)


def later_than(article: Article, gone: Withdrawn) -> bool:
    """Whether an article surely came out after it was taken back: by its provider's numbers, else by its times."""
    if article.version is not None and gone.version is not None:
        return article.version > gone.version
    updated = article.updated
    return updated is not None and stamps.earlier(gone.at, updated)


def replaces(article: Article, digest: str, held: Article, held_digest: str) -> bool:
    """Whether what waits under an article's name has nothing left to say once the article is out."""
    if digest == held_digest:
        return True
    if article.version is not None and held.version is not None:
        return article.version >= held.version
    return bool(article.updated and held.updated and not stamps.earlier(article.updated, held.updated))


def correction_in(article: Article) -> str | None:
    """The paragraph in which an article says what it had wrong, as one line; None where none begins like that."""
    notes = (part for part in article.body.split("\n\n") if CORRECTS.match(part) and len(part) <= MAX_CORRECTION)
    found = next(notes, None)
    return " ".join(found.split()).lstrip("•·*–— ") if found and " " in found.strip() else None


def embargo_words(article: Article) -> str:
    """'embargoed until 2024-09-28 06:00 UTC'"""
    until = article.embargo
    if not isinstance(until, datetime):
        return f"embargoed until {until}"
    zone = until.tzinfo or UTC
    return f"embargoed until {until:%Y-%m-%d %H:%M} {zone.tzname(until) or 'UTC'}"
