"""Records of jobs, as Snakemake writes them."""

import json

from metawright.compat.job_records import FOLDER, FORM, read_records


def test_the_records_of_a_real_run(snakemake, said):
    snakemake(
        'rule first:\n    output: "made.txt", "all.txt"\n    shell: "touch {output}"\nuse rule first as second with:\n    output: "b", "c"\n'
    )
    snakemake("", "--forceall")
    found = read_records(snakemake.folder / FOLDER)
    assert set(found) == {"made.txt", "all.txt"}
    made, other = found["made.txt"], found["all.txt"]
    assert (made.rule, made.script, made.inputs, made.params, made.logs) == ("made", "made", (), ("7",), ("made.log",))
    assert (other.rule, other.script) == ("first", "")
    assert made.seconds > 0 and made.run
    assert said() == []


def test_records_of_another_form_are_read_as_far_as_they_go(tmp_path, said):
    (tmp_path / "YQ==").write_text(json.dumps({"record_format_version": FORM + 1, "files": ["b"]}))
    one = read_records(tmp_path)["a"]
    assert (one.output, one.rule, one.inputs, one.seconds) == ("a", "", (), 0.0)
    (text,) = said()
    assert f"A record of the form {FORM + 1}" in text
