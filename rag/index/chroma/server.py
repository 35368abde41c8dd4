"""The vectors of an index on a Chroma server: one collection there, cosine distance, our own vectors only."""

from __future__ import annotations

import re
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from rag.errors import IndexDamaged, StoreError, Unreachable, UsageError
from rag.index.chroma.collection import Metadata, VectorCollection
from rag.index.chroma.vectors import SAYS_FULL, SAYS_MACHINE, first_line
from rag.protocols import Vectors

PORTS = {"http": 80, "https": 443}
TOKEN_HEADER = "x-chroma-token"  # what Chroma Cloud reads; a proxy before one's own server reads Authorization
BYTES_AT_ONCE = 8 << 20  # of vectors in one request; a server takes 40 MiB, and text is five times as long
RECORDS_AT_ONCE = 1_000
SEARCHES_AT_ONCE = 100  # in one request
ANSWER_WITHIN, CONNECT_WITHIN = 60.0, 5.0  # seconds
TRY_AGAIN_FOR = 8.0  # seconds from a failed connection on: a server that starts again is back by then
PAUSES = 0.1, 2.0  # seconds between two tries: the first, doubled up to the last

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,510}[A-Za-z0-9]")
_TOKEN = re.compile(r"[!-~]+")
_ERRNO = re.compile(r"\[Errno -?\d+\] ")
_BUSY = {429, 502, 503, 504}  # what a limit, or a proxy before a server that is away, answers with
_REFUSED = {401, 403}


@dataclass(frozen=True)
class ChromaAddress:
    """Where a Chroma server is: ``http(s)://[user:password@]host[:port][/path][?tenant=NAME&database=NAME]``."""

    url: str  # without what is secret, and without the query
    tenant: str | None
    database: str | None
    headers: dict[str, str] = field(repr=False)

    @classmethod
    def read(cls, url: str, token: str | None = None) -> ChromaAddress:
        """Raises ``UsageError``, which names neither password nor token."""
        import base64

        try:
            parts = urlsplit(url.strip())
            host, port = parts.hostname, parts.port
            asked = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
        except ValueError:
            host, port, asked = None, None, {}
        if not host or parts.scheme not in PORTS or parts.fragment or set(asked) - {"tenant", "database"}:
            raise UsageError(
                "RAG_VECTORS is no address of a Chroma server; write it as http://host:8000, where needed "
                "https://user:password@host:port/path?tenant=NAME&database=NAME"
            )
        if token is not None and not _TOKEN.fullmatch(token):
            raise UsageError("RAG_VECTORS_TOKEN has characters that no token has: spaces, line ends or other alphabets")
        headers = {}
        if token:
            headers = {TOKEN_HEADER: token, "Authorization": f"Bearer {token}"}
        if parts.username or parts.password:  # not in the address, which is logged
            both = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
            headers["Authorization"] = "Basic " + base64.b64encode(both.encode()).decode("ascii")
        place = f"[{host}]" if ":" in host else host
        shown = f"{parts.scheme}://{place}:{port or PORTS[parts.scheme]}{parts.path.rstrip('/')}"
        tenant, database = (asked.get(name, [""])[0] or None for name in ("tenant", "database"))
        return cls(shown, tenant, database, headers)

    @property
    def place(self) -> str:
        """'host:port', for messages."""
        return urlsplit(self.url).netloc

    def open(self) -> Any:
        """A client. Raises whatever Chroma's does."""
        import chromadb
        import httpx
        from chromadb.config import DEFAULT_DATABASE, DEFAULT_TENANT, Settings

        parts = urlsplit(self.url)
        settings = Settings(
            anonymized_telemetry=False,
            # Variables of Chroma's own in the environment do not choose another server.
            chroma_server_host=self.url,
            chroma_server_http_port=parts.port,
            # A key of Chroma Cloud's may be for one database, which then need not be named.
            chroma_overwrite_singleton_tenant_database_access_from_auth=bool(self.headers)
            and not (self.tenant or self.database),
        )
        client = chromadb.HttpClient(
            self.url, parts.port or 0, parts.scheme == "https", dict(self.headers), settings,
            self.tenant or DEFAULT_TENANT, self.database or DEFAULT_DATABASE,
        )  # fmt: skip
        # Chroma's client waits for ever.
        client._server._session.timeout = httpx.Timeout(ANSWER_WITHIN, connect=CONNECT_WITHIN)  # type: ignore[attr-defined]
        return client


