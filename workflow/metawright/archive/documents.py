"""The documents of an archive: what it is about, how its results were made, and what a second run gave."""

from typing import NotRequired, TypedDict


class DescribedFile(TypedDict):
    """A file of an archive: its SHA-256, and its size in bytes."""

    sha256: str
    size: int


class Subject(TypedDict):
    """What the metadata of an archive say of its review or sweep; None and empty where nothing is declared."""

    title: str
    question: NotRequired[str | None]
    source: NotRequired[str | None]
    authors: NotRequired[list[str] | None]
    licence: NotRequired[str | None]
    date: NotRequired[str | None]
    contents: NotRequired[str | None]
    withhold: NotRequired[dict[str, list[str]] | None]


class ArchivedProgram(TypedDict):
    """A program that a result rests on."""

    name: str
    version: str


class ArchivedWorkflow(TypedDict):
    """The workflow itself: its version and the hash of its files."""

    version: str
    sha256: str


class ArchivedJob(TypedDict):
    """A job: `code` is the digest of its script, `outputs` are SHA-256 by file."""

    rule: str
    script: str
    code: str
    inputs: list[str]
    outputs: dict[str, str]
    params: list[str]


class Provenance(TypedDict):
    """`provenance.json`: how every result was made; `withheld` are SHA-256 of files that are not in the archive."""

    schema_version: int
    archive: str
    review: str
    kind: str
    title: str
    workflow: ArchivedWorkflow
    software: list[ArchivedProgram]
    targets: list[str]
    withheld: dict[str, str]
    jobs: list[ArchivedJob]


class VerifiedFile(TypedDict):
    """A result beside the one of the archive; `difference` is relative, `where` are lines on the first difference."""

    verdict: str
    difference: NotRequired[float]
    where: NotRequired[list[str]]


class FirstDifference(TypedDict):
    """The first rule whose result differs."""

    rule: str
    file: str
    where: list[str]


class Verification(TypedDict):
    """`verification.json`: what a second run of an archive gave; `reproduced` is None where nothing was run."""

    archive: str
    sha256: str
    checked: int
    results: dict[str, VerifiedFile]
    versions: NotRequired[dict[str, list[str]]]
    first_difference: FirstDifference | None
    reproduced: bool | None
