"""Items of news agencies: NITF, NewsML-G2 and NewsML 1, by themselves and several in a message."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from rag.ingest.formats.files import read
from rag.ingest.page import Page, Withdrawal
from rag.ingest.segment.segmenter import segment
from rag.ingest.wire.newsml import is_wire, read_wire
from rag.types import ReportItem

G2 = "xmlns='http://iptc.org/std/nar/2006-10-01/'"
XHTML = (
    "<inlineXML contenttype='application/xhtml+xml'><html xmlns='http://www.w3.org/1999/xhtml'><head><title>t</title>"
    "</head><body><p>The last ferry sails in May.</p><p>A bridge &amp; a tunnel take its place.</p></body></html>"
    "</inlineXML>"
)
NITF = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE nitf SYSTEM "nitf-3-3.dtd">
<nitf><head><title>Ferry</title><meta name="lang" content="en-GB"/><docdata><doc-id id-string="NW-77" regsrc="NW"/>
<date.issue norm="20240304T091500+0100"/>{docdata}</docdata>
<pubdata name="Northway Wire" position.section="Coast"/></head>
<body><body.head><hedline><hl1>Ferry line to close</hl1><hl2>A bridge is next</hl2></hedline>
<byline>By <person>Ada Quist</person> and <person>Bo Lund</person></byline>
<dateline><location>SUND</location>, March 4 (NW)</dateline></body.head>
<body.content><p>The last ferry sails in <em>May</em>, the caf&eacute; owner said after ninety years of work.</p>
<media media-type="image"><media-caption>The ferry, seen from the café.</media-caption></media>
<block><p>The last ferry sails in <em>May</em>, the caf&eacute; owner said after ninety years of work.</p>
<p>A bridge takes its place.</p></block></body.content>
<body.end><tagline>desk@wire.example</tagline></body.end></body></nitf>"""


def items(data: str) -> list[Page | ReportItem | Withdrawal]:
    return list(read_wire("a.xml", data.encode("latin-1")))


def pages(data: str) -> list[Page]:
    return [item for item in items(data) if isinstance(item, Page)]


def gone(data: str) -> list[tuple[str | None, str, int | None]]:
    return [(found.id, found.why, found.version) for found in items(data) if isinstance(found, Withdrawal)]


def reasons(data: str) -> list[str]:
    return [item.reason or "" for item in items(data) if isinstance(item, ReportItem)]


def nitf(docdata: str = "", status: str = "") -> str:
    return NITF.format(docdata=docdata).replace("<docdata>", f"<docdata {status}>")


def item(
    guid: str = "tag:a", version: int = 1, meta: str = "", content: str = "<headline>Ferry to close</headline>",
    kind: str = "text", body: str = XHTML,
) -> str:  # fmt: skip
    return (
        f"<newsItem {G2} guid='{guid}' version='{version}' xml:lang='en-GB'><itemMeta><itemClass qcode='ninat:{kind}'/>"
        f"<provider qcode='np:NW'><name>Northway Wire</name></provider>"
        f"<versionCreated>2024-03-04T1{version}:00:00Z</versionCreated>{meta}</itemMeta>"
        f"<contentMeta>{content}</contentMeta><contentSet>{body}</contentSet></newsItem>"
    )


def message(*parts: str) -> str:
    return (
        f"<newsMessage {G2}><header><sent>2024-03-04</sent></header><itemSet>{''.join(parts)}</itemSet></newsMessage>"
    )


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("<location>HOLM</location><story.date>June 2</story.date>", "HOLM June 2"),
        (
            "<location><city>Holm</city><region>Ost</region></location>, <story.date>2 June</story.date>",
            "Holm Ost, 2 June",
        ),
        ("<location>HOLM</location> <story.date>June 2</story.date>", "HOLM June 2"),
        ("<location>H<em>OL</em><em>M</em></location> (<org>NW</org>)", "HOLM (NW)"),
        ("<location>東京</location><story.date>6月2日</story.date>", "東京6月2日"),
        ("HOLM, <frac><numer>1</numer><frac-sep>/</frac-sep><denom>3</denom></frac> mile", "HOLM, 1/3 mile"),
    ],
)
def test_parts_that_only_their_elements_keep_apart_are_words_of_their_own(marked: str, plain: str) -> None:
    data = f"<nitf><head/><body><body.head><hedline><hl1>Ferry</hl1></hedline><dateline>{marked}</dateline></body.head>"
    text = f"<p>The last ferry to the islands sails in May, its owner said.{' It is old and slow.' * 9}</p>"
    end = f"<body.content>{text}<p>From {marked}</p></body.content></body></nitf>"
    (page,) = [item for item in read_wire("a.xml", (data + end).encode()) if isinstance(item, Page)]
    assert page.text.split("\n\n")[-1] == f"From {plain}"
    assert page.text.startswith(f"{plain} — The last ferry")


