# A finished review, or a sweep -> one file that anyone can open, check and run again. Not part of `all`.


rule build_archive:
    input:
        targets=review_targets,
        files=archived_files,
        template=templates("archive/README.md.j2")[0],
    output:
        crate="results/{review}/archive/{review}.crate.zip",
        sha256="results/{review}/archive/{review}.crate.zip.sha256",
    log:
        "logs/{review}/build_archive.log",
    wildcard_constraints:
        review=NO_SWEEP,
    localrule: True
    params:
        review=this_review,
        folders=review_folder,
        subject=archive_subject,
        config=lambda wildcards: dict(config),
        root=str(ROOM.parent),
        wall_times="logs/{review}/wall_times.csv",
        code=code("build_archive"),
    script:
        "../scripts/build_archive.py"


rule verify_archive:
    input:
        crate="results/{review}/archive/{review}.crate.zip",
    output:
        verification="results/{review}/archive/verification.json",
    log:
        "logs/{review}/verify_archive.log",
    wildcard_constraints:
        review=NO_SWEEP,
    localrule: True
    threads: workflow.cores
    params:
        code=code("verify_archive"),
    script:
        "../scripts/verify_archive.py"


rule build_sweep_archive:
    input:
        performance="results/simulation/performance.csv",
        html="results/simulation/report.html",
        files=archived_sweep_files,
        template=templates("archive/sweep.md.j2")[0],
    output:
        crate="results/simulation/archive/simulation.crate.zip",
        sha256="results/simulation/archive/simulation.crate.zip.sha256",
    log:
        "logs/simulation/build_sweep_archive.log",
    localrule: True
    params:
        folders=swept_reviews,
        subject=sweep_subject,
        settings=SIMULATION,
        config=lambda wildcards: dict(config),
        root=str(ROOM.parent),
        wall_times="logs/simulation/wall_times.csv",
        code=code("build_sweep_archive"),
    script:
        "../scripts/build_sweep_archive.py"
