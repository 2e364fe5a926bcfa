"""What happens in the stories: plots of lines, each of which can be said in several ways.

Slots: ``{the}`` is the thing the story is about as later sentences name it ("the fox", "Anna"),
``{first}`` the same when it is first met ("a brave fox", "a girl named Anna"), ``{he} {his} {him}``
its pronouns, ``{friend}`` and ``{a_friend}`` somebody it meets, ``{child}`` a child's name,
``{she} {her}`` the child's pronouns, ``{home}`` where it lives, ``{food}`` something to eat.
"""

CREATURE_OPENING = (
    "[[Once upon a time|Once|Long ago|Many years ago] there was {first} who lived {home}.|"
    "There was once {first} who lived {home}.|"
    "[Once upon a time|Long ago], {home}, there lived {first}.|"
    "{home} there [once |]lived {first}.]"
)

CREATURE_ENDING = (
    "[From that day on {the} and the {friend} were [the best of|good] friends.|"
    "And {the} and the {friend} lived happily [ever after|together for many years].|"
    "{the} never forgot the {friend}, and the {friend} never forgot {the}.|"
    "And whenever {the} needed help, the {friend} was there.|"
    "So {the} and the {friend} [danced|sang|laughed] until the [moon|stars] came out.|"
    "That night {the} went to bed [happy|full of joy], and so did the {friend}.]"
)

CREATURE_PLOTS = (
    (
        "One [cold|windy|foggy|dark] [morning|evening|day] {the} went out to look for {food}, and "
        "went so far that {he} could not find the way home.",
        '["Oh dear," said {the}, "I am lost."|{the} sat down under a tree and wept.|'
        "{the} looked to the left and to the right, but every path looked the same.]",
        'Then {a_friend} came by. "[Why are you so sad|What is the matter]?" asked the {friend}.',
        '"I cannot find my [house|home|way]," said {the}.',
        '"[Do not cry. |Do not be afraid. |]I know the way," said the {friend}. "[Follow me|Come '
        'with me]."',
        "They went over a hill and [through a wood|across a brook|past an old mill], and there was "
        "home at last.",
        "{the} gave the {friend} [some|half of the] {food} and said thank you.",
    ),
    (
        "Every [morning|night] {the} looked at the [mountain|hill] and wished to go there.",
        '"It is much too far," said the {friend} next door. "[Stay at home|You will be tired]."',
        "But {the} packed {food} and set out [before the sun was up|the very next day].",
        "{he} walked [for three days and three nights|all day long|over stones and streams], and "
        "[often|sometimes] {he} wanted to turn back.",
        '["One more step," said {the}, "and then one more."|{the} sang a little song to keep '
        "{his} heart up.]",
        "At last {he} stood at the top, and [all the world|the whole valley] lay below, green and "
        "[gold|bright].",
        "When {the} came home, the {friend} wanted to hear everything.",
    ),
    (
        "One day {the} found [a golden coin|a silver key|a round red stone|a little box] [in the "
        "grass|under a bush|beside the road].",
        '"[Now I am rich|How lucky I am]!" [cried|said] {the}, and hid it [well|under the bed|in a '
        "hole].",
        "But {he} could not sleep, because {he} was always afraid that somebody would take it.",
        "Then {a_friend} came to the door, [cold and hungry|wet from the rain], and asked for a "
        "little {food}.",
        "{the} felt sorry for the {friend} and [shared all there was|opened the door wide].",
        "[They sat by the fire and told stories.|They ate and laughed until late.] "
        '"This is better than treasure," [said|thought] {the}.',
        "The next morning {he} [gave the treasure away|bought {food} for everybody].",
    ),
    (
        "{the} was afraid of [the dark|thunder|deep water|the wind], and the others laughed.",
        "One night [there was a great storm|it rained and rained|the wind blew down the fence], "
        "and {the} heard a small voice call for help.",
        "It was {a_friend}, who was [caught under a branch|stuck in the mud|too tired to swim].",
        '{the} was [trembling|shaking with fear], but {he} said, "[Hold on|Wait], I am coming!"',
        "{he} pulled and pulled, and at last the {friend} was free.",
        '"You are the bravest of us all," said the {friend}. Nobody laughed at {the} again.',
        '["I was very much afraid," said {the}, "but I did it all the same."|After that {the} was '
        "not so afraid any more.]",
    ),
    (
        "{the} loved {food} more than anything, and ate it [all day long|from morning till night].",
        'One day {a_friend} said, "[Please give me a little.|May I have a bite?]" But {the} '
        '[said, "No, it is all mine."|turned away and ate it alone.]',
        "Soon {the} had [a pain in the stomach|eaten so much that {he} could not get up].",
        "[Nobody came to see {him}, and {he} was sad and lonely.|The house was very quiet, and "
        "{he} felt sorry.]",
        "Only the {friend} came, and brought [warm tea|a blanket|a cup of soup].",
        '"[Why are you so kind to me|How can you be so kind]?" asked {the}.',
        '"Because you need it," said the {friend}. So {the} learned to share.',
    ),
    (
        "{the} wanted to learn to [sing|dance|swim|whistle|play the flute], but it was [hard|not "
        "easy].",
        "The first time it [went all wrong|was very bad], and everybody laughed.",
        '"[I shall never learn it|It is no use]," said {the}, and sat down [in a corner|on a '
        "stone].",
        'But {a_friend} said, "[Nobody can do it the first time|Try a little every day]. I will '
        'help you."',
        "So {the} tried [again and again|every morning], and the {friend} [sat by and listened|"
        "clapped].",
        "When [spring|summer] came, [there was a great feast|the whole village came together], and "
        "{the} was the best of all.",
        '"How did you do it?" asked the others. "I had a good friend," said {the}.',
    ),
    (
        "{the} and {a_friend} lived side by side, and one day they began to quarrel about {food}.",
        '"It is mine!" [cried|said] {the}. "No, it is mine!" [cried|said] the {friend}.',
        "They [shouted|argued] so [loudly|long] that they did not see [a crow|a magpie|a little "
        "mouse] come and carry it all away.",
        "Then {the} looked at the {friend}, and the {friend} looked at {the}, and they both began "
        "to laugh.",
        '"[How silly we are|We have been foolish]," said {the}. "Next time let us share it."',
        "So they [made|found] some more {food} and cut it into two equal parts.",
    ),
    (
        "One [winter|autumn] the snow lay deep, and there was [no|very little] {food} left.",
        '"[What shall we do|How shall we live until spring]?" [asked|said] {the}.',
        "{he} went from door to door, but [nobody had anything to give|every door was shut].",
        "At the last house lived {a_friend}, who was old and poor.",
        '"I have only a little," said the {friend}, "but you shall have half of it."',
        "In the spring {the} [planted a garden|worked in the fields] and brought the first basket "
        "of {food} to the {friend}.",
    ),
)

