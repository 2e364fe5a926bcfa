"""What a person is told when something cannot be done."""


class LabError(Exception):
    """An error written for the person at the screen, shown exactly as it is.

    Three plain sentences: what happened, why, and what to do next.

    >>> print(LabError("The prompt is empty.", "A model needs a token.", "Write a word."))
    The prompt is empty. A model needs a token. Write a word.
    """

    def __init__(self, what: str, why: str, remedy: str) -> None:
        super().__init__(what, why, remedy)
        self.what = what
        self.why = why
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what} {self.why} {self.remedy}"