def test_an_article_in_nitf_comes_whole() -> None:
    (page,) = pages(nitf())
    assert (page.title, page.source, page.section, page.language, page.id) == (
        "Ferry line to close", "Northway Wire", "Coast", "en", "NW-77",
    )  # fmt: skip
    assert page.published == datetime(2024, 3, 4, 9, 15, tzinfo=timezone(timedelta(hours=1)))
    assert page.authors == ("Ada Quist", "Bo Lund")
    assert page.text == (
        "SUND, March 4 (NW) — The last ferry sails in May, the café owner said after ninety years of work.\n\n"
        "A bridge takes its place."
    )


@pytest.mark.parametrize(
    ("written", "when"),
    [
        ("20240304", date(2024, 3, 4)),
        ("20240304T000000-0500", date(2024, 3, 4)),
        ("20240304T101500Z", datetime(2024, 3, 4, 10, 15, tzinfo=UTC)),
        ("2024-03-04T10:15:00.250Z", datetime(2024, 3, 4, 10, 15, tzinfo=UTC)),
    ],
)
def test_days_of_nitf(written: str, when: date) -> None:
    (page,) = pages(nitf().replace("20240304T091500+0100", written))
    assert page.published == when


def test_a_bare_number_names_an_article_only_with_its_outlet() -> None:
    (page,) = pages(nitf().replace("NW-77", "1815754"))
    assert page.id == "northwaywire-1815754"


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_nitf_takes_an_article_back(status: str) -> None:
    data = nitf(status=f"management-status='{status}'")
    assert (pages(data), reasons(data)) == ([], [])
    assert gone(data) == [("NW-77", status, None)]


def test_nitf_says_when_it_may_be_shown() -> None:
    (page,) = pages(nitf("<date.release norm='20990101T060000Z'/>"))
    assert page.embargo == datetime(2099, 1, 1, 6, tzinfo=UTC)


def test_an_item_of_newsml_g2() -> None:
    content = (
        "<contentCreated>2024-03-04T09:00:00Z</contentCreated><contentModified>2024-03-05T09:00:00Z</contentModified>"
        "<creator><name>Ada Quist</name></creator><infoSource><name>Desk</name></infoSource><language tag='en-US'/>"
        "<subject qcode='medtop:20000350'><name>shipping</name></subject>"
        "<subject qcode='medtop:04000000'><name>economy</name></subject>"
        "<headline> Ferry to close </headline><dateline>SUND, March 4 (NW)</dateline>"
    )
    (page,) = pages(item(content=content, meta="<pubStatus qcode='stat:usable'/>"))
    assert (page.title, page.source, page.section, page.language, page.id) == (
        "Ferry to close", "Northway Wire", "economy", "en", "tag:a",
    )  # fmt: skip
    assert (page.published, page.updated) == (
        datetime(2024, 3, 4, 9, tzinfo=UTC),
        datetime(2024, 3, 5, 9, tzinfo=UTC),
    )
    assert page.authors == ("Ada Quist",)
    assert page.text.split("\n\n") == [
        "SUND, March 4 (NW) — The last ferry sails in May.",
        "A bridge & a tunnel take its place.",
    ]


def test_nitf_and_plain_text_inside_newsml() -> None:
    inner = nitf()[nitf().index("<nitf>") :].replace("&eacute;", "é")
    (page,) = pages(item(body=f"<inlineXML contenttype='application/nitf+xml'>{inner}</inlineXML>", content=""))
    assert page.title == "Ferry line to close"
    assert page.authors == ("Ada Quist", "Bo Lund")
    plain = "<inlineData contenttype='text/plain'>  The first line.\n\n  The second line.</inlineData>"
    (page,) = pages(item(body=plain))
    assert page.text == "The first line.\n\nThe second line."


