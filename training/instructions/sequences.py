"""Things that come in a fixed order: days, months, and numbers to count."""

from training.instructions.arithmetic import WORDS
from training.instructions.phrasing import (
    Ask,
    Divided,
    Subject,
    asking_for,
    fixed,
    join,
    listed,
    subjects,
)

DAYS = listed("Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday")
MONTHS = listed(
    "January, February, March, April, May, June, July, August, September, October, November, "
    "December"
)
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
ORDINALS = listed(
    "first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, eleventh, twelfth"
)


def neighbours(names: tuple[str, ...]) -> Divided[Subject]:
    """Each name with the one after it and the one before it; the last is followed by the first."""
    n = len(names)
    return Divided(
        tuple(
            {"it": names[i], "after": names[(i + 1) % n], "before": names[i - 1]} for i in range(n)
        )
    )


NEXT = """
    [Which|What] {unit} comes [right |]after {it}?
    What comes after {it}?
    {it} is followed by which {unit}?
    Which {unit} follows {it}?
    What is the next {unit} when {it} is over?
    After {it} comes what?
    When {it} is over, which {unit} begins?
    Which {unit} do we have when {it} has gone?
    {it}, and then?
"""
PREVIOUS = """
    [Which|What] {unit} comes [right |]before {it}?
    What comes before {it}?
    {it} comes after which {unit}?
    Which {unit} was before {it}?
    What was the last {unit} before {it}?
    Before {it} comes what?
    Which {unit} ends when {it} begins?
    {it} follows which {unit}?
    Which {unit} leads up to {it}?
"""

DAY_AFTER = Ask(
    skill="days",
    phrasings=asking_for(
        "day after",
        "the day after {it}",
        NEXT.replace("{unit}", "day")
        + "If today is {it}, what day is tomorrow?\nToday is {it}. What will tomorrow be?",
    ),
    subjects=neighbours(DAYS),
    answer=fixed("The day after {it} is {after}.", key="{after}"),
)
DAY_BEFORE = Ask(
    skill="days",
    phrasings=asking_for(
        "day before",
        "the day before {it}",
        PREVIOUS.replace("{unit}", "day")
        + "If today is {it}, what day was yesterday?\nToday is {it}. What was yesterday?",
    ),
    subjects=neighbours(DAYS),
    answer=fixed("The day before {it} is {before}.", key="{before}"),
)
WEEK = Ask(
    skill="days",
    phrasings=asking_for(
        "week",
        "the list of [all |]the days of the week",
        """
        What are the days of the week?
        List the days of the week.
        [Can|Could] you list the seven days?
        Which days are in a week?
        Say the days of the week in order.
        What are the seven days called?
        How are the days of the week called?
        Go through the week day by day.
        """,
    ),
    subjects=subjects("unit", "week"),
    answer=fixed(f"The days of the week are {join(DAYS)}.", key=", ".join(DAYS[:-1])),
)

MONTH_AFTER = Ask(
    skill="months",
    phrasings=asking_for("month after", "the month after {it}", NEXT.replace("{unit}", "month")),
    subjects=neighbours(MONTHS),
    answer=fixed("The month after {it} is {after}.", key="{after}"),
)
MONTH_BEFORE = Ask(
    skill="months",
    phrasings=asking_for(
        "month before", "the month before {it}", PREVIOUS.replace("{unit}", "month")
    ),
    subjects=neighbours(MONTHS),
    answer=fixed("The month before {it} is {before}.", key="{before}"),
)
MONTH_NUMBER = Ask(
    skill="months",
    phrasings=asking_for(
        "month by number",
        "the {ordinal} month of the year",
        """
        Which month is the {ordinal} month of the year?
        Which month is the {ordinal} one?
        Which is the {ordinal} month?
        What is the {ordinal} month called?
        The {ordinal} month is which?
        Which month comes {ordinal} in the year?
        """,
    ),
    subjects=Divided(tuple({"ordinal": o, "it": m} for o, m in zip(ORDINALS, MONTHS, strict=True))),
    answer=fixed("The {ordinal} month is {it}.", key="{it}"),
)
MONTH_LENGTH = Ask(
    skill="months",
    phrasings=asking_for(
        "month lengths",
        "the number of days in {it}",
        """
        How many days does {it} have?
        How many days has {it}?
        How many days are there in {it}?
        {it} has how many days?
        How long is {it}?
        Count the days of {it}.
        """,
    ),
    subjects=Divided(
        tuple({"it": m, "days": str(n)} for m, n in zip(MONTHS, LENGTHS, strict=True))
    ),
    answer=fixed("{it} has {days} days.", key="{days}"),
)
YEAR = Ask(
    skill="months",
    phrasings=asking_for(
        "year",
        "the list of [all |]the months of the year",
        """
        What are the months of the year?
        List the months of the year.
        [Can|Could] you list the twelve months?
        Which months are in a year?
        Say the months of the year in order.
        What are the twelve months called?
        Go through the year month by month.
        """,
    ),
    subjects=subjects("unit", "year"),
    answer=fixed(f"The months of the year are {join(MONTHS)}.", key=", ".join(MONTHS[:-1])),
)


