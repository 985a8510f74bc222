"""Fields of records can be read as attributes, compiled or not."""

from __future__ import annotations

import importlib
import pkgutil

import numpy as np
import pytest

from keepout import records

DTYPES = [
    pytest.param(value, id=f"{module.name}.{name}")
    for module in pkgutil.iter_modules(records.__path__)
    for name, value in vars(importlib.import_module(f"keepout.records.{module.name}")).items()
    if isinstance(value, np.dtype) and value.names
]


@pytest.mark.parametrize("dtype", DTYPES)
def test_no_field_is_hidden_by_an_attribute_of_numpy(dtype):
    # numba reads the field; without compilation numpy would hand out its own method instead
    assert not set(dtype.names) & (set(dir(np.record)) | set(dir(np.recarray)))


def test_there_are_records():
    assert len(DTYPES) > 10
