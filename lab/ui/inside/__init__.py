"""The page inside the model: the whole flow on top, one section at a time below it."""
