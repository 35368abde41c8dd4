"""How changes are told: the Atom feed, the webhook and the mail, each change once, and no secret in a log."""

from __future__ import annotations

import json
import logging
import smtplib
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pytest

from rag import News, Settings
from rag.errors import ReadError, StoreError
from rag.ingest.web.guard import Own
from rag.ingest.web.http import Exchange
from rag.ledger.following import Stand, begin_following, followed_questions, note_to_ask, settle_question
from rag.ledger.telling import mail
from rag.ledger.telling.atom import atom_of_changes, write_whole
from rag.ledger.telling.outbox import FIRST_WAIT, LEASE, MAX_TRIES, send_waiting
from rag.ledger.telling.webhook import post_change
from rag.types import Change, FollowedQuestion

pytestmark = pytest.mark.both_kinds

CHANGE = Change(date(2026, 3, 4), "12", "17", "It was 12.", "It is 17 & <more>.", "b", "News", "superseded")
HOOK = "https://hooks.example.com/T0KEN-of-mine"


def changed(news: News, *ways: str, change: Change = CHANGE) -> None:
    """A followed question with a change that waits to be told."""
    begin_following(news.ledger, "How many?", "How many?", b"", Stand("12"))
    [f] = followed_questions(news.ledger)
    note_to_ask(news.ledger, {f.shown.id: ["b"]}, {"b": "1"})
    settle_question(news.ledger, f, {"b": "1"}, Stand(change.new), change, ways)


def test_the_feed_has_an_entry_a_change_with_an_id_that_stays() -> None:
    f = FollowedQuestion("1", "How many?", "17", "It is 17.", datetime(2026, 3, 1, tzinfo=UTC), (CHANGE,), 1)
    name = {"a": "http://www.w3.org/2005/Atom"}
    first, second = (ElementTree.fromstring(atom_of_changes([f])) for _ in range(2))
    [entry] = first.findall("a:entry", name)
    assert entry.findtext("a:title", "", name) == "How many? now 17, before 12"
    assert "“It is 17 & <more>.”\n  News, 2026-03-04 (b)\nBefore: 12" in entry.findtext("a:content", "", name)
    assert entry.findtext("a:id", "", name) == second.findtext("a:entry/a:id", "", name)
    assert entry.findtext("a:updated", "", name) == "2026-03-04T00:00:00+00:00"
    assert atom_of_changes([]).startswith("<?xml")


