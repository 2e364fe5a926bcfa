"""Texts for a page come from the shared engine, and leave it with the page."""

import threading

from lab.generation import generate
from lab.models.catalog import bundled
from lab.sampling import Settings
from lab.ui import engines, models

MINI = bundled()[0].id


def test_a_page_gets_what_the_loop_writes():
    model = models.get(MINI)
    settings = Settings("sample", seed=5, max_new_tokens=12)
    written = list(engines.steps(model, "Once upon a", settings))
    wanted = list(generate(model, "Once upon a", settings))
    assert [step.token_id for step in written] == [step.token_id for step in wanted]
    assert written[-1].finish == wanted[-1].finish


def test_a_text_that_is_left_is_written_no_further():
    steps = engines.steps(models.get(MINI), "Once upon a", Settings(max_new_tokens=400))
    next(steps)
    assert models.engine(MINI).busy
    steps.close()
    for thread in threading.enumerate():
        if thread.name.startswith("engine"):
            thread.join(60)
    assert not models.engine(MINI).busy


def test_a_crowd_is_drawn_less_often():
    between = (engines.SECONDS_BETWEEN_DRAWINGS + engines.SECONDS_IN_A_CROWD) / 2
    assert engines.due(between)
    assert not engines.due(0.9 * engines.SECONDS_BETWEEN_DRAWINGS)
    settings = Settings(max_new_tokens=400)
    model = models.get(MINI)
    crowd = [engines.steps(model, "Once", settings) for _ in range(engines.CROWD)]
    for steps in crowd:
        next(steps)
    assert not engines.due(between)
    assert engines.due(engines.SECONDS_IN_A_CROWD)
    for steps in crowd:
        steps.close()