OBJECT_PLOTS = (
    (
        "[[Once upon a time|Once|Long ago] there was {first} that [lay|stood] in [the window of a "
        "shop|a dusty corner of a shop].|There was once {first} that nobody wanted.|"
        "[In an old shop|At the market] there was once {first}.]",
        'All day {the} [waited|lay still] and thought, "[If only somebody would take me home|I '
        'wish I could see the world]."',
        "The other things were newer and brighter, and people always chose them first.",
        'One [rainy|sunny|cold] day {child} came in and saw {the}. "[How pretty|How lovely]!" said '
        "{child}.",
        "{she} paid a penny and carried {the} home [in both hands|very carefully].",
        "{child} [cleaned|rubbed] it until it shone, and {the} was proud and happy.",
        "Every night {she} put {the} beside the bed and said good night to it.",
        "And {the} [was never lonely again|thought that there was no better place in the world].",
    ),
    (
        "[[Once upon a time|Long ago|One day] {child} found {first} [under the bed|in the garden|"
        "at the bottom of a box|in an old chest|in the attic].|"
        "[Once upon a time|Once] there was {first} that belonged to {child}.]",
        "{child} took {the} everywhere, to the [field|river] and to the [market|school].",
        "But one day the [wind was strong|road was rough], and {the} [fell into the river|was "
        "lost in the tall grass].",
        "{child} looked [here and there|high and low], but {she} could not find {the}.",
        "That night {a_friend} found {the} and [carried it home|kept it warm and dry].",
        '"[This must belong to somebody|Somebody must be sad without it]," said the {friend}, and '
        "went from house to house.",
        'When {child} opened the door, {she} cried, "[My treasure|There it is]! Thank you, thank '
        'you!"',
        "From then on {child} took good care of {the}, and the {friend} came to tea every Sunday.",
    ),
    (
        "[[Once upon a time|Long ago|One day] {child} found {first} [under the bed|in the garden|"
        "at the bottom of a box|in an old chest|in the attic].|"
        "[Once upon a time|Once] there was {first} that belonged to {child}.]",
        "It did not look like much, but {the} was magic.",
        "Whoever held it [could understand the animals|could make one wish|was never afraid].",
        "{child} did not know this, and used {the} [every day like any other|only to play with].",
        "One day {a_friend} was [sick|hurt|lost], and {child} held {the} and [said softly|"
        'whispered], "I wish that you were well and safe."',
        "At once {the} began to [shine|glow|hum], and the {friend} jumped up and was well again.",
        '"[So it is magic|What a wonder]!" [cried|said] {child}.',
        "{child} never wished for gold. {she} kept {the} for [friends in need|other people].",
    ),
    (
        "[[Once upon a time|Once|Long ago] there was {first} that [lay|stood] on a shelf.|"
        "[In a small house|In an old house] there was once {first}.]",
        '"I am [the most beautiful|the finest|the most useful] of all," said {the} to the others.',
        '"Everybody is good for something," said [the old clock|the broom|the kettle].',
        "But {the} only laughed.",
        "Then one day {the} [fell from the shelf|was dropped on the floor] and [was cracked|lost "
        "its shine].",
        "[It was put away in a drawer|It was thrown into a box], and {the} was sorry it had been "
        "so proud.",
        "At last {child} found it, mended it and [smiled|set it in the sun].",
        "After that {the} was kind to everybody, and the others liked it very much.",
    ),
    (
        "[[Once upon a time|Once|Long ago] there was {first}.|There was once {first} in "
        "[a small house|an old chest].]",
        "It belonged to {child}, who had it from {her} grandmother.",
        '"Take care of it," the grandmother had said, "and it will bring you luck."',
        'One day {a_friend} came and [begged|asked], "Please lend me {the}. [I need it very much|'
        'I will bring it back]."',
        "{child} loved {the}, but {she} [gave it with a smile|said yes].",
        "[A week|A month] went by, and {child} thought that {the} was gone for ever.",
        "Then the {friend} came back with {the} and some {food} besides.",
        '"{the} brought me luck," said the {friend}, "and now I share it with you."',
    ),
)

