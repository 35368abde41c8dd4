"""Mailboxes, forwarded mails, replies, footers, and newsletters with several stories."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.ingest.formats.files import size
from rag.ingest.page import Page
from rag.ingest.segment.segmenter import segment
from rag.ingest.web.urls import behind_counter
from rag.ingest.wire.mail import read_mail
from rag.types import ReportItem
from tests.support.reading import found, pages

SENT = datetime(2024, 3, 5, 10, 15, tzinfo=UTC)
TEXT = "The ferry across the sound stops in May, after ninety years. The council voted for a bridge on Monday."
MORE = "A bridge takes its place. It costs four million, and the town pays half of it, the mayor said."


def letter(subject: str, text: str, html: str = "", name: str = "") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Northway Wire <desk@wire.example>"
    mail["To"] = "me@home.example"
    mail["Subject"] = subject
    mail["Date"] = format_datetime(SENT)
    if name:
        mail["Message-ID"] = f"<{name}@wire.example>"
    mail.set_content(text or "Look at it in your browser.")
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def box(*mails: EmailMessage | bytes) -> bytes:
    mark = b"From desk@wire.example Tue Mar  5 10:15:00 2024\n"
    return b"".join(mark + bytes(m) + b"\n\n" for m in mails)


@pytest.mark.parametrize("name", ["a.mbox", "a.txt", "a.eml"])
def test_each_mail_of_a_mailbox_is_an_article(tmp_path: Path, name: str) -> None:
    second = bytes(letter("Bridge", f"{MORE}\n\n>From the harbour it is a mile.\n"))
    data = box(letter("Ferry to close", TEXT, name="1"), second, letter("Ferry to close", TEXT, name="1"))
    items = found(tmp_path / name, data)
    first, other, left = items
    assert isinstance(first, Page) and isinstance(other, Page) and isinstance(left, ReportItem)
    assert (first.title, first.text, first.published, first.source) == ("Ferry to close", TEXT, SENT, "Northway Wire")
    assert first.origin.endswith(f"{name}#mail 1")
    assert other.text.endswith("\n\nFrom the harbour it is a mile.")
    assert (left.status, left.reason) == ("left_out", "1 mail is a copy of another in the file (the same Message-ID)")
    assert size(tmp_path / name) == (3 if name == "a.mbox" else 1)


def test_what_is_no_mailbox_is_told(tmp_path: Path) -> None:
    (item,) = found(tmp_path / "a.mbox", b"Just some words.\n")
    assert isinstance(item, ReportItem) and "no subject, sender and day" in (item.reason or "")
    (item,) = found(tmp_path / "b.mbox", b"\n\n")
    assert isinstance(item, ReportItem)
    (item,) = found(tmp_path / "c.mbox", bytes(letter("Ferry to close", TEXT)))
    assert isinstance(item, Page)
    report = b"From: a@b.example\nSubject: x\nContent-Type: multipart/report; boundary=b\n\n--b\n\nx\n--b--\n"
    (item,) = found(tmp_path / "d.eml", report)
    assert isinstance(item, ReportItem) and "a report of a mail server" in (item.reason or "")


GMAIL = f"""Worth a read!

---------- Forwarded message ---------
From: Küstenblatt <news@coast.example>
Date: Mon, Mar 4, 2024 at 9:30 AM
Subject: Ferry to close
To: <jane@home.example>

{TEXT}
"""
GERMAN = f"""

-------- Weitergeleitete Nachricht --------
Betreff: Ferry to close
Datum: Mon, 4 Mar 2024 09:30:00 +0000
Von: Küstenblatt <news@coast.example>
An: jane@home.example

{TEXT}
"""
APPLE = f"""Begin forwarded message:

> From: Küstenblatt <news@coast.example>
> Subject: Ferry to close
> Date: 4 March 2024 at 09:30:00 GMT
> To: jane@home.example
>\x20
> {TEXT}
"""
OUTLOOK = f"""
From: Küstenblatt <news@coast.example>
Sent: Monday, March 4, 2024 9:30 AM
To: Jane <jane@home.example>
Subject: Ferry to close