def test_a_feed_that_cannot_be_written_says_where(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        write_whole(tmp_path / "none" / "feed.xml", "")


def webhook(status: int = 200, ips: str = "93.184.216.34") -> tuple[list[httpx.Request], Any]:
    got: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        got.append(request)
        return httpx.Response(status, stream=httpx.ByteStream(b""))

    def post(settings: Settings, question: str, change: Change, number: int) -> None:
        own = Own.parse(settings.private_hosts)
        web = Exchange("test", own, lambda *_: [ips], httpx.MockTransport(answer))
        post_change(settings, question, change, number, web=web)

    return got, post


def test_a_change_is_posted_once(news: News) -> None:
    settings = Settings.load(follow_webhook=HOOK)
    changed(news, "webhook")
    got, post = webhook()
    for _ in range(2):
        send_waiting(news.ledger, settings, post=post)
    [request] = got
    assert json.loads(request.content) == {"id": "1", "question": "How many?", **CHANGE.record()}
    assert (request.method, request.headers["host"]) == ("POST", "hooks.example.com")
    assert request.headers["idempotency-key"] == "rag-follow-1"


def test_what_fails_is_tried_again_later_and_not_for_ever(news: News, caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings.load(follow_webhook=HOOK)
    changed(news, "webhook")
    got, post = webhook(status=500)
    now = 2e9
    send_waiting(news.ledger, settings, clock=lambda: now, post=post)
    send_waiting(news.ledger, settings, clock=lambda: now + FIRST_WAIT - 1, post=post)
    assert len(got) == 1
    for _ in range(MAX_TRIES + 3):
        now += 86400
        send_waiting(news.ledger, settings, clock=lambda now=now: now, post=post)  # type: ignore[misc]
    assert len(got) == MAX_TRIES
    assert "T0KEN" not in caplog.text
    assert "status 500" in caplog.text


def test_who_is_killed_while_sending_leaves_it_to_the_next(news: News) -> None:
    changed(news, "webhook")
    settings = Settings.load(follow_webhook=HOOK)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        send_waiting(news.ledger, settings, clock=lambda: 2e9, post=killed)
    got, post = webhook()
    send_waiting(news.ledger, settings, clock=lambda: 2e9 + 1, post=post)
    assert got == []  # somebody else may be sending it
    send_waiting(news.ledger, settings, clock=lambda: 2e9 + LEASE, post=post)
    assert len(got) == 1


def test_a_private_host_is_posted_to_only_where_it_is_allowed() -> None:
    got, post = webhook(ips="10.0.0.7")
    with pytest.raises(ReadError, match="private address") as refused:
        post(Settings.load(follow_webhook=HOOK), "How many?", CHANGE, 1)
    assert "T0KEN" not in str(refused.value)
    post(Settings.load(follow_webhook=HOOK, private_hosts="10.0.0.0/8"), "How many?", CHANGE, 1)
    assert len(got) == 1


class Mailbox(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it is given; it refuses the mail where ``refusing``."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Mailman)
        self.mails: list[str] = []
        self.refusing = False


class _Mailman(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                self.wfile.write(b"354 go\r\n")
                text = ""
                while (part := self.rfile.readline().decode()) != ".\r\n":
                    text += part
                self.server.mails.append(text)
            if word == "RCPT" and self.server.refusing:
                self.wfile.write(b"550 not here\r\n")
            else:
                self.wfile.write(b"221 bye\r\n" if word == "QUIT" else b"250 fine\r\n")


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def test_changes_come_as_one_mail(news: News, mailbox: Mailbox) -> None:
    settings = Settings.load(
        follow_mail="me@example.com", smtp_server=f"127.0.0.1:{mailbox.server_address[1]}", smtp_security="none"
    )
    changed(news, "mail")
    mailbox.refusing = True
    send_waiting(news.ledger, settings, clock=lambda: 2e9)
    mailbox.refusing = False
    for _ in range(2):
        send_waiting(news.ledger, settings, clock=lambda: 2e9 + FIRST_WAIT)
    [text] = mailbox.mails
    assert "Subject: How many? now 17, before 12" in text
    assert "To: me@example.com" in text


@pytest.mark.parametrize(
    ("how", "port", "steps"), [("starttls", 587, ["tls", "login", "send"]), ("ssl", 465, ["login", "send"])]
)
def test_the_password_goes_only_over_a_safe_line(
    monkeypatch: pytest.MonkeyPatch, how: str, port: int, steps: list[str]
) -> None:
    done: list[str] = []

    class Server:
        def __init__(self, name: str, number: int, **_: Any):
            assert (name, number) == ("mail.example.com", port)

        def __enter__(self) -> Server:
            return self

        def __exit__(self, *_: object) -> None: ...
        def starttls(self, **_: Any) -> None:
            done.append("tls")

        def login(self, user: str, password: str) -> None:
            assert (user, password) == ("me", "secret")
            done.append("login")

        def send_message(self, _: Any) -> None:
            done.append("send")

    monkeypatch.setattr(smtplib, "SMTP_SSL" if how == "ssl" else "SMTP", Server)
    settings = Settings.load(
        follow_mail="me@example.com", smtp_server="mail.example.com", smtp_security=how, smtp_user="me",
        smtp_password="secret",
    )  # fmt: skip
    mail.send_changes(settings, [("How many?", CHANGE)])
    assert done == steps


def test_a_wrong_secret_is_not_repeated(caplog: pytest.LogCaptureFixture, news: News) -> None:
    changed(news, "webhook")
    caplog.set_level(logging.DEBUG, logger="rag")
    send_waiting(news.ledger, Settings.load(follow_webhook="ftp://user:T0KEN@example.com/T0KEN"), clock=lambda: 2e9)
    assert "T0KEN" not in caplog.text
    assert "a change is told later" in caplog.text
