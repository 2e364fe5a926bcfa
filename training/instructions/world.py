"""Facts about the world from closed lists: capitals, animals, colours."""

from training.instructions.phrasing import (
    Ask,
    Divided,
    Subject,
    asking_for,
    fixed,
    subjects,
    with_article,
)

COUNTRIES = subjects(
    "country capital",
    """
    France, Paris
    England, London
    Scotland, Edinburgh
    Ireland, Dublin
    Spain, Madrid
    Portugal, Lisbon
    Italy, Rome
    Germany, Berlin
    Austria, Vienna
    Switzerland, Bern
    Belgium, Brussels
    Denmark, Copenhagen
    Sweden, Stockholm
    Norway, Oslo
    Finland, Helsinki
    Iceland, Reykjavik
    Poland, Warsaw
    Hungary, Budapest
    Greece, Athens
    Turkey, Ankara
    Russia, Moscow
    Ukraine, Kyiv
    Romania, Bucharest
    Bulgaria, Sofia
    Croatia, Zagreb
    Egypt, Cairo
    Morocco, Rabat
    Kenya, Nairobi
    Nigeria, Abuja
    Ghana, Accra
    Ethiopia, Addis Ababa
    India, New Delhi
    China, Beijing
    Japan, Tokyo
    South Korea, Seoul
    Thailand, Bangkok
    Vietnam, Hanoi
    Indonesia, Jakarta
    Iran, Tehran
    Iraq, Baghdad
    Canada, Ottawa
    Mexico, Mexico City
    Cuba, Havana
    Brazil, Brasilia
    Argentina, Buenos Aires
    Chile, Santiago
    Peru, Lima
    Australia, Canberra
    New Zealand, Wellington
    the United States, Washington
    """,
)

CAPITALS = Ask(
    skill="capitals",
    phrasings=asking_for(
        "capitals",
        "the capital[| city] of {country}",
        """
        [Which|What] city is the capital of {country}?
        What is {country}'s capital[| city]?
        {country} has which capital?
        Which capital does {country} have?
        The capital of {country} is [what|which city]?
        Of {country}, what is the capital?
        Which is the [chief|main] city of {country}?
        Where does the government of {country} sit?
        I am learning about {country}. What is its capital?
        If I go to the capital of {country}, which city am I in?
        Which city would you call the capital of {country}?
        In {country}, which city is the capital?
        My [aunt|uncle|friend] lives in the capital of {country}. Which city is that?
        """,
    ),
    subjects=COUNTRIES,
    answer=fixed("The capital of {country} is {capital}.", key="{capital}"),
)

COUNTRY_OF = Ask(
    skill="capitals",
    phrasings=asking_for(
        "countries of capitals",
        "the country whose capital is {capital}",
        """
        {capital} is the capital of which country?
        Which country has {capital} as its capital?
        Of which country is {capital} the capital?
        What country is {capital} the capital of?
        {capital} is the capital of what?
        Which land has its capital in {capital}?
        In which country is the capital called {capital}?
        Whose capital is {capital}?
        {capital} is a capital city. Of which country?
        I am in {capital}, the capital of a country. Which one?
        """,
    ),
    subjects=COUNTRIES,
    answer=fixed("{capital} is the capital of {country}.", key="{country}"),
)


def animals(table: str, columns: str) -> Divided[Subject]:
    """Subjects with an animal, which also gets its article."""
    return subjects(columns, table).expand(
        lambda row: [dict(row) | {"an_animal": with_article(row["animal"])}]
    )


SOUND = Ask(
    skill="animals",
    phrasings=asking_for(
        "animal sounds",
        "the sound [of|made by] {an_animal}",
        """
        [What|Which] [sound|noise] does {an_animal} make?
        What does {an_animal} say?
        How does {an_animal} sound?
        How does {an_animal} go?
        What do you hear when {an_animal} calls?
        What would {an_animal} say?
        {an_animal} says what?
        Make the sound of {an_animal}.
        [Can|Could] you make the noise of {an_animal}?
        There is {an_animal} in the picture. What does it say?
        I hear {an_animal}. What does it say?
        If you were {an_animal}, what would you say?
        Talk like {an_animal}.
        Do {an_animal} for me. What does it say?
        """,
    ),
    subjects=animals(
        """
        cow, moo
        dog, woof
        cat, meow
        sheep, baa
        lamb, baa
        goat, maa
        pig, oink
        horse, neigh
        donkey, hee-haw
        duck, quack
        hen, cluck
        rooster, cock-a-doodle-doo
        chick, cheep
        goose, honk
        turkey, gobble
        bird, tweet
        owl, hoot
        crow, caw
        dove, coo
        cuckoo, cuckoo
        frog, croak
        bee, buzz
        snake, hiss
        lion, roar
        bear, growl
        wolf, howl
        mouse, squeak
        cricket, chirp
        """,
        "animal sound",
    ),
    answer=fixed("{an_animal} says {sound}.", key="{sound}"),
)

