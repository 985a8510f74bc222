"""What decides is not handed the truth, and only the five verbs take the Case: by structure."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import keepout

PACKAGE = Path(keepout.__file__).parent
TRUTH = {"world", "case", "scratch", "sample", "lane", "fate", "truth", "sight"}
# physics.py is the verb fly of the fidelity that integrates, looking.py its radars, shots.py and
# planned.py are parts of fight, load.py of see, and plan.py makes the tables that all look up
VERBS = {
    "draw.py", "fly.py", "physics.py", "looking.py", "see.py", "begin.py", "fight.py", "shots.py",
    "land.py", "plan.py", "planned.py", "load.py", "trial.py",
}  # fmt: skip


def functions(folder: str) -> Iterator[tuple[Path, ast.FunctionDef]]:
    for path in sorted((PACKAGE / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                yield path, node


def arguments(node: ast.FunctionDef) -> set[str]:
    return {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}


def test_nothing_that_decides_takes_the_truth():
    found = list(functions("battle"))
    assert found
    for path, node in found:
        assert not arguments(node) & TRUTH, f"{path.name}: {node.name}"


def test_battle_imports_no_record_of_the_truth():
    for path in (PACKAGE / "battle").rglob("*.py"):
        text = path.read_text()
        for name in ("trajectory", "WORLD", "FATE", "keepout.engine", "keepout.flight"):
            assert name not in text, f"{path.name} mentions {name}"


def test_only_the_verbs_take_the_case_in_a_kernel():
    for folder in ("earth", "flight", "sensing", "intercept", "battle", "effects"):
        for path, node in functions(folder):
            assert "case" not in arguments(node), f"{path.name}: {node.name}"
    for path, node in functions("engine"):
        compiled = any(isinstance(mark, ast.Name) for mark in node.decorator_list)
        if compiled and "case" in arguments(node):
            assert path.name in VERBS, f"{path.name}: {node.name}"
