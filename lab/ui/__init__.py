"""Everything that knows Streamlit: the page frame, the model picker, the token strip."""

import os

# OpenMP's threads spin while they wait for each other. As soon as more sessions compute than there
# are cores, that costs nearly all of the time: on two busy cores a forward pass of mini-gpt2 took
# 120 to 320 ms with spinning threads, 12 to 16 ms with sleeping ones. Torch reads it when imported.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
