# The sweep: its content, its shards, its figures.
# The sweep's functions import what they need themselves: a review is built without the engine being loaded here.


@cache
def sweep():
    """The sweep's content, read when a target needs it: a review is built whatever stands in that file."""
    from metawright.simulation.sweep import read_sweep

    try:
        return read_sweep(SIMULATION, ROOM / "schemas", REVIEWS)
    except BadInput as error:
        sys.exit(error.text)


def swept_effects(wildcards):
    """Effects of the reviews whose trials the grids take."""
    from metawright.simulation.grids import named_pools

    pools = [(pool["review"], pool["outcome"]) for pool in named_pools(sweep())]
    return [
        f"results/{review}/effects/{outcome}.effects.csv"
        for review, outcome in dict.fromkeys(pools)
    ]


def swept_shards(wildcards):
    """Shards that make up the sweep, once it is planned."""
    plan = json.loads(Path(checkpoints.plan_sweep.get().output.plan).read_text(encoding="utf-8"))
    names = dict.fromkeys(shard for pieces in plan["cover"].values() for shard, _, _ in pieces)
    return [f"{SHARDS}/{name}.jsonl" for name in names]


def sweep_figures(kind):
    """Paths of the sweep's figures, of one kind, as its grids allow them."""

    def paths(wildcards):
        from metawright.figures.sweep.wanted import grid_figure_names

        grids = sweep()["grids"].items()
        names = [name for grid, block in grids for name in grid_figure_names(grid, block)]
        return [f"results/simulation/figures/{name}.{kind}" for name in names]

    return paths


def own_configuration(wildcards):
    """Simulated pools of a review, where its protocol asks for them or lets a rule choose a model."""
    wanted = REVIEWS[wildcards.review].simulates_itself
    return f"results/{wildcards.review}/simulation/own_configuration.json" if wanted else []
