"""How to cite the programs that a review rests on."""

#: Digital object identifiers of the papers that the projects ask to be cited by.
DOIS = {
    "snakemake": "10.12688/f1000research.29032.2",
    "numpy": "10.1038/s41586-020-2649-2",
    "scipy": "10.1038/s41592-019-0686-2",
    "matplotlib": "10.1109/MCSE.2007.55",
}

PROJECTS = {
    "python": "https://www.python.org",
    "snakemake": "https://snakemake.github.io",
    "numpy": "https://numpy.org",
    "scipy": "https://scipy.org",
    "matplotlib": "https://matplotlib.org",
    "jinja2": "https://jinja.palletsprojects.com",
}
