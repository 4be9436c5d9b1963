"""The page on extending shows what stands in the files that it names, and names every file that an addition touches."""

import re

import pytest

#: By the heading of an example: a word that stands in every file of the product that the addition touches, and in no other.
WORDS = {
    "A measure": r"\"HR\"",
    "An estimator, an interval": r"\"IQWiG6\"",
    "An analysis": (
        r"\bcompare_periods\b|\bperiods_(?:document|tables)\b|\"multiverses\", \"compared\""
        r"|every_outcome\(\"heterogeneity/\{outcome\}\.periods\.json|Comparison of periods that share trials"
    ),
    "A figure": r"\bradial\b",
    "A section of the report": r"\bOWN_CONFIGURATION\b",
    "An import format": r"\bread_covidence\b",
}
SOURCES = {".py", ".smk", ".yaml", ".j2", ".R", ".js"}


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs" / "extending.md").read_text()


@pytest.fixture(scope="module")
def sources(root):
    """Text of every file of the product, by its path."""
    paths = [path for path in (root / "workflow").rglob("*") if path.suffix in SOURCES or path.name == "Snakefile"]
    return {str(path.relative_to(root)): path.read_text() for path in paths}


def blocks(page):
    return re.findall(r"```diff\n\+\+\+ b/(\S+)\n(.*?)```", page, re.DOTALL)


def every_file(page, heading):
    """The files of the product that stand behind "Every file:" under a heading."""
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    listed = section.split("Every file:")[1].split("\n\n")[0]
    return set(re.findall(r"`(workflow/[\w./-]+)`", listed))


def test_every_file_that_the_page_names_exists(root, page):
    named = set(re.findall(r"`((?:workflow|tests|config|docs)/[\w./-]+)`", page)) | {path for path, _ in blocks(page)}
    assert len(named) > 30
    for path in named:
        assert (root / path).exists(), path


def test_every_line_that_the_page_adds_stands_in_its_file_in_that_order(root, page):
    assert len(blocks(page)) > 15
    for path, text in blocks(page):
        lines = iter((root / path).read_text().splitlines())
        for line in text.splitlines():
            assert line.startswith("+"), (path, line)
            assert any(line[1:] == found for found in lines), (path, line)


def test_every_example_has_a_heading_and_a_list_of_files(page):
    assert page.count("Every file:") == len(WORDS)
    assert [heading for heading in re.findall(r"^## (.+)$", page, re.MULTILINE) if heading in WORDS] == list(WORDS)


@pytest.mark.parametrize("heading", WORDS)
def test_the_page_names_every_file_that_an_addition_touches(page, sources, heading):
    touched = {path for path, text in sources.items() if re.search(WORDS[heading], text)}
    assert touched == every_file(page, heading)


def test_the_functions_that_the_page_names_are_defined(page, sources):
    library = "".join(sources.values())
    for name in ("Case", "Drawing", "RESERVED", "SETTINGS", "BLOCKS", "ESTIMATORS", "METHODS", "Draft", "Step"):
        assert f"`{name}`" in page
        assert re.search(rf"^(class |def )?{name}\b", library, re.MULTILINE), name
