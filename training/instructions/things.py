"""What a story can be about."""

from training.instructions.phrasing import divide, listed

HELD_OUT_THINGS = 0.15

ANIMALS = listed(
    """
    fox, hen, bear, wolf, rabbit, hare, squirrel, mouse, rat, cat, kitten, dog, puppy, horse,
    pony, donkey, cow, calf, bull, sheep, lamb, goat, pig, piglet, duck, duckling, goose, swan,
    rooster, turkey, owl, crow, raven, robin, sparrow, swallow, dove, pigeon, lark, eagle, hawk,
    stork, peacock, parrot, seagull, penguin, frog, toad, turtle, tortoise, snake, lizard,
    crocodile, fish, trout, salmon, whale, dolphin, seal, crab, snail, worm, ant, bee, beetle,
    butterfly, moth, spider, fly, cricket, grasshopper, ladybird, caterpillar, hedgehog, mole,
    badger, otter, beaver, deer, stag, fawn, lion, tiger, leopard, elephant, giraffe, zebra,
    monkey, camel, kangaroo, panda, bat, weasel, chick, cub, reindeer, walrus, ostrich, flamingo,
    hippo, rhino, octopus, shark, starfish, woodpecker, nightingale, cuckoo, pelican, firefly,
    dragonfly, gosling, polar bear, guinea pig, sea horse, little bird
    """
)

PEOPLE = listed(
    """
    king, queen, prince, princess, knight, farmer, baker, miller, tailor, shoemaker, blacksmith,
    carpenter, fisherman, hunter, sailor, captain, pirate, soldier, shepherd, gardener, cook,
    teacher, doctor, nurse, painter, singer, dancer, clown, wizard, witch, fairy, elf, dwarf,
    giant, mermaid, ghost, dragon, unicorn, troll, goblin, boy, girl, child, baby, twin,
    grandmother, grandfather, uncle, aunt, old man, old woman, beggar, thief, judge, merchant,
    weaver, potter, woodcutter, postman, milkman, fiddler, piper, robot, snowman, scarecrow,
    astronaut, magician, clockmaker, minstrel, orphan, traveller, watchman, ferryman, innkeeper,
    beekeeper, goose girl, stable boy, page, duke, hermit, explorer, detective, inventor
    """
)

OBJECTS = listed(
    """
    ball, kite, doll, drum, bell, book, boat, basket, bottle, box, broom, brush, bucket, button,
    cake, candle, cap, chair, clock, coat, coin, comb, cup, flute, fiddle, flag, hat, hammer, jar,
    jug, kettle, key, ladder, lamp, lantern, letter, map, mirror, mug, necklace, needle, nut, pan,
    pen, pencil, pillow, pin, pipe, plate, pot, purse, ring, rope, saddle, sack, scarf, shawl,
    shell, shoe, sled, slipper, spoon, stone, stool, sword, table, teapot, thimble, top, trumpet,
    trunk, umbrella, violin, wagon, watch, wheel, whistle, apple, pear, plum, pumpkin, egg,
    cherry, acorn, carrot, turnip, potato, cookie, pie, loaf, feather, ribbon, rose, seed, crown,
    cloak, blanket, bicycle, balloon, puppet, puzzle, paintbrush, pebble, pearl, diamond, medal,
    mitten, music box, rocking horse, tin soldier, paper boat, toy train, teddy bear, snow globe,
    spinning wheel, wooden spoon, magic wand, rag doll, penny, quilt, harp, chessboard, telescope,
    compass, thread, sponge, marble, stamp, bookmark
    """
)

PLACES = listed(
    """
    river, brook, pond, lake, well, fountain, hill, mountain, island, cave, forest, garden,
    orchard, meadow, field, tree, oak, willow, pine tree, apple tree, rose bush, bridge, mill,
    windmill, castle, tower, cottage, lighthouse, barn, harbour, village, church, inn, market, old
    house, palace, school, library, bakery, road, star, moon, rainbow, cloud, snowflake, volcano,
    desert, beach, waterfall, valley, swamp, playground, railway, ship
    """
)

NAMES = listed(
    """
    Anna, Ben, Clara, Daniel, Ella, Frank, Grace, Henry, Ida, Jack, Kate, Leo, Lucy, Max, Nora,
    Oscar, Paul, Rose, Sam, Tom, Will, Emma, Peter, Mary, John, Alice, George, Ruth, Hugo, Lily,
    Martin, Jane, Oliver, Sophie, Arthur, Ellen, Simon, Greta, Philip, Marie, Robert, Hannah,
    Charles, Betty, Walter, Dora, Edward, Molly, Fred, Agnes, Victor, Elsie, Harold, Nellie, Toby,
    Polly, Albert, Julia, Eric, Susan
    """
)
GIRLS = frozenset(
    listed(
        """
        Anna, Clara, Ella, Grace, Ida, Kate, Lucy, Nora, Rose, Emma, Mary, Alice, Ruth, Lily,
        Jane, Sophie, Ellen, Greta, Marie, Hannah, Betty, Dora, Molly, Agnes, Elsie, Nellie,
        Polly, Julia, Susan
        """
    )
)

TRAITS = listed(
    """
    little, brave, kind, clever, lazy, proud, shy, merry, hungry, lonely, curious, gentle, tiny,
    sleepy, cheerful, poor, quiet, funny, happy, sad, grumpy, honest, patient, friendly, forgetful
    """
)
LOOKS = listed(
    """
    little, old, golden, silver, red, blue, green, broken, lost, wonderful, wooden, tiny, magic,
    shiny, forgotten, painted, rusty, beautiful, plain, strange
    """
)

FEMALE = frozenset(
    listed(
        """
        hen, cow, duck, goose, queen, princess, witch, fairy, mermaid, girl, grandmother, aunt,
        old woman, goose girl, nurse
        """
    )
)
MALE = frozenset(
    listed(
        """
        bull, rooster, stag, king, prince, knight, fisherman, boy, grandfather, uncle, old man,
        postman, milkman, watchman, ferryman, snowman, stable boy, page, duke, wizard, hermit
        """
    )
)

DIVIDED_ANIMALS = divide("animals", ANIMALS, HELD_OUT_THINGS)
DIVIDED_PEOPLE = divide("people", PEOPLE, HELD_OUT_THINGS)
DIVIDED_OBJECTS = divide("objects", OBJECTS, HELD_OUT_THINGS)
DIVIDED_PLACES = divide("places", PLACES, HELD_OUT_THINGS)
DIVIDED_NAMES = divide("names", NAMES, HELD_OUT_THINGS)
