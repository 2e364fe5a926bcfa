"""Addition and subtraction with numbers to 20, and the times tables to 10.

The answer always repeats the sum in the same form ("2 + 2 = 4."): the model first brings the
question into that form, then completes it. A tenth of the pairs is kept out of training. For sums
and products it goes by the unordered pair: 3 + 5 is not given away by 5 + 3.
"""

from collections.abc import Iterable
from itertools import product

from training.instructions.phrasing import Ask, Divided, Subject, asking_for, divide, fixed, listed

HELD_OUT_PAIRS = 0.1

WORDS = listed(
    """
    zero, one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen,
    fourteen, fifteen, sixteen, seventeen, eighteen, nineteen, twenty, split
    """
)

Pair = tuple[int, int]

SUMS = divide(
    "pairs to add",
    [(a, b) for a, b in product(range(21), repeat=2) if a <= b],
    HELD_OUT_PAIRS,
    keep=[(2, 2)],
)
DIFFERENCES = divide(
    "pairs to subtract", [(a, b) for a in range(21) for b in range(a + 1)], HELD_OUT_PAIRS
)
PRODUCTS = divide(
    "pairs to multiply",
    [(a, b) for a, b in product(range(11), repeat=2) if a <= b],
    HELD_OUT_PAIRS,
)


def both_orders(pair: Pair) -> Iterable[Pair]:
    """The pair, and the pair turned round where that is another one."""
    return dict.fromkeys((pair, pair[::-1]))


NAMES = {"+": "plus", "-": "minus", "x": "times"}
SOLVE = {"+": int.__add__, "-": int.__sub__, "x": int.__mul__}


def in_digits(a: int, sign: str, b: int) -> Subject:
    """The numbers in digits, which may stand close to their sign: 2+2=."""
    return {"a": str(a), "sign": sign, "b": str(b), "equals": "="}


def operands(a: int, sign: str, b: int) -> list[Subject]:
    """The subject of one calculation, three times in digits for once in words."""
    solved = {"x": str(a), "y": str(b), "result": str(SOLVE[sign](a, b))}
    words = {"a": WORDS[a], "sign": f" {NAMES[sign]} ", "b": WORDS[b], "equals": " ="}
    return [dict(in_digits(a, sign, b)) | solved] * 3 + [words | solved]


def subjects_of(pairs: Divided[Pair], sign: str) -> Divided[Subject]:
    """Every calculation with the given pairs."""
    return pairs.expand(lambda pair: operands(pair[0], sign, pair[1]))


ADDITION = Ask(
    skill="addition",
    phrasings=asking_for(
        "addition",
        "the [sum of {a} and {b}|answer to {a}[{sign}| + | plus ]{b}|total of {a} and {b}]",
        """
        [What is|What's|Whats] {a}[{sign}| + | plus ]{b}?
        {a}[{sign}| + ]{b}
        {a}[{sign}| + ]{b}[{equals}| =| = ?]
        How much is {a}[{sign}| + | plus ]{b}?
        [Can|Could] you add {a} and {b}?
        Add {a} and {b}.
        Add {a} to {b}.
        [Work out|Calculate] {a}[{sign}| + | plus ]{b}.
        What do {a} and {b} make?
        {a} and {b} make what?
        How much do {a} and {b} make together?
        {a} plus {b} is what?
        What do you get if you add {a} and {b}?
        What do I get when I put {a} and {b} together?
        If I have {a} and get {b} more, how many do I have?
        I had {a} and then I found {b} more. How many have I now?
        I picked {a} in the morning and {b} in the evening. How many did I pick in all?
        [Tom|Anna|Ben|Lucy] has {a} in one hand and {b} in the other. How many is that?
        One basket holds {a} and the other holds {b}. How many are there in both?
        [Tom|Anna|Ben|Lucy] ate {a}, and then {b} more. How many is that in all?
        What number is {b} more than {a}?
        What comes out when you add {a} and {b}?
        {a} and {b} more is how many?
        Do this sum for me: {a}[{sign}| + | plus ]{b}.
        Solve {a}[{sign}| + | plus ]{b}.
        What does {a}[{sign}| + | plus ]{b} equal?
        {a}[{sign}| + | plus ]{b} equals what?
        Sum up {a} and {b}.
        Start with {a} and add {b}. Where are you?
        Begin at {a} and count on {b} more. What number is that?
        I am adding {a} and {b}. What is the answer?
        How many are {a} and {b}?
        Put {a} and {b} together.
        [Can|Could] you do {a}[{sign}| + | plus ]{b}?
        My sum is {a}[{sign}| + | plus ]{b}. Help me with it.
        """,
    ),
    subjects=subjects_of(SUMS.expand(both_orders), "+"),
    answer=fixed("{x} + {y} = {result}.", key="{result}"),
)

