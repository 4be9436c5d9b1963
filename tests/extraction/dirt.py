"""Ways in which the same number is written, and ways in which a file is damaged.

A formatting keeps what a cell means: read back, the number must be the same, or the file refused. A damage may change
what it means: the file must be refused, or every row accounted for.
"""

import random
import re
from collections.abc import Callable

from metawright.reading.columns import COLUMNS
from tests.extraction.files import as_workbook, csv_bytes

Table = list[list[str]]
NUMBERS = [name for name, column in COLUMNS.items() if column.kind != "text"]
WHOLE = [name for name, column in COLUMNS.items() if column.kind == "whole"]
SPACES = ["\u00a0", "\u2009", "\u202f", " ", "\t", "\u3000"]
INVISIBLE = ["\u200b", "\u00ad", "\ufeff", "\u200e"]
FULL_WIDTH = str.maketrans(
    {chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F) if chr(code) in "0123456789.+-,"}
)

# ---------------------------------------------------------------- one cell, same meaning


def spaced(text: str, rng: random.Random) -> str:
    return rng.choice(SPACES) * rng.randint(0, 2) + text + rng.choice(SPACES)


def invisible(text: str, rng: random.Random) -> str:
    place = rng.randint(0, len(text))
    return text[:place] + rng.choice(INVISIBLE) + text[place:]


def typographic(text: str, rng: random.Random) -> str:
    return text.replace("-", rng.choice("\u2212\u2013\u2010\ufe63"))


def full_width(text: str, rng: random.Random) -> str:
    return text.translate(FULL_WIDTH)


def middle_dot(text: str, rng: random.Random) -> str:
    return text.replace(".", "\u00b7")


def footnoted(text: str, rng: random.Random) -> str:
    return text + rng.choice(["*", "**", "†", "‡", " §", "¹", "²³", "ᵃ", "#"])


def with_zeros(text: str, rng: random.Random) -> str:
    if re.fullmatch(r"[+-]?\d{1,3}[.,]\d{3}", text):
        return text  # a zero more would say that the three digits before it are decimals
    return text + "0" if ("." in text or "," in text) and "e" not in text else text + rng.choice([".0", ".00"])


def signed(text: str, rng: random.Random) -> str:
    return text if text[0] in "+-" else "+" + text


def thousands(mark: str) -> Callable[[str, random.Random], str]:
    def grouped(text: str, rng: random.Random) -> str:
        whole, point, rest = text.partition(".")
        if len(whole.lstrip("-")) < 4 or not whole.lstrip("-").isdecimal():
            return text
        return f"{int(whole):,}".replace(",", mark) + ("," if mark == "." and point else point) + rest

    return grouped


CELL = [
    spaced,
    invisible,
    typographic,
    full_width,
    middle_dot,
    footnoted,
    with_zeros,
    signed,
    thousands(","),
]
CELL += [thousands(" "), thousands("\u202f"), thousands("'")]


#: In a column of scores `24.500` is 24.5 wherever points are the decimal mark: a mere writing only where all cells have it.
DOTS = thousands(".")


def named(name: str) -> Callable[[str, random.Random], str]:
    return lambda text, rng: rng.choice([f"{name} = {text}", f"{name.upper()}: {text}", f"{name} {text}"])


def people(text: str, rng: random.Random) -> str:
    return text + rng.choice([" patients", " participants", "pts"])


def whole_with_zero(text: str, rng: random.Random) -> str:
    return text + ".0"


def decimals(text: str) -> int:
    """How many digits stand after the mark."""
    return len(text.replace(",", ".").partition(".")[2])


def with_comma(text: str, name: str) -> str:
    """A number of a column that is not of whole numbers, with a decimal comma that can be nothing else."""
    if name not in NUMBERS or name in WHOLE or "." not in text:
        return text
    return text.replace(".", ",") + ("0" if decimals(text) == 3 else "")


# ---------------------------------------------------------------- whole files, same meaning


def number_cells(table: Table) -> list[tuple[int, int]]:
    """Row and column of every cell that holds a number."""
    places = [place for place, name in enumerate(table[0]) if name in NUMBERS]
    return [(row, place) for row in range(1, len(table)) for place in places if table[row][place : place + 1] > [""]]


def ways_for(name: str, european: bool) -> list[Callable]:
    """The writings of a number in a column; `european` says that the file will be separated by semicolons or tabs."""
    return [*CELL, *([DOTS] if european or name in WHOLE else [])]


def some_cells(table: Table, rng: random.Random, european: bool = False) -> None:
    for row, place in number_cells(table):
        if rng.random() < 0.3:
            name = table[0][place]
            ways = [*ways_for(name, False), named(name), *([people] if name in WHOLE[:2] else [])]
            table[row][place] = rng.choice(ways)(table[row][place], rng)