BABY = Ask(
    skill="animals",
    phrasings=asking_for(
        "animal babies",
        "the [name|word] for a [baby|young] {animal}",
        """
        What is a [baby|young] {animal} called?
        What do you call a [baby|young] {animal}?
        How do you call the young of {an_animal}?
        A [baby|young] {animal} is called what?
        What is the young of {an_animal}?
        What is the baby of {an_animal} called?
        When {an_animal} is very young, what is it called?
        Which name does a [baby|young] {animal} have?
        What do people call a [baby|young] {animal}?
        {an_animal} has a little one. What is it called?
        """,
    ),
    subjects=animals(
        """
        cow, calf
        dog, puppy
        cat, kitten
        sheep, lamb
        goat, kid
        pig, piglet
        horse, foal
        duck, duckling
        hen, chick
        goose, gosling
        swan, cygnet
            bear, cub
        deer, fawn
        rabbit, bunny
        kangaroo, joey
        frog, tadpole
        butterfly, caterpillar
        """,
        "animal baby",
    ),
    answer=fixed("A baby {animal} is called a {baby}.", key="{baby}"),
)

LEGS = Ask(
    skill="animals",
    phrasings=asking_for(
        "animal legs",
        "the number of legs of {an_animal}",
        """
        How many legs does {an_animal} have?
        How many legs has {an_animal}?
        {an_animal} has how many legs?
        On how many legs does {an_animal} walk?
        How many legs can you count on {an_animal}?
        Count the legs of {an_animal}.
        If I draw {an_animal}, how many legs must I draw?
        What number of legs does {an_animal} have?
        How many legs are there on {an_animal}?
        """,
    ),
    subjects=animals(
        """
        cow, four
        dog, four
        cat, four
        horse, four
        sheep, four
        pig, four
        mouse, four
        fox, four
        bear, four
        frog, four
        elephant, four
        hen, two
        duck, two
        owl, two
        crow, two
        goose, two
        robin, two
        bee, six
        ant, six
        beetle, six
        fly, six
        butterfly, six
        spider, eight
        snake, no
        fish, no
        worm, no
        """,
        "animal legs",
    ),
    answer=fixed("{an_animal} has {legs} legs.", key="{legs}"),
)

COLOUR = Ask(
    skill="colours",
    phrasings=asking_for(
        "colours",
        "the [colour|color] of {thing}",
        """
        [What|Which] [colour|color] is {thing}?
        What [colour|color] does {thing} have?
        {thing} is [what|which] [colour|color]?
        Of what [colour|color] is {thing}?
        What [colour|color] would you paint {thing}?
        I want to paint {thing}. Which [colour|color] do I need?
        I am drawing {thing}. What [colour|color] should it be?
        Which crayon do I need for {thing}?
        When you look at {thing}, what [colour|color] do you see?
        How would you [colour|color] {thing}?
        Think of {thing}. What [colour|color] is it?
        What [colour|color] do people say {thing} is?
        """,
    ),
    subjects=subjects(
        "thing colour",
        """
        the sky, blue
        the sea, blue
        a cornflower, blue
        a bluebell, blue
        the grass, green
        a leaf, green
        a frog, green
        a cucumber, green
        a pea, green
        a lime, green
        a strawberry, red
        a tomato, red
        blood, red
        a cherry, red
        a poppy, red
        a ladybird, red
        a fire engine, red
        the sun, yellow
        a lemon, yellow
        a banana, yellow
        butter, yellow
        a canary, yellow
        a sunflower, yellow
        a buttercup, yellow
        a chick, yellow
        snow, white
        milk, white
        salt, white
        a swan, white
        flour, white
        a snowman, white
        coal, black
        a crow, black
        the night, black
        a raven, black
        ink, black
        a carrot, orange
        a pumpkin, orange
        an orange, orange
        an elephant, grey
        a mouse, grey
        a rain cloud, grey
        a donkey, grey
        a plum, purple
        a violet, purple
        lavender, purple
        chocolate, brown
        a chestnut, brown
        a sparrow, brown
        bread, brown
        a pig, pink
        a flamingo, pink
        """,
    ),
    answer=fixed("{thing} is {colour}.", key="{colour}"),
)

MIX = Ask(
    skill="colours",
    phrasings=asking_for(
        "mixed colours",
        "the [colour|color] that {one} and {two} make",
        """
        What [colour|color] do {one} and {two} make?
        What do you get when you mix {one} and {two}?
        What happens if I mix {one} with {two}?
        Mix {one} and {two}. What do you get?
        Which [colour|color] comes from {one} and {two}?
        {one} and {two} make which [colour|color]?
        If I stir {one} paint into {two} paint, what [colour|color] do I get?
        I have {one} paint and {two} paint. What can I make?
        What is a mixture of {one} and {two}?
        """,
    ),
    subjects=subjects(
        "one two mixed",
        """
        red, yellow, orange
        yellow, red, orange
        blue, yellow, green
        yellow, blue, green
        red, blue, purple
        blue, red, purple
        red, white, pink
        white, red, pink
        black, white, grey
        white, black, grey
        """,
    ),
    answer=fixed("{one} and {two} make {mixed}.", key="{mixed}"),
)
