from metawright.figures.forest.text import FOREST_COLUMNS, forest_alt_text, forest_table
from metawright.files.tables import write_table
from tests.figures.forest_numbers import als_forest


def test_alt_text_is_written_from_the_numbers(als):
    assert forest_alt_text(als) == (
        "Forest plot of ALS Functional Rating Scale, revised: mean difference, exercise compared with usual care; "
        "higher is better. "
        "0-4 months: one trial, not pooled, Zucchi 2019 −1.52 [−5.54, 2.50]; 2 trials awaiting data (Kalron 2021, "
        "Lunetta 2016); published: 1.11 [−0.77, 3.00]. "
        "5-8 months: 2 trials pooled (fixed effects) 2.60 [−0.23, 5.42], P = 0.072, I² = 47%; single trials from "
        "0.00 (Zucchi 2019) to 4.10 (Lunetta 2016); recommended (REML, HKSJ) 2.34 [−23.44, 28.13]; 1 trial awaiting "
        "data (Braga 2018); published: 3.21 [0.85, 5.56]. "
        "9-12 months: 2 trials pooled (fixed effects) 3.10 [0.04, 6.15], P = 0.047, I² = 0%; single trials from 1.22 "
        "(Zucchi 2019) to 4.20 (Lunetta 2016); recommended (REML, HKSJ) 3.10 [−15.18, 21.38]; published: no estimate "
        "printed, P = 0.05."
    )


def test_alt_text_of_ratios_and_prediction_intervals(cold):
    text = forest_alt_text(cold)
    assert "odds ratio, experimental compared with control" in text
    assert "6 trials pooled (random effects) 1.35 [" in text
    assert "95% prediction interval [" in text
    cold.sections[0].recommended["tau2"] = 0.0
    assert "(τ² estimated as 0)" in forest_alt_text(cold)
    row = next(row for row in forest_table(cold) if row["line"] == "prediction")
    assert row["ci_low"] == cold.sections[0].recommended["pi_low"]


def test_alt_text_without_data_or_choice(als_pools):
    assert "0-4 months: no data; 2 trials awaiting data" in forest_alt_text(als_forest(pools={}))
    als_pools["long"]["models"][0] |= {"estimate": None}
    assert "the rule leaves the choice of the model open" in forest_alt_text(als_forest(als_pools))


def test_the_table_has_every_trial_and_result_at_full_precision(als, tmp_path):
    rows = forest_table(als)
    assert [row["line"] for row in rows if row["period"] == "medium"] == [
        "trial", "trial", "awaiting", "subtotal", "recommended", "published",
    ]  # fmt: skip
    first = rows[0]
    assert (first["study"], first["experimental_mean"], first["control_n"]) == ("zucchi2019", 34.87, 33)
    subtotal = next(row for row in rows if row["line"] == "subtotal" and row["period"] == "long")
    assert subtotal["estimate"] == als.sections[2].model["estimate"]
    assert subtotal["shown"] == "3.10 [0.04, 6.15]"
    awaited = next(row for row in rows if row["line"] == "awaiting")
    assert awaited["note"] == "mean, SD and n per arm"
    path = tmp_path / "forest.csv"
    write_table(path, rows, FOREST_COLUMNS)
    assert path.read_text().count("\n") == len(rows) + 1


def test_the_table_keeps_ratios_on_the_scale_of_the_files(cold):
    row = next(row for row in forest_table(cold) if row["line"] == "subtotal")
    assert row["estimate"] < 1
    assert row["shown"].startswith("1.35")
