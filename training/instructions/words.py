"""Facts about words: opposites, plurals, spelling."""

from training.instructions.phrasing import (
    Ask,
    Divided,
    Subject,
    asking_for,
    fixed,
    listed,
    subjects,
)

PAIRS = """
    hot, cold
    big, small
    tall, short
    fast, slow
    up, down
    in, out
    on, off
    over, under
    left, right
    high, low
    happy, sad
    good, bad
    new, old
    rich, poor
    strong, weak
    hard, soft
    light, dark
    day, night
    full, empty
    open, closed
    wet, dry
    clean, dirty
    loud, quiet
    early, late
    near, far
    thick, thin
    wide, narrow
    deep, shallow
    first, last
    front, back
    top, bottom
    inside, outside
    above, below
    before, after
    always, never
    everything, nothing
    love, hate
    friend, enemy
    true, false
    yes, no
    win, lose
    give, take
    buy, sell
    push, pull
    laugh, cry
    begin, end
    come, go
    sit, stand
    awake, asleep
    alive, dead
    brave, afraid
    kind, cruel
    wise, foolish
    sweet, bitter
    smooth, rough
    sharp, blunt
    beautiful, ugly
    summer, winter
    north, south
    east, west
    king, queen
    boy, girl
    man, woman
    brother, sister
    war, peace
    question, answer
    safe, dangerous
    easy, difficult
    many, few
    more, less
    lost, found
    healthy, sick
    lazy, busy
    polite, rude
"""

OPPOSITES = Ask(
    skill="opposites",
    phrasings=asking_for(
        "opposites",
        "the opposite of [|the word ]{word}",
        """
        What word is the opposite of {word}?
        Which word means the opposite of {word}?
        What is not {word} but the very opposite?
        The opposite of {word} is what?
        What do you call the opposite of {word}?
        {word} has which opposite?
        If it is not {word}, what is its opposite?
        I say {word}, and you say the opposite.
        Turn {word} into its opposite.
        Which word is the reverse of {word}?
        Let us play opposites: {word}.
        We are learning opposites. What goes with {word}?
        Finish this: the opposite of {word} is
        """,
    ),
    subjects=subjects("word opposite", PAIRS).expand(
        lambda row: [dict(row), {"word": row["opposite"], "opposite": row["word"]}]
    ),
    answer=fixed("The opposite of {word} is {opposite}.", key="{opposite}"),
)

IRREGULAR = """
    mouse, mice
    goose, geese
    foot, feet
    tooth, teeth
    man, men
    woman, women
    child, children
    ox, oxen
    sheep, sheep
    deer, deer
    fish, fish
    leaf, leaves
    wolf, wolves
    knife, knives
    wife, wives
    life, lives
    loaf, loaves
    shelf, shelves
    thief, thieves
    calf, calves
    half, halves
    elf, elves
    box, boxes
    fox, foxes
    bus, buses
    glass, glasses
    dish, dishes
    brush, brushes
    church, churches
    witch, witches
    watch, watches
    dress, dresses
    class, classes
    wish, wishes
    peach, peaches
    potato, potatoes
    tomato, tomatoes
    hero, heroes
    baby, babies
    lady, ladies
    city, cities
    berry, berries
    cherry, cherries
    pony, ponies
    story, stories
    fairy, fairies
    penny, pennies
    party, parties
    fly, flies
    country, countries
"""

REGULAR = listed(
    """
    cat, dog, cow, hen, duck, pig, horse, bird, frog, bear, lion, king, queen, boy, girl, tree,
    flower, apple, egg, cake, hat, coat, shoe, ship, boat, star, cloud, river, hill, house, door,
    window, chair, table, lamp, cup, spoon, bed, book, bell, drum, ball, kite, road, garden,
    forest, farm, farmer, sister, brother, friend, teacher, sailor, giant, dragon, castle, tower,
    bridge
    """
)


