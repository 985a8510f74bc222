"""The compile cache notices a change in another file, which numba's own does not."""

from __future__ import annotations

import ast
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import keepout
from keepout import kernel

PACKAGE = Path(keepout.__file__).parent
SCRIPT = "from keepout.earth.gravity import gravitation; print(gravitation(7e6, 0.0, 0.0)[0])"


def gravity_mps2(root: Path) -> float:
    """What a fresh process computes with the package copied to ``root``."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "KEEPOUT_CACHE": str(root / "cache")},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return float(done.stdout)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for part in ("__init__.py", "kernel.py", "linking.py", "elementary.py", "records", "earth"):
        source, target = PACKAGE / part, tmp_path / "keepout" / part
        target.parent.mkdir(exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    return tmp_path


def test_editing_a_low_file_changes_a_result(copy: Path):
    before = gravity_mps2(copy)
    assert gravity_mps2(copy) == before
    folders = set((copy / "cache" / "kernels").iterdir())
    low = copy / "keepout" / "earth" / "geodesy.py"  # gravity.py itself stays as it is
    text = low.read_text()
    assert "MU_M3PS2 = 3.986004418e14" in text
    low.write_text(text.replace("MU_M3PS2 = 3.986004418e14", "MU_M3PS2 = 4.986004418e14"))
    assert gravity_mps2(copy) == pytest.approx(before * 4.986004418 / 3.986004418, rel=1e-12)
    fresh = {path.name for path in set((copy / "cache" / "kernels").iterdir()) - folders}
    assert any(name.startswith("earth-gravity-") for name in fresh)
    assert not any(name.startswith("elementary-") for name in fresh)  # it does not read geodesy


def test_every_compiled_function_stands_where_the_hash_looks():
    """What decides rows is in the hash of a run; inference makes none, and caches by closure."""
    marks = ("@kernel", "@part", "@lean", "@hot", "@inlined", "njit(")
    for path in PACKAGE.rglob("*.py"):
        inside = path.relative_to(PACKAGE).parts[0]
        lines = [line.strip() for line in path.read_text().splitlines()]
        if any(line.startswith(marks) for line in lines):
            assert inside in (*kernel.KERNEL_FOLDERS, "elementary.py", "inference"), path


def test_old_caches_are_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kernel, "KEPT_FOLDERS", 3)
    for k in range(7):
        old = tmp_path / f"old-{k}"
        old.mkdir()
        os.utime(old, (1e9 + k, 1e9 + k))
    kernel.prune(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old-4", "old-5", "old-6"]


def modules_by_ast(path: Path) -> set[Path]:
    """What a file imports from this package, read by Python's own parser."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.ImportFrom):
            base = ".".join((*(path.parent.relative_to(PACKAGE.parent).parts), node.module or ""))
            base = base if node.level else node.module or ""
            assert node.level < 2, path
            names = [base, *(f"{base}.{name.name}" for name in node.names)]
        elif isinstance(node, ast.Import):
            names = [name.name for name in node.names]
        for name in names:
            place = PACKAGE.parent.joinpath(*name.split(".")).with_suffix(".py")
            if name.startswith("keepout.") and place.is_file():
                found.add(place)
    return found


def test_every_import_of_a_kernel_counts():
    files = [PACKAGE / "elementary.py"]
    for folder in kernel.KERNEL_FOLDERS:
        files += (PACKAGE / folder).rglob("*.py")
    for path in files:
        assert modules_by_ast(path) <= set(kernel.sources_of(path)), path


def test_a_copy_of_the_same_sources_compiles_nothing(copy: Path, tmp_path: Path):
    first = gravity_mps2(copy)
    compiled = sorted((copy / "cache").rglob("*.nb*"))
    second = tmp_path / "elsewhere"
    shutil.copytree(copy / "keepout", second / "keepout")
    shutil.move(copy / "cache", second / "cache")
    assert gravity_mps2(second) == first
    assert compiled
    assert len(sorted((second / "cache").rglob("*.nb*"))) == len(compiled)


def test_an_index_that_names_a_missing_module_is_as_good_as_none(copy: Path):
    first = gravity_mps2(copy)
    indices = sorted((copy / "cache").rglob("*.nbi"))
    assert indices
    for path in indices:
        with path.open("rb") as file:
            version = pickle.load(file)
        path.write_bytes(pickle.dumps(version) + b"cno_such_module\nThing\n.")
    assert gravity_mps2(copy) == first
    for path in indices:  # written anew
        assert b"no_such_module" not in path.read_bytes()
