"""Everything that knows Streamlit: the page frame, the model picker, the token strip."""

import os

# OpenMP's threads spin while they wait for each other. On cores that others use too, that costs
# nearly all of the time; never to spin makes every small product wait for a thread to wake up. So
# they spin for some microseconds. Milliseconds per token of mini-gpt2, on two cores that are idle
# or that two other processes keep busy: 1.5 and 240 as OpenMP has it, 5.8 and 7.8 without spinning,
# 1.3 to 2.0 and 7.9 with this count. GNU's OpenMP, in PyTorch for Linux, heeds the count; others
# heed the policy. Torch reads both when it is imported.
os.environ.setdefault("GOMP_SPINCOUNT", "5000")
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