def numbers(first: int, last: int) -> str:
    """The numbers from the first to the last, up or down."""
    step = 1 if first <= last else -1
    return ", ".join(str(n) for n in range(first, last + step, step))


def spans(pairs: list[tuple[int, int]]) -> Divided[Subject]:
    """What to count: in digits, and in words."""
    return Divided(
        tuple(
            {"first": first, "last": last, "numbers": numbers(a, b)}
            for a, b in pairs
            for first, last in ((str(a), str(b)), (WORDS[a], WORDS[b]))
        )
    )


COUNT_TO = Ask(
    skill="counting",
    phrasings=asking_for(
        "counting to",
        "the list of numbers [up |]to {last}",
        """
        Count to {last}.
        Count [up |]to {last} for me.
        [Can|Could] you count to {last}?
        Please count from one to {last}.
        How do you count to {last}?
        Count from 1 to {last}.
        Start at one and count to {last}.
        Let us count to {last}.
        I want you to count to {last}.
        Show me how to count to {last}.
        Count until you get to {last}.
        Which numbers do I say when I count to {last}?
        Count {last} sheep for me.
        Go on counting until {last}.
        """,
    ),
    subjects=spans([(1, n) for n in range(2, 21)]),
    answer=fixed("{numbers}.", key="{numbers}"),
)
COUNT_FROM = Ask(
    skill="counting",
    phrasings=asking_for(
        "counting from",
        "the list of numbers from {first} to {last}",
        """
        Count from {first} to {last}.
        [Can|Could] you count from {first} to {last}?
        Start at {first} and count to {last}.
        Count for me from {first} to {last}.
        Begin with {first} and go on to {last}.
        How do you count from {first} to {last}?
        Which numbers are there from {first} to {last}?
        Starting from {first}, count to {last}.
        Let us count from {first} to {last}.
        """,
    ),
    subjects=spans([(a, b) for a in range(2, 13) for b in range(a + 2, min(a + 9, 21))]),
    answer=fixed("{numbers}.", key="{numbers}"),
)
COUNT_DOWN = Ask(
    skill="counting",
    phrasings=asking_for(
        "counting down",
        "the countdown from {first}[| to one]",
        """
        Count [down|back] from {first}.
        Count backwards from {first}.
        [Can|Could] you count [down|back] from {first}?
        Start at {first} and count back to one.
        Count from {first} down to 1.
        How do you count down from {first}?
        The rocket starts in {first}. Count down.
        Please do a countdown from {first}.
        Let us count backwards from {first}.
        """,
    ),
    subjects=spans([(n, 1) for n in range(3, 21)]),
    answer=fixed("{numbers}.", key="{numbers}"),
)
NUMBER_AFTER = Ask(
    skill="counting",
    phrasings=asking_for(
        "number after",
        "the number [right |]after {first}",
        """
        [What|Which] number comes [right |]after {first}?
        What comes after {first} when you count?
        {first} is followed by which number?
        When you count, which number follows {first}?
        What is the next number after {first}?
        I counted to {first}. What is next?
        After {first} comes which number?
        """,
    ),
    subjects=Divided(
        tuple(
            {"first": first, "x": str(n), "after": str(n + 1)}
            for n in range(20)
            for first in (str(n), WORDS[n])
        )
    ),
    answer=fixed("The number after {x} is {after}.", key="{after}"),
)
NUMBER_BEFORE = Ask(
    skill="counting",
    phrasings=asking_for(
        "number before",
        "the number [right |]before {first}",
        """
        [What|Which] number comes [right |]before {first}?
        What comes before {first} when you count?
        {first} comes after which number?
        When you count, which number do you say before {first}?
        What was the last number before {first}?
        Before {first} comes which number?
        """,
    ),
    subjects=Divided(
        tuple(
            {"first": first, "x": str(n), "before": str(n - 1)}
            for n in range(1, 21)
            for first in (str(n), WORDS[n])
        )
    ),
    answer=fixed("The number before {x} is {before}.", key="{before}"),
)

DAYS_ASKS = (DAY_AFTER, DAY_BEFORE, WEEK)
MONTHS_ASKS = (MONTH_AFTER, MONTH_BEFORE, MONTH_NUMBER, MONTH_LENGTH, YEAR)
COUNTING_ASKS = (COUNT_TO, COUNT_FROM, COUNT_DOWN, NUMBER_AFTER, NUMBER_BEFORE)