def one_way(table: Table, rng: random.Random, european: bool = False) -> None:
    way = rng.choice([*CELL, DOTS])
    for row, place in number_cells(table):
        if way in ways_for(table[0][place], european):
            table[row][place] = way(table[row][place], rng)


def dotted_thousands(table: Table, rng: random.Random, european: bool = False) -> None:
    """Dots for thousands in every cell of a file from where they are used."""
    for row, place in number_cells(table):
        if DOTS in ways_for(table[0][place], european):
            table[row][place] = DOTS(table[row][place], rng)


def decimal_commas(table: Table, rng: random.Random, european: bool = False) -> None:
    """Commas in whole columns, or (more dangerous) in some of the cells."""
    share = rng.choice([1.0, 1.0, 0.5, 0.1])
    names = [name for name in table[0] if name in NUMBERS and rng.random() < 0.8]
    for row, place in number_cells(table):
        if table[0][place] in names and rng.random() < share:
            table[row][place] = table[row][place].replace(".", ",")


def one_cell_for_mean_and_sd(table: Table, rng: random.Random, european: bool = False) -> None:
    header = table[0]
    if not {"mean", "sd"} <= set(header) or "value" in header:
        return
    mean, sd = header.index("mean"), header.index("sd")
    forms = ["{} ± {}", "{}±{}", "{} ({})", "{} (SD {})", "{} +/- {}", "{} [SD: {}]", "mean {} (SD {})", "{}† ({})"]
    form = rng.choice(forms)
    header.append("value")
    for record in table[1:]:
        both = record[mean] and record[sd]
        record.append(form.format(record[mean], record[sd]) if both else "")
        if both:
            record[mean] = record[sd] = ""


def other_words(table: Table, rng: random.Random, european: bool = False) -> None:
    for name in {"outcome", "arm", "study", "value_type"} & set(table[0]):
        place = table[0].index(name)
        for record in table[1:]:
            text = record[place]
            record[place] = rng.choice([text, text.upper() if name != "study" else text, f" {text}", text + "\u00a0"])
            record[place] = record[place].replace(" ", rng.choice([" ", "\u00a0"]))


def other_times(table: Table, rng: random.Random, european: bool = False) -> None:
    if "timepoint" not in table[0]:
        return
    place = table[0].index("timepoint")
    for record in table[1:]:
        number, _, unit = record[place].partition(" ")
        if unit in ("m", "months") and number.isdigit():
            forms = ["{} months", "{}mo", "month {}", "{}m", "{}-month", "{}-m follow-up", "{} mths", " {}\u00a0m "]
            record[place] = rng.choice(forms).format(number)


def shuffled_columns(table: Table, rng: random.Random, european: bool = False) -> None:
    order = list(range(len(table[0])))
    rng.shuffle(order)
    for index, record in enumerate(table):
        table[index] = [record[place] for place in order]


FORMATTINGS = [
    some_cells,
    one_way,
    dotted_thousands,
    decimal_commas,
    one_cell_for_mean_and_sd,
    other_words,
    other_times,
    shuffled_columns,
]


