"""Examples of the IPTC and of archives of the web, which lie beside the project: what stands in each file, by hand.

The files are not part of the project. Where they are not there, the tests are skipped.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.ingest.formats.files import read
from rag.ingest.page import Page
from rag.types import ReportItem, day
from tests.support.paths import SHARED

NEWSROOM = SHARED / "newsroom"
pytestmark = pytest.mark.skipif(not NEWSROOM.is_dir(), reason=f"no examples at {NEWSROOM}")

Row = tuple[str, str | None, tuple[str, ...], int | None]
"""What a headline begins with, the day, the authors, the version."""

SHIP = "Captain of wrecked cruise ship on trial in Italy"
BOTH = ("Paulo Santalucia", "Frances d'Emilio")
SHIP_ROW: Row = (SHIP, "2013-07-09", BOTH, None)
DECOY: Row = ("Lunch Taking a Toll? Let Applebee’s®", "2013-07-31", (), 1)
CAMBRIOS: Row = ("Cambrios被Gartner評選為", "2013-06-05", (), 1)
DERBY: Row = ("Faktencheck Derby-Elfmeter", "2019-05-10", ("Christian Hollmann",), 2)
SKIEN: Row = ("Google har kjøpt giganttomt i Skien", "2019-08-09", (), 6)
AURORA: Row = ("Militärövning i jätteformat hålls 2023", "2021-05-26", (), 1)
DOC = "documentation__includes__examples__"
NINJS: dict[str, Row | str] = {
    **{f"{DOC}{v}__{n}.json": SHIP_ROW for v in ("1.6", "2.2", "3.1")
       for n in ("001_simple_example", "004_simple_text_article", "005_complex_text_article", "007_multimedia")},
    **{f"{DOC}{v}__002_renditions_example.json": "no headline in it" for v in ("1.6", "2.2", "3.1")},
    **{f"{DOC}{v}__003_associations_example.json": "no text in it" for v in ("1.6", "2.2", "3.1")},
    **{f"{DOC}{v}__006_photo_only.json": "no article: picture" for v in ("1.6", "2.2", "3.1")},
    f"{DOC}3.1__008_event.json": "no article: event",
    f"{DOC}not-valid__008_extension.json": "no headline in it",
    "examples__1.4__businesswire-newsml-20130515006361.json":
        ("Dell Redefines Workstation Computing Boundaries", "2013-05-16", (), 1),
    "examples__1.4__businesswire-newsml-20130605006126.json": CAMBRIOS,
    "examples__1.4__businesswire-newsml-20130612006110.json": ("APP发布“2020 可持续发展路线图”", "2013-06-12", (), 1),
    "examples__1.4__businesswire-newsml-20130731006140.json": DECOY,
    "examples__1.4__ninjs-1-4-examples.json": ("Test of three new properties", "2022-04-21", (), None),
    "examples__1.4__ninjsExComplex1.json": SHIP_ROW,
    "examples__1.4__ninjsExComplex2.json": SHIP_ROW,
    "examples__1.4__ninjsExMediumText1.json": SHIP_ROW,
    "examples__1.4__ninjsExSimplePhoto1.json": "no article: picture",
    "examples__1.4__ninjsExSimpleText1.json": SHIP_ROW,
    "examples__2.1__businesswire-newsml-20130605006126.json": CAMBRIOS,
    "examples__2.1__businesswire-newsml-20130731006140.json": DECOY,
    "examples__2.1__dpa_text.json": DERBY,
    "examples__2.1__ninjsExSimpleText_2.json": SHIP_ROW,
    "examples__2.1__ntb_text.json": SKIEN,
    "examples__2.1__schema-extension__extension-example.json": AURORA,
    "examples__2.1__schema-extension__extension-schema.json": "a schema of JSON, no article",
    "examples__2.1__tt_text_image_2.json": AURORA,
    **{f"examples__{v}__{name}.json": f"no article: {kind}" for v, n in (("2.1", 2), ("3.0", 3)) for name, kind in (
        (f"SIPA_image_{n}", "picture"), ("ap_audio", "audio"), ("ap_image", "picture"), ("ap_video", "video"),
        ("imageEncodedRights", "picture"), ("imageLinkedRights", "picture"))},
    "examples__3.0__20231004-UEFA-ChampionLeague.json": "no article: event",
    "examples__3.0__20231005-65-addb-event.json": "no article: event",
    "examples__3.0__20231008-anti-doping-measures-at-the-tour-down-under-will-be-the-toughest-ever-addb-ninjs-nitf.json":
        ("Anti-doping measures at the 'Tour Down Under'", "2023-10-08", ("Trond Husø",), 2),
    "examples__3.0__20231016-addb-example-press-conference.json": "no article: event",
    "examples__3.0__businesswire-newsml-20130605006126.json": CAMBRIOS,
    "examples__3.0__businesswire-newsml-20130731006140.json": DECOY,
    "examples__3.0__collection__20231016-event-timeline-sample.json": "left out, no articles: 14 × event",
    "examples__3.0__dpa_text.json": DERBY,
    "examples__3.0__ninjsExSimpleText_3.json": SHIP_ROW,
    "examples__3.0__ntb_text.json": SKIEN,
    "examples__3.0__simpleEvent.json": "no article: event",
    "examples__3.0__tt_event_pressconference_3.0.json": "no article: event",
    "examples__3.0__tt_text_image_3.json": AURORA,
}  # fmt: skip

FED: Row = ('Fed to halt QE to avert "bubble"', "2016-11-21", ("Meredith Jameson",), 11)
PLAN, CONCEPT, PICTURE = "no article: plan of coverage", "no article: concept", "no article: picture"
KNOWLEDGE, PACKAGE, VIDEO = "no article: set of concepts", "no article: package", "no article: video"
NEWSML: dict[str, Row | str] = {
    "LISTING_1_": "no text in it",  # its NITF is only hinted at
    "LISTING_2_": FED,
    "LISTING_3A_": PICTURE, "LISTING_3_": PICTURE, "LISTING_4_": VIDEO, "LISTING_5_": VIDEO,
    "LISTING_6_": PACKAGE, "LISTING_7_": PACKAGE, "LISTING_8_": PACKAGE, "LISTING_9_": PACKAGE,
    "LISTING_10_": CONCEPT, "LISTING_11_": CONCEPT, "LISTING_12_": KNOWLEDGE, "LISTING_13_": "no article: catalogue",
    "LISTING_14_": CONCEPT, "LISTING_15_": KNOWLEDGE, "LISTING_16_": "no article: list of events",
    "LISTING_17_": PLAN, "LISTING_18_": PLAN, "LISTING_19_": PLAN, "LISTING_20_": PLAN,
    "LISTING_21_": "no article: sports data",
    "LISTING_22_": ("Preview: Arizona Diamondbacks (29-23) at Philadelphia", "2016-10-19", (), 11),
    "LISTING_23_": PACKAGE,
    "LISTING_24_": "no text in it",  # of four items that stand for others
    "LISTING_25_": ("Arizona Diamondbacks (29-23) at Philadelphia", None, (), None),  # a part of an item
    "LISTING_26_": PICTURE,
    "LISTING_27_": ("Acme Widgets announces annual results", "2016-10-19", (), 11),
    "LISTING_28_": "no feed, though its name says so",  # a part of an item without a text
    "LISTING_29_": "no text in it",
    "Receiver View": FED,
    "ap_metadata_example": VIDEO,
    "facet-example.xml": "no text in it", "facet-example-2": "no text in it", "facet-example-3": "no headline",
}  # fmt: skip

EXAMPLE = ("Example Domain",)
ARCHIVES: dict[str, tuple[str, ...] | str] = {
    "warc/bad.arc": "a broken place",
    "warc/example-bad-non-chunked.warc.gz": EXAMPLE,
    "warc/example-bad.warc.gz.bad": EXAMPLE,  # with damage behind it
    "warc/example-digest.warc": "no article in its 4 records",
    "warc/example-iana.org-chunked.warc": ("Internet Assigned Numbers Authority",),
    "warc/example-resource.warc.gz": EXAMPLE,
    "warc/example-space-in-target-uri.warc.gz": "no article in its 2 records",
    "warc/example-space-in-url.arc": EXAMPLE,
    "warc/example-trunc.warc": EXAMPLE,
    "warc/example-wget-bad-target-uri.warc.gz": EXAMPLE,
    "warc/example-wrong-chunks.warc.gz": EXAMPLE,
    "warc/example.arc": EXAMPLE,
    "warc/example.arc.gz": EXAMPLE,
    "warc/example.warc": EXAMPLE,
    "warc/example.warc.gz": EXAMPLE,
    "warc/post-test.warc.gz": "no article in its 6 records",
    "wacz/example-collection.warc": EXAMPLE,
    "wacz/example-collection-with-lists.warc": (
        *EXAMPLE, "IANA-managed Reserved Domains", "Domain Name Services", "Number Resources", "About us",
    ),
    "wacz/example-iana.warc": (
        *EXAMPLE, "About us", "Domain Name Services", "IANA-managed Reserved Domains", "Number Resources",
    ),
    "wacz/example-resource.warc.gz": EXAMPLE,
    "wacz/example-warcinfo-metadata.warc": EXAMPLE,
    "wacz/invalid_example_1.wacz": "a WACZ without a WARC file in it",
    "wacz/invalid_signed_example_1.wacz": EXAMPLE,
    "wacz/valid_example_1.wacz": EXAMPLE,
    "wacz/valid_example_2.wacz": EXAMPLE,
    "wacz/valid_signed_example_1.wacz": EXAMPLE,
}  # fmt: skip
DAYS = {"warc/example.arc": "2014-02-16", "warc/example.warc": "2017-03-06", "wacz/example-iana.warc": "2021-05-20",
        "wacz/valid_signed_example_1.wacz": "2022-01-18"}  # fmt: skip
"""Of the captures of some."""


def check(path: Path, expected: Row | str) -> None:
    items = list(read(path))
    pages = [item for item in items if isinstance(item, Page)]
    if isinstance(expected, str):
        told = [item.reason or "" for item in items if isinstance(item, ReportItem)]
        assert not pages and told and all(reason.startswith(expected) for reason in told), told
        return
    (page,) = pages
    title, on, authors, version = expected
    published = day(page.published)
    assert page.title and page.title.startswith(title)
    assert (str(published) if published else None, page.authors) == (on, authors)
    assert page.version == version or (page.version is None and path.suffix == ".xml")
    assert page.embargo is None
    assert page.id or path.name.startswith("LISTING_25_")
    assert "<" not in page.text and title not in page.text.split("\n")[0]


@pytest.mark.parametrize("name", NINJS)
def test_ninjs(name: str) -> None:
    check(NEWSROOM / "ninjs" / name, NINJS[name])


@pytest.mark.parametrize("name", NEWSML)
def test_newsml_g2(name: str) -> None:
    (path,) = (NEWSROOM / "newsml-g2").glob(
        f"{name.removesuffix('.xml')}{'.xml' if name.endswith('.xml') else '*.xml'}"
    )
    check(path, NEWSML[name])


@pytest.mark.parametrize("name", ARCHIVES)
def test_archives_of_the_web(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.ingest.captures.warc.MAX_BODY_READ", 1 << 19)  # one page of a megabyte takes seconds
    expected = ARCHIVES[name]
    items = list(read(NEWSROOM / name))
    pages = [item for item in items if isinstance(item, Page)]
    told = [item.reason or "" for item in items if isinstance(item, ReportItem)]
    if isinstance(expected, str):
        assert not pages and len(told) == 1 and told[0].startswith(expected)
        return
    assert tuple(page.title for page in pages) == expected
    assert all(page.url and page.captured for page in pages)
    if name in DAYS:
        assert {str(day(page.captured)) for page in pages} == {DAYS[name]}


def test_every_example_has_a_row() -> None:
    assert {path.name for path in (NEWSROOM / "ninjs").glob("*.json")} == set(NINJS)
    assert len(list((NEWSROOM / "newsml-g2").glob("*.xml"))) == len(NEWSML)
    found = (path for kind in ("warc", "wacz") for path in (NEWSROOM / kind).iterdir())
    assert {f"{p.parent.name}/{p.name}" for p in found if p.suffix != ".jsonl" and p.name[0] != "."} == set(ARCHIVES)
