"""The ideas behind the suggestions: rows divided by blank lines, columns by bars."""

# theme | things to do | things to eat
PARTIES = """
    pirate
    | hunt for treasure, wear eye patches, draw a map, sail a paper ship
    | fish sticks, gold coins of chocolate, ship biscuits

    princess
    | make paper crowns, dance a waltz, wear long gowns, hang up silk ribbons
    | pink cake, little tarts, rose jelly

    space
    | build a cardboard rocket, hang up paper stars, walk like spacemen, paint the planets
    | moon cookies, star sandwiches, round cheese planets

    jungle
    | make animal masks, hang up green vines, roar like lions, follow paw prints
    | bananas, melon slices, nut cakes

    farm
    | milk a paper cow, sit on bales of hay, feed the paper hens, race with sacks
    | fresh bread, apple pie, corn on the cob

    circus
    | juggle soft balls, paint funny noses, walk along a rope on the floor, do magic tricks
    | popcorn, toffee apples, candy floss

    knight
    | make cardboard shields, build a castle of boxes, ride on broomsticks, save a dragon
    | roast potatoes, castle cake, bread and cheese

    fairy
    | make paper wings, plant tiny gardens, dance in a ring, hang up little lamps
    | berry cakes, honey biscuits, tiny sandwiches

    dragon
    | paint green scales, look for dragon eggs, breathe paper fire, build a cave of blankets
    | red jelly, hot soup, dragon cakes

    beach
    | build sand castles, wear straw hats, throw a big ball, collect shells
    | ice cream, watermelon, cold lemonade

    winter
    | cut out snowflakes, wear warm scarves, throw paper snowballs, build a snowman
    | hot chocolate, ginger biscuits, warm soup

    garden
    | plant seeds, make flower crowns, count butterflies, drink tea on the grass
    | strawberries, cucumber sandwiches, lemon cake

    tea
    | set out the best cups, wear fine hats, pour tea for the dolls, fold pretty napkins
    | scones with jam, small cakes, thin sandwiches

    teddy bear
    | bring your best bear, sew small scarves, have a picnic on a rug, tell bear stories
    | honey bread, bear biscuits, warm milk

    magic
    | pull a rabbit from a hat, learn card tricks, make a wand, mix a coloured potion
    | star biscuits, purple juice, wizard cakes

    music
    | play a drum, dance in a line, sing in turns, guess the tune
    | drum cakes, note biscuits, apple juice

    art
    | paint a big picture, wear old shirts, make clay animals, print with potatoes
    | rainbow cake, coloured biscuits, fruit on sticks

    detective
    | look for clues, read secret letters, follow footprints, guess who did it
    | magnifying glass biscuits, mystery cake, secret sandwiches

    cowboy
    | throw a rope, ride a wooden horse, sing by the fire, wear big hats
    | baked beans, corn bread, apple pie

    train
    | line up chairs as a train, stamp tickets, wave a flag, blow a whistle
    | train cake, carrot wheels, cheese and crackers

    ocean
    | hang up paper fish, make blue waves, search for pearls, swim like whales
    | fish cakes, blue jelly, shell biscuits

    dinosaur
    | dig for bones, stamp like giants, look for dinosaur eggs, make paper tails
    | leaf salad, egg sandwiches, dinosaur biscuits

    rainbow
    | wear many colours, paint a rainbow, fly bright ribbons, sort sweets by colour
    | rainbow cake, fruit salad, coloured jelly

    pumpkin
    | carve a lantern, paint leaves, play apple games, light small candles
    | pumpkin pie, roasted seeds, hot apple juice

    robot
    | dress up in boxes, walk like machines, build with silver paper, speak in beeps
    | square sandwiches, silver cakes, button biscuits

    superhero
    | make a cape, save the toys, jump over pillows, choose a secret name
    | power fruit, hero cake, cheese stars

    camping
    | put up a tent, tell stories by lamp light, look at the stars, sing round the fire
    | toasted bread, sausages, hot cocoa

    butterfly
    | paint wings, chase ribbons, drink through straws like butterflies, make paper flowers
    | honey cakes, fruit salad, pear juice

    baking
    | knead some dough, decorate cakes, wear paper hats, guess the flavour
    | fresh buns, jam tarts, warm cookies

    storybook
    | dress up as your hero, act out a tale, make a small book, read aloud
    | gingerbread, apple slices, porridge with honey
"""

