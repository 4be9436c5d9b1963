"""The page on adding an analysis shows what stands in the files that it names."""

import re

import pytest


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs" / "add-an-analysis.md").read_text()


def blocks(page):
    return re.findall(r"```diff\n\+\+\+ b/(\S+)\n(.*?)```", page, re.DOTALL)


def test_every_file_that_the_page_names_exists(root, page):
    named = set(re.findall(r"`((?:workflow|tests|config|docs)/[\w./-]+)`", page)) | {path for path, _ in blocks(page)}
    assert len(named) > 15
    for path in named:
        assert (root / path).exists(), path


def test_every_line_that_the_page_adds_stands_in_its_file_in_that_order(root, page):
    for path, text in blocks(page):
        lines = iter((root / path).read_text().splitlines())
        for line in text.splitlines():
            assert line.startswith("+"), (path, line)
            assert any(line[1:] == found for found in lines), (path, line)


def test_the_functions_that_the_page_names_are_defined(root, page):
    library = "".join(path.read_text() for path in (root / "workflow").rglob("*") if path.suffix in (".py", ".smk"))
    for name in ("Case", "Drawing", "RESERVED", "SETTINGS", "BLOCKS"):
        assert f"`{name}`" in page
        assert re.search(rf"^(class |def )?{name}\b", library, re.MULTILINE), name