def plural_subjects() -> Divided[Subject]:
    """Nouns with their plurals, irregular and regular."""
    regular = tuple({"word": noun, "plural": f"{noun}s"} for noun in REGULAR)
    return subjects("word plural", IRREGULAR) + Divided(regular)


PLURALS = Ask(
    skill="plurals",
    phrasings=asking_for(
        "plurals",
        "the plural of [|the word ]{word}",
        """
        What do you call more than one {word}?
        One {word}, two what?
        How do you say more than one {word}?
        One is called {word}. What do you call two?
        Make {word} plural.
        Put the word {word} into the plural.
        Which word means more than one {word}?
        If there are many, what does {word} become?
        The plural of {word} is what?
        What does {word} become when there are two?
        How do you write {word} when there is more than one?
        I see one {word}. Then another comes. What do I see now?
        Finish this: one {word}, two
        """,
    ),
    subjects=plural_subjects(),
    answer=fixed("The plural of {word} is {plural}.", key="{plural}"),
)

SPELLED = listed(
    """
    cat, dog, cow, hen, pig, fox, owl, bee, ant, bear, bird, boat, book, ball, bell, bed, box,
    boy, girl, cake, cap, car, chair, child, clock, cloud, coat, corn, cup, deer, dish, door,
    dress, drum, duck, ear, egg, eye, farm, feet, fire, fish, flag, flower, food, foot, frog,
    game, gate, gold, goat, good, grass, green, hand, happy, hat, heart, hill, home, horse, house,
    ice, king, kite, lamb, lamp, leaf, light, lion, milk, moon, mother, mouse, name, nest, night,
    nose, nut, park, pen, plant, play, pond, queen, rain, red, ring, river, road, rock, roof,
    room, rose, sad, salt, sand, school, sea, seed, sheep, ship, shoe, sing, sister, sky, sleep,
    snow, song, star, stone, story, street, sun, table, tail, tent, toy, train, tree, water, wind,
    window, winter, wolf, wood, word, yellow, year, zoo, apple, baby, banana, basket, bread,
    bridge, brother, butter, candle, castle, chicken, circle, cookie, dinner, doctor, dragon,
    farmer, father, finger, forest, friend, garden, giant, honey, island, kitten, lemon, letter,
    little, monkey, morning, mountain, orange, paper, pencil, people, pirate, planet, potato,
    prince, puppy, purple, rabbit, silver, snake, spider, spoon, spring, squirrel, summer,
    teacher, tiger, turtle, uncle, village, violin, wagon, whale, white, wizard
    """
)

SPELLING = Ask(
    skill="spelling",
    phrasings=asking_for(
        "spelling",
        "the spelling of [|the word ]{word}",
        """
        How [do|would] you spell [|the word ]{word}?
        [Spell|Please spell] [|the word ]{word}[| for me].
        How is [|the word ]{word} [spelled|written]?
        [Can|Could] you spell {word}?
        What letters are in the word {word}?
        Which letters make the word {word}?
        Say {word} one letter at a time.
        Write {word} letter by letter.
        I cannot spell {word}. Can you?
        I want to write {word}. Which letters do I need?
        The word is {word}. Spell it.
        {word} is spelled how?
        Teach me to spell {word}.
        """,
    ),
    subjects=Divided(tuple({"word": w, "letters": "-".join(w)} for w in SPELLED)),
    answer=fixed("The word {word} is spelled {letters}.", key="{letters}"),
)

FIRST_LETTER = Ask(
    skill="spelling",
    phrasings=asking_for(
        "first letters",
        "the first letter of [|the word ]{word}",
        """
        Which letter does {word} begin with?
        What letter does the word {word} start with?
        {word} begins with which letter?
        With which letter does {word} start?
        The word {word} starts with what letter?
        Which letter comes first in {word}?
        What does {word} start with?
        How does the word {word} begin? Give me the letter.
        """,
    ),
    subjects=Divided(tuple({"word": w, "first": w[0]} for w in SPELLED)),
    answer=fixed("The first letter of {word} is {first}.", key="{first}"),
)