def saved(table: Table, rng: random.Random, european: bool = False) -> tuple[bytes, str]:
    """The bytes of a table as one of many programs saves it, and the name of its file."""
    if not european and rng.random() < 0.05:
        return as_workbook(table, rng.choice(["extraction", "Sheet1"])), "extraction.xlsx"
    mark = rng.choice([";", "\t"]) if european else ","
    end = rng.choice(["\n", "\n", "\r\n", "\r"])
    content = csv_bytes(table, mark, end=end)
    encoding = rng.choice(["utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
    try:
        return content.decode().encode(encoding), "extraction.csv"
    except UnicodeEncodeError:
        return content, "extraction.csv"


def unquoted(table: Table, rng: random.Random) -> tuple[bytes, str]:
    """Decimal commas in a file of commas, without the quotes that would keep them together."""
    decimal_commas(table, rng)
    quoted = [
        [
            cell if name in NUMBERS else f'"{cell.replace(chr(34), chr(34) * 2)}"'
            for cell, name in zip(record, table[0], strict=True)
        ]
        for record in table
    ]
    return "\n".join(",".join(record) for record in quoted).encode(), "extraction.csv"


def grown(table: Table, rng: random.Random) -> None:
    """Other numbers in the same file: thousands of people, scores in the thousands. Not a formatting: it makes a new truth."""
    more = 1000 * rng.randint(1, 40)
    places = rng.randint(0, 2)
    round_ = rng.random() < 0.2
    for row, place in number_cells(table):
        name, text = table[0][place], table[row][place]
        if name in WHOLE:
            table[row][place] = str(more if round_ else int(text) + more)
        else:
            table[row][place] = (
                f"{float(text) * 1000:.{places}f}" if float(text) * 1000 >= 0.01 or name == "estimate" else text
            )


# ---------------------------------------------------------------- damage

JUNK = [
    "", " ", "NR", "n.r.", "-", "—", "NA", "?", "#N/A", "#DIV/0!", "nan", "inf", "-inf", "1e999", "1e-400", "1e99", "0", "-0",
    "-6.5", "6,5", "1,234", "1.234", "1.234,5", "1,234.5", "1 234", "2-Mar", "03-Feb", "2024-03-02", "2/3/2024", "6.5a", "6.5x",
    "10²", "½", "٣", "6..5", "--5", "5-", "(6.5)", "32.8 ± 6.5", "32,8 (6,5)", "12.3 [10.1 to 14.5]", "22 (18-27)", "22 [18, 27]",
    "22 (18,27)", "median 22 (IQR 18-27)", "12.3 (90% CI 10.1, 14.5)", "32.8 ± 6.5 ± 1", "3 (2) (1)", "85%", "85 % (5 %)", "T180",
    "T2", "2-3 months", "6 weeks", "end of treatment", "6-m follow-up", ">6 m", "day 1", "baseline", "experimental", "contrast",
    "control", "E", "score", "\x00", "\ufffd", "\U0001f600", '"', "'", "=1+1", "99999999999999999999", "0x1F", "1_000", "TRUE", "e", ".",
    ",", ";", "1;2", "±", "±5", "5±", "[1, 2]", "1 [", "9" * 400, "a" * 3000, "9" * 5000 + " m", "T" + "9" * 5000, "0 m", "\n", "6\n5", "6.5\t7", "10:30", "NaN (NaN)",
]  # fmt: skip


def junk(table: Table, rng: random.Random) -> None:
    for _ in range(rng.choice([1, 1, 2, 5])):
        record = table[rng.randrange(len(table))] if rng.random() < 0.1 else table[rng.randrange(1, len(table))]
        if record:
            record[rng.randrange(len(record))] = rng.choice(JUNK)


def slips(table: Table, rng: random.Random) -> None:
    """One character of a cell typed otherwise, left out or twice."""
    cells = number_cells(table)
    if not cells:
        return
    row, place = rng.choice(cells)
    text = table[row][place]
    at = rng.randrange(len(text)) if text else 0
    new = rng.choice(["", text[at : at + 1] * 2, rng.choice("0123456789.,-+ eE%*()±[]abcx/'\u00a0\u2212")])
    table[row][place] = text[:at] + new + text[at + 1 :]


def rows_moved(table: Table, rng: random.Random) -> None:
    row = rng.randrange(1, len(table))
    what = rng.randrange(5)
    if what == 0:
        table.insert(rng.randrange(1, len(table) + 1), list(table[row]))
    elif what == 1 and len(table) > 2:
        del table[row]
    elif what == 2:
        table.insert(row, [""] * len(table[0]))
    elif what == 3:
        table[row] = table[row][: rng.randrange(len(table[row]) + 1)]
    else:
        table[row] = table[row] + [rng.choice(["", "x", "1"])]


def columns_moved(table: Table, rng: random.Random) -> None:
    place = rng.randrange(len(table[0]))
    what = rng.randrange(4)
    if what == 0:
        for record in table:
            del record[place : place + 1]
    elif what == 1:
        table[0][place] = rng.choice(["", "Study", "mean", "sd", table[0][place] + " ", "value", "median", "se"])
    elif what == 2:
        for record in table[1:]:
            other = rng.randrange(len(record)) if record else 0
            if place < len(record):
                record[place], record[other] = record[other], record[place]
    else:
        for record in table[1:]:
            if place < len(record):
                record[place] = rng.choice(JUNK)


DAMAGES = [junk, junk, slips, slips, rows_moved, columns_moved]


def bytes_hit(content: bytes, rng: random.Random) -> bytes:
    """Some bytes changed, left out or put in; the end cut off."""
    data = bytearray(content)
    for _ in range(rng.choice([1, 1, 3, 10])):
        at = rng.randrange(len(data) + 1)
        what = rng.randrange(4)
        if what == 0:
            data[at : at + 1] = bytes([rng.randrange(256)])
        elif what == 1:
            del data[at : at + rng.randrange(1, 5)]
        elif what == 2:
            data[at:at] = bytes(
                rng.choice([b"\xff", b"\x00", b'"', b",", b";", b"\n", b"\r", b"\xe2\x88\x92", b"\xb1", b"9"])
            )
        elif rng.random() < 0.2:
            del data[at:]
    return bytes(data)
