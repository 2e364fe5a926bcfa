"""What a page drew, as numbers."""

import base64
import json

import numpy as np


def numbers(values):
    """An array of a figure's specification, however plotly wrote it."""
    if isinstance(values, dict):
        raw = np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"])
        shape = [int(size) for size in str(values.get("shape", raw.size)).split(",")]
        return raw.reshape(shape)
    return np.array(values, dtype=float)


def cells(matrix):
    """The numbers of a matrix that a picture draws, in rows."""
    raw = np.frombuffer(base64.b64decode(matrix["values"]), dtype=np.float32)
    return raw.reshape(matrix["shape"])


def figures(app):
    return {
        figure["layout"]["title"]["text"]: figure
        for figure in (json.loads(each.proto.spec) for each in app.get("plotly_chart"))
    }


def figure(app, beginning):
    return next(each for title, each in figures(app).items() if title.startswith(beginning))


def markdown(app):
    return "\n".join(each.value for each in app.main.markdown)


def close(ours, theirs, atol=1e-4):
    np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), atol=atol)
