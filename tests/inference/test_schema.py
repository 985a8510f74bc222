"""The shipped JSON Schema of evidence is the one the models give."""

from __future__ import annotations

import json

from keepout.inference.evidence import Evidence
from keepout.inference.reading import SCHEMA_FILE, SHIPPED, schema_text, shipped


def test_the_shipped_schema_is_fresh():
    assert SCHEMA_FILE.read_text("utf-8") == schema_text(), (
        "write it again: python -c 'from keepout.inference.reading import SCHEMA_FILE,"
        " schema_text; SCHEMA_FILE.write_text(schema_text())'"
    )


def test_it_knows_every_key():
    known = {info.alias or name for name, info in Evidence.model_fields.items()}
    assert set(json.loads(schema_text())["properties"]) == known


def test_shipped_evidence_names_the_schema_in_its_first_line():
    for name in shipped():
        first = (SHIPPED / f"{name}.yaml").read_text("utf-8").splitlines()[0]
        assert first.endswith("/evidence.schema.json")
