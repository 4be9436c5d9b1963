"""Derive what the documentation repeats from the code: the key tables of config/README.md and the README's pictures.

`python tools/document.py` writes the tables; with `--pictures` also docs/images, which needs a built ALS review and
Graphviz (`dot`).
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from metawright.reading.cleaning_rules import CLEANING_RULES
from metawright.reading.schemas import load_schema

ROOT = Path(__file__).parent.parent
SCHEMAS = ROOT / "workflow" / "schemas"
MANUAL = ROOT / "config" / "README.md"


def tables(manual: str, schemas: Mapping[str, dict]) -> str:
    """Return *manual* with its derived tables anew.

    The table of each schema stands between `<!-- keys: name -->` and `<!-- end -->`, that of the cleaning rules
    between `<!-- cleaning rules -->` and `<!-- end -->`.
    """

    def table(match: re.Match) -> str:
        schema = schemas[match[1]]
        lines = ["| key | meaning | values | default |", "|---|---|---|---|", *_rows(schema, schema)]
        return f"<!-- keys: {match[1]} -->\n{schema['description']}\n\n" + "\n".join(lines) + "\n<!-- end -->"

    manual = re.sub(r"<!-- keys: (\w+) -->.*?<!-- end -->", table, manual, flags=re.DOTALL)
    return re.sub(r"<!-- cleaning rules -->.*?<!-- end -->", _cleaning_rules, manual, flags=re.DOTALL)


def _cleaning_rules(match: re.Match) -> str:
    lines = ["| rule | what it does | before | after | |", "|---|---|---|---|---|"]
    for rule in CLEANING_RULES.values():
        before, after = (f"`{_visible(text)}`" if text else "" for text in (rule.before, rule.after))
        lines.append(f"| `{rule.id}` | {rule.what} | {before} | {after} | {rule.severity} |")
    return "<!-- cleaning rules -->\n" + "\n".join(lines) + "\n<!-- end -->"


def _visible(text: str) -> str:
    """Return *text* with a name in place of each character that a page would not show."""
    return "".join(f"<U+{ord(sign):04X}>" if sign != " " and not sign.isprintable() else sign for sign in text)


def load_schemas() -> dict[str, dict]:
    """Return every schema by its name."""
    names = (path.name.split(".")[0] for path in sorted(SCHEMAS.glob("*.yaml")))
    return {name: load_schema(SCHEMAS, name) for name in names}


def _rows(schema: dict, root: dict, prefix: str = "") -> Iterator[str]:
    schema = _resolved(schema, root)
    for key, part in schema.get("properties", {}).items():
        described = part.get("description", "")
        part = {**_resolved(part, root), **{name: value for name, value in part.items() if name != "$ref"}}
        needed = " **(required)**" if key in schema.get("required", []) else ""
        example = "".join(f" Example: `{_short(item)}`" for item in part.get("examples", [])[:1])
        text = (described or part.get("description", "")) + example
        default = f"`{_short(part['default'])}`" if "default" in part else ""
        yield f"| `{prefix}{key}`{needed} | {text} | {_values(part, root)} | {default} |"
        nested = part.get("additionalProperties")
        if isinstance(nested, dict) and _resolved(nested, root).get("properties"):
            yield from _rows(nested, root, f"{prefix}{key}.*.")
        elif part.get("properties"):
            yield from _rows(part, root, f"{prefix}{key}.")
        elif isinstance(part.get("items"), dict) and _resolved(part["items"], root).get("properties"):
            yield from _rows(part["items"], root, f"{prefix}{key}[].")


def _resolved(part: dict, root: dict) -> dict:
    return root["$defs"][part["$ref"].rsplit("/", 1)[1]] if "$ref" in part else part


def _values(part: dict, root: dict) -> str:
    if "enum" in part:
        return ", ".join(f"`{value}`" for value in part["enum"])
    kind = part.get("type", "")
    words = " or ".join(kind) if isinstance(kind, list) else kind
    if kind == "array":
        items = _resolved(part.get("items", {}), root)
        words = "list of " + {"string": "texts", "object": "blocks"}.get(str(items.get("type")), "values")
    return part.get("x-expected", {"object": "block", "string": "text", "integer": "whole number"}.get(words, words))


def _short(value: object) -> str:
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def pictures() -> None:
    """Draw the rulegraph and take the forest plot of the built ALS review."""
    images = ROOT / "docs" / "images"
    images.mkdir(parents=True, exist_ok=True)
    forest = ROOT / "results" / "als-exercise" / "figures" / "forest.ALSFRS-R.png"
    if not forest.is_file():
        sys.exit("results/als-exercise is not built; run `make report` first")
    shutil.copyfile(forest, images / "forest.png")
    if shutil.which("dot") is None:
        sys.exit("Graphviz is missing (Debian: apt install graphviz); docs/images/rulegraph.svg stays as it is")
    snakemake = Path(sys.executable).with_name("snakemake")
    graph = subprocess.run(
        [snakemake, "--rulegraph", "--forceall", "--config", "review=resources/als-exercise"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    graph = one_node_a_step(graph[graph.index("digraph") :])
    subprocess.run(["dot", "-Tsvg", "-o", images / "rulegraph.svg"], input=graph, text=True, check=True)


def one_node_a_step(graph: str) -> str:
    """Merge in a graph of `dot` the rules of a step, declared once per batch as `<step>.<review>.<batch>`."""
    steps = {
        number: label.split(".")[0]
        for number, label in re.findall(r'^\t*\s*(\d+)\[label ?= ?"([^"]+)"', graph, re.MULTILINE)
    }
    edges = {(steps[one], steps[other]) for one, other in re.findall(r"(\d+) -> (\d+)", graph)}
    head = graph[: graph.index("\n", graph.index("edge["))]
    nodes = "".join(f'\n\t{step}[label="{step}"];' for step in dict.fromkeys(steps.values()))
    return head + nodes + "".join(f"\n\t{one} -> {other};" for one, other in sorted(edges) if one != other) + "\n}\n"


def main() -> None:
    """Derive the tables, and on request the pictures."""
    MANUAL.write_text(tables(MANUAL.read_text(), load_schemas()))
    if "--pictures" in sys.argv[1:]:
        pictures()


if __name__ == "__main__":
    main()
