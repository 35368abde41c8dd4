"""The style sheets inside a page, as far as they decide whether its text can be seen."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, pairwise
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
_ZERO_RECT = re.compile(r"rect\(\s*(?:\b(?:1(?:px)?|0\w*)\b[\s,]*){4}\)")
_CLIPPED = re.compile(
    r"inset\(\s*(?:50|100)%|circle\(\s*0(?:px|%)?\s*(?:at\b|\))|polygon\(\s*(?:0(?:px|%)?\s+0(?:px|%)?\s*,?\s*)+\)"
)
_SHRUNK = re.compile(r"scale(?:3d|x|y)?\(\s*0(?:\.0+)?\s*[,)]|translate(?:3d|x|y)?\([^)]*-\d{4,}px")
_PIXELS = {"px": 1, "": 1, "em": 16, "rem": 16, "%": 9, "vw": 9, "vh": 9, "in": 96, "cm": 38, "pt": 1.3}
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
        name, colon, value = (side.strip().lower() for side in part.partition(":"))
        if colon and name in _SEEN_BY:
            value, important, _ = value.partition("!")
            if important or not out.get(name, ("", False))[1]:
                out[name] = (value.strip(), bool(important))
    return out


def hides(style: Style, above: Style) -> str | None:
    """Why text under this style is not seen, or ``None``. ``above`` is the style that holds for the element around."""
    if style.get("display") == "none":
        return "display"
    if style.get("visibility") in ("hidden", "collapse") or style.get("content-visibility") == "hidden":
        return "visibility"
    opacity, unit = _number(style.get("opacity"))
    if opacity <= (2 if unit == "%" else 0.02):
        return "opacity"
    letters, unit = _number(style.get("font-size"))
    if letters <= (1 if unit in ("px", "pt", "%") else 0.05):
        return "font-size"
    cut = any(style.get(name) in ("hidden", "clip") for name in ("overflow", "overflow-x", "overflow-y"))
    if cut and any(_tiny(style.get(name)) for name in ("width", "height", "max-width", "max-height")):
        return "size"
    floating = style.get("position") in ("absolute", "fixed")
    if _CLIPPED.match(style.get("clip-path", "")) or (floating and _ZERO_RECT.match(style.get("clip", ""))):
        return "clip"
    moved = ("left", "top", "right", "bottom") if floating or style.get("position") == "relative" else ()
    if any(_away(style.get(name)) for name in (*moved, "text-indent", "margin-left", "margin-top")):
        return "position"
    if _SHRUNK.search(style.get("transform", "")):
        return "transform"
    return "colour" if _same_colour(style, above) else None


def _number(value: str | None) -> tuple[float, str]:
    """The number and its unit; where there is none, NaN, which is neither more nor less than anything."""
    match = _NUMBER.match(value or "")
    return (float(match[1]), match[2]) if match else (math.nan, "")


def _tiny(value: str | None) -> bool:
    size, unit = _number(value)
    return 0 <= size <= (1 if unit == "px" else 0)


def _away(value: str | None) -> bool:
    size, unit = _number(value)
    return -size * _PIXELS.get(unit, 0) >= _AWAY


def colour(value: str | None) -> str | None:
    """One form for equal colours; ``None`` for what is no plain colour."""
    names = {"white": "#ffffff", "black": "#000000", "red": "#ff0000", "yellow": "#ffff00"}
    match = re.search(r"#[0-9a-f]{3,8}\b|rgba?\([^)]*\)|\b(?:transparent|white|black|red|yellow)\b", value or "")
    found = match[0] if match else ""
    if parts := re.match(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+(\d+(?:\.\d+)?|\.\d+)%?)?\s*\)", found):
        opaque = parts[4] is None or float(parts[4]) > 0
        return "#" + "".join(f"{min(int(n), 255):02x}" for n in parts.groups()[:3]) if opaque else "transparent"
    if re.fullmatch("#[0-9a-f]{3}", found):
        return "#" + "".join(c * 2 for c in found[1:])
    return names.get(found, found) or None


def _same_colour(style: Style, above: Style) -> bool:
    ink = colour(style.get("color"))
    ground = style.get("background", "")
    if ink is None or "url(" in ground or "gradient" in ground:
        return False  # text filled by its background is a fashion of headlines
    paper = colour(style.get("background-color")) or colour(ground)
    if paper is None and "background" not in style:
        paper = colour(above.get("background-color")) or colour(above.get("background"))
    return ink in ("transparent", paper)


@dataclass(frozen=True, slots=True)
class Compound:
    """'p.note#x': what one element must be."""

    tag: str  # empty: any
    name: str  # empty: any
    classes: frozenset[str]

    def fits(self, element: HtmlElement) -> bool:
        """Whether the element has this tag, id and all of these classes."""
        return (
            self.tag in ("", element.tag)
            and self.name in ("", element.get("id"))
            and (not self.classes or self.classes.issubset(classes(element)))
        )

    @property
    def handle(self) -> str:
        """What a rule is found by: one class, else the id, else the tag."""
        if self.classes:
            return f".{min(self.classes)}"
        return f"#{self.name}" if self.name else self.tag or "*"


@dataclass(frozen=True, slots=True)
class Rule:
    """A selector ('article .note > p') and what it declares."""

    last: Compound
    before: tuple[tuple[bool, Compound], ...]  # right to left: whether it must be the parent, or any element around
    rank: tuple[int, int, int, int]  # ids, classes, tags, order in the page
    declared: dict[str, tuple[str, bool]]

    @property
    def suspect(self) -> bool:
        """Whether it hides text, if need be with what others declare: a box without size by its overflow."""
        style = {name: value for name, (value, _) in self.declared.items()}
        return hides(style | {"overflow": "hidden", "position": "absolute"}, {}) is not None


class Sheets:
    """The rules of a page's <style> elements, found by what the last part of their selector names.

    Few of them hide anything: an element that none of those fits, and that has no style of its own, is seen.
    """

    def __init__(self, tree: HtmlElement) -> None:
        self._steps = _MAX_STEPS
        self._all: dict[str, list[Rule]] = {}
        self._suspect: dict[str, list[Rule]] = {}
        sheets = tree.xpath("//style[not(ancestor::noscript)]")
        css = "\n".join(sheet.text or "" for sheet in sheets if _on_screen(sheet.get("media") or ""))[:_MAX_CSS]
        for order, (selector, declared) in enumerate(islice(_declared(css), _MAX_RULES)):
            if rule := _rule(selector, declared, order):
                for rules in (self._all, self._suspect) if rule.suspect else (self._all,):
                    rules.setdefault(rule.last.handle, []).append(rule)

    def style(self, element: HtmlElement) -> dict[str, str]:
        """What is declared for the element, by the rules of the cascade; nothing for one that is certainly seen."""
        own = element.get("style") or ""
        suspects = self._rules_for(element, self._suspect)
        if not own and not suspects:
            return {}
        found = [
            (important, rule.rank, name, value)
            for rule in (self._rules_for(element, self._all) if suspects or "font" in own else [])
            for name, (value, important) in rule.declared.items()
        ]
        found += [(imp, (1 << 30, 0, 0, 0), n, v) for n, (v, imp) in declarations(own).items()]
        return {name: value for _, _, name, value in sorted(found, key=lambda f: f[:2])}

    def font_size(self, element: HtmlElement) -> str | None:
        """The size of letters that is declared for the element itself."""
        own = declarations(element.get("style") or "").get("font-size")
        rules = [r for r in self._rules_for(element, self._all) if "font-size" in r.declared]
        return own[0] if own else max(rules, key=lambda r: r.rank).declared["font-size"][0] if rules else None

    def _rules_for(self, element: HtmlElement, where: dict[str, list[Rule]]) -> list[Rule]:
        handles = (*(f".{c}" for c in classes(element)), element.tag, "*", f"#{element.get('id')}")
        found = (rule for handle in handles for rule in where.get(handle, ()) if self._matches(rule, element))
        return list(found) if self._steps > 0 else []

    def _matches(self, rule: Rule, element: HtmlElement) -> bool:
        self._steps -= 1
        if self._steps < 0 or not rule.last.fits(element):
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


def _compound(text: str) -> Compound:
    atoms = _ATOM.findall(text)
    last = dict(atoms)
    return Compound(last.get("", "").lower(), last.get("#", ""), frozenset(w for mark, w in atoms if mark == "."))


def _rule(selector: str, declared: dict[str, tuple[str, bool]], order: int) -> Rule | None:
    """A selector of tags, classes and ids; ``None`` for one that asks for a state, an attribute or a sibling."""
    parts = re.findall(r">|[^\s>]+", selector)
    if not 0 < len(parts) <= 12 or parts[-1] == ">" or not all(p == ">" or _COMPOUND.fullmatch(p) for p in parts):
        return None
    # Left to right: whether the element is the parent of the next one, and what it must be.
    *before, (_, last) = [(behind == ">", _compound(p)) for p, behind in pairwise([*parts, ""]) if p != ">"]
    tags = sum(bool(c.tag) for _, c in before) + bool(last.tag)
    return Rule(last, tuple(reversed(before)), (selector.count("#"), selector.count("."), tags, order), declared)


def _on_screen(condition: str) -> bool:
    """Whether a media condition holds on an ordinary screen: not one for print, nor one that asks for a width."""
    bare = re.sub(r"\bonly\b|\s", "", condition.lower())
    return not {"", "all", "screen"}.isdisjoint(bare.split(","))


def _declared(css: str) -> Iterator[tuple[str, dict[str, tuple[str, bool]]]]:
    """(selector, declarations) of the rules that hold on a screen; inside @media, @supports and @layer too."""
    css = re.sub(r"/\*.*?(?:\*/|\Z)", " ", css, flags=re.DOTALL)
    open_blocks = [True]  # whether the rules in each hold; the first is the sheet itself
    head, start = "", 0
    for match in re.finditer(r"[{}]", css):
        text, start = css[start : match.start()], match.end()
        if match[0] == "{":
            head = text.rsplit(";", 1)[-1].strip()  # behind '@import ...;'
            name, _, condition = head.lower().partition(" ")
            grouped = name in ("@supports", "@layer") or (name == "@media" and _on_screen(condition))
            open_blocks.append(open_blocks[-1] and (grouped or not name.startswith("@")))
        elif len(open_blocks) > 1:
            if open_blocks.pop() and head and not head.startswith("@") and len(head) < 5000:
                declared = declarations(text)
                yield from ((selector, declared) for selector in head.split(",")[:50] if declared)
            head = ""
