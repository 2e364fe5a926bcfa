"""The walls of the house: who may import whom, and what everybody may rely on."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*ROOT.glob("lab/**/*.py"), *ROOT.glob("pages/*.py"), ROOT / "streamlit_app.py"])

FORBIDDEN = {
    "lab/native": {"streamlit", "plotly", "torch", "transformers"},
    "lab/tokenizers": {"streamlit", "plotly", "torch"},
    "lab/models": {"streamlit", "plotly"},
    "lab/sampling": {"streamlit", "plotly", "transformers"},
    "lab/generation": {"streamlit", "plotly"},
    "lab/chat": {"streamlit", "plotly"},
    "lab/export": {"streamlit", "plotly", "transformers"},
    "lab/branches": {"streamlit", "plotly", "transformers"},
    "lab/charts": {"streamlit", "torch", "transformers"},
    "pages": {"torch", "transformers", "plotly"},
    "streamlit_app.py": {"torch", "transformers", "plotly"},
}
"""What a room may not import, not even inside a function."""

PUBLIC = {
    "lab.errors": {"LabError"},
    "lab.tokenizers": {"Tokenizer", "load", "names"},
    "lab.tokenizers.word": {"WordTokenizer"},
    "lab.tokenizers.character": {"CharacterTokenizer"},
    "lab.tokenizers.bpe": {"train"},
    "lab.models": {"Model", "forward", "load"},
    "lab.models.catalog": {"ModelCard", "bundled"},
    "lab.sampling": {"Settings", "Stage", "probabilities", "stages"},
    "lab.generation": {"Engine", "Step", "generate"},
    "lab.chat": {"Rendered", "render"},
}
"""The names that the design fixes."""


def name(path):
    return path.relative_to(ROOT).as_posix()


def imports(nodes):
    """The top-level packages that some code imports, outside of `if TYPE_CHECKING:`."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]
        elif not (isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"):
            yield from imports(ast.iter_child_nodes(node))


def at_import_time(module):
    """A module without the bodies of its functions: what runs as soon as it is imported."""

    class Outside(ast.NodeTransformer):
        def visit_FunctionDef(self, node):
            return None

        visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    return Outside().visit(module)


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_room_does_not_import_what_is_not_its_own(path):
    room = next((room for room in FORBIDDEN if name(path).startswith(room)), None)
    used = set(imports([ast.parse(path.read_text())]))
    assert not used & FORBIDDEN.get(room, set())


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_nothing_heavy_is_imported_before_it_is_needed(path):
    used = set(imports([at_import_time(ast.parse(path.read_text()))]))
    assert "transformers" not in used
    if name(path).startswith(("lab/tokenizers", "lab/charts", "lab/ui")):
        assert "torch" not in used


@pytest.mark.parametrize("module", PUBLIC)
def test_the_fixed_names_are_there(module):
    loaded = importlib.import_module(module)
    assert all(hasattr(loaded, each) for each in PUBLIC[module])
    assert PUBLIC[module] <= set(getattr(loaded, "__all__", PUBLIC[module]))


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("lab.ui.page", {"torch", "transformers"}),
        ("lab.ui.token_strip", {"torch", "transformers"}),
        ("lab.charts.distribution", {"torch", "transformers", "streamlit"}),
        ("lab.models, lab.generation, lab.sampling", {"transformers", "streamlit", "plotly"}),
        ("lab.generation.remote", {"openai", "transformers", "streamlit", "plotly"}),
    ],
)
def test_importing_brings_only_what_is_needed(module, absent):
    code = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).split()
    assert not absent & set(loaded)
