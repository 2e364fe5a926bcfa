"""Settings of every test run."""

import os

from hypothesis import settings

# One thread: models this small gain nothing from more, and with several processes on two cores
# (tests, a server, a browser) OpenMP's threads would spend their time waiting for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Pages run without a server here, which would otherwise have to listen on loopback for this.
os.environ["LLM_PLAYGROUND_ANY_MODEL"] = "1"

# No example is timed: a busy machine is no failure.
settings.register_profile("project", deadline=None)
settings.load_profile("project")
