"""Blocks about the strength of a result: margin, information size, missing participants, small-study effects."""

from __future__ import annotations

import numpy as np

from metawright.measures.kinds import BINARY
from metawright.measures.registry import measure_of
from metawright.pooling.fit import Fit
from metawright.reading.protocol import DeclaredModel, InformationSizeSettings, InformationTarget
from metawright.sensitivity.cumulative import precision_order, year_order
from metawright.sensitivity.documents import (
    InformationSizeBlock,
    InformationSizeEntry,
    MarginBlock,
    MarginModel,
    SequentialAnalysis,
    SequentialStep,
    TippingEffects,
)
from metawright.sensitivity.examination.case import Block, Case, Part, done, impossible, without_data
from metawright.sensitivity.examination.supplements import reference_sd
from metawright.sensitivity.information_size import diversity_of, information_size, trial_sequential
from metawright.sensitivity.margin import margin, tipping_effects
from metawright.sensitivity.missing import MissingFound
from metawright.sensitivity.missing_data import missing_data
from metawright.sensitivity.missing_events import missing_events
from metawright.sensitivity.refit import model_of
from metawright.sensitivity.small_study.assess import MINIMUM, assess
from metawright.sensitivity.small_study.trim_fill import trim_fill

_FILLED = ("estimate", "se", "ci_low", "ci_high", "p")
#: Steps from 0 to the end of the search for a single trial's tipping effect.
STEPS = 60


def margin_block(case: Case) -> MarginBlock:
    """Distance of every model's result to the line between significant and not."""
    if case.cell.k == 0:
        return {**without_data(), "models": []}
    headlines = {model["key"] for model in case.headlines}
    entries: dict[str, MarginModel] = {}
    for part in case.parts():
        for model in part.models:
            found = margin(case.results[model["key"]].fit)
            tipping = _tipping(part, model) if model["key"] in headlines and part.trials.k > 1 else None
            entries[model["key"]] = {
                **case.head(model),
                "significant": bool(np.ravel(found.significant)[0]),
                "critical": float(np.ravel(found.critical)[0]),
                "margin": float(np.ravel(found.margin)[0]),
                "estimate_shift": float(np.ravel(found.estimate_shift)[0]),
                "width_factor": float(np.ravel(found.width_factor)[0]),
                "information": float(np.ravel(found.information)[0]),
                "tipping": tipping,
            }
    return {**done(), "models": case.in_order(entries)}


def _tipping(part: Part, model: DeclaredModel) -> TippingEffects | None:
    found = tipping_effects(part.trials, model_of(model), steps=STEPS)
    if found is None:
        return None
    pairs = zip(part.studies, found.shift.tolist(), strict=True)
    return {
        "significant": found.significant,
        "reach": found.reach,
        "trials": [{"study": study, "shift": shift} for study, shift in pairs],
    }


def information_block(case: Case) -> InformationSizeBlock:
    """Participants that a conclusive meta-analysis needs, for every declared difference, and those pooled so far."""
    cell, block = case.rated.cell, case.settings["information_size"]
    empty: InformationSizeBlock = {**without_data(), "sd": None, "sd_source": "", "patients": None, "sizes": []}
    if cell.k == 0:
        return empty
    if measure_of(cell.measure).unit not in ("outcome", "sd", "risk", "declared"):
        return {**empty, **impossible("for mean and risk differences only")}
    own = block["outcomes"].get(cell.outcome["key"]) or InformationTarget()
    deltas = [float(value) for value in own.get("deltas") or []]
    source = "protocol"
    if not deltas and case.mid:
        deltas, source = [case.mid], "minimal important difference"
    if not deltas:
        return {**empty, **impossible("no difference that matters is declared")}
    sd = own.get("sd") or (1.0 if measure_of(cell.measure).unit == "sd" else reference_sd(case))
    if not sd:
        return {**empty, **impossible("the standard deviation of the outcome is not known")}
    sd_source = "protocol" if own.get("sd") or cell.outcome["key"] in case.settings["reference_sd"] else "the trials"
    patients = cell.participants
    diversity = diversity_of(cell.y, cell.v) if cell.k > 1 else 0.0
    entries: list[InformationSizeEntry] = []
    for delta in deltas:
        size = information_size(float(sd) ** 2, delta, block["alpha"], block["power"], diversity)
        sequential = _sequential(case, size.adjusted, block) if block["sequential"] and patients else None
        fraction = patients / size.adjusted if patients else None
        entries.append(
            {
                "size": size.size,
                "diversity": size.diversity,
                "adjusted": size.adjusted,
                "delta": size.delta,
                "variance": size.variance,
                "alpha": size.alpha,
                "power": size.power,
                "delta_source": source,
                "fraction": fraction,
                "sequential": sequential,
            }
        )
    return {**done(), "sd": float(sd), "sd_source": sd_source, "patients": patients, "sizes": entries}


