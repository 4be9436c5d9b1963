"""Say what two archives differ in: `python -m metawright.archive.compare OLD NEW`."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import unified_diff
from pathlib import Path

from metawright.archive.conclusions import changed_conclusions
from metawright.archive.performances import changed_performance
from metawright.archive.sweeps import is_sweep
from metawright.archive.unpacked import UnpackedArchive, open_archive
from metawright.files.zips import Refused

#: Lines of one file that are shown.
MOST_LINES = 12

_LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ \\]+)", re.MULTILINE)


def compare(old: UnpackedArchive, new: UnpackedArchive) -> list[str]:
    """Return lines on what changed between two archives, under the headings Data, Code and Conclusions."""
    return [
        *_titles(old, new),
        *_section("Data", _data(old, new)),
        *_section("Code", _code(old, new)),
        *_section("Conclusions", changed_conclusions(old, new)),
        *(
            _section("Performance", changed_performance(old, new))
            if any(map(is_sweep, (old.provenance, new.provenance)))
            else ()
        ),
    ]


def _titles(old: UnpackedArchive, new: UnpackedArchive) -> Iterator[str]:
    for mark, archive in (("A", old), ("B", new)):
        about = archive.provenance
        yield f"{mark}: {about['review']}, Metawright {about['workflow']['version']}, form {about['archive']}"


def _section(title: str, lines: Iterator[str]) -> list[str]:
    return ["", title, *([f"  {line}" for line in lines] or ["  nothing changed"])]


def _data(old: UnpackedArchive, new: UnpackedArchive) -> Iterator[str]:
    """Compare the review folders file by file, whatever the reviews are called."""
    yield from _files(_inputs(old), _inputs(new), old, new, show=lambda name: name.endswith((".csv", ".yaml")))
    before, after = (archive.provenance["withheld"] for archive in (old, new))
    for name in sorted(set(before) | set(after)):
        if before.get(name) != after.get(name):
            yield (
                f"{name}: withheld, and another file"
                if name in before and name in after
                else (f"{name}: {'now' if name in after else 'no longer'} withheld")
            )


def _code(old: UnpackedArchive, new: UnpackedArchive) -> Iterator[str]:
    rules = [{job["rule"]: job["code"] for job in archive.provenance["jobs"]} for archive in (old, new)]
    changed = sorted(name for name in set(rules[0]) & set(rules[1]) if rules[0][name] != rules[1][name])
    if changed:
        yield f"rules whose code changed: {', '.join(changed)}"
    for word, names in (("added", set(rules[1]) - set(rules[0])), ("gone", set(rules[0]) - set(rules[1]))):
        if names:
            yield f"rules {word}: {', '.join(sorted(names))}"
    earlier, later = ({name: name for name in archive.sha256 if name.startswith("workflow/")} for archive in (old, new))
    yield from _files(earlier, later, old, new, show=lambda name: False)
    before, after = (_programs(archive) for archive in (old, new))
    for name in sorted(set(before) | set(after)):
        if before.get(name) != after.get(name):
            yield f"{name}: {before.get(name, 'none')} -> {after.get(name, 'none')}"


def _programs(archive: UnpackedArchive) -> dict[str, str]:
    """Return the version of Python, and the locked versions of every package: several where Pythons need their own."""
    found: dict[str, list[str]] = {}
    for name, version in _LOCKED.findall(archive.text("requirements.lock")):
        found.setdefault(name, []).append(version)
    used = {item["name"]: item["version"] for item in archive.provenance["software"]}
    return {"python": used["python"], **{name: " or ".join(versions) for name, versions in found.items()}}


def _inputs(archive: UnpackedArchive) -> dict[str, str]:
    """Return the files that declare what is run: a review's folder, or a sweep's file and the reviews that it takes."""
    if is_sweep(archive.provenance):
        read = {path for job in archive.provenance["jobs"] for path in job["inputs"] if path.startswith("config/")}
        return {name: name for name in archive.sha256 if name in read or name.startswith("resources/")}
    return _folder(archive, f"resources/{archive.provenance['review']}/")


def _folder(archive: UnpackedArchive, prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): name for name in archive.sha256 if name.startswith(prefix)}


def _files(
    before: Mapping[str, str],
    after: Mapping[str, str],
    old: UnpackedArchive,
    new: UnpackedArchive,
    show: Callable[[str], bool],
) -> Iterator[str]:
    """Yield what became of each file; of those that *show* wants, the lines as well."""
    for name in sorted(set(before) | set(after)):
        if name not in after or name not in before:
            yield f"{name}: {'added' if name in after else 'gone'}"
        elif old.sha256[before[name]] != new.sha256[after[name]]:
            yield f"{name}: changed"
            if show(name):
                earlier, later = old.text(before[name]).splitlines(), new.text(after[name]).splitlines()
                difference = list(unified_diff(earlier, later, n=0, lineterm=""))[2:]
                changes = [line for line in difference if line[:1] in "+-"]
                yield from (f"  {line}" for line in changes[:MOST_LINES])
                if len(changes) > MOST_LINES:
                    yield f"  ... and {len(changes) - MOST_LINES} lines more"


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare two archives and return the exit code: 0, or 2 if one of them is refused."""
    paths = list(sys.argv[1:] if arguments is None else arguments)
    if len(paths) != 2 or not all(paths):
        print("usage: make compare A=old.crate.zip B=new.crate.zip", file=sys.stderr)
        return 2
    try:
        with open_archive(Path(paths[0])) as old, open_archive(Path(paths[1])) as new:
            print("\n".join(compare(old, new)))
    except Refused as error:
        print(f"REFUSED. {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
