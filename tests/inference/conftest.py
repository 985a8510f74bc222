"""What tests of inference share: a raid whose posterior is known, and evidence as text."""

from __future__ import annotations

from pathlib import Path

import pytest

from keepout.inference import reading

KNOWN = """schema: keepout/scenario/1
name: known
raids:
  - name: north
    missile: ghadr-1
    count: 12
    launch: {area: kermanshah, radius: 50 km}
    aim: {asset: nevatim, cep: 10 m}
    spacing: 30 s
assets:
  - {id: nevatim, defend: always}
batteries:
  - name: one
    type: thaad-battery
    at: {lat: 31.2 deg, lon: 35.0 deg}
    doctrine: {rule: single, cap: 1}
    kill: {sspk: {low: 0, high: 1, source: opinion}}
kill: {diverted: 0, body_hit_only: 0, dud: 0}
models: {sensing: perfect, kill: given, control: coordinated}
"""
"""Twelve missiles, one shot at each, a kill probability between 0 and 1: arrivals are binomial, so
the posterior given k arrivals is Beta(13 - k, 1 + k)."""

HEAD = "schema: keepout/evidence/1\nname: test\n"
MODEL = "model: {launched: 100, failed: 0, leak: {low: 0, high: 1}}\n"
"""A hundred missiles, of which a share between 0 and 1 arrives."""


def given(text: str, model: str = MODEL) -> reading.Given:
    """Evidence from the text below its head."""
    return reading.read_text(HEAD + model + text, "test.yaml")


@pytest.fixture(scope="session")
def known_scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the raid whose posterior is known."""
    path = tmp_path_factory.mktemp("known") / "known.yaml"
    path.write_text(KNOWN)
    return path
