"""Changes of followed questions as one mail, through the SMTP server of the settings."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from rag.errors import ReadError, UsageError
from rag.ledger.telling.atom import said_briefly, said_in_full
from rag.settings import Settings
from rag.types import Change

MAIL_SECONDS = 20.0  # for each step of the conversation with the server
_PORTS = {"starttls": 587, "ssl": 465, "none": 25}


def change_mail(settings: Settings, told: Sequence[tuple[str, Change]]) -> EmailMessage:
    """The mail that tells of (question, change)."""
    mail = EmailMessage()
    question, first = told[0]
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    mail["Subject"] = " ".join(f"{question} {said_briefly(first)}{more}".split())[:200]
    mail["From"] = settings.mail_from or settings.follow_mail
    mail["To"] = settings.follow_mail
    mail["Date"] = formatdate(localtime=False)
    mail["Message-ID"] = make_msgid(domain="rag.invalid")
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join(said_in_full(*each) for each in told) + "\n")
    return mail


def send_changes(settings: Settings, told: Sequence[tuple[str, Change]]) -> None:
    """Sends them. Raises ``ReadError`` where the server does not take the mail, ``UsageError`` for a wrong setting."""
    name, _, port = (settings.smtp_server or "").rpartition(":") if ":" in (settings.smtp_server or "") else (
        settings.smtp_server or "", "", "")  # fmt: skip
    if port and not port.isdecimal():
        raise UsageError("setting smtp_server: write it as host or host:port")
    how, secret = settings.smtp_security, settings.smtp_password
    number = int(port) if port else _PORTS[how]
    context = ssl.create_default_context()
    try:
        server: smtplib.SMTP
        if how == "ssl":
            server = smtplib.SMTP_SSL(name, number, timeout=MAIL_SECONDS, context=context)
        else:
            server = smtplib.SMTP(name, number, timeout=MAIL_SECONDS)
        with server:
            if how == "starttls":
                server.starttls(context=context)
            if settings.smtp_user and secret:
                server.login(settings.smtp_user, secret.get_secret_value())
            server.send_message(change_mail(settings, told))
    except smtplib.SMTPException as error:
        code = getattr(error, "smtp_code", None)
        told_code = f", status {code}" if code else ""
        raise ReadError(
            f"the mail server refused the mail ({type(error).__name__}{told_code}); check RAG_SMTP_*"
        ) from None
    except OSError as error:
        raise ReadError(f"the mail server cannot be reached ({error.strerror or type(error).__name__})") from None
