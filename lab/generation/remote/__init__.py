"""Models beyond this machine: any server that speaks OpenAI's protocol, such as vLLM, llama.cpp,
Ollama or `transformers serve`.

The same loop runs there; what comes back is what the server chooses to tell. Nothing is made up
for what it does not: a probability that was not given is None.

>>> from lab.sampling import Settings
>>> model = RemoteModel(Endpoint("http://127.0.0.1:9/v1"), "some-model")  # nobody is there
>>> next(generate(model, "Once upon a", Settings()))
Traceback (most recent call last):
lab.errors.LabError: Nothing answers at 127.0.0.1:9. ...
"""

from lab.generation.remote.answer import Patience, generate
from lab.generation.remote.endpoint import Endpoint, RemoteModel, list_models
from lab.generation.remote.request import describe
from lab.generation.remote.step import RemoteAlternative, RemoteStep

__all__ = [
    "Endpoint",
    "Patience",
    "RemoteAlternative",
    "RemoteModel",
    "RemoteStep",
    "describe",
    "generate",
    "list_models",
]
