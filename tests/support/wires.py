"""Messages as agencies send them, framed by the bytes of control of IPTC 7901 and ANPA-1312."""

from __future__ import annotations

SOH, STX, ETX, EOT, US, DC3 = "\x01", "\x02", "\x03", "\x04", "\x1f", "\x13"


def anpa(number: str, slug: str, text: str, sent: str = "AP-NY-05-07-24 1522EDT", words: int = 250) -> str:
    """A message of ANPA-1312 with the lines that the AP sets."""
    header = f"{SOH}{number}{US}-----{US}r i {DC3}bc-{slug}   05-07 {words:04}{STX}\r\n"
    return f"{header}^BC-{slug},{words}<\r\n{text}\r\n{ETX}\r\n{sent}<\r\n{EOT}"


def iptc(header: str, text: str, sent: str = "071522 GMT May 24") -> str:
    """A message of IPTC 7901."""
    return f"\x16\x16{SOH}{header}\r\n{STX}{text}\r\n{ETX}{sent}\r\n{EOT}"


BODY = """	ERLE, Norway (AP) _ The last ferry on the Sund will sail on May 30,
the company said Tuesday after a meeting in the town hall that took all
of the morning.
	``It has carried people, sheep and one piano since 1934,'' said Ann
Poe, who runs the line.
	Nobody asked the sheep. A bridge takes its place.
(mf)"""
FERRY = "^Last Sund ferry to sail on May 30<\n^By JANE ROE=\n^Associated Press Writer=\n" + BODY
