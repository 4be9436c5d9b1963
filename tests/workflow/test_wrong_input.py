"""Wrong input: one clear message each, all at once, non-zero, no traceback, earlier results untouched."""

import pytest

from tests.workflow.conftest import contents

pytestmark = pytest.mark.slow

FAULTS = [
    ("resources/als-exercise/extraction.csv", "lunetta2016,ALSFRS-R,T180 (6 months),experimental", "lunetta2016,ALSFRS-Q,T180 (6 months),experimental", "extraction.csv, row 2, column outcome: 'ALSFRS-Q' is not declared"),
    ("resources/als-exercise/extraction.csv", ",34.87,8.49,", ",34.87x,8.49,", "extraction.csv, row 6, column mean: '34.87x' is not a number; expected a number"),
    ("resources/als-exercise/extraction.csv", "n_randomised,mean,sd,p_value,", "n_randomised,mean,sdd,p,", "extraction.csv, row 1, column sd: this column is missing"),
    ("resources/als-exercise/protocol.yaml", "from: 5, to: 8", "from: 5, to: 2", "protocol.yaml, line 54, periods.1.to: '2' is not after `from` (5)"),
    ("resources/als-exercise/protocol.yaml", "clock: randomisation", "clocks: randomisation", "clocks: 'clocks' is not a known key; did you mean 'clock'?"),
    ("config/config.yaml", "pdf: never", "pdff: never", "config/config.yaml, line 3, pdff: 'pdff' is not a known key; did you mean 'pdf'?"),
]  # fmt: skip


def check(house, *messages):
    before = contents(house.folder / "results")
    result = house.run()
    output = result.stdout + result.stderr
    assert result.returncode != 0
    assert "Traceback" not in output
    for message in messages:
        assert message in output, output
    assert contents(house.folder / "results") == before


@pytest.mark.parametrize(("path", "old", "new", "message"), FAULTS)
def test_each_fault_is_named(als_copy, path, old, new, message):
    als_copy.edit(path, old, new)
    check(als_copy, message)


def test_all_faults_are_named_at_once(als_copy):
    faults = [FAULTS[index] for index in (0, 1, 3, 4)]
    for path, old, new, _ in faults:
        als_copy.edit(path, old, new)
    check(als_copy, *[message.split(":")[0] for *_, message in faults])


def test_a_check_ends_with_warnings_and_does_not_call_the_files_in_order(als_copy):
    folder = als_copy.folder / "resources" / "ratios"
    folder.mkdir()
    folder.joinpath("protocol.yaml").write_text(
        "title: t\noutcomes:\n  o: {measure: SMD, direction: lower_is_better}\n"
        "models:\n  - {key: FE-z, track: protocol, tau2_method: FE, interval: z}\n"
    )
    rows = ["study,outcome,arm,estimate,ci_low,ci_high", "A,o,contrast,0.50,0.10,0.90", "B,o,contrast,0.50,0.40,0.90"]
    folder.joinpath("extraction.csv").write_text("\n".join(rows) + "\n")
    output = als_copy.build("--config", "review=resources/ratios", "--", "check")
    assert output.count("Warning: resources/ratios/extraction.csv, row 3, column estimate: '0.50': the estimate") == 1
    assert "with 1 warning" in output
    assert "in order" not in output
    folder.joinpath("extraction.csv").write_text("\n".join(rows[:2]) + "\n")
    output = als_copy.build("--config", "review=resources/ratios", "--", "check")
    assert "Every file is in order." in output
    assert "Warning: " not in output
