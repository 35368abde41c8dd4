"""Which web addresses may be asked: http and https, on hosts of the public internet or of one's own choosing.

An address can come from a feed or a redirect, so from anyone. What it must not reach is the machine's own network:
every address that a name resolves to is checked, and the connection then goes to the checked address, since the name
can resolve to another one a moment later.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import ReadError, UsageError

if TYPE_CHECKING:
    import httpx

MAX_LENGTH = 4096  # characters of a web address; longer ones carry data, not a name

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]
"""(host, port) -> the IP addresses that the name resolves to. Raises ``OSError`` where there is none."""

_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address


@dataclass(frozen=True, slots=True)
class Own:
    """What the setting ``private_hosts`` allows besides the public internet."""

    names: frozenset[str] = frozenset()
    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()
    everything: bool = False

    @classmethod
    def parse(cls, setting: str) -> Own:
        """Host names, addresses and networks with commas between, or '*'. Raises ``UsageError``."""
        names: set[str] = set()
        networks = []
        entries = [e for part in setting.split(",") if (e := part.strip().strip("[]").rstrip(".").lower())]
        for entry in entries:
            try:
                networks.append(ipaddress.ip_network(entry, strict=False))
            except ValueError:
                if entry != "*" and not re.fullmatch(r"[a-z0-9]([a-z0-9_.-]*[a-z0-9])?", entry):
                    raise UsageError(
                        f"setting private_hosts: {entry!r} is no host name, address or network; "
                        "write for example 'feeds.home, 192.168.1.0/24', or '*' for all"
                    ) from None
                names.add(entry)
        return cls(frozenset(names - {"*"}), tuple(networks), "*" in names)

    def has(self, name: str, ip: Ip) -> bool:
        """Whether the setting allows the host ``name`` at the address ``ip``."""
        return self.everything or name in self.names or any(ip in network for network in self.networks)


def parse_address(text: str) -> httpx.URL:
    """The web address without its fragment. Raises ``ReadError`` (without the address) for one that is not fetched."""
    import httpx

    if len(text) > MAX_LENGTH:
        raise ReadError(f"the address is longer than {MAX_LENGTH} characters; give a shorter one")
    try:
        url = httpx.URL(text.strip())
        name = host(url)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise ReadError(f"not a usable web address ({str(error)[:100]}); check the spelling") from None
    if url.scheme not in ("http", "https"):
        raise ReadError(f"only http and https addresses are fetched, not {url.scheme or 'one without a scheme'!r}")
    if url.userinfo:
        raise ReadError("the address holds a user name or password, which are not sent; give it without")
    if not re.fullmatch(r"[a-z0-9_.-]*[a-z0-9_-][a-z0-9_.-]*|[0-9a-f:.]+", name):
        raise ReadError("the address names no host; check the spelling")
    if url.port is not None and not 1 <= url.port <= 65535:
        raise ReadError(f"{url.port} is no port; check the spelling")
    return url.copy_with(fragment=None)


def host(url: httpx.URL) -> str:
    """The name as it is asked for and compared: lower case, in ASCII, without the dot at the end."""
    return url.raw_host.decode("ascii").lower().rstrip(".")


def resolve_host(name: str, port: int) -> list[str]:
    """The addresses that the system's resolver knows, each once."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def checked_addresses(name: str, port: int, own: Own, resolver: Resolver) -> list[str]:
    """The addresses to connect to. Raises ``ReadError`` if the name resolves to none, or to a private one.

    One private address among public ones refuses the host: which of them is used would be chance.
    """
    literal = _literal(name)
    try:
        found = [name] if literal else list(resolver(name, port))
        ips = [ipaddress.ip_address(ip.split("%")[0]) for ip in found]
    except (OSError, UnicodeError, ValueError):
        ips = []
    if not ips:
        raise ReadError(f"no such host: {name}; check the spelling and the connection")
    for ip in ips:
        if not (public(ip) or own.has(name, ip)):
            is_what = "a private address" if literal else f"a host at a private address ({ip})"
            raise ReadError(
                f"{name} is {is_what}, which is not fetched; if it is your own, allow it with RAG_PRIVATE_HOSTS={name}"
            )
    return [str(ip) for ip in ips]


def public(ip: Ip) -> bool:
    """Whether the address is one of the public internet, also by the IPv4 address that an IPv6 one carries."""
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)
    if ip.ipv4_mapped is not None:
        return public(ip.ipv4_mapped)
    if ip in _TRANSLATED:
        return public(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    carried = [*(ip.teredo or ()), ip.sixtofour]
    return ip in _GLOBAL_UNICAST and ip.is_global and all(public(v4) for v4 in carried if v4 is not None)


def _literal(name: str) -> bool:
    """Whether the host is an IP address. Raises ``ReadError`` for 2130706433, 0x7f.1 and 0177.0.0.1, which some
    programs take for 127.0.0.1: nobody writes a news site so."""
    try:
        ipaddress.ip_address(name)
        return True
    except ValueError:
        last = name.rsplit(".", 1)[-1]
        if ":" in name or re.fullmatch(r"\d+|0x[0-9a-f]*", last):
            raise ReadError(f"{name} is an odd way to write an address; write it as 203.0.113.7 or as a name") from None
        return False
