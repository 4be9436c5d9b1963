"""What tables and plots call a study."""

from collections.abc import Mapping, Sequence


def study_labels(studies: Sequence[Mapping[str, str]], keys: Sequence[str] = ()) -> dict[str, str]:
    """Return what tables and plots print for each study: its `label`, or its key where it has none."""
    labels = {row["study"]: row.get("label") or row["study"] for row in studies}
    return {key: label_of(key, labels) for key in keys} | labels


def label_of(study: str, labels: Mapping[str, str]) -> str:
    """Return the label of a trial, also where one of its arms stands for itself, as `study (arm)`."""
    if study not in labels and study.endswith(")"):
        trial, _, arm = study.partition(" (")
        return f"{labels.get(trial, trial)} ({arm}"
    return labels.get(study, study)