def _sequential(case: Case, required: float, block: InformationSizeSettings) -> SequentialAnalysis | None:
    """Compare the rated model with a sequential boundary."""
    part = case.rated
    if not case.headlines or part.cell.k < 2:
        return None
    model = part.models[0]
    years = [case.year(study) for study in part.studies]
    order = precision_order(part.trials.v, part.studies) if None in years else year_order(years, part.studies)
    patients = [trial["n"] for trial in part.cell.trials]
    found = trial_sequential(part.trials, order, patients, model_of(model), required, block["alpha"])
    columns = (found.patients.tolist(), found.fraction.tolist(), found.z.tolist(), found.boundary.tolist())
    steps: list[SequentialStep] = [
        {"study": part.studies[place], "patients": n, "fraction": share, "z": z, "boundary": bound}
        for place, n, share, z, bound in zip(order, *columns, strict=True)
    ]
    return {**case.head(model), "steps": steps, "crossed": found.crossed, "reached": found.reached}


def missing_block(case: Case) -> Block:
    """What the pool becomes if the participants who are missing differed from those who are not."""
    settings, cell = case.settings["missing_data"], case.cell
    results: list[MissingFound] = []
    measure = measure_of(cell.measure)
    binary = measure.kind is BINARY
    if cell.k and not binary and measure.unit != "outcome":
        head = impossible("it is examined for mean differences and for events only")
        return {**head, "kind": "", "trials": [], "reach": None, "models": []}
    for part in case.parts(case.headlines) or [case.all_trials]:
        if binary:
            imors, sd = settings["imors"], settings["sd_log_imor"]
            found = missing_events(part.cell, case.arms, part.models, imors=imors, sd=sd)
        else:
            scale = cell.outcome.get("scale") or {}
            bounds = (scale.get("min"), scale.get("max"))
            sd, rho = settings["sd_lambda"], settings["rho_lambda"]
            found = missing_data(part.cell, case.arms, part.models, bounds=bounds, sd_lambda=sd, rho_lambda=rho)
        results.append(found)
    # where the tracks pool different trials the block is that of the wider pool, with the models of both
    first = max(results, key=lambda one: one["k"])
    entries = {entry["model"]: entry for one in results for entry in one["models"]}
    content = {name: first[name] for name in ("status", "reason", "trials")}
    kind = "imor" if binary else "imdom"
    return {**content, "reach": first.get("reach"), "kind": kind, "models": case.in_order(entries)}


def small_study_block(case: Case) -> Block:
    """Small-study effects from ten trials on, else the stated reason; of the trials that the rated model pools."""
    part = case.rated
    sizes = [
        [trial["n_experimental"] for trial in part.cell.trials],
        [trial["n_control"] for trial in part.cell.trials],
    ]
    found = assess(part.trials, [], sizes=None if None in (sizes[0] + sizes[1]) else sizes)
    content = vars(found) | {"trim_fill": [], "status": "done" if found.status == "assessed" else found.status}
    content["studies"] = part.studies
    if found.status != "assessed":
        return content
    for other in case.parts(case.headlines, fewest=MINIMUM):
        for model in other.models:
            for estimator in ("L0", "R0"):
                one = trim_fill(other.trials.y, other.trials.v, model_of(model), estimator)
                entry = {name: getattr(one, name) for name in ("estimator", "side", "k0", "converged")}
                filled = {"filled_y": one.filled_y, "filled_v": one.filled_v}
                content["trim_fill"].append({**case.head(model), **entry, **_pooled(one.fit), **filled})
    return content


def _pooled(fit: Fit | None) -> dict[str, float | None]:
    """Numbers of a pool of one replicate; None without one."""
    return {name: None if fit is None else np.ravel(getattr(fit, name))[0].item() for name in _FILLED}
