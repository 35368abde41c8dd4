"""Pages that were kept elsewhere: the address that a kept page had, and what its keeper put around it."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_KEPT_AT = re.compile(
    # the Wayback Machine, pywb, archive.today
    r"https?://[^?#]{1,200}/(?:\d{8,14}(?:[a-z]{2}_)?|\d{4}\.\d\d\.\d\d-\d{6}|o/\w{3,8})/(?P<whole>https?:/{1,2}.+)"
    r"|https?://webcache\.[\w.]+/search\?q=cache:(?:[\w-]{6,20}:)?(?P<cached>[^+&\s]+).*"
    r"|https?://[\w-]+\.cdn\.ampproject\.org/[a-z]/(?P<secure>s/)?(?P<amp>.+)"
    r"|https?://(?:www\.)?google\.[\w.]+/amp/(?P<secure_too>s/)?(?P<amp_too>.+)",
    re.IGNORECASE | re.DOTALL,
)
_LEADS_TO = re.compile(
    r"https?://(?:[^/?#\s]{1,200}/(?:url|l|news/apiclick\.aspx|l\.php|away\.php|redir(?:ect)?|linkfilter|out)"
    r"|(?:out|away|l|lm|go|link|redirect)\.[^/?#\s]{1,180})/?"
    r"\?(?:[^#]*?&)?(?:url|q|u|uddg|to|z|target|redirect_url)=(https?(?::|%3a)[^&#\s]+).*",
    re.IGNORECASE,
)
"""Search engines and networks count clicks before they lead on: Google's alerts, Bing's news, DuckDuckGo, VK."""
_ENCODED = re.compile(r"%(?:3[adf]|2[56f])", re.IGNORECASE)
"""Signs of an address that are encoded where it stands inside of another one."""
_SAVED_FROM = re.compile(
    r"<!--\s*(?:Page saved with SingleFile\s+url:\s*|saved from (?:url=\(\d{4}\)\s*)?)(https?://[^\s<>\"]{1,2000})",
    re.IGNORECASE,
)
"""What SingleFile, monolith and browsers write at the head of a page that they save."""
_SAVED_BY = re.compile(
    r"<meta\s+name=[\"']?(?:savepage-url|source-url)[\"']?\s+content=[\"'](https?://[^\s<>\"']{1,2000})"
    r"|\bdata-scrapbook-source=[\"'](https?://[^\s<>\"']{1,2000})",
    re.IGNORECASE,
)
"""The same of Save Page WE, Evernote and WebScrapBook, in elements."""
_KEEPERS = re.compile(
    r"wm-ipp|wm-ipp-base|wm-ipp-print|wm-capinfo|wm-toolbar|wm_tb_options|donato|bN015htcoyT__google-cache-hdr"
)
_CACHE_BAR = re.compile(
    r"\s*(?:you have reached the cached page for"
    r"|(?:this is|dies ist|ceci est|c['’]est|est[aeo] e?s|est[ea] é|quest[ao] è|dit is|det här är|det(?:te)? er|to jest"
    r"|это)\b[^.\n]{0,60}?(?:cach|кеш|кэш|pamięci podręcznej)[^.\n]{0,40}?)\s*"
    r"(?P<address>https?://[^\s<>\"]{4,2000}?)[.,]*(?=\s|$)"
    r"(?=.{0,80}?(?:snapshot|abbild|instantané|captura|istantanea|momentopname|ögonblicksbild|øyeblikksbil|øjebliksbil"
    r"|instantâneo|zrzut|снимок|копия))",
    re.IGNORECASE | re.DOTALL,
)
"""What Google and Bing wrote above a page that they had kept, with the day on which they read it."""
_OF_CACHE_BAR = re.compile(
    r"(?:full version|text-only version|view source|tip: to quickly find|these (?:search )?terms|below is a snapshot"
    r"|(?:it is a |this is the version|the (?:current )?page (?:could|may) have)|learn more)\b.{0,300}|",
    re.IGNORECASE,
)
_LONGEST_BAR, _FIRST_ELEMENTS = 2000, 40
_KEEPERS_NAMES = re.compile(
    r"(?:www\.)?(?:archive\.(?:ph|today|is|li|vn|md|fo|org)|web\.archive\.org|webcache\.\w+\.com|ghostarchive\.org|perma\.cc)"
    r"|(?:the )?(?:internet archive|wayback machine)(?: wayback machine)?|webpage archive",
    re.IGNORECASE,
)
_TODAY = re.compile(r"https?://archive\.(?:ph|today|is|li|vn|md|fo)/", re.IGNORECASE)


def is_keeper(name: str) -> bool:
    """Whether what a page calls its outlet is an archive that keeps copies of others' pages."""
    return bool(_KEEPERS_NAMES.fullmatch(name.strip()))


