"""YAML that knows on which line each key stands, and refuses a key given twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from metawright.reading.problems import Problem
from metawright.reading.text_files import decode

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Document:
    """The content of a YAML file, the line of each key path, and what is wrong with its form."""

    content: Any
    lines: dict[Path, int]
    problems: tuple[Problem, ...]

    def line(self, path: Sequence[str | int]) -> int:
        """Return the line of *path*, or of the nearest parent that has one; 0 is the whole file."""
        place = tuple(path)
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 0)


def yaml_text(content: bytes, file: str) -> tuple[str, list[Problem]]:
    """Return the text of a YAML file that people write, in whatever encoding tables are read in too.

    The text is empty where the bytes cannot be read; then the one problem says why.
    """
    decoded = decode(content)
    problems = [Problem(file, decoded.row, "", decoded.value, decoded.error)] if decoded.error else []
    return decoded.text, problems


def read_yaml(text: str, file: str) -> Document:
    """Parse *text*; *file* is the name that problems carry.

    Keys are kept as they are written (an outcome `NO` stays the text NO, not false); values follow YAML 1.1 as
    PyYAML reads it, except that dates stay text.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        what = f"not valid YAML: {error.problem or error.context}; check indentation, colons and quotes"
        return Document({}, {}, (Problem(file, line, "", "", what),))
    except yaml.YAMLError as error:
        return Document({}, {}, (Problem(file, 0, "", "", f"not valid YAML: {error}"),))
    if node is None:
        return Document({}, {}, ())
    lines: dict[Path, int] = {}
    problems: list[Problem] = []
    loader = yaml.SafeLoader("")
    content = _build(node, (), loader, lines, problems, file)
    return Document(content, lines, tuple(problems))


def _build(
    node: yaml.Node,
    path: Path,
    loader: yaml.SafeLoader,
    lines: dict[Path, int],
    problems: list[Problem],
    file: str,
) -> object:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, index), loader, lines, problems, file) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = str(getattr(key_node, "value", key_node))
            line = key_node.start_mark.line + 1
            where = (*path, key)
            if key in result:
                name = ".".join(map(str, where))
                problems.append(Problem(file, line, name, "", "this key stands twice; keep one of the two"))
            lines[where] = line
            result[key] = _build(value_node, where, loader, lines, problems, file)
        return result
    if node.tag == "tag:yaml.org,2002:timestamp":
        return node.value
    try:
        return loader.construct_object(node)
    except (yaml.YAMLError, ValueError) as error:
        name = ".".join(map(str, path))
        problems.append(Problem(file, node.start_mark.line + 1, name, str(node.value), f"cannot be read: {error}"))
        return None
