# Front door: `snakemake --cores all` at the top of the repository builds the reviews that
# config/config.yaml names. The workflow itself is workflow/Snakefile.
configfile: "config/config.yaml"


include: "workflow/Snakefile"


rule metawright:
    default_target: True
    input:
        rules.all.input,
