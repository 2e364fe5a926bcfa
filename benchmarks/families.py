"""Server time of the tokenization page: 100,000 characters in four vocabularies.

    python -m benchmarks.families

The page's own script is run to its end, strips, counts, marks and language tax included; beside it
stand the four encoders alone. CPU seconds are what the work costs, whatever else the machine does.
"""

import time
from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from lab import tokenizers
from tests.tokenizers.samples import prose

ROOT = Path(__file__).parents[1]
FAMILIES = ["gpt2", "o200k_base", "llama3", "gemma3"]
RUNS = 7


def main() -> None:
    text = prose(100_000)
    app = AppTest.from_file(str(ROOT / "streamlit_app.py"), default_timeout=120)
    app.query_params["tokenization"] = "Side by side"
    app.run()
    app.switch_page("pages/1_Tokenization.py").run()
    app.multiselect(key="tokenization_families").set_value(FAMILIES)
    area = app.text_area(key="tokenization_families_text")

    def page() -> None:
        area.set_value(text).run()
        assert not app.exception

    loaded = [tokenizers.load(name) for name in FAMILIES]
    measure("encoders alone", lambda: [each.encode(text) for each in loaded])
    measure("the whole page", page)


def measure(label: str, work: Callable[[], object]) -> None:
    work()
    taken = []
    for _ in range(RUNS):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        taken.append((time.perf_counter() - wall, time.process_time() - cpu))
    wall, cpu = (sorted(column)[RUNS // 2] for column in zip(*taken, strict=True))
    print(f"{label}: median of {RUNS} runs {1000 * wall:.0f} ms, CPU {1000 * cpu:.0f} ms")


if __name__ == "__main__":
    main()
