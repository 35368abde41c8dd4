"""One frozen ``Settings`` from arguments, environment (``RAG_*``) and ``.env``, in this order of precedence."""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from rag.errors import UsageError, closest, did_you_mean
from rag.types import EngineChoice, Precision

log = logging.getLogger(__name__)

INDEX = Path(".rag/index")  # where ``make chat`` puts the index, in the folder of a clone
PREFIX = "RAG_"
ELSEWHERE = {"RAG_LOG"}  # what the command and the chat read themselves, before there are settings

SECRET = {"api_key", "api_keys", "auth", "database", "follow_webhook", "smtp_password", "vectors", "vectors_token"}
"""Settings whose values are never shown."""
_ON_SERVER = re.compile(r"postgres(?:ql)?:/+(.+)", re.DOTALL)  # a path that was made of it has lost a slash

_warned: set[str] = set()


def default_index() -> Path:
    """The index of the current folder, so that ``make chat``, ``rag`` and Python have the same one there.

    In a clone of this project, or below a folder that holds ``.rag/index``: that one; elsewhere one of the user's data.
    A folder above that belongs to somebody else does not count: its owner would choose what is answered.
    """
    try:
        here = Path.cwd()
    except OSError:  # a folder that is gone
        return _data_index()
    for folder in (here, *here.parents):
        if ((folder / INDEX).is_dir() or _is_clone(folder)) and (folder == here or _is_own(folder)):
            return folder / INDEX
    return _data_index()


def visible_index(missing: Path) -> Path | None:
    """Another index, where there is none at ``missing``; as a path from the current folder."""
    for place in (default_index(), _data_index()):
        if place.is_dir() and place != missing.absolute():
            here = Path.cwd()
            return place.relative_to(here) if place.is_relative_to(here) else place
    return None


def _data_index() -> Path:
    return user_data_path("rag") / "index"


def _local_folder(database: str | SecretStr) -> Path:
    """What lies in a folder beside an index in a database: uploads, ratings."""
    url = database.get_secret_value() if isinstance(database, SecretStr) else database
    return user_data_path("rag") / "servers" / re.sub(r"\W+", "-", _without_password(url).partition("://")[2])


def _without_password(url: str) -> str:
    before, found, place = url.partition("://")[2].rpartition("@")
    return f"postgresql://{before.partition(':')[0]}{found}{place}"


def _is_clone(folder: Path) -> bool:
    try:
        return 'name = "rag-news"' in (folder / "pyproject.toml").read_text("utf-8", "replace")
    except OSError:
        return False


def _is_own(folder: Path) -> bool:
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