{TEXT}
"""


@pytest.mark.parametrize("text", [GMAIL, GERMAN, APPLE, OUTLOOK])
def test_of_a_forwarded_mail_the_inner_one_counts(tmp_path: Path, text: str) -> None:
    (page,) = pages(tmp_path / "a.eml", bytes(letter("Fwd: Ferry to close", text)))
    assert (page.title, page.source, page.text) == ("Ferry to close", "Küstenblatt", TEXT)
    assert isinstance(page.published, datetime) and page.published.replace(tzinfo=UTC) == datetime(
        2024, 3, 4, 9, 30, tzinfo=UTC
    )


def test_an_attached_mail_is_the_article(tmp_path: Path) -> None:
    outer = letter("Fwd: something", "See below.")
    outer.add_attachment(letter("Ferry to close", TEXT))
    (page,) = pages(tmp_path / "a.eml", bytes(outer))
    assert (page.title, page.text) == ("Ferry to close", TEXT)


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, 4 Mar 2024 at 09:30, Jane <jane@home.example> wrote:\n> Is it true?\n> I doubt it.",
        "Am 04.03.2024 um 09:30 schrieb Jane:\n\nIs it true?",
        "-----Original Message-----\nFrom: Jane\nSent: Monday\nSubject: Ferry\n\nIs it true?",
    ],
)
def test_quoted_mails_are_left_out(tmp_path: Path, quoted: str) -> None:
    (page,) = pages(tmp_path / "a.eml", bytes(letter("Re: Ferry to close", f"{TEXT}\n\n{quoted}\n")))
    assert (page.title, page.text) == ("Ferry to close", TEXT)
    html = (
        f'<p>{TEXT}</p><div class="gmail_quote"><p>On Monday Jane wrote:</p><blockquote>Is it true?</blockquote></div>'
    )
    (page,) = pages(tmp_path / "b.eml", bytes(letter("Re: Ferry to close", "", html)))
    assert page.text == TEXT


def test_footers_and_trackers_are_left_out(tmp_path: Path) -> None:
    text = (
        f"View this email in your browser\n\n{TEXT}\n\nIt is at https://wire.example/a?utm_source=mail&x=1 now.\n\n"
        f"You may unsubscribe from ferries, the mayor joked; {MORE} {MORE} {MORE}\n\n"
        "You are receiving this email because you signed up.\n\nUnsubscribe: https://wire.example/u\n\n© 2024"
    )
    (page,) = pages(tmp_path / "a.eml", bytes(letter("Ferry to close", text)))
    joke = f"You may unsubscribe from ferries, the mayor joked; {MORE} {MORE} {MORE}"
    assert page.text == f"{TEXT}\n\nIt is at https://wire.example/a?x=1 now.\n\n{joke}"


@pytest.mark.parametrize(
    "foot",
    [
        "This email and any files transmitted with it are confidential.\nIf you received it in error, delete it.",
        "Diese E-Mail enthält vertrauliche Informationen. Sind Sie nicht der Adressat, löschen Sie sie.",
        "____\nCe message et ses pièces jointes sont\nconfidentiels.",
        "CONFIDENTIALITY NOTICE: The contents of this message are intended solely for its addressee.",
        "Questo messaggio è riservato.", "Please consider the environment before printing this e-mail.",
    ],
)  # fmt: skip
def test_that_a_mail_is_confidential_is_no_text(foot: str, tmp_path: Path) -> None:
    (page,) = pages(tmp_path / "a.eml", bytes(letter("Ferry to close", f"{TEXT}\n\n{MORE} {MORE} {MORE}\n\n{foot}")))
    assert page.text == f"{TEXT}\n\n{MORE} {MORE} {MORE}"


def test_news_of_a_message_is_text(tmp_path: Path) -> None:
    text = f"{TEXT}\n\nThis message was confidently read aloud, and a child asked for a second one.\n\n{MORE}"
    (page,) = pages(tmp_path / "a.eml", bytes(letter("Ferry to close", text)))
    assert page.text == text


NEWSLETTER = f"""<html><body><p><a href="https://wire.example/v">View in browser</a></p><h1>The morning letter</h1>
<h2><a href="https://wire.example/ferry?utm_source=letter">Ferry to close in May</a></h2><p>{TEXT}</p>
<p><a href="https://wire.example/ferry">Read more</a></p>
<h2><a href="https://click.wire.example/ls/click?upn=x1">Bridge to take its place</a></h2><p>{MORE}</p>
<h2><a href="https://click.wire.example/click?url=https%3A%2F%2Fwire.example%2Fmayor">Mayor to stay for good</a></h2>
<p>The mayor stays for another term, she told the council on Monday, to see the bridge open.</p>
<p><a href="https://wire.example/u">Unsubscribe</a></p></body></html>"""


def test_the_stories_of_a_newsletter(tmp_path: Path) -> None:
    found_ = pages(tmp_path / "a.eml", bytes(letter("The morning letter", "", NEWSLETTER)))
    assert [page.title for page in found_] == [
        "Ferry to close in May", "Bridge to take its place", "Mayor to stay for good",
    ]  # fmt: skip
    assert found_[0].text == TEXT and found_[1].text == MORE
    assert [page.url for page in found_][1:] == [None, "https://wire.example/mayor"]
    assert all(page.source == "Northway Wire" and page.published == SENT for page in found_)
    one = NEWSLETTER.replace("<h2>", "<p>").replace("</h2>", "</p>").replace("Mayor to stay", "Read more to stay")
    assert len(pages(tmp_path / "b.eml", bytes(letter("The morning letter", "", one)))) == 1


def test_addresses_that_count_clicks() -> None:
    assert behind_counter("https://wire.example/a") == "https://wire.example/a"
    assert behind_counter("https://x.us1.list-manage.com/track/click?u=1&id=2") is None
    assert behind_counter("") is None


PIECES = st.lists(
    st.sampled_from(
        ["From a@b Tue Mar  5 10:15:00 2024\n", "From: a@b.example\n", "Subject: Fwd: x\n", "Date: x\n", "\n", "text. ",
         "Content-Type: multipart/mixed; boundary=b\n", "--b\n", "--b--\n", "Content-Type: message/rfc822\n", "> q\n",
         "---------- Forwarded message ---------\n", "<h2><a href='https://a.example'>", "\0", "\xff", "=?x?q?=",
         "Content-Transfer-Encoding: base64\n", "On 1 May, x wrote:\n", "Content-Type: text/html; charset=\xe9\n"]
    ),
    max_size=30,
).map(lambda pieces: "".join(pieces).encode("latin-1"))  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PIECES | st.binary(max_size=300), st.sampled_from(["a.mbox", "a.eml"]))
def test_no_bytes_raise(tmp_path: Path, content: bytes, name: str) -> None:
    assert found(tmp_path / name, content)


@pytest.mark.parametrize(
    ("sender", "authors", "source"),
    [
        ("Nora Quist from The Sluice", ("Nora Quist",), "The Sluice"),
        ("Nora Quist | The Sluice", ("Nora Quist",), "The Sluice"),
        ("Nora Quist, The Sluice", ("Nora Quist",), "The Sluice"),
        ("The Sluice", (), "The Sluice"),
        ("News from Corran", (), "News from Corran"),
    ],
)
def test_a_sender_may_name_the_writer_too(sender: str, authors: tuple[str, ...], source: str, tmp_path: Path) -> None:
    mail = letter("Ferry to close", f"View this post on the web at https://wire.example/p\n\n{TEXT}")
    mail.replace_header("From", f'"{sender}" <desk@wire.example>')
    (page,) = pages(tmp_path / "a.eml", bytes(mail))
    assert (page.authors, page.source, page.text) == (authors, source, TEXT)


def test_the_buttons_and_the_name_above_a_letter_are_no_text(tmp_path: Path) -> None:
    above = "<h1>Toll ends</h1><p>Nora Quist</p><table><tr><td>∙ Like</td><td>Comment</td><td>Restack</td>"
    above += "<td>READ IN APP"
    rest = "<p>The toll on the bridge ends in May, the county said.</p><p>It has paid for the bridge twice.</p>"
    mail = letter("Toll ends", "", f"<html><body>{above}</td></tr></table>{rest}</body></html>")
    del mail["From"]
    mail["From"] = "Nora Quist from The Sluice <sluice@post.example>"
    (page,) = pages(tmp_path / "a.eml", mail.as_bytes())
    (article,) = segment(page)
    assert article.authors == ("Nora Quist",)
    assert article.body == "The toll on the bridge ends in May, the county said.\n\nIt has paid for the bridge twice."


@pytest.mark.parametrize(
    ("list_id", "section"),
    [("Morning Tide <77.tide.list-id.example>", "Morning Tide"), ("<sluice.letters.example>", "sluice"),
     ('"The Sluice" <1.example>', "The Sluice"), ("<77.example>", None), ("", None)],
)  # fmt: skip
def test_the_list_of_a_letter_is_its_section(list_id: str, section: str | None) -> None:
    head = f"List-Id: {list_id}\n" if list_id else ""
    mail = f"From: The Sluice <a@b.example>\nSubject: Mill race drained\nDate: Mon, 6 May 2024 10:00:00 +0200\n{head}\n"
    (page,) = read_mail("a.eml", f"{mail}The mill race was drained on Monday, and divers look for the gate.\n".encode())
    assert isinstance(page, Page)
    assert (page.section, page.source) == (section, "The Sluice")


def test_a_forwarded_mail_of_apple_has_its_own_day() -> None:
    head = "From: A <a@b.example>\nSubject: Fwd: Two rescued\nDate: Tue, 7 May 2024 08:00:00 +0200\n\n"
    inner = "From: Coast <c@b.example>\nSubject: Two rescued\nDate: 5 May 2024 at 21.14.00 CEST\nTo: a@b.example\n\n"
    text = "Two sailors were rescued off Skagen on Sunday evening.\n"
    (page,) = read_mail("a.eml", f"{head}Begin forwarded message:\n\n{inner}{text}".encode())
    assert isinstance(page, Page)
    assert (page.source, str(page.published)[:10]) == ("Coast", "2024-05-05")


@pytest.mark.parametrize(
    ("above", "why", "end"),
    [
        ("Zobrazit v prohlížeči", "Tento e-mail jste dostali jako odběratelé listu.", "Odhlásit odběr"),
        ("Zobacz w przeglądarce", "Otrzymujesz ten newsletter po zapisie na stronie.", "Wypisz się z newslettera"),
        ("Megtekintés böngészőben", "Ezt a levelet feliratkozóként kapta.", "Leiratkozás"),
        ("Посмотреть в браузере", "Вы получили это письмо по подписке.", "Отписаться"),
        ("Bülteni tarayıcıda aç", "Bu bülteni abone olduğunuz için aldınız.", "Abonelikten çıkmak için tıklayın"),
        ("ブラウザで見る", "このメールはご登録の方に配信しています。", "配信停止はこちら"),
    ],
)
def test_footers_of_letters_in_further_languages(above: str, why: str, end: str, tmp_path: Path) -> None:
    html = f"<html><body><p><a href='https://w.example/v'>{above}</a></p><p>{TEXT}</p><p>{MORE}</p><p>{why}</p>"
    mail = letter("Ferry to close", "", f"{html}<p><a href='https://w.example/u'>{end}</a></p></body></html>")
    (page,) = pages(tmp_path / "a.eml", mail.as_bytes())
    assert page.text == f"{TEXT}\n\n{MORE}"


@pytest.mark.parametrize("news", ["Rezygnacja ministra zaskoczyła rząd.", "Odjava gostiju traje do podneva."])
def test_news_of_leaving_is_no_footer(news: str, tmp_path: Path) -> None:
    (page,) = pages(tmp_path / "a.eml", letter("Ferry to close", f"{TEXT}\n\n{news}\n\n{MORE}").as_bytes())
    assert news in page.text
