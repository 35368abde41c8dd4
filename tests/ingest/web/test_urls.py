"""One form for equal addresses, and the site that an address belongs to; all offline."""

from __future__ import annotations

import socket
from hashlib import sha256

import pytest

from rag.ingest.web.urls import absolute, canonical_url, is_web, site_of, without_tracking


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("http://A.example/x/", "https://www.a.example/x", True),
        ("https://a.example/x?fbclid=1&id=2", "https://a.example/x?id=2#c", True),
        ("http://a.example:80/x?", "https://WWW.A.example:443/x/", True),
        ("https://a.example:8080/x", "https://a.example/x", False),
        ("https://a.example/x?id=1", "https://a.example/x?id=2", False),
        ("https://a.example/X", "https://a.example/x", False),
        ("https://a.example/x?y=%ff", "https://a.example/x?y=%ff", True),
        ("https://a.example/x?at_medium=RSS&at_campaign=rss", "https://a.example/x", True),
        ("https://a.example/x?igshid=Yz", "https://a.example/x", True),
        ("https://a.example/x?ref=home&cmpid=1&ocid=2", "https://a.example/x", True),
        ("https://a.example/x?mc_cid=1&UTM_Source=y&gclid=3", "https://a.example/x", True),
        *(
            (f"https://a.example/x?{k}=1", f"https://a.example/x?{k}=2", False)
            for k in ("cid", "eid", "uid", "keyword", "session", "gallery", "story_cid", "game", "page", "ref_no1")
        ),
    ],
)
def test_canonical_urls(one: str, other: str, same: bool) -> None:
    assert (canonical_url(one) == canonical_url(other)) is same


@pytest.mark.parametrize(
    "pair", ["smid=tw-share", "ito=1490", "xtor=RSS-3", "hsa_acc=1", "spm=a.b", "ICID=x", "twclid=2"]
)
def test_what_is_not_stored_of_an_address_is_no_part_of_its_identity(pair: str) -> None:
    address = f"https://a.example/x?id=7&{pair}"
    assert canonical_url(address) == canonical_url(without_tracking(address)) == "https://a.example/x?id=7"


def test_ids_made_of_addresses_stay_what_they_were() -> None:
    stored = "https://paper.example/a?b=1&a=2%20x"
    assert canonical_url("http://www.Paper.example/a/?b=1&a=2%20x#top") == "https://paper.example/a?b=1&a=2+x"
    assert sha256(canonical_url(stored).encode()).hexdigest()[:12] == "f6419cd695d6"


@pytest.mark.parametrize(
    ("url", "stored"),
    [
        ("https://a.example/x?utm_source=rss&utm_medium=feed", "https://a.example/x"),
        ("https://a.example/x?id=7&amp;utm_source=y&b=%20z", "https://a.example/x?id=7&b=%20z"),
        ("https://a.example/x?UTM_Source=y#part-2", "https://a.example/x#part-2"),
        (
            "https://a.example/x?fbclid=1&gclid=2&CMP=share&at_medium=RSS&ito=1490&ns_mchannel=rss",
            "https://a.example/x",
        ),
        ("https://a.example/x?ref=rss&source=newsletter_daily&from=twitter", "https://a.example/x"),
        ("https://a.example/x#xtor=RSS-3", "https://a.example/x"),
        ("https://a.example/x#:~:text=a%20b", "https://a.example/x"),
        ("https://a.example/x?id=7#comments", "https://a.example/x?id=7"),
        ("https://a.example/x?utm_source=y#comment-1204", "https://a.example/x"),
        ("https://a.example/x#kommentare", "https://a.example/x"),
        *(
            (url, url)
            for url in (
                "https://a.example/show?ref=79",
                "https://a.example/x?source=library&cid=4&ns=1&at=2&sc=9",
                "https://a.example/x?b=1&a=2%20x#entry-4",
                "https://a.example/x?",
                "https://a.example/?p=100",
            )
        ),
    ],
)
def test_stored_addresses_lose_what_only_tracks(url: str, stored: str) -> None:
    assert without_tracking(url) == stored


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://news.wire.example/a", "wire.example"),
        ("https://www.wire.co.uk/a", "wire.co.uk"),
        ("https://edition.cnn.com/a", "cnn.com"),
        ("https://cnn.com/a", "cnn.com"),
        ("//m.abc.net.au:8080/a", "abc.net.au"),
        ("http://127.0.0.1/a", "127.0.0.1"),
        ("http://[", ""),
        ("/a/b", ""),
    ],
)
def test_the_site_of_an_address(url: str, site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", None)  # the list of suffixes is not fetched
    site_of.cache_clear()
    assert site_of(url) == site


def test_relative_addresses_are_made_whole() -> None:
    assert absolute(" b.html ", "https://a.example/x/y") == "https://a.example/x/b.html"
    assert absolute("//a.example/x", None) == "https://a.example/x"
    assert [absolute(raw, None) for raw in (None, "", "b.html", "ftp://a.example/x", "https://[x/", "x" * 5000)] == [
        None
    ] * 6
    assert is_web("HTTPS://a.example") and not is_web("https://a b") and not is_web("https:///a")


@pytest.mark.parametrize("address", ["https://\x7feb.example/a", "https://a.example/\x01", "https://a.example/b c"])
def test_what_holds_a_control_character_is_no_address(address: str) -> None:
    assert not is_web(address)
