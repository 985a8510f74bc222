"""Requests that nobody thought of: schemathesis against the real server, few and many."""

from __future__ import annotations

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from keepout.app.jobs import Jobs
from tests.app.conftest import TOKEN, serving

CHECKS = (
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
)  # fmt: skip
IDLE = ["true"]
"""In place of runs: what is asked for is checked, and nothing is computed."""


@pytest.fixture(scope="module")
def fuzzed(runs):
    """The address of a server whose runs do nothing, and a count of the requests it got."""
    with serving(runs, Jobs(IDLE)) as address:
        yield address


def fuzz(address, each):
    """Send ``each`` requests to every door; returns how many were sent."""
    base = f"{address}/{TOKEN}"
    schema = schemathesis.openapi.from_dict(httpx.get(f"{base}/api/openapi.json").json())
    schema.config.update(base_url=base)
    sent = []
    with httpx.Client(timeout=60):
        for result in schema.get_all_operations():
            operation = result.ok()

            @settings(
                max_examples=each, deadline=None, database=None, derandomize=True,
                phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @operation_cases(operation)
            def send(case):
                answer = case.call(timeout=60)
                case.validate_response(answer, checks=CHECKS)
                assert "Traceback" not in answer.text
                sent.append(case.path)

            send()
    return len(sent)


def operation_cases(operation):
    """The decorator that draws requests for one door, sound and unsound ones."""
    from hypothesis import given
    from schemathesis import GenerationMode

    sound = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    try:
        unsound = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    except Exception:  # a door that takes nothing has no unsound request
        return given(case=sound)
    return given(case=sound | unsound)


def test_hundreds_of_strange_requests(fuzzed, runs):
    assert fuzz(fuzzed, 12) > 100
    still_sound(fuzzed, runs)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_ten_thousand_strange_requests(fuzzed, runs):
    assert fuzz(fuzzed, 1_100) >= 10_000
    still_sound(fuzzed, runs)


def still_sound(address, runs):
    """The server still answers, and wrote nowhere but into its folder."""
    names = httpx.get(f"{address}/{TOKEN}/api/runs").json()["runs"]
    assert {"one", "two"} <= {line["run"] for line in names}
    assert {path.name for path in runs.parent.iterdir()} <= {"runs", "secret.txt", "manifest.json"}
