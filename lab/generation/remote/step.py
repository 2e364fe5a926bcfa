"""What a server tells of one piece of its text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RemoteAlternative:
    """A token that could have been chosen, with the probability that the server gives it."""

    text: str
    probability: float


@dataclass(frozen=True)
class RemoteStep:
    """A piece of a text as a server sends it: one token where it tells log-probabilities,
    otherwise as much as it put into one event.

    `probability` is None, and `alternatives` are empty, where the server does not give them; ids
    and entropies are never given. Most servers give the model's own probabilities, before any
    setting. `thought` marks what the server tells apart as the model's thinking. `finish` is None
    but for the last step; then it is the server's own word, as a rule "stop" (the model ended the
    text, or a stop text came) or "length".
    """

    text: str
    probability: float | None = None
    alternatives: tuple[RemoteAlternative, ...] = ()
    thought: bool = False
    finish: str | None = None

    @property
    def rank(self) -> int | None:
        """The place among all tokens, 1 the likeliest; None where the alternatives do not tell.

        >>> others = (RemoteAlternative(" a", 0.5), RemoteAlternative(" the", 0.25))
        >>> RemoteStep(" the", 0.25, others).rank
        2
        >>> RemoteStep(" an", 0.125, others).rank is None
        True
        """
        if self.probability is None or self.text not in [each.text for each in self.alternatives]:
            return None
        return 1 + sum(each.probability > self.probability for each in self.alternatives)
