/**
 * The code of an exported Python module, for Python 3.9 and newer, without dependencies. It renders as `registry/render.ts`
 * does, to the byte: numbers are written as ECMAScript writes them, whole-number keys come first in objects, lookup is by
 * own name, each value goes in once. test/fixtures/render holds vectors that both must meet.
 */
export const pythonModule = String.raw`import copy
import json
import math
from datetime import datetime, timezone

_MISSING = object()


class PromptError(ValueError):
    """A prompt is not there, or cannot be filled; the message says why."""


def load_prompt(name, version=None, major=None):
    """One prompt: the version asked for, or the highest (of a major)."""
    versions = _PROMPTS.get(name)
    if versions is None:
        raise PromptError("no prompt %r; there are: %s" % (name, ", ".join(_PROMPTS)))
    for data in reversed(versions):
        of_major = major is None or data["version"].split(".")[0] == str(major)
        if of_major and version in (None, data["version"]):
            return Prompt(data)
    wanted = "major %s" % major if version is None else "version %s" % version
    raise PromptError("%s: no %s; there are: %s" % (name, wanted, ", ".join(data["version"] for data in versions)))


class Prompt:
    """One version of a prompt."""

    def __init__(self, data):
        self.name, self.version, self.model = data["name"], data["version"], data["model"]
        self._data = data

    def render(self, /, **inputs):
        """The messages; every input is filled in once and never read again."""
        values = self._values(inputs)
        return [{"role": m["role"], "content": _fill(m["parts"], [values])} for m in self._data["messages"]]

    def request(self, /, **inputs):
        """The keyword arguments of client.chat.completions.create()."""
        return {"model": self.model, "messages": self.render(**inputs), **copy.deepcopy(self._data["request"])}

    def _values(self, inputs):
        data = self._data
        values = {"today": _today()} if data["today"] else {}
        values.update(data["defaults"])
        values.update(inputs)
        missing = [name for name in data["needed"] if name not in values]
        unknown = [name for name in inputs if name not in data["names"]]
        problems = [_names(what, names) for what, names in (("missing", missing), ("unknown", unknown)) if names]
        problems += [text for name in inputs for text in _problems(name, inputs[name], data["inputs"].get(name, {}))]
        if problems:
            raise PromptError("%s: %s" % (self.name, "; ".join(problems)))
        return values


def _today():
    return datetime.now(timezone.utc).strftime("%Y-%m-%d")


def _names(what, names):
    return "%s input%s %s" % (what, "s" if len(names) > 1 else "", ", ".join(repr(name) for name in names))


def _problems(name, value, spec):
    flaw = _flaw(value)
    if flaw:
        return ["input %r %s" % (name, flaw)]
    wanted, kind = spec.get("type"), _kind(value)
    whole = kind == "number" and float(value).is_integer()
    if wanted is not None and kind != wanted and not (wanted == "integer" and whole):
        return ["input %r must be %s, not %s" % (name, wanted, kind)]
    allowed = [_json(item, None) for item in spec.get("enum", [])]
    if "enum" in spec and _json(value, None) not in allowed:
        return ["input %r must be one of %s" % (name, ", ".join(allowed))]
    return []


def _kind(value):
    kinds = ((bool, "boolean"), (str, "string"), ((int, float), "number"), ((list, tuple), "array"), (dict, "object"))
    return next((kind for types, kind in kinds if isinstance(value, types)), "null")


def _flaw(value):
    """What keeps a value from being written as JSON, in words, or None."""
    if isinstance(value, str):
        return "holds half of a surrogate pair" if any("\ud800" <= unit <= "\udfff" for unit in value) else None
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, float):
        whole = math.isfinite(value) and value == math.floor(value)
        inexact = not math.isfinite(value) or (whole and abs(value) > 2**53 - 1)
        return "is %r, which JSON cannot hold exactly" % value if inexact else None
    if isinstance(value, int):
        return "is %d, which JSON cannot hold exactly: give it as text" % value if abs(value) > 2**53 - 1 else None
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            return "has a key that is not text"
        return next(filter(None, map(_flaw, list(value) + list(value.values()))), None)
    if isinstance(value, (list, tuple)):
        return next(filter(None, map(_flaw, value)), None)
    return "is a %s; give text, numbers, lists or dicts" % type(value).__name__


def _fill(parts, scopes):
    out = []
    for part in parts:
        if isinstance(part, str):
            out.append(part)
            continue
        value = _look_up(part["path"], scopes)
        if "parts" not in part:
            out.append("" if value is _MISSING else value if isinstance(value, str) else _json(value, "\n"))
            continue
        is_list = isinstance(value, (list, tuple))
        empty = value is _MISSING or value is None or value is False or value == "" or (is_list and not value)
        if part["inverted"]:
            out.append(_fill(part["parts"], scopes) if empty else "")
        elif not empty:
            out += [_fill(part["parts"], scopes + [item]) for item in (value if is_list else [value])]
    return "".join(out)


def _look_up(path, scopes):
    if not path:
        return scopes[-1] if len(scopes) > 1 else _MISSING
    for scope in reversed(scopes):
        if isinstance(scope, dict) and path[0] in scope:
            value = scope[path[0]]
            for step in path[1:]:
                value = value[step] if isinstance(value, dict) and step in value else _MISSING
            return value
    return _MISSING


def _json(value, line):
    """JSON with two spaces; without a line end compact and sorted, for comparing."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, (int, float)):
        return _number(value)
    inner = None if line is None else line + "  "
    start, colon, end = ("", ":", "") if line is None else (inner, ": ", line)
    if isinstance(value, dict):
        rows = [_json(key, None) + colon + _json(value[key], inner) for key in _keys(value, line is None)]
    else:
        rows = [_json(item, inner) for item in value]
    left, right = "{}" if isinstance(value, dict) else "[]"
    return left + start + ("," + start).join(rows) + end + right if rows else left + right


def _keys(value, ordered):
    """Keys as ECMAScript lists them: whole numbers first."""
    def place(key):
        index = key.isascii() and key.isdigit() and (key == "0" or key[0] != "0") and int(key) < 2**32 - 1
        return (0, int(key)) if index else (1, 0)

    return sorted(value) if ordered else sorted(value, key=place)


def _number(value):
    """A number as ECMAScript writes it: 1.0 is 1, 1e-07 is 1e-7."""
    if isinstance(value, int):
        return str(value)
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if not digits:
        return "0"
    if len(digits) <= point <= 21:
        text = digits + "0" * (point - len(digits))
    elif 0 < point <= 21:
        text = digits[:point] + "." + digits[point:]
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        text = digits[0] + ("." + digits[1:] if len(digits) > 1 else "") + "e%+d" % (point - 1)
    return "-" + text if value < 0 else text


`
