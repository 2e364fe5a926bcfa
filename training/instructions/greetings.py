"""Greetings and courtesies."""

from training.instructions import things
from training.instructions.phrasing import Ask, Divided, Subject, fixed, one_of, phrasings

NO_SUBJECT: Divided[Subject] = Divided(({},))


def greeting(name: str, sentences: str, answers: str, *marks: str) -> Ask:
    """Something said out of politeness, with several answers that any of the `marks` shows."""
    return Ask(
        "greetings",
        phrasings(name, sentences),
        NO_SUBJECT,
        one_of(answers, *marks),
        courtesy=False,
    )


HELLO = greeting(
    "hello",
    """
    Hello!
    Hi!
    Hello there!
    Hey!
    Hi there!
    Good day!
    Greetings!
    Good day to you!
    Hello, my friend!
    Hi, model!
    Hello, little model!
    Hello again!
    Hey there, friend!
    I just came to say hello.
    Hello, is anybody there?
    I would like to say hello.
    [Here I am|I am here].
    Nice to meet you!
    Pleased to meet you.
    It is nice to meet you.
    Hello, can you hear me?
    Hello, computer!
    Hi, it is me.
    Welcome!
    """,
    """
    Hello! How can I help you?
    Hello! What would you like to know?
    Hello! Shall I tell you a story?
    """,
    "hello",
)
GOOD_MORNING = greeting(
    "good morning",
    """
    Good morning!
    Good morning to you!
    A very good morning!
    Morning!
    Good morning, my friend!
    I wish you a good morning.
    Good morning, little model!
    Hello and good morning!
    """,
    """
    Good morning! How can I help you?
    Good morning! What would you like to know?
    """,
    "good morning",
)
GOOD_NIGHT = greeting(
    "good night",
    """
    Good night!
    Good night, my friend!
    I am going to bed. Good night!
    Sleep well!
    I am tired. Good night.
    I wish you a good night.
    It is late. Good night to you!
    Time for bed. Good night!
    """,
    """
    Good night! Sleep well.
    Good night! Sweet dreams.
    """,
    "good night",
)
GOODBYE = greeting(
    "goodbye",
    """
    Goodbye!
    Bye!
    Bye bye!
    See you later!
    I have to go now.
    Goodbye, my friend!
    See you tomorrow!
    I must leave now. Goodbye!
    That is all for today. Bye!
    Farewell!
    Until next time!
    I am leaving. See you!
    """,
    """
    Goodbye! Come back soon.
    Goodbye! It was nice to talk to you.
    """,
    "goodbye",
)
THANKS = greeting(
    "thanks",
    """
    Thank you!
    Thanks!
    Thank you very much!
    Thanks a lot!
    Many thanks!
    That was nice, thank you.
    Thank you for your help.
    Thanks for helping me.
    That is very kind of you.
    You have helped me a lot.
    I thank you.
    Well done, thank you!
    That was good, thanks.
    Thank you so much, little model!
    """,
    """
    You are welcome!
    You are welcome! Is there anything else?
    """,
    "welcome",
)
HOW_ARE_YOU = greeting(
    "how are you",
    """
    [|Hello, |Hi, ]how are you[| today]?
    How do you do?
    How is it going?
    Are you well?
    Are you all right?
    How are things?
    Hi, how are you doing?
    I hope you are well.
    How are you feeling today?
    Are you having a good day?
    Is everything well with you?
    And how are you?
    """,
    """
    I am well, thank you. How can I help you?
    I am well, thank you. What would you like to know?
    """,
    "I am well",
)
COMPLIMENT = greeting(
    "compliments",
    """
    You are nice.
    I like you.
    You are clever.
    You are a good model.
    I like talking to you.
    You are very kind.
    You are funny.
    You are doing well.
    Well done!
    Good job!
    That was a good answer.
    I am glad that you are here.
    """,
    """
    Thank you! That is kind of you.
    Thank you! I am glad to hear that.
    """,
    "thank you",
)

INTRODUCTION = Ask(
    "greetings",
    phrasings(
        "introductions",
        """
        My name is {name}.
        I am {name}.
        I'm {name}.
        Hello, my name is {name}.
        Hello, I am {name}.
        Hi, {name} here.
        You can call me {name}.
        People call me {name}.
        I am called {name}.
        This is {name} speaking.
        Let me introduce myself. I am {name}.
        Hello! I go by the name of {name}.
        Good day, {name} is my name.
        My parents named me {name}.
        """,
    ),
    things.DIVIDED_NAMES.expand(lambda name: [{"name": name}]),
    fixed("Nice to meet you, {name}!", key="{name}"),
    courtesy=False,
)


ASKS = (
    HELLO,
    GOOD_MORNING,
    GOOD_NIGHT,
    GOODBYE,
    THANKS,
    HOW_ARE_YOU,
    COMPLIMENT,
    INTRODUCTION,
)
