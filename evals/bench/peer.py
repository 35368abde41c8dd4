"""The peer of ``python -m evals.bench answer --peer``: LangChain with the same model files, five chunks stuffed.

What its documentation shows to begin with: a recursive splitter, Chroma, the five nearest chunks in one prompt. The
embedder is the same MiniLM through sentence-transformers, the language model the same GGUF file through xllamacpp. Its
packages are installed into a folder of their own. This file also runs as the process that answers.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("langchain-core==1.7.7", "langchain-text-splitters==1.1.3")
ALONE = ("langchain-chroma==1.1.0",)  # it would bring another Chroma
CHUNK, OVERLAP, NEAREST = 1000, 100, 5
PROMPT = (
    "Use the following pieces of retrieved context to answer the question. If you don't know the answer, say that you "
    "don't know. Use three sentences maximum and keep the answer concise.\n\nQuestion: {question}\n\nContext: {context}"
)


def installed(folder: Path) -> Path:
    """``folder`` with the peer's packages in it."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install", "--target", str(folder)]
    subprocess.run([*pip, *PACKAGES], check=True)
    subprocess.run([*pip, "--no-deps", *ALONE], check=True)
    return folder


def _serve() -> None:
    """Reads questions as JSON lines, writes times and answers as such."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_core.language_models.llms import LLM
    from langchain_core.outputs import GenerationChunk
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from sentence_transformers import SentenceTransformer

    from rag import News, Settings
    from rag.models.embedding.embedder import default_folder
    from rag.models.llm.download import language_model_file
    from rag.models.llm.llama_cpp import LlamaCppServer, open_llama_cpp
    from rag.models.threads import usable_cores

    class MiniLm(Embeddings):  # type: ignore[misc]
        def __init__(self) -> None:
            self._model = SentenceTransformer(str(default_folder()), device="cpu")

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            found: list[list[float]] = self._model.encode(texts).tolist()
            return found

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    class Qwen(LLM):  # type: ignore[misc]
        server: LlamaCppServer

        @property
        def _llm_type(self) -> str:
            return "qwen"

        def _call(self, prompt: str, *_: Any, **__: Any) -> str:
            return "".join(piece.text for piece in self._stream(prompt))

        def _stream(self, prompt: str, *_: Any, **__: Any) -> Iterator[GenerationChunk]:
            pieces: list[tuple[str, float]] = []

            def take(chunk: Any) -> bool:
                if text := (chunk.get("choices") or [{}])[0].get("delta", {}).get("content"):
                    pieces.append((text, time.perf_counter()))
                return False

            self.server.reply([{"role": "user", "content": prompt}], 160, True, take)
            for text, when in pieces:  # the server calls back from its own thread: the times are its own
                yield GenerationChunk(text=text, generation_info={"when": when})

    with tempfile.TemporaryDirectory() as folder, News.open(folder, llm="none") as news:
        news.add(ROOT / "corpus")
        documents = [
            Document(article.body, metadata={"title": article.title}) for article in news.articles(bodies=True)
        ]
    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
    store = Chroma.from_documents(splitter.split_documents(documents), MiniLm())
    model = Qwen(server=open_llama_cpp(language_model_file("embedded", Settings.load().cache), usable_cores()))
    model.invoke("Say hello.")
    for line in sys.stdin:
        item = json.loads(line)
        begun = time.perf_counter()
        found = store.similarity_search(item["question"], k=NEAREST)
        searched = time.perf_counter() - begun
        context = "\n\n".join(document.page_content for document in found)
        prompt, text, first = PROMPT.format(question=item["question"], context=context), "", None
        for piece in model._stream(prompt):
            assert piece.generation_info
            first = first or piece.generation_info["when"] - begun
            text += piece.text
        row = {"first": first, "whole": time.perf_counter() - begun, "text": text, "search": 1000 * searched}
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    _serve()