SUBTRACTION = Ask(
    skill="subtraction",
    phrasings=asking_for(
        "subtraction",
        "[the answer to {a}[{sign}| - | minus | take away ]{b}|the difference between {a} and {b}]",
        """
        [What is|What's|Whats] {a}[{sign}| - | minus ]{b}?
        {a}[{sign}| - ]{b}
        {a}[{sign}| - ]{b}[{equals}| =| = ?]
        How much is {a}[{sign}| - | minus ]{b}?
        What is {a} take away {b}?
        [Can|Could] you take {b} from {a}?
        Take {b} away from {a}.
        Subtract {b} from {a}.
        [Work out|Calculate] {a}[{sign}| - | minus ]{b}.
        {a} minus {b} is what?
        What is left when you take {b} from {a}?
        If you take {b} away from {a}, what is left?
        If I have {a} and give away {b}, how many do I have?
        I had {a} and lost {b}. How many are left?
        I have {a} and I eat {b}. How many do I still have?
        [Tom|Anna|Ben|Lucy] had {a} and gave {b} to a friend. How many are left?
        There were {a} on the tree and {b} fell down. How many are still there?
        What number is {b} less than {a}?
        How much more is {a} than {b}?
        What do you get if you subtract {b} from {a}?
        {a} take away {b} leaves what?
        Do this for me: {a}[{sign}| - | minus ]{b}.
        Solve {a}[{sign}| - | minus ]{b}.
        What does {a}[{sign}| - | minus ]{b} equal?
        {a}[{sign}| - | minus ]{b} equals what?
        Start with {a} and take away {b}. Where are you?
        Begin at {a} and count back {b}. What number is that?
        I am taking {b} from {a}. What is the answer?
        How many are left if {b} of {a} go away?
        [Can|Could] you do {a}[{sign}| - | minus ]{b}?
        {a} less {b} is how many?
        My problem is {a}[{sign}| - | minus ]{b}. Help me with it.
        """,
    ),
    subjects=subjects_of(DIFFERENCES, "-"),
    answer=fixed("{x} - {y} = {result}.", key="{result}"),
)

MULTIPLICATION = Ask(
    skill="multiplication",
    phrasings=asking_for(
        "multiplication",
        "the [product of {a} and {b}|answer to {a}[ x | * | times ]{b}]",
        """
        [What is|What's|Whats] {a}[{sign}| x | * | times ]{b}?
        {a}[{sign}| x | * ]{b}
        {a}[{sign}| x | * ]{b}[{equals}| =| = ?]
        How much is {a}[ x | * | times ]{b}?
        What is {a} multiplied by {b}?
        Multiply {a} by {b}.
        Multiply {a} and {b}.
        [Can|Could] you multiply {a} by {b}?
        [Work out|Calculate] {a}[ x | * | times ]{b}.
        {a} times {b} is what?
        {a} times {b} makes what?
        What are {a} lots of {b}?
        What do {a} lots of {b} make?
        How many are {a} times {b}?
        What do you get if you multiply {a} by {b}?
        Each bag holds {b}, and I have {a} of them. How many is that in all?
        I put {b} on each plate, and I fill {a} of them. How many is that?
        [Tom|Anna|Ben|Lucy] gives {b} to each child, and there are {a} of them. How many is that?
        Do this for me: {a}[ x | * | times ]{b}.
        Solve {a}[ x | * | times ]{b}.
        What does {a}[ x | * | times ]{b} equal?
        {a}[ x | * | times ]{b} equals what?
        I am learning my tables. What is {a} times {b}?
        In the times table, what is {a}[ x | times ]{b}?
        I am multiplying {a} by {b}. What is the answer?
        [Can|Could] you do {a}[ x | * | times ]{b}?
        {a} multiplied by {b} is how many?
        My tables: {a} times {b}. Help me with it.
        Take {b} and count it {a} times over. What is the total?
        What comes out when you multiply {a} by {b}?
        """,
    ),
    subjects=subjects_of(PRODUCTS.expand(both_orders), "x"),
    answer=fixed("{x} x {y} = {result}.", key="{result}"),
)

FAMOUS = Ask(
    skill="addition",
    phrasings=Divided(("What is {a}{sign}{b}?",)),
    subjects=Divided(tuple(operands(2, "+", 2)[:1])),
    answer=ADDITION.answer,
)
"""The sum that everybody asks first: often enough in the mix to be met."""
