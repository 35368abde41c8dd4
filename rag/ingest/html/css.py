"""The style sheets inside a page, as far as they decide whether its text can be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MAX_CSS = 1 << 20  # characters of all sheets together; what lies beyond is not read
_MAX_RULES = 20_000
_MAX_STEPS = 1_000_000  # of comparing rules with elements; a page made to take more is not worth the time
_SEEN_BY = frozenset(
    "display visibility opacity font-size width height max-width max-height overflow overflow-x overflow-y position "
    "left top right bottom text-indent margin-left margin-top clip clip-path transform color background "
    "background-color content-visibility".split()
)
_COMPOUND = re.compile(r"(?:[A-Za-z][\w-]*|\*)?(?:[.#][A-Za-z_-][\w-]*)*")
_ATOM = re.compile(r"([.#]?)([A-Za-z_-][\w-]*)")
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(%|[a-z]*)$")
_ZERO_RECT = re.compile(
    r"rect\(\s*(?:[01](?:px)?[\s,]+){3}[01](?:px)?\s*\)|rect\(\s*0\w*[\s,]+0\w*[\s,]+0\w*[\s,]+0\w*\s*\)"
)
_CLIPPED = re.compile(
    r"inset\(\s*(?:50|100)%|circle\(\s*0(?:px|%)?\s*(?:at\b|\))|polygon\(\s*(?:0(?:px|%)?\s+0(?:px|%)?\s*,?\s*)+\)"
)
_SHRUNK = re.compile(r"scale(?:3d|x|y)?\(\s*0(?:\.0+)?\s*[,)]|translate(?:3d|x|y)?\([^)]*-\d{4,}px")
_HINT = re.compile(
    r"none|hidden|collapse|opacity|clip|scale|translate|transparent|colou?r|[:\s]-?\.?0|-\d{3}|\b1px", re.I
)
_PIXELS = {
    "px": 1.0, "": 1.0, "em": 16.0, "rem": 16.0, "%": 9.0, "vw": 9.0, "vh": 9.0, "in": 96.0, "cm": 38.0, "pt": 1.3,
}  # fmt: skip
_AWAY = 900  # px; no page is laid out that far outside itself


Style = Mapping[str, str]
"""Property -> value, lower case, for the properties that can hide text."""


def classes(element: HtmlElement) -> list[str]:
    """The names in its class attribute, as far as a page that is not meant to harm has them."""
    return (element.get("class") or "")[:2000].split()[:40]


def declarations(text: str) -> dict[str, tuple[str, bool]]:
    """Property -> (value, whether it is important) of what is between the braces, or in a style attribute."""
    out: dict[str, tuple[str, bool]] = {}
    for part in text[:20_000].split(";"):
        name, colon, value = part.partition(":")
        name = name.strip().lower()
        if colon and name in _SEEN_BY:
            value = value.strip().lower()
            important = "!" in value
            value = value.split("!")[0].strip()
            if not (name in out and out[name][1] and not important):
                out[name] = (value, important)
    return out


def hides(style: Style, above: Style) -> str | None:
    """Why text under this style is not seen, or ``None``. ``above`` is the style that holds for the element around."""
    if style.get("display") == "none":
        return "display"
    if style.get("visibility") in ("hidden", "collapse") or style.get("content-visibility") == "hidden":
        return "visibility"
    if (faint := _number(style.get("opacity"))) and faint[0] <= (2 if faint[1] == "%" else 0.02):
        return "opacity"
    if (size := _number(style.get("font-size"))) and size[0] <= (1 if size[1] in ("px", "pt", "%") else 0.05):
        return "font-size"
    cut = any(style.get(name) in ("hidden", "clip") for name in ("overflow", "overflow-x", "overflow-y"))
    if cut and any(_tiny(style.get(name)) for name in ("width", "height", "max-width", "max-height")):
        return "size"
    floating = style.get("position") in ("absolute", "fixed")
    if _CLIPPED.match(style.get("clip-path", "")) or (floating and _ZERO_RECT.match(style.get("clip", ""))):
        return "clip"
    moved = ("left", "top", "right", "bottom") if style.get("position") in ("absolute", "fixed", "relative") else ()
    if any(_away(style.get(name)) for name in (*moved, "text-indent", "margin-left", "margin-top")):
        return "position"
    if _SHRUNK.search(style.get("transform", "")):
        return "transform"
    return "colour" if _same_colour(style, above) else None


def _number(value: str | None) -> tuple[float, str] | None:
    match = _NUMBER.match(value or "")
    return (float(match[1]), match[2]) if match else None


def _tiny(value: str | None) -> bool:
    size = _number(value)
    return size is not None and 0 <= size[0] <= (1 if size[1] == "px" else 0)


def _away(value: str | None) -> bool:
    size = _number(value)
    if size is None:
        return False
    return -size[0] * _PIXELS.get(size[1], 0.0) >= _AWAY


def colour(value: str | None) -> str | None:
    """One form for equal colours; ``None`` for what is no plain colour."""
    names = {"white": "#ffffff", "black": "#000000", "red": "#ff0000", "yellow": "#ffff00"}
    match = re.search(r"#[0-9a-f]{3,8}\b|rgba?\([^)]*\)|\btransparent\b|\b(?:white|black|red|yellow)\b", value or "")
    if match is None:
        return None
    found = names.get(match[0], match[0])
    if parts := re.match(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+)%?)?\s*\)", found):
        if parts[4] is not None and float(parts[4]) == 0:
            return "transparent"
        return "#" + "".join(f"{min(int(n), 255):02x}" for n in parts.groups()[:3])
    return "#" + "".join(c * 2 for c in found[1:4]) if re.fullmatch(r"#[0-9a-f]{3}", found) else found


def _same_colour(style: Style, above: Style) -> bool:
    ink = colour(style.get("color"))
    if ink is None:
        return False
    paper = colour(style.get("background-color")) or colour(style.get("background"))
    has_image = "url(" in style.get("background", "") or "gradient" in style.get("background", "")
    if paper is None and "background" not in style:
        paper = colour(above.get("background-color")) or colour(above.get("background"))
    if ink == "transparent":
        return not has_image  # text filled by its background is a fashion of headlines
    return ink == paper and not has_image


@dataclass(frozen=True, slots=True)
class Compound:
    """'p.note#x': what one element must be."""

    tag: str | None
    name: str | None
    classes: frozenset[str]

    def fits(self, element: HtmlElement) -> bool:
        """Whether the element has this tag, id and all of these classes."""
        if self.tag is not None and element.tag != self.tag:
            return False
        if self.name is not None and element.get("id") != self.name:
            return False
        return not self.classes or self.classes.issubset(classes(element))


@dataclass(frozen=True, slots=True)
class Rule:
    """A selector ('article .note > p') and what it declares."""

    last: Compound
    before: tuple[tuple[bool, Compound], ...]  # right to left: whether it must be the parent, or any element around
    rank: tuple[int, int, int, int]  # ids, classes, tags, order in the page
    declared: dict[str, tuple[str, bool]]


class Sheets:
    """The rules of a page's <style> elements, found by what the last part of their selector names.

    Few of them hide anything: an element that none of those fits, and that has no style of its own, is seen.
    """

    def __init__(self, tree: HtmlElement) -> None:
        self._steps = _MAX_STEPS
        self._all: dict[str, list[Rule]] = {}
        self._suspect: dict[str, list[Rule]] = {}
        css, size = [], 0
        for element in tree.iter("style"):
            media = (element.get("media") or "all").lower()
            inside_noscript = next(element.iterancestors("noscript"), None) is not None
            if not inside_noscript and _on_screen(media) and size < _MAX_CSS:
                css.append((element.text or "")[: _MAX_CSS - size])
                size += len(css[-1])
        order = 0
        for selectors, body in _rules("\n".join(css)):
            declared = declarations(body)
            if not declared:
                continue
            suspect = bool(_HINT.search(body)) and _suspect(declared)
            for selector in selectors.split(",")[:50]:
                order += 1
                if order > _MAX_RULES:
                    return
                if rule := _rule(selector, declared, order):
                    handle = _handle(rule.last)
                    self._all.setdefault(handle, []).append(rule)
                    if suspect:
                        self._suspect.setdefault(handle, []).append(rule)

    def style(self, element: HtmlElement) -> dict[str, str]:
        """What is declared for the element, by the rules of the cascade; nothing for one that is certainly seen."""
        own = element.get("style")
        suspects = self._rules_for(element, self._suspect) if self._suspect else []
        if not own and not suspects:
            return {}
        found = [
            (important, rule.rank, name, value)
            for rule in (self._rules_for(element, self._all) if suspects or (own and "font" in own) else [])
            for name, (value, important) in rule.declared.items()
        ]
        found += [(imp, (1 << 30, 0, 0, 0), n, v) for n, (v, imp) in declarations(own or "").items()]
        return {name: value for _, _, name, value in sorted(found, key=lambda f: f[:2])}

    def font_size(self, element: HtmlElement) -> str | None:
        """The size of letters that is declared for the element itself."""
        own = declarations(element.get("style") or "").get("font-size")
        rules = [r for r in self._rules_for(element, self._all) if "font-size" in r.declared]
        return own[0] if own else max(rules, key=lambda r: r.rank).declared["font-size"][0] if rules else None

    def _rules_for(self, element: HtmlElement, where: dict[str, list[Rule]]) -> list[Rule]:
        handles = [*(f".{c}" for c in classes(element)), element.tag, "*"]
        if element.get("id"):
            handles.append(f"#{element.get('id')}")
        found: list[Rule] = []
        for handle in handles:
            for rule in where.get(handle, ()):
                if self._steps < 0:
                    return []
                if self._matches(rule, element):
                    found.append(rule)
        return found

    def _matches(self, rule: Rule, element: HtmlElement) -> bool:
        self._steps -= 1
        if not rule.last.fits(element):
            return False
        at = element
        for parent_only, compound in rule.before:
            self._steps -= 1
            at = at.getparent()
            while at is not None and not compound.fits(at):
                self._steps -= 1
                at = None if parent_only else at.getparent()
            if at is None:
                return False
        return True


def _suspect(declared: Mapping[str, tuple[str, bool]]) -> bool:
    """Whether the rule can have a part in hiding text."""
    style = {name: value for name, (value, _) in declared.items()}
    if "color" in style and len(style) > 1:
        paper = style.get("background-color") or style.get("background")
        if paper and colour(paper) == colour(style["color"]) is not None:
            return True
    own = {name: value for name, value in style.items() if name not in ("color", "background", "background-color")}
    sized = any(_tiny(own.get(name)) for name in ("width", "height", "max-width", "max-height"))
    away = any(_away(own.get(name)) for name in ("left", "top", "right", "bottom"))
    transparent = colour(style.get("color")) == "transparent"
    return sized or away or transparent or "clip" in own or hides(own, {}) is not None


def _handle(compound: Compound) -> str:
    """What a rule is found by: one class, else the id, else the tag."""
    if compound.classes:
        return f".{min(compound.classes)}"
    return f"#{compound.name}" if compound.name else compound.tag or "*"


def _compound(text: str) -> Compound:
    tag, name, classes = None, None, set()
    for mark, word in _ATOM.findall(text):
        if mark == ".":
            classes.add(word)
        elif mark == "#":
            name = word
        else:
            tag = word.lower()
    return Compound(tag, name, frozenset(classes))


def _rule(selector: str, declared: dict[str, tuple[str, bool]], order: int) -> Rule | None:
    """A selector of tags, classes and ids; ``None`` for one that asks for a state, an attribute or a sibling."""
    parts = selector.replace(">", " > ").split()
    if not parts or len(parts) > 12 or parts[-1] == ">":
        return None
    before: list[tuple[bool, Compound]] = []
    parent_only = False
    for part in reversed(parts):
        if part == ">":
            parent_only = True
        elif not _COMPOUND.fullmatch(part):
            return None
        else:
            before.append((parent_only, _compound(part)))
            parent_only = False
    text = " ".join(parts)
    tags = sum(c.tag is not None for _, c in before)
    return Rule(before[0][1], tuple(before[1:]), (text.count("#"), text.count("."), tags, order), declared)


def _on_screen(condition: str) -> bool:
    """Whether a media condition holds on an ordinary screen: not one for print, nor one that asks for a width."""
    condition = re.sub(r"\bonly\b|\s", "", condition.lower())
    return any(part in ("", "all", "screen") for part in condition.split(","))


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) of the rules that hold on a screen; inside @media, @supports and @layer too."""
    css = re.sub(r"/\*.*?(?:\*/|\Z)", " ", css, flags=re.DOTALL)
    open_blocks: list[bool] = []  # whether the rules in each hold
    head, start = "", 0
    for match in re.finditer(r"[{}]", css):
        text, start = css[start : match.start()], match.end()
        holds = open_blocks[-1] if open_blocks else True
        if match[0] == "{":
            head = text.rsplit(";", 1)[-1].strip()  # behind '@import ...;'
            name, _, condition = head[1:].partition(" ") if head.startswith("@") else ("", "", "")
            grouped = name.lower() in ("supports", "layer") or (name.lower() == "media" and _on_screen(condition))
            open_blocks.append(holds and (grouped or not head.startswith("@")))
        elif open_blocks:
            if open_blocks.pop() and head and not head.startswith("@") and len(head) < 5000:
                yield head, text
            head = ""
