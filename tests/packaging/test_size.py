"""The check of sizes can fail."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def size(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("size", ROOT / "checks" / "size.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    (tmp_path / "keepout").mkdir()
    return module


def faults(size, text: str) -> list[str]:
    path = size.ROOT / "keepout" / "thing.py"
    path.write_text(text)
    return list(size.faults_of(path, ast.parse(text)))


def test_a_long_file_and_a_long_function_are_found(size):
    assert "501 lines" in faults(size, "x = 1\n" * 501)[0]
    long = "def f() -> None:\n" + "    pass\n" * 60
    assert "61 lines" in faults(size, long)[0]
    assert faults(size, long.replace("    pass\n", "", 1)) == []


def test_a_door_without_types_is_found_and_a_kernel_is_not(size):
    assert "not fully annotated" in faults(size, "def f(x):\n    return x\n")[0]
    assert faults(size, "@kernel\ndef f(x):\n    return x\n") == []
    assert faults(size, "class A:\n    def f(self, x: int) -> int:\n        return x\n") == []