def original_address(address: str) -> str:
    """The address of the page itself where ``address`` is that of a copy in an archive or a cache; else as it is."""
    for _ in range(3):  # a copy of a copy
        if leads := _LEADS_TO.fullmatch(address):
            encoded = "?" not in leads[1] and _ENCODED.search(leads[1])
            address = re.sub(r"\s", "%20", unquote(leads[1])) if encoded else leads[1]
        kept = _KEPT_AT.fullmatch(address)
        if kept is None:
            break
        if whole := kept["whole"]:
            address = re.sub(r"^(https?):/+", r"\1://", whole, flags=re.IGNORECASE)
        elif cached := kept["cached"]:
            cached = unquote(cached)
            address = cached if "://" in cached else f"https://{cached}"
        else:
            secure = kept["secure"] or kept["secure_too"]
            address = f"http{'s' if secure else ''}://{kept['amp'] or kept['amp_too']}"
    return address


def saved_from(page: str) -> str | None:
    """The address that the program which saved a page wrote into its first lines."""
    found = _SAVED_FROM.search(page[:4096])
    if found is None and any(mark in page for mark in ("savepage-url", "source-url", "data-scrapbook-source")):
        found = _SAVED_BY.search(page)
    return next(filter(None, found.groups()), None) if found else None


def without_cache_bar(text: str) -> tuple[str, str | None]:
    """A plain text without the lines that a cache wrote above its page, and the page's address."""
    bar = _CACHE_BAR.match(text[:4000])
    if bar is None:
        return text, None
    lines = text[bar.end("address") :].split("\n")[1:]
    while lines and _OF_CACHE_BAR.fullmatch(" ".join(lines[0].split())):
        lines.pop(0)
    return "\n".join(lines), bar["address"]


def _kept_by_today(tree: HtmlElement) -> str | None:
    """Take the bar of archive.today off its page, and what its head says of the copy. The page's address."""
    read = tree.xpath("//*[@id='HEADER']//input[@name='q']/@value | //link[@rel='bookmark' or @rel='canonical']/@href")
    pages = [page for one in read[:6] if not _TODAY.match(page := original_address(one.strip()))]
    copies = "//meta[@property='og:url' or @property='article:published_time' or @property='article:modified_time']"
    for of_copy in tree.xpath(
        f"//*[@id='HEADER' or @id='hashtags' or @id='FOOTER'] | //link[@rel='canonical'] | {copies}"
    ):
        of_copy.drop_tree()
    return next((page for page in pages if "://" in page), None)


def drop_keepers_bar(tree: HtmlElement) -> str | None:
    """Take the bar of an archive or a cache off its page: its dates are those of the copies. The address of the page
    where a cache names it."""
    named: str | None = None
    for element in list(tree.iter("div", "table")):
        if _KEEPERS.fullmatch(element.get("id") or "") and element.getparent() is not None:
            found = _CACHE_BAR.match(" ".join(" ".join(islice(element.itertext(), 80)).split())[:4000])
            named = found["address"] if found else named
            element.drop_tree()
    own = tree.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")[:2]
    if any(map(_TODAY.match, own)):
        named = _kept_by_today(tree) or named
    for element in list(islice(tree.iter("div", "table", "p", "center"), _FIRST_ELEMENTS)):
        text = " ".join(islice(element.itertext(), 80))
        if len(text) <= _LONGEST_BAR and (bar := _CACHE_BAR.match(" ".join(text.split()))):
            element.drop_tree()
            return bar["address"]
    return named
