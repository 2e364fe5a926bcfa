"""Everything that knows Streamlit: the page frame, the model picker, the token strip."""

import os
import sys

# OpenMP's threads spin while they wait for each other. On cores that others use too, that costs
# nearly all of the time; never to spin makes every small product wait for a thread to wake up. So
# they spin for some microseconds. Milliseconds per token of mini-gpt2, on two cores that are idle
# or that two other processes keep busy: 1.5 and 240 as OpenMP has it, 5.8 and 7.8 without spinning,
# 1.3 to 2.0 and 8 to 10 with this count. GNU's OpenMP, in PyTorch for Linux, heeds the count, and
# with the active policy it spins a little (1,000 times) even where more threads than cores have
# computed, as in every server: thirty texts at once come 1.4 times as fast. Others only have the
# policy. Torch reads both when it is imported.
os.environ.setdefault("GOMP_SPINCOUNT", "5000")
os.environ.setdefault("OMP_WAIT_POLICY", "ACTIVE" if sys.platform == "linux" else "PASSIVE")
