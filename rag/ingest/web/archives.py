"""Pages that were kept elsewhere: the address that a kept page had, and what its keeper put around it."""

from __future__ import annotations

import re
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
_SAVED_FROM = re.compile(
    r"<!--\s*(?:Page saved with SingleFile\s+url:\s*|saved from url=\(\d{4}\)\s*)(https?://[^\s<>\"]{1,2000})",
    re.IGNORECASE,
)
"""What SingleFile and browsers write at the head of a page that they save."""
_KEEPERS = re.compile(
    r"wm-ipp|wm-ipp-base|wm-ipp-print|wm-capinfo|wm-toolbar|wm_tb_options|donato|bN015htcoyT__google-cache-hdr"
)
_TODAY = re.compile(r"https?://archive\.(?:ph|today|is|li|vn|md|fo)/", re.IGNORECASE)


def original_address(address: str) -> str:
    """The address of the page itself where ``address`` is that of a copy in an archive or a cache; else as it is."""
    for _ in range(3):  # a copy of a copy
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
    return found[1] if found else None


def drop_keepers_bar(tree: HtmlElement) -> None:
    """Take the bar of an archive off its page: its dates are those of the copies."""
    for element in list(tree.iter("div", "table")):
        if _KEEPERS.fullmatch(element.get("id") or "") and element.getparent() is not None:
            element.drop_tree()
    canonical = next(iter(tree.xpath("//link[@rel='canonical']/@href")), "")
    if _TODAY.match(canonical):
        for bar in tree.xpath("//*[@id='HEADER' or @id='hashtags' or @id='FOOTER']"):
            bar.drop_tree()
