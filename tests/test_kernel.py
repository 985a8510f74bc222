"""The compile cache notices a change in another file, which numba's own does not."""

from __future__ import annotations

import os
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
    for part in ("__init__.py", "kernel.py", "elementary.py", "records", "earth"):
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
    assert len(set((copy / "cache" / "kernels").iterdir()) - folders) == 1


def test_every_compiled_function_stands_where_the_hash_looks():
    marks = ("@kernel", "@part", "@lean", "@hot", "@inlined", "njit(")
    for path in PACKAGE.rglob("*.py"):
        inside = path.relative_to(PACKAGE).parts[0]
        lines = [line.strip() for line in path.read_text().splitlines()]
        if any(line.startswith(marks) for line in lines):
            assert inside in (*kernel.KERNEL_FOLDERS, "elementary.py"), path


def test_old_caches_are_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KEEPOUT_CACHE", str(tmp_path))
    before = kernel.numba.config.CACHE_DIR
    try:
        for k in range(kernel.KEPT_CACHES + 4):
            old = tmp_path / "kernels" / f"old-{k}"
            old.mkdir(parents=True)
            os.utime(old, (1e9 + k, 1e9 + k))
        kept = kernel._use_cache()
        names = {path.name for path in (tmp_path / "kernels").iterdir()}
        assert kept.name in names
        assert len(names) == kernel.KEPT_CACHES
        assert "old-0" not in names
    finally:
        kernel.numba.config.CACHE_DIR = before
