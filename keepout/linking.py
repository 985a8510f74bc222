"""What numba makes of a kernel: bitcode for other kernels, machine code where Python calls it.

numba compiles every function down to machine code with a door for Python, and links what a
function calls into it and compiles that again, at each step of a chain of calls. Nearly all
kernels are called by kernels alone. Here such a function is a piece: its code is kept as
bitcode, is linked into what calls it and becomes machine code there, once. The first call
from Python gives a kernel its door.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import llvmlite.binding as llvm
from numba.core import bytecode, codegen, compiler, dispatcher, event, sigutils, types
from numba.core.caching import CompileResultCacheImpl, FunctionCache, NullCache
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import CPUDispatcher

COLLECT_AFTER = (200_000, 50, 100)
"""Thresholds of Python's garbage collector while compiling: what it finds then is not garbage."""

# A symbol is named after its function, its types and this number. Pieces made by several
# processes are linked together, where two symbols of one name are taken for the same.
bytecode.FunctionIdentity._unique_ids = itertools.count(uuid.uuid4().int >> 72)


class Piece(codegen.JITCodeLibrary):  # type: ignore[misc]
    """The code of a function that only kernels call: never loaded, only linked into them."""

    def _optimize_final_module(self) -> None:
        """Leave that to the function that it is linked into."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True

    def serialize_using_object_code(self) -> tuple[str, str, bytes]:
        """Name, kind and bitcode: there is no machine code to keep."""
        return self.name, "piece", self._get_module_for_linking().as_bitcode()

    @classmethod
    def from_bitcode(cls, owner: codegen.Codegen, name: str, bitcode: bytes) -> Piece:
        """A piece as it was kept."""
        found = cls(owner, name)
        found._final_module = found._shared_module = llvm.parse_bitcode(bitcode)
        found._finalized = True
        return found


class PieceCompiler(compiler.Compiler):  # type: ignore[misc]
    """numba's compiler, ending in a piece."""

    def compile_extra(self, func: Callable[..., Any]) -> compiler.CompileResult:
        """Compile ``func`` into a Piece."""
        library = Piece(self.state.targetctx.codegen(), func.__qualname__)
        library.enable_object_caching()
        self.state.library = library
        return super().compile_extra(func)


class QuickFlags(compiler.Flags):  # type: ignore[misc]
    """numba's options of one function, compared without first making a table of all.

    While it infers types, numba compares them some hundred thousand times.
    """

    def __hash__(self) -> int:
        return OPTIONS_HASH

    def __eq__(self, other: object) -> bool:
        same = isinstance(other, QuickFlags) and self._values == other._values
        return same or bool(super().__eq__(other))


OPTIONS_HASH = hash(compiler.Flags())
"""numba's hash of any options: that of their names, which it sorts anew each time."""


class _PieceFunctions(dispatcher._FunctionCompiler):  # type: ignore[misc, name-defined]
    def _customize_flags(self, flags: compiler.Flags) -> compiler.Flags:
        flags.no_compile = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
        return QuickFlags(flags)


class _KeptPiece(CompileResultCacheImpl):  # type: ignore[misc]
    def rebuild(self, target_context: Any, payload: tuple[Any, ...]) -> compiler.CompileResult:
        kept, fndesc, env, signature, objectmode, lifted, notes, reload_init, envs = payload
        for again in reload_init:
            again()
        name, _, bitcode = kept
        return compiler.CompileResult(
            target_context=target_context, typing_context=target_context.typing_context,
            library=Piece.from_bitcode(target_context.codegen(), name, bitcode),
            environment=env, entry_point=None, fndesc=fndesc, type_annotation=notes,
            signature=signature, objectmode=objectmode, lifted=lifted, typing_error=None,
            call_helper=None, metadata=None, reload_init=reload_init, referenced_envs=envs,
        )  # fmt: skip


class PieceCache(FunctionCache):  # type: ignore[misc]
    """Kept pieces, in the index of the function beside what has a door."""

    _impl_class = _KeptPiece

    def _index_key(self, sig: Any, owner: codegen.Codegen) -> tuple[Any, ...]:
        return (*super()._index_key(sig, owner), "piece")


class Kernel(CPUDispatcher):  # type: ignore[misc]
    """A compiled function: a piece for kernels, and with a door from its first call by Python."""

    def __init__(
        self, py_func: Callable[..., Any], locals: Any = None, targetoptions: Any = None,
        pipeline_class: type[compiler.CompilerBase] = compiler.Compiler,
    ) -> None:  # fmt: skip
        super().__init__(py_func, locals, targetoptions, pipeline_class)
        self._doors: set[tuple[types.Type, ...]] = set()
        self._python_calls = False
        self._pieces: NullCache | PieceCache = NullCache()
        self._piece_compiler = _PieceFunctions(
            py_func, self.targetdescr, self.targetoptions, self.locals, PieceCompiler
        )

    def enable_caching(self) -> None:
        """Keep what is compiled."""
        super().enable_caching()
        self._pieces = PieceCache(self.py_func)

    def _compile_for_args(self, *args: Any, **kws: Any) -> Any:
        """Answer the first call by Python with arguments of such types."""
        with global_compiler_lock, _few_collections():
            self._python_calls = True
            try:
                return super()._compile_for_args(*args, **kws)
            finally:
                self._python_calls = False

    def compile(self, sig: Any) -> Any:
        """Compile for these types: with a door for a call by Python, else as a piece."""
        args = tuple(sigutils.normalize_signature(sig)[0])
        with global_compiler_lock:
            if args in self._doors or (args in self.overloads and not self._python_calls):
                return self.overloads[args].entry_point
            if not self._python_calls:
                return self._compile_piece(sig, args)
            self._python_calls = False
            self.overloads.pop(args, None)
            entry_point = super().compile(sig)
            self._doors.add(args)
            return entry_point

    def _compile_piece(self, sig: Any, args: tuple[types.Type, ...]) -> Any:
        """Find or make the piece for these types; returns what stands for it."""
        made = self._pieces.load_overload(sig, self.targetctx)
        if made is None:
            self._cache_misses[sig] += 1
            about = {"dispatcher": self, "args": args, "return_type": None}
            with event.trigger_event("numba:compile", data=about):
                made = self._piece_compiler.compile(args, None)
            self._pieces.save_overload(sig, made)
        else:
            self._cache_hits[sig] += 1
        named = made._replace(entry_point=object())  # numba knows a function by it
        self.targetctx.insert_user_function(named.entry_point, named.fndesc, [named.library])
        self.overloads[args] = named
        return named.entry_point


@contextlib.contextmanager
def _few_collections() -> Iterator[None]:
    """Let Python look for garbage seldom."""
    kept = gc.get_threshold()
    gc.set_threshold(*COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*kept)