def test_a_message_gives_its_texts_and_names_the_rest_once() -> None:
    data = message(
        f"<packageItem {G2} guid='p'/>",
        item(version=1),
        item(version=2, content="<headline>Ferry to close in May</headline>"),
        item(guid="tag:b", kind="picture"),
        item(guid="tag:c", kind="picture"),
        item(guid="tag:d", kind="graphic"),
        f"<planningItem {G2} guid='q'/>",
        item(guid="tag:e", body="<inlineXML><sports-content/></inlineXML>"),
        item(guid="tag:f", meta="<pubStatus qcode='stat:canceled'/>"),
        item(guid="tag:g", meta="<pubStatus uri='http://cv.iptc.org/newscodes/pubstatusg2/withheld'/>"),
        item(guid="tag:h", meta="<embargoed>2099-01-01T00:00:00Z</embargoed>"),
        item(guid="tag:i", meta="<embargoed>2024-03-04T00:00:00Z</embargoed>"),
        item(guid="tag:j", body="<remoteContent href='http://wire.example/j.xml'/>"),
    )
    assert [(page.title, page.id) for page in pages(data)] == [
        ("Ferry to close", "tag:a"),
        ("Ferry to close in May", "tag:a"),
        ("Ferry to close", "tag:h"),
        ("Ferry to close", "tag:i"),
    ]
    assert gone(data) == [("tag:f", "canceled", 1), ("tag:g", "withheld", 1)]
    assert [page.embargo and page.embargo.year for page in pages(data)] == [None, None, 2099, 2024]
    assert reasons(data) == [
        "no text in it; it is at http://wire.example/j.xml",
        "no articles: 2 pictures, 1 graphic, 1 plan of coverage, sports data",
    ]


@pytest.mark.parametrize("kind", ["picture", "graphic", "video", "audio"])
def test_a_single_item_that_is_no_text(kind: str) -> None:
    assert reasons(item(kind=kind)) == [f"no article: {kind}"]


def test_a_day_ahead_is_told_as_such() -> None:
    (page,) = pages(item(content="<headline>Ferry</headline><contentCreated>2098-01-01</contentCreated>"))
    assert page.published == datetime(2024, 3, 4, 11, tzinfo=UTC)
    (page,) = pages(nitf().replace("20240304T091500+0100", "20980304T091500Z"))
    assert (page.published, page.note) == (None, "date in the future, not used: '20980304T091500Z'")


def test_newsml_1() -> None:
    data = """<NewsML><NewsItem xml:lang="de"><Identification><NewsIdentifier><ProviderId>wire.example</ProviderId>
    <DateId>20240304</DateId><NewsItemId>TX-77</NewsItemId><RevisionId>2</RevisionId>
    <PublicIdentifier>urn:newsml:wire.example:20240304:TX-77:2U</PublicIdentifier></NewsIdentifier></Identification>
    <NewsManagement><FirstCreated>20240304T101500Z</FirstCreated>
    <ThisRevisionCreated>20240305T101500Z</ThisRevisionCreated>
    <Status FormalName="{}"/></NewsManagement><NewsComponent><NewsLines><HeadLine>Hafen gesperrt</HeadLine>
    <ByLine>Von Ada Quist</ByLine><DateLine>Sund, 4. März (NW)</DateLine></NewsLines><AdministrativeMetadata><Provider>
    <Party FormalName="Northway Wire"/></Provider></AdministrativeMetadata><DescriptiveMetadata>
    <Language FormalName="de"/>
    </DescriptiveMetadata><ContentItem><MediaType FormalName="Text"/><DataContent><p>Der Hafen ist wegen eines Sturms
    gesperrt.</p></DataContent></ContentItem><NewsComponent><ContentItem Href="a.jpg"><MediaType FormalName="Photo"/>
    </ContentItem></NewsComponent></NewsComponent></NewsItem></NewsML>"""
    (page,) = pages(data.format("Usable"))
    assert (page.title, page.source, page.authors, page.language) == (
        "Hafen gesperrt", "Northway Wire", ("Ada Quist",), "de",
    )  # fmt: skip
    assert page.text == "Sund, 4. März (NW) — Der Hafen ist wegen eines Sturms gesperrt."
    assert page.id == "urn:newsml:wire.example:20240304:TX-77"
    assert (page.published, page.updated) == (
        datetime(2024, 3, 4, 10, 15, tzinfo=UTC),
        datetime(2024, 3, 5, 10, 15, tzinfo=UTC),
    )
    assert page.version == 2
    assert gone(data.format("Canceled")) == [("urn:newsml:wire.example:20240304:TX-77", "canceled", 2)]