PLACE_PLOTS = (
    (
        "[[Once upon a time|Long ago|Far away] there was {first}.|"
        "[Far away|Beyond the hills|At the end of the world] there was once {first}.]",
        "But nobody [came to see it|stopped to look], and {the} was lonely.",
        'One day a child named {child} came and said, "[How beautiful it is here|What a fine '
        'place this is]!"',
        "{child} sat down by {the} and told it all {her} secrets.",
        "The next day {she} came again and brought {a_friend}.",
        "They [sang|played|laughed] there until [the sun went down|it was dark].",
        "Soon all the children of the village [knew|came to see] {the}.",
        "And {the} was never lonely again.",
    ),
    (
        "[[Once upon a time|Long ago] there was {first}, and everybody [knew|loved] it.|"
        "[Far away|Beyond the hills] there was once {first}.]",
        "People said that there was a [treasure|secret|giant] hidden there, but nobody had ever "
        "found it.",
        "{child} wanted to know if it was true, and went to {the} [all alone|with {a_friend}|one "
        "moonlit night].",
        "{she} looked [behind every stone|on all sides] and listened [well|for a long time].",
        "Then {child} heard a soft voice. It was {the} itself.",
        '"[The treasure is what you see|My secret is this]," said {the}. "[Look at the stars|'
        'Listen to the wind|Look around you], and you are rich."',
        "{child} looked up, and it was so beautiful that {she} [forgot all about gold|could not "
        "speak].",
        "{she} often came back to {the} after that.",
    ),
    (
        "[[Once upon a time|Long ago|Far away] there was {first}.|"
        "[Far away|Beyond the hills|At the end of the world] there was once {first}.]",
        "[In summer|In the spring] the birds sang there, and in winter {the} was [white and still|"
        "asleep under the snow].",
        'One day {a_friend} came, [tired and hungry|far from home], and asked, "May I rest here?"',
        '"[Stay as long as you like|You are welcome]," said {the}.',
        "So the {friend} [slept|rested] there, and in the morning there was {food} to eat.",
        '"[How can I thank you|What can I do for you]?" asked the {friend}.',
        '"[Tell others about me|Come back one day]," said {the}.',
        "And so the {friend} did, and {the} had guests from all over the world.",
    ),
    (
        "[[Once upon a time|Long ago] there was {first}, and everybody [knew|loved] it.|"
        "[Far away|Beyond the hills] there was once {first}.]",
        "{child} passed {the} every day on the way to school and always said good morning.",
        "One day [a great storm came|the rain would not stop], and {child} could not see the way.",
        '"[This way, this way|Come here]!" called {the}. "You are safe with me."',
        "{child} stayed close to {the} until the storm was over.",
        "When the sun came out, [there was a rainbow|every leaf was shining].",
        '"Thank you," said {child}, "[you are a true friend|I shall never forget it]."',
        "And {the} [seemed to smile|was glad].",
    ),
)