# one | many | ideas | what to add, one of them
LISTS = """
    game to play
    | games to play
    | hide and seek, a treasure hunt, blind man's buff, leapfrog, musical chairs, a sack race,
      skipping, catch, hopscotch, tag, a guessing game, marbles, charades, statues, tug of war
    | You can play it with two friends or with ten. / All you need is a little room. / It is fun
      for young and old. / You will laugh a lot. / The winner may choose the next game.

    name for a cat
    | names for a cat
    | Whiskers, Mittens, Smoky, Tiger, Pepper, Snowball, Velvet, Ginger, Misty, Shadow, Socks,
      Cleo, Poppy, Felix, Tabby
    | It is short and easy to call. / A soft cat would like it. / It sounds friendly. / It fits
      a cat that purrs a lot.

    name for a dog
    | names for a dog
    | Rover, Buddy, Rusty, Max, Bella, Scout, Biscuit, Daisy, Bruno, Skipper, Patch, Rex, Lucky,
      Barney, Lady
    | It is short and easy to call. / A good dog will come when it hears it. / It sounds
      friendly. / It fits a dog that wags its tail.

    thing to do on a rainy day
    | things to do on a rainy day
    | build a fort of blankets, bake cookies, read a book, paint a picture, write a letter, make
      paper boats, play cards, put on a puppet show, do a puzzle, sing songs, sew a doll, tell
      stories, make a scrapbook
    | The rain will sound nice on the window. / Time will pass quickly. / A cup of cocoa goes
      well with it. / You can do it alone or with a friend.

    thing to do outdoors
    | things to do outdoors
    | climb a hill, fly a kite, ride a bicycle, feed the ducks, look for birds, pick berries,
      have a picnic, plant a tree, collect leaves, jump rope, watch the clouds, build a sand
      castle, go for a swim
    | Take a friend along. / Fresh air is good for you. / Wear good shoes. / Do not forget
      something to drink.

    present for a friend
    | presents for a friend
    | a book, a box of paints, a warm scarf, a puzzle, a plant in a pot, a kite, a jar of honey,
      a pretty cup, a diary, a box of biscuits, a drawing in a frame, a music box, a ball
    | Wrap it in bright paper. / Write a kind card to go with it. / It shows that you thought of
      your friend. / It does not have to cost much.

    present for my mother
    | presents for my mother
    | a bunch of flowers, a warm shawl, a letter, a cake, a pair of gloves, a picture that you
      painted, breakfast in bed, a small basket, a silver pin, a poem, a song
    | She will be glad that you thought of her. / Make a card to go with it. / Give it to her in
      the morning. / Tie a ribbon around it.

    breakfast
    | breakfasts
    | porridge with honey, toast with jam, a boiled egg, pancakes, fruit with cream, bread and
      cheese, oatmeal with apples, scrambled eggs, muffins with butter, a bowl of berries
    | A glass of milk goes well with it. / It will keep you full until noon. / It is quick to
      make. / It tastes best when it is warm.

    snack
    | snacks
    | an apple, carrot sticks, a banana, nuts and raisins, cheese and crackers, a pear, a slice
      of melon, a cup of berries, popcorn, toast with butter, a handful of grapes
    | It is small but good. / You can take it along. / It is quick to make. / Share it with a
      friend.

    thing to draw
    | things to draw
    | a ship in a storm, a castle on a hill, a sleeping cat, a tree in autumn, your own hand, a
      bowl of fruit, a dragon, a lighthouse, a bird in its nest, a house in the snow, a garden
      gate, a fish in a pond, the moon over the sea
    | Begin with the big shapes. / Use a soft pencil. / Add bright colours at the end. / Take
      your time with it.

    place to visit
    | places to visit
    | a museum, a zoo, a farm, the seaside, an old castle, a lake, the library, a lighthouse, a
      botanical garden, a forest, a market, a mountain village
    | Go early in the day. / Take a picnic with you. / There is much to see there. / You could
      draw what you like best.

    hobby
    | hobbies
    | gardening, painting, knitting, bird watching, chess, singing, cooking, sewing, fishing,
      dancing, collecting stamps, playing the flute, woodwork, reading, stargazing
    | Start small and take your time. / You need very little to begin. / You get better week by
      week. / It is a good way to make friends.

    costume
    | costumes
    | a pirate, a witch, a king, a clown, a ghost, a scarecrow, a bee, a lion, a fairy, a
      wizard, a sailor, a robot, a cat, a knight
    | You can make it from old clothes. / Paint your face to match. / A hat makes it even
      better. / Nobody will know you.

    birthday cake
    | birthday cakes
    | a chocolate cake, a lemon cake, a carrot cake, a strawberry cake, a honey cake, an apple
      cake, a cherry cake, a sponge cake, a nut cake, a cream cake
    | Put candles on the top. / Cut it into big slices. / Let everybody have a piece. / Write
      the name on it with icing.

    picnic food
    | picnic foods
    | cheese sandwiches, boiled eggs, cherry tomatoes, apple pie, cold chicken, potato salad,
      fruit in a bowl, muffins, nut bread, cucumber sandwiches, lemonade
    | Pack it in a basket. / Bring a rug to sit on. / It is easy to carry. / There should be
      enough for everybody.

    colour for my room
    | colours for my room
    | light blue, soft green, warm yellow, cream white, pale pink, sky blue, lavender, mint
      green, peach, silver grey
    | It makes a room look bright. / It is a calm colour. / White curtains would go well with
      it. / It looks fresh in the morning.

    topic for a poem
    | topics for a poem
    | the rain, the moon, an old tree, a lost key, the sea, a little bird, the first snow, my
      grandmother, a candle, the wind, summer, a friend
    | Write down what you see and hear. / It does not have to rhyme. / Four lines are enough. /
      Read it aloud when it is done.

    name for a boat
    | names for a boat
    | Sea Star, Morning Light, Silver Wave, Little Gull, North Wind, Blue Pearl, Swift, Water
      Lily, Moonbeam, Hope, Albatross
    | Paint it on the side in white. / Sailors would like it. / It sounds like the sea. / It is
      a lucky name.

    subject for a story
    | subjects for a story
    | a lost bear, a talking teapot, a brave mouse, a hidden door, a kind giant, a boy who could
      fly, a star that fell, an old clock, two sisters, a ship of glass, a shy dragon
    | Begin with a place. / Think of what it wants. / Let something go wrong. / Give it a happy
      end.

    job for a Saturday
    | jobs for a Saturday
    | clean the windows, water the plants, tidy the shelf, rake the leaves, wash the dog, bake
      some bread, sort the toys, mend a sock, sweep the path, polish the shoes
    | It will feel good when it is done. / Play some music while you work. / Ask somebody to
      help you. / Begin after breakfast.
"""
