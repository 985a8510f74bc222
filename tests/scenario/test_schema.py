"""The shipped JSON Schema is the one the models give, and knows every key."""

from __future__ import annotations

import json
import re

from keepout import document
from keepout.scenario.load import SHIPPED, shipped
from keepout.scenario.model import Scenario
from keepout.scenario.schema import FILE, schema_text, shipped_text


def test_the_shipped_schema_is_fresh() -> None:
    assert shipped_text() == schema_text(), (
        "write it again: python -c 'from keepout.scenario.schema import FILE, schema_text;"
        " FILE.write_text(schema_text())'"
    )


def test_every_reference_is_there() -> None:
    schema = json.loads(shipped_text())
    for name in re.findall(r'"#/\$defs/([^"]+)"', shipped_text()):
        assert name in schema["$defs"]
    assert set(schema["properties"]) == {
        info.alias or name for name, info in Scenario.model_fields.items()
    }


def test_patterns_accept_what_the_shipped_scenarios_write() -> None:
    schema = json.loads(shipped_text())
    radius = schema["$defs"]["Launch"]["properties"]["radius"]["anyOf"][0]
    assert re.search(radius["pattern"], "50 km")
    assert not re.search(radius["pattern"], "50 s")
    assert not re.search(radius["pattern"], "50")


def test_shipped_scenarios_name_the_schema_in_their_first_line() -> None:
    for name in shipped():
        first = (SHIPPED / f"{name}.yaml").read_text("utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema=")
        assert (SHIPPED / first.partition("=")[2]).resolve() == FILE
        assert document.read(SHIPPED / f"{name}.yaml").data["name"] == name
