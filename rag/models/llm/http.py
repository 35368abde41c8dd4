"""HTTP to a model server, with a bound on what it may send: an answer has some kilobytes, with all its wrapping."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

MAX_REPLY_BYTES = 8 << 20
"""Of one response, whatever its status."""


def bounded_client() -> httpx.AsyncClient:
    """A client that reads no response further than ``MAX_REPLY_BYTES``, and no compressed one: nobody knows its size.

    Proxies and certificates are as the environment says. What is refused is raised as an ``httpx.TransportError`` with
    the name ``TooLong``.
    """
    import httpx

    class TooLong(httpx.TransportError):
        pass

    class Bounded(httpx.AsyncByteStream):
        def __init__(self, response: httpx.Response) -> None:
            assert isinstance(response.stream, httpx.AsyncByteStream)
            self._stream = response.stream

        async def __aiter__(self) -> AsyncIterator[bytes]:
            size = 0
            async for piece in self._stream:
                size += len(piece)
                if size > MAX_REPLY_BYTES:
                    raise TooLong(f"the response has more than {MAX_REPLY_BYTES >> 20} MB")
                yield piece

        async def aclose(self) -> None:
            await self._stream.aclose()

    class Client(httpx.AsyncClient):
        async def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
            request.headers["Accept-Encoding"] = "identity"
            response = await super().send(request, stream=True, **options)
            if response.headers.get("content-encoding", "identity") != "identity":
                await response.aclose()
                raise TooLong("the response is compressed, though it was asked not to be")
            response.stream = Bounded(response)
            if not stream:
                await response.aread()
            return response

    return Client()
