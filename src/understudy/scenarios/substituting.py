"""`${parameter}` in a scenario: alone it is the value itself, in a text its written form.

`$${parameter}` is that text without its first `$`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from understudy.scenarios.document import line
from understudy.scenarios.problems import Problems, hint

_PLACE = re.compile(r"\$(\$?)\{([A-Za-z][A-Za-z0-9_-]*)\}")


def substitute(node: yaml.Node, values: Mapping[str, Any], problems: Problems) -> yaml.Node:
    """The node with the values in the places of their names; what is in it is changed in place."""
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, values, problems) if "${" in node.value else node
    if isinstance(node, yaml.MappingNode):
        node.value = [(key, substitute(part, values, problems)) for key, part in node.value]
    else:
        node.value = [substitute(part, values, problems) for part in node.value]
    return node


def _scalar(
    node: yaml.ScalarNode, values: Mapping[str, Any], problems: Problems
) -> yaml.ScalarNode:
    def put(match: re.Match[str]) -> str:
        escaped, name = match.groups()
        if escaped:
            return match[0][1:]
        if name not in values:
            wrong = f"there is no parameter {name!r}"
            right = hint(name, values) if values else "declare it under 'parameters'"
            problems.add(line(node), wrong, f"{right} (the text itself is $${{{name}}})")
            return ""
        return written(values[name])

    text = _PLACE.sub(put, node.value)
    whole = _PLACE.fullmatch(node.value)
    is_text = whole is None or whole[1] or isinstance(values.get(whole[2]), str)
    style = (node.style or "'") if is_text else None
    return yaml.ScalarNode(node.tag, text, node.start_mark, node.end_mark, style=style)


def written(value: Any) -> str:
    """A parameter's value in a text."""
    return value if isinstance(value, str) else json.dumps(value)
