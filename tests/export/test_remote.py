"""What is kept of a server's text."""

import json

from lab.export import RemoteRecord, remote_as_json, remote_as_markdown
from lab.generation.remote import RemoteAlternative, RemoteStep
from lab.sampling import Settings

STEPS = (
    RemoteStep(" half", 0.5, (RemoteAlternative(" half", 0.5),)),
    RemoteStep(" ```", finish="stop"),
)


def test_json_has_every_probability_that_was_given():
    record = RemoteRecord("m", "host", "Once", Settings("sample", seed=3), STEPS)
    kept = json.loads(remote_as_json(record))
    assert (kept["text"], kept["asked"], kept["settings"]["seed"]) == (" half ```", "Once", 3)
    assert [step["probability"] for step in kept["steps"]] == [0.5, None]
    assert kept["steps"][0]["alternatives"] == [{"text": " half", "probability": 0.5}]


def test_markdown_has_the_whole_conversation():
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]
    text = remote_as_markdown(RemoteRecord("m", "host", messages, Settings(), STEPS))
    for part in ("Be brief.", "Hi", "at most 64 new tokens", "````text\n half ```\n````"):
        assert part in text
