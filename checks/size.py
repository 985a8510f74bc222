"""Check the size of files and functions, and that every door carries its types.

No file has more than 500 lines and no function more than 60, tests included. Kernels are
typed by numba; any other function of the package is annotated in full, which mypy cannot
ask for in a file that holds both. Prints the medians; leaves 1 if a bound is broken.
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("keepout", "tests", "checks", "docs", "design", "authorities", "examples", "notebooks")
FILE_LINES = 500
FUNCTION_LINES = 60
COMPILED = ("kernel", "part", "lean", "hot", "inlined")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def sources() -> Iterator[Path]:
    """Every Python file of the repository that people write, in path order."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "_build" not in path.parts:
                yield path


def functions(tree: ast.Module) -> Iterator[Function]:
    """Every function and method in a file, nested ones as well."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def lines(function: Function) -> int:
    """Lines from ``def`` to the last statement, docstring included."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def is_kernel(function: Function) -> bool:
    """Whether numba compiles it."""
    return any(
        isinstance(mark, ast.Name) and mark.id in COMPILED for mark in function.decorator_list
    )


def untyped(function: Function) -> bool:
    """Whether an argument or the result of a function lacks its type."""
    given = function.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    bare = [a for a in arguments if a and not a.annotation and a.arg not in ("self", "cls")]
    return bool(bare) or function.returns is None


def quantile(sizes: list[int], share: float) -> int:
    """The size below which ``share`` of a non-empty list lies."""
    return sorted(sizes)[min(len(sizes) - 1, int(share * len(sizes)))]


def faults_of(path: Path, tree: ast.Module) -> Iterator[str]:
    """Sentences about one file that breaks a bound."""
    name = path.relative_to(ROOT).as_posix()
    length = len(path.read_text().splitlines())
    if length > FILE_LINES:
        yield f"{name}: {length} lines; a file has at most {FILE_LINES}"
    for function in functions(tree):
        if lines(function) > FUNCTION_LINES:
            where = f"{name}:{function.lineno} {function.name}"
            yield f"{where}: {lines(function)} lines; a function has at most {FUNCTION_LINES}"
        if name.startswith("keepout/") and not is_kernel(function) and untyped(function):
            yield f"{name}:{function.lineno} {function.name}: no kernel, yet not fully annotated"


def main() -> int:
    """Print medians and faults; 1 if there is a fault."""
    paths = list(sources())
    trees = [ast.parse(path.read_text()) for path in paths]
    faults = [
        fault for path, tree in zip(paths, trees, strict=True) for fault in faults_of(path, tree)
    ]
    file_sizes = [len(path.read_text().splitlines()) for path in paths]
    sizes = [lines(function) for tree in trees for function in functions(tree)]
    for fault in faults:
        print(fault)
    for what, of in (("files", file_sizes), ("functions", sizes)):
        print(
            f"{len(of)} {what}: median {statistics.median(of):g} lines, "
            f"ninetieth percentile {quantile(of, 0.9)}, most {max(of)}"
        )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
