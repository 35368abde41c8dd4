"""llama.cpp inside this process (xllamacpp): any model in a GGUF file, on any processor."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import platform
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from rag.errors import LlmError, ModelError
from rag.models.llm.embedded import CONTEXT, OnChunk, StreamChunk
from rag.models.threads import lacks_avx2
from rag.types import Message

INSTALL = "pip install 'rag-news[embedded]', or set RAG_LLM to another model or to none"

# Tokens of the prompt read between two chances to stop: about 0.7 s here. 32 reads 8% slower, 512 6% faster.
PROMPT_BATCH = 64

# Prompts remembered besides the last one, 28 KB a token with the default model.
CACHE_MIB = 256


class Xllamacpp(Protocol):
    """What is used of ``xllamacpp.Server``: blocks until the reply ends or the callback returns True."""

    def handle_chat_completions(self, request: dict[str, Any], callback: Callable[[StreamChunk], bool]) -> Any: ...

    def handle_metrics(self) -> Any:
        """Answered between two batches: who has the answer knows that the server runs and is idle."""


class LlamaCppServer:
    """The :class:`rag.models.llm.embedded.Server` of xllamacpp."""

    def __init__(self, server: Xllamacpp) -> None:
        self._server = server

    def reply(self, messages: Sequence[Message], max_tokens: int, reuse: bool, on_chunk: OnChunk) -> None:
        """Write the likeliest reply, piece by piece; ``on_chunk`` stops it by returning True."""
        self._server.handle_chat_completions(_request(messages, max_tokens, cache_prompt=reuse), on_chunk)

    def score(self, messages: Sequence[Message], options: Sequence[str], reuse: bool, on_chunk: OnChunk) -> None:
        """For each option the log-probability that it is the whole reply, in a chunk ``{"scores": [...]}``."""
        stopped = failed = False

        def read(chunk: StreamChunk) -> bool:
            nonlocal stopped, failed
            failed = failed or "error" in chunk
            stopped = on_chunk(chunk)
            return stopped

        # Read once in a way that can be stopped; the calls below then cost only the tokens of the options.
        self._server.handle_chat_completions(_request(messages, 1, cache_prompt=reuse), read)
        scores = []
        for option in options:
            if stopped or failed:
                return
            # The grammar lets nothing else through; the log-probabilities are those from before the grammar.
            request = _request(messages, len(option.encode()) + 2, cache_prompt=True)
            request |= {"grammar": f"root ::= {_gbnf(option)}", "stream": False, "logprobs": True, "top_logprobs": 1}
            last: StreamChunk = {}

            def keep(chunk: StreamChunk) -> bool:
                nonlocal last
                last = chunk
                return read(chunk)

            self._server.handle_chat_completions(request, keep)
            try:
                scores.append(sum(token["logprob"] for token in last["choices"][0]["logprobs"]["content"]))
            except (KeyError, IndexError, TypeError):
                raise LlmError("the embedded model gave no probabilities") from None
        on_chunk({"scores": scores})

    def close(self) -> None:
        """To be called before it is let go of: freed in the middle of a batch it crashes, before it runs it hangs."""
        self._server.handle_metrics()


def _request(messages: Sequence[Message], max_tokens: int, **options: Any) -> dict[str, Any]:
    return {
        "messages": [dict(message) for message in messages],
        "max_tokens": max_tokens,
        "temperature": 0.0,
        "stream": True,
        "stream_options": {"include_usage": True},
        "return_progress": True,  # a chunk after each batch of the prompt: the chance to stop
        **options,
    }


def open_llama_cpp(file: Path, threads: int, stopped: Callable[[], bool] = bool) -> LlamaCppServer:
    """llama.cpp with the model in ``file``; it cannot be stopped while it loads. Raises ``ModelError``."""
    if importlib.util.find_spec("xllamacpp") is None:
        raise ModelError(f"the engine xllamacpp is not installed: {INSTALL}")
    if lacks_avx2():
        raise ModelError(
            "this processor has no AVX2, which the engine xllamacpp needs: use the default model, which runs without, "
            "or set RAG_LLM to a model on a server"
        )
    _read_ahead(file)
    # A thread that waits by spinning keeps a core from the thread that it waits for, where the machine has other work:
    # with two busy processes beside it on two cores an answer took 28 to 53 s, and 9 s with threads that soon sleep
    # (alone 4 s either way). Read by the OpenMP runtime when it is loaded.
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(file)
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.n_batch = params.n_ubatch = PROMPT_BATCH
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.cache_ram_mib = CACHE_MIB
    # On x86 the plain weights read prompts 20% faster than the repacked ones and write 8% slower (CPU seconds of one
    # thread), which pays for our long prompts; they also load sooner. On ARM the repacked ones are the fast ones.
    params.no_extra_bufts = platform.machine().lower() in ("x86_64", "amd64")
    # Loading holds the interpreter lock, so it does only what it must; the first prompt does the rest without it.
    params.warmup = False
    params.fit_params = False
    params.verbosity = -1
    # The constructor always opens an HTTP port on loopback. Nothing here uses it: lock it and switch off the rest.
    params.hostnames = ["127.0.0.1"]
    params.api_keys = [secrets.token_hex(32)]
    params.ui = params.endpoint_slots = False
    params.endpoint_metrics = True  # see LlamaCppServer.close
    try:
        return LlamaCppServer(xllamacpp.Server(params))
    except RuntimeError as error:
        raise ModelError(f"{file} could not be loaded: not a GGUF model, damaged, or too large") from error


def _read_ahead(file: Path) -> None:
    """Ask the system to start reading the file, which costs nothing and goes on beside other work."""
    if hasattr(os, "posix_fadvise"):
        with contextlib.suppress(OSError), file.open("rb") as opened:
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)


def _gbnf(text: str) -> str:
    """A literal of llama.cpp's grammar notation."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
