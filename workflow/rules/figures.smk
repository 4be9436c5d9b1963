# Figures: vector and raster, each with a text alternative and the table of its numbers.


rule plot_forest:
    input:
        arms="results/{review}/extraction/{outcome}.arms.csv",
        effects="results/{review}/effects/{outcome}.effects.csv",
        inputs="results/{review}/effects/{outcome}.inputs.csv",
        pools=collect(
            "results/{review}/pooling/{outcome}.{period}.json",
            review=this_review,
            outcome=this_outcome,
            period=periods,
        ),
        awaiting=optional_file("awaiting"),
        claims=optional_file("claims"),
        studies=optional_file("studies"),
    output:
        svg="results/{review}/figures/forest.{outcome}.svg",
        pdf="results/{review}/figures/forest.{outcome}.pdf",
        png="results/{review}/figures/forest.{outcome}.png",
        txt="results/{review}/figures/forest.{outcome}.txt",
        csv="results/{review}/figures/forest.{outcome}.csv",
    log:
        "logs/{review}/plot_forest.{outcome}.log",
    params:
        outcome=outcome_block,
        periods=protocol_block("periods"),
        arms=protocol_block("arms"),
        model=headline_model("protocol"),
        recommended=headline_model("recommended"),
        code=code("plot_forest"),
    script:
        "../scripts/plot_forest.py"


rule plot_risk_of_bias:
    input:
        risk_of_bias="results/{review}/appraisal/risk_of_bias.json",
    output:
        svg="results/{review}/figures/risk_of_bias.svg",
        pdf="results/{review}/figures/risk_of_bias.pdf",
        png="results/{review}/figures/risk_of_bias.png",
        txt="results/{review}/figures/risk_of_bias.txt",
        csv="results/{review}/figures/risk_of_bias.csv",
    log:
        "logs/{review}/plot_risk_of_bias.log",
    params:
        code=code("plot_risk_of_bias"),
    script:
        "../scripts/plot_risk_of_bias.py"
