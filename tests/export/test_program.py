"""The exported programs write the same text, far from this project: torch and transformers only."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from lab.chat import render
from lab.errors import LabError
from lab.export import as_notebook, as_script, record
from lab.generation import generate
from lab.models import load
from lab.models.catalog import BUNDLED
from lab.sampling import LLAMA_CPP_ORDER, Settings

ROOT = BUNDLED.parents[1]
GREEDY = Settings(max_new_tokens=12)
SAMPLE = Settings("sample", max_new_tokens=12, seed=3, temperature=0.9, top_k=200, top_p=0.95)
ALONE = (  # only torch, transformers and what they need may be imported
    "import sys\n"
    "class Wall:\n"
    "    def find_spec(self, name, path=None, target=None):\n"
    "        if name.split('.')[0] in ('lab', 'streamlit', 'tiktoken', 'plotly'):\n"
    "            raise ImportError(name)\n"
    "sys.meta_path.insert(0, Wall())\n"
)
CHAT = [{"role": "user", "content": 'Say <|im_end|> and """ and 🚀\\'}]


@pytest.fixture(scope="module")
def mini():
    return load("mini-gpt2")


def noted(model, settings, prompt="Once upon a time"):
    ids = model.tokenizer.encode(prompt) if isinstance(prompt, str) else prompt
    return record(model, ids, settings, list(generate(model, ids, settings)))


def interpreted(*arguments, code: str = "") -> subprocess.CompletedProcess[str]:
    """A run of another interpreter, which sees neither this project nor its packages."""
    done = subprocess.run(
        [sys.executable, "-I", *arguments],
        cwd=ROOT,
        env=os.environ | {"HF_HUB_OFFLINE": "1", "PYTHONIOENCODING": "utf-8"},
        input=code,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done


def code_of(notebook: str) -> str:
    cells = json.loads(notebook)["cells"]
    return "\n\n".join("".join(each["source"]) for each in cells if each["cell_type"] == "code")


@pytest.mark.slow
def test_the_script_prints_the_same_text(mini, tmp_path):
    text = noted(mini, GREEDY)
    script = tmp_path / "program.py"
    script.write_text(ALONE + as_script(text), encoding="utf-8")
    done = interpreted(str(script))
    assert done.stdout == text.text + "\n"
    assert "These are the same tokens." in done.stderr


OTHERS = {
    "sampling": SAMPLE,
    "every knob": replace(
        SAMPLE, min_p=0.001, typical_p=0.98, repetition_penalty=1.2, order=LLAMA_CPP_ORDER
    ),
    "a penalty without the prompt": replace(
        GREEDY, repetition_penalty=1.5, penalty_skips_prompt=True
    ),
    "temperature 0": Settings("sample", max_new_tokens=8, temperature=0.0, top_k=5),
    "knobs at their ends": Settings("sample", max_new_tokens=8, seed=1, top_p=1.0, typical_p=1.0),
    "a stop text": replace(GREEDY, stop=(" he",), max_new_tokens=40),
    "beams": Settings("beam", num_beams=3, max_new_tokens=8, length_penalty=1.0),
}
EACH_IN_TURN = (
    ALONE
    + """
import contextlib, io, json

said = {}
for name, code in json.load(sys.stdin).items():
    output, notes = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(notes):
        exec(compile(code, name, "exec"), {"__name__": "__main__"})
    said[name] = output.getvalue(), notes.getvalue().splitlines()[-1]
print(json.dumps(said))
"""
)


@pytest.mark.slow
def test_other_settings_and_notebooks_too(mini):
    """All in one interpreter, each with names of its own: most of the time goes into imports."""
    texts = {name: noted(mini, settings) for name, settings in OTHERS.items()}
    texts["a chat with anything in it"] = noted(mini, SAMPLE, render(mini, CHAT).ids)
    programs = {name: as_script(text) for name, text in texts.items()}
    for name, settings in (("greedy notebook", GREEDY), ("sampling notebook", SAMPLE)):
        texts[name] = noted(mini, settings)
        programs[name] = code_of(as_notebook(texts[name]))
    said = json.loads(interpreted("-c", EACH_IN_TURN, code=json.dumps(programs)).stdout)
    same = "These are the same tokens."
    assert said == {name: [text.text + "\n", same] for name, text in texts.items()}


def test_without_a_seed_there_is_no_way_back(mini):
    text = noted(mini, replace(SAMPLE, seed=None))
    with pytest.raises(LabError) as caught:
        as_script(text)
    assert "cannot be drawn again" in caught.value.what


def test_a_model_from_the_hub_is_pinned_to_its_commit(mini):
    there = replace(mini, id="someone/model", source="hub", folder=Path("snapshots/0123abc"))
    code = as_script(noted(there, GREEDY))
    assert "MODEL = 'someone/model'" in code
    assert code.count("revision='0123abc'") == 2


def test_nothing_typed_becomes_code(mini):
    prompt = "x\n\"\"\"\nimport os\n'''\r# \u2028 \\"
    text = noted(mini, replace(GREEDY, stop=('"""\nimport os\n',)), prompt)
    compiled = compile(as_script(text), "script", "exec")
    assert "os" not in compiled.co_names


def test_a_program_says_where_a_bundled_model_is_found(mini):
    here = noted(mini, GREEDY)
    elsewhere = replace(here, location="gpt2")
    for form in (as_script, as_notebook):
        assert "run this where lab/bundled lies" in form(here)
        assert "run this" not in form(elsewhere)