def test_versions_come_in_the_order_of_their_numbers_and_say_what_they_correct() -> None:
    data = message(
        item(version=3, meta="<signal qcode='sig:correction'><name>Corr</name></signal><edNote>Mends the day</edNote>"),
        item(guid="tag:z"),
        item(version=2),
    )
    assert [(page.id, page.version, page.correction) for page in pages(data)] == [
        ("tag:a", 2, None), ("tag:z", 1, None), ("tag:a", 3, "Mends the day"),
    ]  # fmt: skip


def test_hostile_and_broken_xml_is_told() -> None:
    bomb = "<!DOCTYPE nitf [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]>" + nitf()[nitf().index("<nitf>") :]
    assert "declares entities" in reasons(bomb)[0]
    outside = "<!DOCTYPE nitf [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><nitf><body><p>&a;</p></body></nitf>"
    assert "declares entities" in reasons(outside)[0]
    assert "nested deeper" in reasons("<nitf>" + "<p>" * 300 + "</p>" * 300 + "</nitf>")[0]
    cut = nitf()[: nitf().index("</block>")]
    assert [page.title for page in pages(cut)] == ["Ferry line to close"]
    assert reasons(cut) == ["broken XML; what could be read of it was kept, so ask for the file again"]


def test_files_of_agencies_are_found_by_what_they_hold(tmp_path: Path) -> None:
    for name in ("a.xml", "b.nitf", "c.newsml"):
        path = tmp_path / name
        path.write_text(nitf(), encoding="latin-1")
        (page,) = read(path)
        assert isinstance(page, Page)
        (article,) = segment(page)
        assert article.title == "Ferry line to close"
    assert is_wire(b"<?xml version='1.0'?><!-- x --><n:newsItem xmlns:n='http://iptc.org/std/nar/2006-10-01/'/>")
    assert not is_wire(b"<rss version='2.0'><channel/></rss>")


def test_notes_to_editors_and_credits_are_no_text() -> None:
    rows = ("(Corrects day to Monday in first paragraph)", "The last ferry sails in May.",
            "(Reporting by Ada Quist; Editing by Bo Lund)")  # fmt: skip
    body = XHTML.replace("<p>The last ferry sails in May.</p>", "".join(f"<p>{row}</p>" for row in rows))
    (page,) = pages(item(content="<headline>CORRECTED-Ferry to close</headline>", body=body))
    assert page.title == "Ferry to close"
    assert page.text == "The last ferry sails in May.\n\nA bridge & a tunnel take its place."
    assert page.authors == ("Ada Quist",)
    assert page.correction == "Corrects day to Monday in first paragraph"


def test_a_surname_in_capitals_is_told_as_others_are() -> None:
    (page,) = pages(item(content="<headline>Ferry</headline><by>Ada QUIST-LUND and BO POE</by>"))
    assert page.authors == ("Ada Quist-Lund", "Bo Poe")


def test_a_kill_whose_status_does_not_say_so() -> None:
    words = XHTML.replace("The last ferry sails in May.", "The story is withdrawn. There will be no substitute.")
    killed = item("tag:k", 3, content="<headline>KILL-Ferry to close</headline>", body=words)
    assert gone(killed) == [("tag:k", "killed", 3)]
    assert gone(item("tag:k", content="<headline>KILL-Ferry to close</headline>")) == []


def test_a_document_that_withdraws_another_one() -> None:
    told = nitf(status='management-status="usable" management-doc-idref="NW-70" management-idref-status="canceled"')
    assert gone(told) == [("NW-70", "canceled", None)]


def test_what_a_document_says_that_it_corrects() -> None:
    (page,) = pages(nitf('<correction info="It sails in May, not in March." id-string="NW-70"/>'))
    assert page.correction == "It sails in May, not in March."


@pytest.mark.parametrize("name", ["UTF-" + "x" * 5000, "no-such-encoding", "utf-16"])
def test_an_encoding_that_is_none_stops_nothing(name: str) -> None:
    (page,) = pages(f'<?xml version="1.0" encoding="{name}"?>{item()}')
    assert page.title == "Ferry to close"


def test_a_correction_that_its_signal_does_not_explain_has_the_words_of_its_note() -> None:
    body = XHTML.replace("<p>The last", "<p>(Corrects day to Monday in first paragraph)</p><p>The last")
    (page,) = pages(item(meta='<signal qcode="sig:correction"/>', body=body))
    assert page.correction == "Corrects day to Monday in first paragraph"
