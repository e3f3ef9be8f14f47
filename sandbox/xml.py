"""XML as WeCom writes it (text in CDATA, lists as repeated elements), and a reader that refuses entities."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XmlError(ValueError):
    """Not the XML that was agreed upon."""


def write(fields: Mapping[str, Any]) -> bytes:
    """`{"A": "x", "N": 1, "L": {"I": [{…}, {…}]}}` -> `<xml>…</xml>` in UTF-8."""
    return f"<xml>{_children(fields)}</xml>".encode()


def read(body: bytes) -> ElementTree.Element:
    """The root element. Raises XmlError; entities and document types are refused outright."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise XmlError("entities are not allowed")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - entities were refused above
    except ElementTree.ParseError as error:
        raise XmlError("not XML") from error
    if root.tag != "xml":
        raise XmlError("the root must be <xml>")
    return root


def text(root: ElementTree.Element, path: str) -> str:
    return (root.findtext(path) or "").strip()


def _children(fields: Mapping[str, Any]) -> str:
    return "".join(
        _element(name, item)
        for name, value in fields.items()
        for item in (value if isinstance(value, list | tuple) else [value])
    )


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"<{name}>{_children(value)}</{name}>"
    if isinstance(value, int | float):
        return f"<{name}>{value}</{name}>"
    content = _ILLEGAL.sub("", str(value)).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{content}]]></{name}>"
