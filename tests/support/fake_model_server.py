"""An OpenAI-compatible chat server on loopback that misbehaves on request. Standard library only.

with FakeModelServer("429", "normal") as server:   # one behaviour a request, the last one for ever
    litellm.completion("openai/fake", api_base=server.url, api_key="any", ...)
"""

from __future__ import annotations

import gzip
import json
import re
import select
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.patience import PATIENCE

WORDS = ["The ", "mission ", "ends ", "in ", "2026."]


def piece(text: str | None = None, finish: str | None = None, **extra: Any) -> dict[str, Any]:
    delta = {} if text is None and finish else {"role": "assistant", "content": text}
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "fake", "choices": [choice], **extra}


class FakeModelServer:
    """Behaviours: see the methods of ``_Handler`` named ``do_it_...``."""

    def __init__(self, *behaviours: str) -> None:
        self.behaviours = list(behaviours)
        self.requests: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.keys: list[str] = []
        self.begun = threading.Event()  # a request has come in
        self.gone = threading.Event()  # the client closed the connection before the reply had ended
        self.stopping = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self._http.daemon_threads = True
        self._http.fake = self  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> FakeModelServer:
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def fake(self) -> FakeModelServer:
        return self.server.fake  # type: ignore[attr-defined, no-any-return]

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        fake = self.fake
        behaviour = fake.behaviours[min(len(fake.requests), len(fake.behaviours) - 1)]
        fake.keys.append(self.headers.get("authorization", "").removeprefix("Bearer "))
        fake.paths.append(self.path)
        self.asked = json.loads(body)
        fake.requests.append(self.asked)
        fake.begun.set()
        try:
            getattr(self, f"do_it_{behaviour}")()
        except (BrokenPipeError, ConnectionResetError):
            fake.gone.set()
        self.close_connection = True

    # -- what the behaviours are made of

    def start(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("connection", "close")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def send(self, *chunks: dict[str, Any] | str) -> None:
        for chunk in chunks:
            data = chunk if isinstance(chunk, str) else json.dumps(chunk)
            self.wfile.write(f"data: {data}\n\n".encode())
            self.wfile.flush()

    def refuse(self, status: int, message: str, **headers: str) -> None:
        self.start(status, "application/json", **headers)
        self.wfile.write(json.dumps({"error": {"message": message, "type": "error", "code": status}}).encode())

    def wait(self, seconds: float) -> None:
        """Wait, unless the client goes away or the test ends."""
        for _ in range(int(seconds * 100)):
            if self.fake.stopping.is_set():
                raise BrokenPipeError
            readable, _, _ = select.select([self.connection], [], [], 0.01)
            if readable and not self.connection.recv(1):
                raise BrokenPipeError

    # -- the behaviours

    def do_it_normal(self) -> None:
        usage = {"prompt_tokens": 40, "completion_tokens": 5, "total_tokens": 45,
                 "prompt_tokens_details": {"cached_tokens": 30}}  # fmt: skip
        self.start()
        self.send(*[piece(word) for word in WORDS], piece(finish="stop"))
        self.send({**piece(), "choices": [], "usage": usage}, "[DONE]")

    def do_it_quote(self) -> None:
        """Says the quote that has the most words of the question, with its number."""
        quotes, _, question = self.asked["messages"][-1]["content"].rpartition("\n\nQuestion: ")
        words = set(re.findall(r"\w+", question.lower()))
        numbered = re.findall(r"^\[(\d+)\] (?:\(.*?\) )?(.+)$", quotes, re.MULTILINE)
        number, text = max(numbered, key=lambda found: len(words & set(re.findall(r"\w+", found[1].lower()))))
        self.start()
        self.send(piece(f"{text} [{number}]"), piece(finish="stop"), "[DONE]")

    def do_it_ollama(self) -> None:
        """Ollama's own protocol: a JSON object a line."""
        self.start(kind="application/x-ndjson")
        said = [{"message": {"role": "assistant", "content": word}, "done": False} for word in WORDS]
        end = {"message": {"role": "assistant", "content": ""}, "done": True, "done_reason": "stop",
               "prompt_eval_count": 40, "eval_count": 5}  # fmt: skip
        for row in (*said, end):
            line = json.dumps({"model": "fake", "created_at": "2026-01-01T00:00:00Z", **row})
            self.wfile.write(f"{line}\n".encode())

    def do_it_drip(self) -> None:
        self.start()
        for _ in range(5000):
            self.send(piece("word "))
            self.wait(0.05)

    def do_it_hang(self) -> None:
        self.wait(2 * PATIENCE)

    def do_it_stall(self) -> None:
        """One word, then nothing."""
        self.start()
        self.send(piece("Well "))
        self.wait(2 * PATIENCE)

    def do_it_429(self) -> None:
        self.refuse(429, "slow down", retry_after="0.01")

    def do_it_429_for_long(self) -> None:
        self.refuse(429, "slow down", retry_after="3600")

    def do_it_500(self) -> None:
        self.refuse(500, "out of order", retry_after="0.01")

    def do_it_401(self) -> None:
        self.refuse(401, f"Incorrect API key provided: {self.fake.keys[-1]}")

    def do_it_400(self) -> None:
        self.refuse(400, f"bad temperature, dear {self.fake.keys[-1]}")

    def do_it_404(self) -> None:
        self.refuse(404, "no such model")

    def do_it_empty_choices(self) -> None:
        self.start()
        self.send({**piece(), "choices": []}, {**piece(), "choices": []}, "[DONE]")

    def do_it_null_content(self) -> None:
        self.start()
        self.send(piece(None), piece(None), piece(finish="stop"), "[DONE]")

    def do_it_mixed(self) -> None:
        """Empty choices and null content between words."""
        self.start()
        self.send({**piece(), "choices": []}, piece(None), piece("Yes"), piece(None), {**piece(), "choices": []})
        self.send(piece(" indeed."), piece(finish="stop"), "[DONE]")

    def do_it_filtered(self) -> None:
        self.start()
        self.send(piece(finish="content_filter"), "[DONE]")

    def do_it_length(self) -> None:
        self.start()
        self.send(piece("The mission"), piece(finish="length"), "[DONE]")

    def do_it_cut(self) -> None:
        """A few words, and the connection ends without a finish reason."""
        self.start()
        self.send(piece("The "), piece("mission "))

    def do_it_cut_hard(self) -> None:
        """The same in the middle of a body of announced length."""
        self.start(content_length="100000")
        self.send(piece("The "), piece("mission "))

    def do_it_cut_at_once(self) -> None:
        self.start()

    def do_it_garbage(self) -> None:
        self.start()
        self.send("{not json", "\x00\xff")

    def do_it_html(self) -> None:
        self.start(200, "text/html")
        self.wfile.write(b"<html><body>Welcome to nginx</body></html>")

    def do_it_endless(self) -> None:
        self.start()
        for n in range(100_000):
            self.send(piece(f"word{n} "))

    def pour(self, data: bytes) -> None:
        """200 MB, unless the client goes away."""
        for _ in range(max((200 << 20) // len(data), 1)):
            self.wfile.write(data)

    def do_it_flood_of_refusal(self) -> None:
        self.start(401, "application/json")
        self.pour(b"x" * (1 << 20))

    def do_it_flood_in_one_event(self) -> None:
        self.start()
        self.wfile.write(b'data: {"choices": [{"index": 0, "delta": {"content": "')
        self.pour(b"word " * (1 << 18))

    def do_it_flood_of_events(self) -> None:
        self.start()
        self.pour(f"data: {json.dumps(piece('word ' * (1 << 18)))}\n\n".encode())

    def do_it_flood_of_lines(self) -> None:
        self.start()
        self.send(piece("\n" * 5_000_000), piece(finish="stop"), "[DONE]")

    def do_it_squeezed(self) -> None:
        """Half a gigabyte of nothing, compressed."""
        self.start(content_encoding="gzip")
        self.wfile.write(gzip.compress(b" " * (512 << 20), 1))

    def do_it_thoughts(self) -> None:
        self.start()
        self.send(piece("<think>\nThe rain, says [1].\n</think>\n\n"))
        self.send(piece("Heavy rain had moved two of its piers."), piece(finish="stop"), "[DONE]")
