"""The works that the methods section cites."""

from collections.abc import Iterable

# key: (authors, title, where, doi)
WORKS = {
    "baujat2002": (
        "Baujat B, Mahé C, Pignon JP, Hill C",
        "A graphical method for exploring heterogeneity in meta-analyses: application to a meta-analysis of 65 trials",
        "Statistics in Medicine 2002;21:2641–2652",
        "10.1002/sim.1221",
    ),
    "benjamini1995": (
        "Benjamini Y, Hochberg Y",
        "Controlling the false discovery rate: a practical and powerful approach to multiple testing",
        "Journal of the Royal Statistical Society: Series B 1995;57:289–300",
        "10.1111/j.2517-6161.1995.tb02031.x",
    ),
    "dersimonian1986": (
        "DerSimonian R, Laird N",
        "Meta-analysis in clinical trials",
        "Controlled Clinical Trials 1986;7:177–188",
        "10.1016/0197-2456(86)90046-2",
    ),
    "dersimonian2007": (
        "DerSimonian R, Kacker R",
        "Random-effects model for meta-analysis of clinical trials: an update",
        "Contemporary Clinical Trials 2007;28:105–114",
        "10.1016/j.cct.2006.04.004",
    ),
    "duval2000": (
        "Duval S, Tweedie R",
        "Trim and fill: a simple funnel-plot-based method of testing and adjusting for publication bias in "
        "meta-analysis",
        "Biometrics 2000;56:455–463",
        "10.1111/j.0006-341X.2000.00455.x",
    ),
    "egger1997": (
        "Egger M, Davey Smith G, Schneider M, Minder C",
        "Bias in meta-analysis detected by a simple, graphical test",
        "BMJ 1997;315:629–634",
        "10.1136/bmj.315.7109.629",
    ),
    "friede2017": (
        "Friede T, Röver C, Wandel S, Neuenschwander B",
        "Meta-analysis of few small studies in orphan diseases",
        "Research Synthesis Methods 2017;8:79–91",
        "10.1002/jrsm.1217",
    ),
    "elbourne2002": (
        "Elbourne DR, Altman DG, Higgins JPT, Curtin F, Worthington HV, Vail A",
        "Meta-analyses involving cross-over trials: methodological issues",
        "International Journal of Epidemiology 2002;31:140–149",
        "10.1093/ije/31.1.140",
    ),
    "furukawa2006": (
        "Furukawa TA, Barbui C, Cipriani A, Brambilla P, Watanabe N",
        "Imputing missing standard deviations in meta-analyses can provide accurate results",
        "Journal of Clinical Epidemiology 2006;59:7–10",
        "10.1016/j.jclinepi.2005.06.006",
    ),
    "greenland1985": (
        "Greenland S, Robins JM",
        "Estimation of a common effect parameter from sparse follow-up data",
        "Biometrics 1985;41:55–68",
        "10.2307/2530643",
    ),
    "harris2020": (
        "Harris CR, Millman KJ, van der Walt SJ, et al",
        "Array programming with NumPy",
        "Nature 2020;585:357–362",
        "10.1038/s41586-020-2649-2",
    ),
    "hartung2001": (
        "Hartung J, Knapp G",
        "A refined method for the meta-analysis of controlled clinical trials with binary outcome",
        "Statistics in Medicine 2001;20:3875–3889",
        "10.1002/sim.1009",
    ),
    "hedges1985": (
        "Hedges LV, Olkin I",
        "Statistical Methods for Meta-Analysis",
        "Orlando: Academic Press; 1985",
        "",
    ),
    "henmi2010": (
        "Henmi M, Copas JB",
        "Confidence intervals for random effects meta-analysis and robustness to publication bias",
        "Statistics in Medicine 2010;29:2969–2983",
        "10.1002/sim.4029",
    ),
    "higgins2002": (
        "Higgins JPT, Thompson SG",
        "Quantifying heterogeneity in a meta-analysis",
        "Statistics in Medicine 2002;21:1539–1558",
        "10.1002/sim.1186",
    ),
    "higgins2004": (
        "Higgins JPT, Thompson SG",
        "Controlling the risk of spurious findings from meta-regression",
        "Statistics in Medicine 2004;23:1663–1682",
        "10.1002/sim.1752",
    ),
    "higgins2011": (
        "Higgins JPT, Altman DG, Gøtzsche PC, et al",
        "The Cochrane Collaboration’s tool for assessing risk of bias in randomised trials",
        "BMJ 2011;343:d5928",
        "10.1136/bmj.d5928",
    ),
    "holm1979": (
        "Holm S",
        "A simple sequentially rejective multiple test procedure",
        "Scandinavian Journal of Statistics 1979;6:65–70",
        "",
    ),
    "hunter2007": (
        "Hunter JD",
        "Matplotlib: a 2D graphics environment",
        "Computing in Science & Engineering 2007;9:90–95",
        "10.1109/MCSE.2007.55",
    ),
    "inthout2014": (
        "IntHout J, Ioannidis JPA, Borm GF",
        "The Hartung-Knapp-Sidik-Jonkman method for random effects meta-analysis is straightforward "
        "and considerably outperforms the standard DerSimonian-Laird method",
        "BMC Medical Research Methodology 2014;14:25",
        "10.1186/1471-2288-14-25",
    ),
    "jackson2017": (
        "Jackson D, Law M, Rücker G, Schwarzer G",
        "The Hartung-Knapp modification for random-effects meta-analysis: a useful refinement but are "
        "there any residual concerns?",
        "Statistics in Medicine 2017;36:3923–3934",
        "10.1002/sim.7411",
    ),
    "knapp2003": (
        "Knapp G, Hartung J",
        "Improved tests for a random effects meta-regression with a single covariate",
        "Statistics in Medicine 2003;22:2693–2710",
        "10.1002/sim.1482",
    ),
    "mavridis2020": (
        "Mavridis D, White IR",
        "Dealing with missing outcome data in meta-analysis",
        "Research Synthesis Methods 2020;11:2–13",
        "10.1002/jrsm.1349",
    ),
    "morris2019": (
        "Morris TP, White IR, Crowther MJ",
        "Using simulation studies to evaluate statistical methods",
        "Statistics in Medicine 2019;38:2074–2102",
        "10.1002/sim.8086",
    ),
    "luo2018": (
        "Luo D, Wan X, Liu J, Tong T",
        "Optimally estimating the sample mean from the sample size, median, mid-range, and/or mid-quartile range",
        "Statistical Methods in Medical Research 2018;27:1785–1805",
        "10.1177/0962280216669183",
    ),
    "mcgrath2023": (
        "McGrath S, Katzenschlager S, Zimmer AJ, Seitel A, Steele R, Benedetti A",
        "Standard error estimation in meta-analysis of studies reporting medians",
        "Statistical Methods in Medical Research 2023;32:373–388",
        "10.1177/09622802221139233",
    ),
    "moelder2021": (
        "Mölder F, Jablonski KP, Letcher B, et al",
        "Sustainable data analysis with Snakemake",
        "F1000Research 2021;10:33",
        "10.12688/f1000research.29032.2",
    ),
    "olkin2012": (
        "Olkin I, Dahabreh IJ, Trikalinos TA",
        "GOSH – a graphical display of study heterogeneity",
        "Research Synthesis Methods 2012;3:214–223",
        "10.1002/jrsm.1053",
    ),
    "page2021": (
        "Page MJ, McKenzie JE, Bossuyt PM, et al",
        "The PRISMA 2020 statement: an updated guideline for reporting systematic reviews",
        "BMJ 2021;372:n71",
        "10.1136/bmj.n71",
    ),
    "paule1982": (
        "Paule RC, Mandel J",
        "Consensus values and weighting factors",
        "Journal of Research of the National Bureau of Standards 1982;87:377–385",
        "10.6028/jres.087.022",
    ),
    "pustejovsky2018": (
        "Pustejovsky JE, Tipton E",
        "Small-sample methods for cluster-robust variance estimation and hypothesis testing in fixed effects models",
        "Journal of Business & Economic Statistics 2018;36:672–683",
        "10.1080/07350015.2016.1247004",
    ),
    "rhodes2015": (
        "Rhodes KM, Turner RM, Higgins JPT",
        "Predictive distributions were developed for the extent of heterogeneity in meta-analyses of continuous "
        "outcome data",
        "Journal of Clinical Epidemiology 2015;68:52–60",
        "10.1016/j.jclinepi.2014.08.012",
    ),
    "rover2015": (
        "Röver C, Knapp G, Friede T",
        "Hartung-Knapp-Sidik-Jonkman approach and its modification for random-effects meta-analysis with few studies",
        "BMC Medical Research Methodology 2015;15:99",
        "10.1186/s12874-015-0091-1",
    ),
    "rover2020": (
        "Röver C",
        "Bayesian random-effects meta-analysis using the bayesmeta R package",
        "Journal of Statistical Software 2020;93:1–51",
        "10.18637/jss.v093.i06",
    ),
    "shi2020": (
        "Shi J, Luo D, Weng H, et al",
        "Optimally estimating the sample standard deviation from the five-number summary",
        "Research Synthesis Methods 2020;11:641–654",
        "10.1002/jrsm.1429",
    ),
    "shi2023": (
        "Shi J, Luo D, Wan X, Liu Y, Liu J, Bian Z, Tong T",
        "Detecting the skewness of data from the five-number summary and its application in meta-analysis",
        "Statistical Methods in Medical Research 2023;32:1338–1360",
        "10.1177/09622802231172043",
    ),
    "sidik2005": (
        "Sidik K, Jonkman JN",
        "Simple heterogeneity variance estimation for meta-analysis",
        "Journal of the Royal Statistical Society: Series C 2005;54:367–384",
        "10.1111/j.1467-9876.2005.00489.x",
    ),
    "simonsohn2020": (
        "Simonsohn U, Simmons JP, Nelson LD",
        "Specification curve analysis",
        "Nature Human Behaviour 2020;4:1208–1214",
        "10.1038/s41562-020-0912-z",
    ),
    "steegen2016": (
        "Steegen S, Tuerlinckx F, Gelman A, Vanpaemel W",
        "Increasing transparency through a multiverse analysis",
        "Perspectives on Psychological Science 2016;11:702–712",
        "10.1177/1745691616658637",
    ),
    "sterne2019": (
        "Sterne JAC, Savović J, Page MJ, et al",
        "RoB 2: a revised tool for assessing risk of bias in randomised trials",
        "BMJ 2019;366:l4898",
        "10.1136/bmj.l4898",
    ),
    "veroniki2019": (
        "Veroniki AA, Jackson D, Bender R, et al",
        "Methods to calculate uncertainty in the estimated overall effect size from a random-effects meta-analysis",
        "Research Synthesis Methods 2019;10:23–43",
        "10.1002/jrsm.1319",
    ),
    "viechtbauer2005": (
        "Viechtbauer W",
        "Bias and efficiency of meta-analytic variance estimators in the random-effects model",
        "Journal of Educational and Behavioral Statistics 2005;30:261–293",
        "10.3102/10769986030003261",
    ),
    "viechtbauer2007": (
        "Viechtbauer W",
        "Confidence intervals for the amount of heterogeneity in meta-analysis",
        "Statistics in Medicine 2007;26:37–52",
        "10.1002/sim.2514",
    ),
    "viechtbauer2010": (
        "Viechtbauer W, Cheung MWL",
        "Outlier and influence diagnostics for meta-analysis",
        "Research Synthesis Methods 2010;1:112–125",
        "10.1002/jrsm.11",
    ),
    "virtanen2020": (
        "Virtanen P, Gommers R, Oliphant TE, et al",
        "SciPy 1.0: fundamental algorithms for scientific computing in Python",
        "Nature Methods 2020;17:261–272",
        "10.1038/s41592-019-0686-2",
    ),
    "wetterslev2008": (
        "Wetterslev J, Thorlund K, Brok J, Gluud C",
        "Trial sequential analysis may establish when firm evidence is reached in cumulative meta-analysis",
        "Journal of Clinical Epidemiology 2008;61:64–75",
        "10.1016/j.jclinepi.2007.03.013",
    ),
    "white2008": (
        "White IR, Higgins JPT, Wood AM",
        "Allowing for uncertainty due to missing data in meta-analysis – part 1: two-stage methods",
        "Statistics in Medicine 2008;27:711–727",
        "10.1002/sim.3008",
    ),
    "wan2014": (
        "Wan X, Wang W, Liu J, Tong T",
        "Estimating the sample mean and standard deviation from the sample size, median, range and/or "
        "interquartile range",
        "BMC Medical Research Methodology 2014;14:135",
        "10.1186/1471-2288-14-135",
    ),
    "yusuf1985": (
        "Yusuf S, Peto R, Lewis J, Collins R, Sleight P",
        "Beta blockade during and after myocardial infarction: an overview of the randomized trials",
        "Progress in Cardiovascular Diseases 1985;27:335–371",
        "10.1016/S0033-0620(85)80003-7",
    ),
}
INSTRUMENT_WORKS = {"RoB1": "higgins2011", "RoB2": "sterne2019"}


def works(keys: Iterable[str]) -> list[dict[str, str]]:
    """Return `[{"key", "authors", "title", "where", "doi"}]` for *keys*, each once, in their order."""
    found = []
    for key in dict.fromkeys(keys):
        authors, title, where, doi = WORKS[key]
        found.append({"key": key, "authors": authors, "title": title, "where": where, "doi": doi})
    return found
