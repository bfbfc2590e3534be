"""Scenarios that are given as dicts, as text of TOML."""

from __future__ import annotations

import datetime
import json
import math
from collections.abc import Mapping, Sequence


def text_of(tables: Mapping[str, object]) -> str:
    """Returns a dict of sections as TOML. Raises TypeError, with the key, for a value that TOML does not have."""
    lines: list[str] = []
    _append(lines, "", tables)
    return "\n".join(lines) + "\n"


def _append(lines: list[str], path: str, table: Mapping[str, object]) -> None:
    inner: list[tuple[str, object]] = []
    for key, value in table.items():
        if not isinstance(key, str):
            raise TypeError(f"scenario: the key {key!r} in {path or 'the scenario'} is no text")
        if isinstance(value, Mapping) or _is_tables(value):
            inner.append((key, value))
        elif path or "." in key:
            lines.append(f"{_dotted(key)} = {_value(_join(path, key), value)}")
        else:
            raise TypeError(f"scenario: {key!r} is a section: write {{{key!r}: {{'key': value}}}}, not {value!r}")
    for key, value in inner:
        name = _join(path, _dotted(key))
        if isinstance(value, Mapping):
            lines.append(f"[{name}]")
            _append(lines, name, value)
        elif isinstance(value, Sequence):
            for one in value:
                lines.append(f"[[{name}]]")
                _append(lines, name, one)


def _is_tables(value: object) -> bool:
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        return False
    return len(value) > 0 and all(isinstance(one, Mapping) for one in value)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _dotted(key: str) -> str:
    parts = key.split(".")
    is_bare = all(part and all(c.isascii() and (c.isalnum() or c in "-_") for c in part) for part in parts)
    return key if is_bare else json.dumps(key)


def _value(key: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime.date):
        return json.dumps(value.isoformat())
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return "[" + ", ".join(_value(key, one) for one in value) + "]"
    raise TypeError(f"scenario: {key} is {value!r}: give a number, a text, true or false, or a list of these")