class Settings(BaseSettings):
    """What a user may change. Every field is also an environment variable: ``llm`` is ``RAG_LLM``.

    Make them with :meth:`load`. ``Settings.model_fields[name].description`` says what each does, with its unit.
    """

    model_config = SettingsConfigDict(
        env_prefix="RAG_", env_file=".env", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    index: Path = Field(
        default_factory=default_index,
        description="index folder, or postgresql://user:password@host:port/database for an index on servers; default: "
        ".rag/index of the clone or of a folder above, else in your user data",
    )
    database: SecretStr | None = Field(None, description="the same address; then the index is there, not in a folder")
    vectors: SecretStr | None = Field(
        None,
        description="address of Chroma's server (http://host:8000), for the vectors of an index in PostgreSQL",
    )
    vectors_token: SecretStr | None = Field(None, description="token for Chroma's server, where it asks for one")
    cache: Path = Field(
        default_factory=lambda: user_cache_path("rag"), description="folder of models and exported embedders"
    )

    embedder: str = Field("all-MiniLM-L6-v2", description="a sentence-transformers model, by name or folder")

    embed_precision: Precision = Field(
        "auto",
        description="of the embedder: 'auto' uses int8 where an int8 export exists; 'fp32' is exact and three times "
        "slower; after a change run: rag rebuild",
    )

    llm: str = Field("embedded", description="'embedded', 'none', a .gguf file or any litellm model string")
    engine: EngineChoice = Field(
        "auto",
        description="what runs the embedded model: 'auto' measures once which is faster here; 'onnxruntime' in 8 bits; "
        "'xllamacpp' any .gguf file as it is",
    )
    api_base: str | None = Field(None, description="address of the language model's server, if not the default")
    api_key: SecretStr | None = Field(None, description="key for the language model's provider")
    deadline: float = Field(60.0, gt=0, le=3600, description="seconds to write one answer, at most")
    max_tokens: int = Field(160, ge=16, le=4096, description="tokens in one answer, at most")
    threads: int | None = Field(None, ge=1, description="threads of the embedded model; default: all cores")
    keep_alive: float = Field(
        900.0,
        ge=0,
        description="seconds that the embedded model stays in memory after an answer; the next question loads it "
        "again, in seconds, while its search runs; 'inf' keeps it",
    )
    reproducible: bool = Field(
        False,
        description="the embedded model reads every prompt from its first word, so that a question always gets the "
        "same answer, whatever was asked before; about a second slower",
    )

    auth: SecretStr | None = Field(
        None, description="who may use the chat: 'name:password', several separated by commas; default: everybody"
    )
    keep_answers: bool = Field(
        True,
        description="whether the chat keeps its answers, each login its own, and tells when an article corrects, "
        "contradicts or withdraws one",
    )
    api_keys: SecretStr | None = Field(
        None,
        description="keys of the programs that may ask the chat's server at /v1 in OpenAI's form, several separated by "
        "commas, each of 16 characters or more; default: it is off",
    )
    api_per_minute: int = Field(60, ge=1, description="requests at /v1 that one key may send in a minute, at most")
    api_at_once: int = Field(8, ge=1, description="questions at /v1 that are answered for one key at once, at most")
    pile: bool = Field(True, description="whether users of the chat may add and remove articles; 'off' for public use")
    contact: str | None = Field(None, description="your mail address or web page, sent to the sites that are fetched")
    private_hosts: str = Field(
        "",
        description="private hosts and networks that may be fetched, separated by commas: "
        "'feeds.home, 192.168.1.0/24'; '*' for all",
    )
    ocr: str = Field(
        "none",
        description="what reads scanned pages of PDF files: 'none', a command that takes a picture (PNG) on standard "
        "input and writes its text ('tesseract stdin stdout -l eng'), or a function of Python as 'module:function'",
    )
    fetch_timeout: float = Field(30.0, gt=0, le=600, description="seconds to fetch one web page, redirects included")
    fetch_pause: float = Field(1.0, ge=0, le=600, description="seconds between two requests to one host")

    reranker: str = Field(
        "embedded",
        description="reranker of the passages found: 'embedded', 'none', or a cross-encoder of sentence-transformers "
        "by name or folder",
    )
    nli: str = Field(
        "none",
        description="model that also checks whether a claim follows from its quotes: 'none', or a cross-encoder of "
        "sentence-transformers for natural language inference, by name or folder",
    )
    candidates: int = Field(150, ge=1, le=1000, description="chunks from each of the two searches")
    passages: int = Field(30, ge=1, le=1000, description="chunks that the reranker reads")
    hits: int = Field(20, ge=1, le=200, description="chunks kept after fusion")
    per_article: int = Field(4, ge=1, le=50, description="chunks of one article among these, at most")
    support: float = Field(
        1.5,
        description="without a reranker: how much likelier than 'no' (natural log) the embedded model must find a "
        "'yes' to whether the quotes carry its answer; higher refuses more",
    )
    certainty: float = Field(
        0.2,
        ge=0,
        le=1,
        description="with a reranker: probability (0 to 1) of being right that an answer of the embedded model needs; "
        "higher refuses more",
    )
    evidence_tokens: int | None = Field(
        None,
        ge=50,
        le=100_000,
        description="word pieces of quotes in the prompt; default: 160 for the embedded model, 450 for others",
    )
    evidence_sentences: int | None = Field(
        None,
        ge=1,
        le=200,
        description="quotes in the prompt, at most; default: 4 for the embedded model, else 10",
    )

    follow_webhook: SecretStr | None = Field(
        None, description="address that gets each change of a followed question as JSON (POST); it may hold a token"
    )
    follow_mail: str | None = Field(None, description="mail address that gets the changes of followed questions")
    mail_from: str | None = Field(None, description="mail address that they come from; default: the same")
    smtp_server: str | None = Field(None, description="mail server that sends them: 'host' or 'host:port'")
    smtp_security: Literal["starttls", "ssl", "none"] = Field("starttls", description="how to speak with that server")
    smtp_user: str | None = Field(None, description="name to log in with there")
    smtp_password: SecretStr | None = Field(None, description="password to log in with there")

    next_questions: bool = Field(
        True, description="whether two or three questions to go on with are tried after each answer"
    )

    @model_validator(mode="before")
    @classmethod
    def _on_servers(cls, values: dict[str, Any]) -> dict[str, Any]:
        """An index given by an address is in that database; what goes beside it, such as uploads, has a folder here."""
        index, database = values.get("index"), values.get("database")
        if index is not None and (found := _ON_SERVER.fullmatch(str(index).strip())):
            database = f"postgresql://{found[1]}"
        elif index is not None and database is not None and Path(index) != _local_folder(database):
            return values | {"database": None}  # a folder that was named later than the address
        return (
            values
            if not isinstance(database, str | SecretStr)
            else values | {"database": database, "index": _local_folder(database)}
        )

    @property
    def index_name(self) -> str:
        """The index for messages: its folder, or its address without a password."""
        return str(self.index) if self.database is None else _without_password(self.database.get_secret_value())

    @property
    def servers(self) -> tuple[str | None, str | None, str | None]:
        """The address of the database, that of Chroma's server, and the token for it."""
        found = [s.get_secret_value() if s else None for s in (self.database, self.vectors, self.vectors_token)]
        return found[0], found[1], found[2]

    def with_index(self, index: str | Path) -> Settings:
        """The same settings for another index: a folder, or an address. Raises ``UsageError``."""
        return Settings.load(**(self.model_dump() | {"index": index}))

    @field_validator("llm", "reranker", "nli")
    @classmethod
    def _no_misspelt_word(cls, value: str, info: ValidationInfo) -> str:
        """'embedded' and 'none' in any case; a misspelling of them is no model."""
        words = ["none"] if info.field_name == "nli" else ["embedded", "none"]
        value = value.strip()
        if value.lower() in words:
            return value.lower()
        if (near := closest(value, words)) and not Path(value).expanduser().exists():
            raise ValueError(f"there is no such model; did you mean {near}?")
        return value

    @classmethod
    def load(cls, **overrides: Any) -> Settings:
        """The settings with ``overrides`` on top; raises ``UsageError`` with a line for what is wrong."""
        unknown = sorted(set(overrides) - set(cls.model_fields))
        if unknown:
            hint = did_you_mean(unknown[0], cls.model_fields) or f"; there are: {', '.join(cls.model_fields)}"
            raise UsageError(f"unknown setting {', '.join(unknown)}{hint}")
        try:
            for line in unknown_variables():
                if line not in _warned:
                    _warned.add(line)
                    log.warning("%s", line)
            return cls(**{k: v for k, v in overrides.items() if v is not None})
        except ValidationError as error:
            first = error.errors()[0]
            name = ".".join(str(part) for part in first["loc"]).lower().removeprefix("rag_")
            given = "" if name in SECRET else f" = {first.get('input')!r}"
            what = first["msg"].removeprefix("Value error, ")
            if first["type"] == "literal_error":
                what += did_you_mean(str(first.get("input")), re.findall(r"'([^']+)'", first["ctx"]["expected"]))
            elif first["type"] == "bool_parsing":
                what = "write it as on or off"
            raise UsageError(f"setting {name} (RAG_{name.upper()}){given}: {what}") from None
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"the settings file .env cannot be read: {error}") from None


def unknown_variables() -> list[str]:
    """A line for each ``RAG_*`` variable that is no setting, with the nearest one; other programs may have such names.

    One that is almost the name of a setting raises ``UsageError``: it would be ignored without a word.
    """
    file = Settings.model_config.get("env_file")
    places = dict.fromkeys(os.environ, "in the environment") | (
        dict.fromkeys(DotEnvSettingsSource(Settings).env_vars, f"in the file {file}") if file else {}
    )
    known = {PREFIX + name.upper() for name in Settings.model_fields} | ELSEWHERE
    lines = []
    for name, place in sorted((name.upper(), place) for name, place in places.items()):
        if not name.startswith(PREFIX) or name in known:
            continue
        bare = {k.removeprefix(PREFIX): k for k in known}
        if near := closest(name.removeprefix(PREFIX), bare):
            raise UsageError(f"{name} ({place}) is no setting; did you mean {bare[near]}?")
        hint = closest(name.removeprefix(PREFIX), bare, 0.6)
        lines.append(f"{name} ({place}) is no setting of this program" + (f"; {bare[hint]} is one" if hint else ""))
    return lines
