"""What an entry of a feed is worth without its page, and what the feed adds to a page."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from rag.ingest.formats.feed import Entry, Feed
from rag.ingest.html.fragment import cut_short, estimate_words
from rag.ingest.page import Page
from rag.ingest.web.placed import bare_host

_ARTICLE_WORDS = 100  # that a feed's content has at least to be the article and not its beginning
_SUMMARY_WORDS = 300  # that a feed's only text has at least to be the article; a long teaser has 100
_LONGER = 1.3  # times the summary, for a content that is more than it


def is_full(summary: str, content: str) -> bool:
    """Whether the feed has more than a summary, in the field that is meant for the whole text, and does not cut it."""
    return not cut_short(content) and estimate_words(content) > estimate_words(summary)


def is_article(summary: str, content: str) -> bool:
    if cut_short(content or summary):
        return False
    if not content:
        return estimate_words(summary) >= _SUMMARY_WORDS
    size = estimate_words(content)
    return size >= _ARTICLE_WORDS and (size >= _LONGER * estimate_words(summary) or size >= _SUMMARY_WORDS)


def completed(page: Page, feed: Feed, entry: Entry) -> Page:
    """What the page does not state, as the feed has it; a page known by its host's name alone states no outlet."""
    host = urlsplit(page.origin).hostname
    named = page.source if bare_host(page.source) != bare_host(host) else None
    both = ("title", "published", "updated", "section", "authors", "language")
    told = {name: getattr(page, name) or getattr(entry, name) for name in both}
    whole = replace(page, source=named or entry.source or feed.outlet or page.source, **told)
    return whole.noted(entry.note) if whole.published is None else whole
