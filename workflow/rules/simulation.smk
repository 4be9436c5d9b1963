# config/simulation.yaml -> performance.csv and its figures. A job is a slice of the sweep worth a declared
# number of seconds; plan_sweep cuts the slices out of what no shard holds yet (docs/scaling.md).


localrules:
    plan_sweep,
    gather_performance,
    plot_performance,
    render_sweep,


checkpoint plan_sweep:
    input:
        effects=swept_effects,
        simulation=ancient(local(SIMULATION)),
    output:
        plan="results/simulation/plan.json",
    log:
        "logs/simulation/plan_sweep.log",
    resources:
        job_seconds=60,
    params:
        sweep=lambda wildcards: sweep(),
        shards=SHARDS,
        shard_code=code("simulate_shard"),
        code=code("plan_sweep"),
    script:
        "../scripts/plan_sweep.py"


rule simulate_shard:
    # The name of a shard is a digest of what it holds and of the code: it is never out of date.
    input:
        plan=ancient("results/simulation/plan.json"),
    output:
        shard="results/simulation/shards/{shard}.jsonl",
    log:
        "logs/simulation/simulate_shard.{shard}.log",
    resources:
        mem_mb=lambda wildcards, attempt: 1000 * attempt,
        runtime=lambda wildcards, attempt: 30 * attempt,
    params:
        progress="logs/simulation/progress",
        code=code("simulate_shard"),
    script:
        "../scripts/simulate_shard.py"


rule gather_performance:
    input:
        plan="results/simulation/plan.json",
        shards=swept_shards,
    output:
        performance="results/simulation/performance.csv",
    log:
        "logs/simulation/gather_performance.log",
    params:
        code=code("gather_performance"),
    script:
        "../scripts/gather_performance.py"


rule plot_performance:
    input:
        performance="results/simulation/performance.csv",
        plan="results/simulation/plan.json",
    output:
        **files_of("{grid}.{figure}", "results/simulation/figures"),
    log:
        "logs/simulation/plot_performance.{grid}.{figure}.log",
    params:
        module=lambda wildcards: figure_named(wildcards.figure).module,
        caption=lambda wildcards: figure_named(wildcards.figure).caption,
        code=code("plot_performance"),
    script:
        "../scripts/plot_performance.py"


rule render_sweep:
    input:
        performance="results/simulation/performance.csv",
        plan="results/simulation/plan.json",
        templates=local(templates("simulation.html.j2", "html/*.j2")),
        figures=sweep_figures("svg"),
        alt_texts=sweep_figures("txt"),
    output:
        html="results/simulation/report.html",
    log:
        "logs/simulation/render_sweep.log",
    params:
        code=code("render_sweep"),
    script:
        "../scripts/render_sweep.py"


rule simulate_pools:
    # A review's own configuration: its numbers of trials and participants, no effect.
    input:
        arms="results/{review}/extraction/{outcome}.arms.csv",
        effects="results/{review}/effects/{outcome}.effects.csv",
        awaiting=optional_file("awaiting"),
        studies=optional_file("studies"),
    output:
        pools="results/{review}/simulation/{outcome}.own_configuration.json",
    log:
        "logs/{review}/simulate_pools.{outcome}.log",
    params:
        outcome=outcome_choices,
        periods=protocol_block("periods"),
        models=protocol_block("models"),
        code=code("simulate_pools"),
    script:
        "../scripts/simulate_pools.py"


rule simulate_review:
    input:
        pools=collect(
            "results/{review}/simulation/{outcome}.own_configuration.json",
            review=this_review,
            outcome=outcomes,
        ),
    output:
        own_configuration="results/{review}/simulation/own_configuration.json",
    log:
        "logs/{review}/simulate_review.log",
    params:
        rule=headline_model("protocol"),
        recommended=headline_model("recommended"),
        code=code("simulate_review"),
    script:
        "../scripts/simulate_review.py"
