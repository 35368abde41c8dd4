"""Values as JavaScript writes them: objects with bare names, ``void 0``, ``!1``, and functions that are called at once
with what is repeated in them, as Nuxt 2 keeps the state of a page: ``(function(a,b){return {title:a}}("Ferry",1))``.

Nothing is run: what is no plain value raises ``NotPlain``.
"""

from __future__ import annotations

import re
from typing import Any

_MOST_DEEP = 60
_CALLED = re.compile(r"\(?\s*function\s*\((?P<names>[\w$,\s]{0,20000})\)\s*\{")
_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|`(?:[^`\\$]|\\.|\$(?!\{))*`)"
    r"|(?P<number>(?:0x[\da-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)n?)|(?P<name>[A-Za-z_$][\w$]*)|(?P<sign>[{}\[\](),:;=.!-]))",
    re.DOTALL | re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\(?:u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|\r?\n|(.))", re.DOTALL)
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
_KNOWN = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None, "Infinity": None}


class NotPlain(ValueError):
    """What stands at a place of a script is no plain value."""

    def __init__(self, at: int) -> None:
        super().__init__(f"no plain value at character {at + 1}")
        self.at = at


class _Name(str):
    """What a value is called that is known later."""

    __slots__ = ()


def js_value(text: str, at: int, end: int) -> tuple[Any, int]:
    """The value at a place of a script, and where it ends, before ``end``. Raises ``NotPlain``."""
    reader = _Reader(text, at, end)
    called = _CALLED.match(text, at, end)
    try:
        found = reader.called(called) if called else reader.value(0)
    except RecursionError:
        raise NotPlain(reader.at) from None
    return found, reader.at


class _Reader:
    def __init__(self, text: str, at: int, end: int) -> None:
        self.text, self.at, self._end = text, at, end

    def called(self, head: re.Match[str]) -> Any:
        """What a function gives that is called where it stands."""
        self.at = head.end()
        names = [name.strip() for name in head["names"].split(",") if name.strip()]
        set_later: list[tuple[str, list[Any], Any]] = []
        while not self._take("return"):
            set_later.append(self._assigned())
        given = self.value(0)
        self._take(";")
        self._need("}")
        self._take(")")
        values = self._listed("(", ")")
        held = dict(zip(names, values, strict=False))
        for name, path, value in set_later:
            _put(held.get(name), [_whole(step, held, 0) for step in path], _whole(value, held, 0))
        return _whole(given, held, 0)

    def _assigned(self) -> tuple[str, list[Any], Any]:
        """'a.b[0]=1;' as what is set, the way to it, and the value."""
        kind, name = self._next()
        path: list[Any] = []
        while True:
            if self._take("."):
                path.append(self._next()[1])
            elif self._take("["):
                path.append(self.value(0))
                self._need("]")
            else:
                break
        self._need("=")
        value = self.value(0)
        self._take(";") or self._take(",")
        if kind != "name" or not path:
            raise NotPlain(self.at)
        return name, path, value

    def value(self, depth: int) -> Any:
        if depth > _MOST_DEEP:
            raise NotPlain(self.at)
        if self._peek("{"):
            return self._object(depth)
        if self._peek("["):
            return self._listed("[", "]", depth)
        kind, token = self._next()
        if kind == "text":
            return _unescaped(token[1:-1])
        if kind == "number":
            return _number(token)
        if token == "-":
            number = self.value(depth + 1)
            return -number if isinstance(number, int | float) else None
        if token == "!":
            return not self.value(depth + 1)
        if kind == "name":
            return self._named(token, depth)
        raise NotPlain(self.at)

    def _named(self, name: str, depth: int) -> Any:
        if name in _KNOWN:
            return _KNOWN[name]
        if name == "void":
            self.value(depth + 1)
            return None
        if name == "new":
            kind = self._next()[1]
            values = self._listed("(", ")", depth) if self._peek("(") else []
            return next(iter(values), [] if kind in ("Map", "Set", "Array") else None)
        if name in ("Array", "Object", "Date", "Symbol", "BigInt", "URL"):
            while self._take("."):
                self._next()
            values = self._listed("(", ")", depth)
            return [] if name == "Array" else {} if name == "Object" else next(iter(values), None)
        return _Name(name)

    def _object(self, depth: int) -> dict[str, Any]:
        self._need("{")
        found: dict[str, Any] = {}
        while not self._take("}"):
            kind, key = self._next()
            if kind not in ("text", "name", "number"):
                raise NotPlain(self.at)
            name = _unescaped(key[1:-1]) if kind == "text" else key
            found[name] = self.value(depth + 1) if self._take(":") else _Name(name)  # {title} is {title: title}
            if not self._take(",") and not self._peek("}"):
                raise NotPlain(self.at)
        return found

    def _listed(self, opening: str, closing: str, depth: int = 0) -> list[Any]:
        self._need(opening)
        found: list[Any] = []
        while not self._take(closing):
            if self._take(","):
                found.append(None)
                continue
            found.append(self.value(depth + 1))
            if not self._take(",") and not self._peek(closing):
                raise NotPlain(self.at)
        return found

    def _next(self) -> tuple[str, str]:
        token = _TOKEN.match(self.text, self.at, self._end)
        if token is None or token.lastgroup is None:
            raise NotPlain(self.at)
        self.at = token.end()
        return token.lastgroup, token[token.lastgroup]

    def _peek(self, wanted: str) -> bool:
        token = _TOKEN.match(self.text, self.at, self._end)
        return token is not None and token.lastgroup in ("name", "sign") and token[token.lastgroup] == wanted

    def _take(self, wanted: str) -> bool:
        if not self._peek(wanted):
            return False
        self._next()
        return True

    def _need(self, wanted: str) -> None:
        if not self._take(wanted):
            raise NotPlain(self.at)


def _put(holder: Any, path: list[Any], value: Any) -> None:
    """Sets a value inside of an object or a list; what cannot be set is left."""
    for step in path[:-1]:
        holder = holder.get(step) if isinstance(holder, dict) else _item(holder, step)
    last = path[-1]
    if isinstance(holder, dict):
        holder[str(last)] = value
    elif isinstance(holder, list) and isinstance(last, int) and last == len(holder):
        holder.append(value)
    elif isinstance(holder, list) and isinstance(last, int) and 0 <= last < len(holder):
        holder[last] = value


def _item(holder: Any, step: Any) -> Any:
    return holder[step] if isinstance(holder, list) and isinstance(step, int) and 0 <= step < len(holder) else None


def _whole(value: Any, held: dict[str, Any], depth: int) -> Any:
    """The value with what its names stand for."""
    if isinstance(value, _Name):
        return held.get(value)
    if depth > _MOST_DEEP:
        return None
    if isinstance(value, dict):
        return {name: _whole(inner, held, depth + 1) for name, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner, held, depth + 1) for inner in value]
    return value


def _number(token: str) -> int | float:
    token = token.removesuffix("n")
    if token[:2].lower() == "0x":
        return int(token, 16)
    return int(token) if token.isdecimal() and len(token) < 20 else float(token)


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text

    def plain(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3]
        if code:
            return chr(int(code, 16)) if int(code, 16) < 0x110000 else "\ufffd"
        return _SHORT.get(found[4], found[4]) if found[4] else ""

    whole = _ESCAPE.sub(plain, text)
    return whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