class ServerVectors(VectorCollection):
    """Connects at first use. Any thread may call it, and any number of processes may read and write other ids at once:
    everybody sees what a server has stored.

    Everything may safely be done twice, so where a connection is cut it is tried again for some seconds, then
    ``Unreachable`` is raised. ``StoreError`` where the server hangs, refuses or holds something else; ``IndexDamaged``
    where it cannot read what it stores.
    """

    compared = 0

    def __init__(self, url: str, collection: str, token: str | None = None):
        """``url`` as :class:`ChromaAddress` reads it; ``collection`` is this index's alone. Raises ``UsageError``."""
        if not _NAME.fullmatch(collection):
            raise UsageError(
                f"{collection!r} is no name of a collection: 3 to 512 of a-z, A-Z, 0-9, '.', '_' and '-', "
                "a letter or a number first and last"
            )
        self.address = ChromaAddress.read(url, token)
        self.name = collection
        self._lock = threading.RLock()
        self._client: Any = None
        self._collection: Any = None
        self._renewed = False  # whether the collection was found deleted since it was last compared
        self._at_once = RECORDS_AT_ONCE

    @property
    def there(self) -> bool:
        """Whether the server has the collection; asking makes none."""
        return bool(self._use("cannot be read", self._exists, self._connect))

    def at(self, revision: str | None) -> bool:
        """A server shows every write at once, so there is nothing to turn to; without a ``revision`` it is looked at
        again.

        True where nothing is open yet, or the collection had to be made again, so that the caller may compare what the
        server holds with what it should.
        """
        with self._lock:
            if revision is None:
                self._collection = None
            renewed, self._renewed = self._renewed, False
            return renewed or self._collection is None

    def mark(self, revision: str) -> None:
        """Nothing to mark: see :meth:`at`."""

    def close(self) -> None:
        with self._lock:
            if self._client is not None:
                self._client._server._session.close()  # Chroma's client leaves its connections open
                self._client.close()
            self._client = self._collection = None

    def drop(self) -> None:
        """Deletes the collection; the next use makes an empty one."""
        with self._lock:
            self._collection = None
        self._use("cannot be deleted", self._delete_collection, self._connect)

    def _delete_collection(self, client: Any) -> None:
        if self._exists(client):  # else it is gone already, perhaps by a try whose answer was lost
            client.delete_collection(self.name)

    def _exists(self, client: Any) -> bool:
        try:
            client.get_collection(self.name, embedding_function=None)
        except Exception as error:
            if _kind(error) == "NotFoundError" and "ollection" in str(error):  # not the tenant, not the database
                return False
            raise
        return True

    def reopen(self) -> None:
        """Connects again and looks whether the collection is what it must be."""
        self.close()
        self._use("cannot be read", lambda collection: None)

    def _connect(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self.address.open()
                most = self._client.get_max_batch_size()
                self._at_once = min(RECORDS_AT_ONCE, most) if most > 0 else RECORDS_AT_ONCE
            return self._client

    def _open(self) -> Any:
        with self._lock:
            if self._collection is None:
                found = self._connect().get_or_create_collection(
                    self.name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
                )
                made = found.configuration_json
                space = (made.get("hnsw") or made.get("spann") or {}).get("space")  # the latter on many machines
                if space != "cosine":
                    raise StoreError(
                        f"the collection {self.name} of {self._server} compares by {space}, not by cosine: another "
                        "program made it; delete or rename it there"
                    )
                self._collection = found
            return self._collection

    def _use(self, what: str, use: Callable[[Any], Any], open_: Callable[[], Any] | None = None) -> Any:
        """Uses the collection, or what ``open_`` gives; again after a cut connection, and after the collection was
        deleted and made anew by another process."""
        until, pause, renewed = 0.0, PAUSES[0], False
        while True:
            try:
                return use((open_ or self._open)())
            except Exception as error:  # chromadb raises bare exceptions and those of its HTTP client
                if _kind(error) == "NotFoundError" and self._collection is not None and not renewed:
                    self._collection, self._renewed, renewed = None, True, True
                    continue
                until = until or time.monotonic() + TRY_AGAIN_FOR
                if not _passing(error) or time.monotonic() + pause > until:
                    raise self.refusal(what, error) from error
            time.sleep(pause)
            pause = min(2 * pause, PAUSES[1])

    def refusal(self, what: str, error: Exception) -> StoreError:
        """An error of Chroma's as one line: ``IndexDamaged`` where the server cannot read what it stores."""
        if isinstance(error, StoreError):
            return error
        line = first_line(error)
        if SAYS_FULL.search(line):
            return StoreError(
                f"the disk of {self._server} is full; free space there and start it again, or it may hang; "
                "nothing is lost"
            )
        if told := self._way_there(error) or self._access(error):
            return (Unreachable if _passing(error) else StoreError)(f"{self._server} {told}")
        if "dimension" in line:
            return StoreError(
                f"the collection {self.name} of {self._server} has vectors of another length ({line}); another program "
                "made it: delete or rename it there"
            )
        if _kind(error) == "InternalError" and not SAYS_MACHINE.search(line):
            return IndexDamaged(
                f"index damaged: the vectors on {self._server} {what} ({line}); run: rag check --repair"
            )
        return StoreError(f"the vectors on {self._server} {what} ({line}); see the server's log")

    @property
    def _server(self) -> str:
        return f"Chroma's server at {self.address.place}"

    def _way_there(self, error: Exception) -> str:
        """What is wrong between here and there, or nothing."""
        import httpx

        for cause in reversed(list(_causes(error))):  # from what happened first
            match cause:
                case ssl.SSLError():
                    return f"is not trusted or speaks no TLS ({first_line(cause)}); check RAG_VECTORS"
                case httpx.ReadTimeout() | httpx.WriteTimeout():
                    return f"gives no answer in {ANSWER_WITHIN:.0f} s; start it again if its disk was full"
                case httpx.TransportError():
                    why = _ERRNO.sub("", first_line(cause))
                    return f"cannot be reached ({why}); start it, or check RAG_VECTORS"
                case httpx.HTTPStatusError() if cause.response.status_code in _BUSY:
                    return f"has no time or is away ({cause.response.status_code}); try again in a while"
                case httpx.HTTPStatusError() if cause.response.status_code in _REFUSED:
                    return self._refused
                case httpx.HTTPStatusError() if cause.response.status_code == 404:
                    return "does not answer as Chroma's does (404); check RAG_VECTORS"
                case ValueError() if _kind(cause) == "JSONDecodeError":
                    return "does not answer as Chroma's does; check RAG_VECTORS"
        return ""

    def _access(self, error: Exception) -> str:
        """Why the server does not let this one in, or nothing."""
        match _kind(error):
            case "ChromaAuthError" | "AuthorizationError":
                return self._refused
            case "RateLimitError" | "QuotaError":
                return f"allows no more ({first_line(error)}); try again later, or raise the limit there"
            case "NotFoundError":
                return f"has no such database or collection ({first_line(error)}); check RAG_VECTORS"
        return ""

    @property
    def _refused(self) -> str:
        headers = self.address.headers
        given = "the name and password in RAG_VECTORS" if headers.get("Authorization", "").startswith("Basic") else ""
        if TOKEN_HEADER in headers:
            given = " and ".join(filter(None, (given, "RAG_VECTORS_TOKEN")))
        return f"refuses access; {f'check {given}' if given else 'set RAG_VECTORS_TOKEN'}"

    def upsert(self, ids: Sequence[str], vectors: Vectors, metadata: Sequence[Metadata]) -> None:
        if not len(ids):
            return
        for part in self._parts(len(ids), BYTES_AT_ONCE // (4 * vectors.shape[1])):
            given = {"ids": list(ids[part]), "embeddings": vectors[part], "metadatas": list(metadata[part])}
            self._use("cannot be written", lambda c, given=given: c.upsert(**given))  # type: ignore[misc]

    def delete(self, ids: Sequence[str]) -> None:
        for part in self._parts(len(ids)):
            self._use("cannot be written", lambda c, part=part: c.delete(ids=list(ids[part])))  # type: ignore[misc]

    def _parts(self, count: int, most: int = RECORDS_AT_ONCE) -> Iterator[slice]:
        """Of ``count`` records, so many at a time as the server takes."""
        if count:
            self._use("cannot be reached", lambda client: None, self._connect)  # which tells how many it takes
        step = max(1, min(most, self._at_once))
        yield from (slice(i, i + step) for i in range(0, count, step))

    def batches(self) -> Iterator[tuple[list[str], Any]]:
        """All ids with their vectors, some hundred at a time, each once.

        The server counts rows from the first on. Others may delete some meanwhile, and what follows moves up: each
        page begins with the last row of the one before, and where that is not so the one before is read again.
        """
        seen: set[str] = set()
        at = 0
        while True:
            step = max(2, self._at_once)
            got = self._use(
                "cannot be read",
                lambda c, at=at, step=step: c.get(limit=step, offset=at, include=["embeddings"]),  # type: ignore[misc]
            )
            ids = got["ids"]
            if at and (not ids or ids[0] not in seen):
                at = max(0, at - step)
                continue
            new = [n for n, name in enumerate(ids) if name not in seen]
            if new:
                seen.update(ids)
                yield [ids[n] for n in new], got["embeddings"][new]
            if len(ids) < step:
                return
            at += len(ids) - 1

    def found(self, ids: Sequence[str], k: int = 1) -> dict[str, float | None]:
        """For each id, how far (cosine distance) the search finds the nearest vector to its own; None for nothing."""
        out: dict[str, float | None] = dict.fromkeys(ids)
        for part in self._parts(len(ids), SEARCHES_AT_ONCE):
            got = self._use(
                "cannot be read",
                lambda c, part=part: c.get(ids=list(ids[part]), include=["embeddings"]),  # type: ignore[misc]
            )
            if got["ids"]:
                result = self._use(
                    "cannot be searched",
                    lambda c, got=got: c.query(  # type: ignore[misc]
                        query_embeddings=got["embeddings"], n_results=k, include=["distances"]
                    ),
                )
                distances = zip(got["ids"], result["distances"], strict=True)
                out |= {i: float(d[0]) if len(d) else None for i, d in distances}
        return out


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, up to one of ours, which somebody caught before."""
    while error is not None and not isinstance(error, StoreError):
        yield error
        error = error.__cause__ or error.__context__


def _kind(error: BaseException) -> str:
    return type(error).__name__


def _passing(error: Exception) -> bool:
    """Whether the same may work in a moment: the connection was cut, the server is away or busy. Not after a silence
    that was too long already: the server hangs."""
    import httpx

    if _kind(error) in ("RateLimitError", "UniqueConstraintError"):  # the latter: two make one collection at once
        return True
    for cause in reversed(list(_causes(error))):
        if isinstance(cause, ssl.SSLError | httpx.ReadTimeout | httpx.WriteTimeout | httpx.UnsupportedProtocol):
            return False
        if isinstance(cause, httpx.TransportError):
            return True
        if isinstance(cause, httpx.HTTPStatusError):
            return cause.response.status_code in _BUSY
    return False
