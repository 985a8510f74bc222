"""``keepout infer`` from end to end: page, posterior as a scenario, interruption."""

from __future__ import annotations

import json
import signal
import time
from types import SimpleNamespace

import numpy as np
import pytest

from keepout.cli import answer
from keepout.inference import reading, refine, settings, study, weighted
from keepout.inference.posterior import weigh
from tests.inference.conftest import HEAD, given

EVIDENCE = """observations:
  - name: craters
    quantity: arrived.by_asset.nevatim
    detected: {low: 0.6, high: 1}
    reports: [{value: 7, misread: 0.05, who: somebody}, {value: 5, says: at-least}]
stories:
  - {name: good, when: {thaad-interceptor.sspk: {low: 0.5}}}
  - {name: poor, when: {thaad-interceptor.sspk: {high: 0.5}}}
"""


@pytest.fixture(scope="module")
def evidence_file(known_scenario):
    path = known_scenario.with_name("craters.yaml")
    path.write_text(f"{HEAD}scenario: '{known_scenario}'\n{EVIDENCE}")
    return path


def test_it_writes_a_page_an_answer_and_a_scenario(evidence_file, tmp_path, capsys):
    out = tmp_path / "out"
    assert answer(["infer", str(evidence_file), "--trials", "2000", "-o", str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == json.loads((out / "answer.json").read_text())
    page = (out / "index.html").read_text()
    assert page.count("<svg") == 3
    assert "http" not in page.replace("http://www.w3.org", "").replace("http-equiv", "")
    for words in ("What is assumed", "What would change", "read the same pictures"):
        assert words in page
    assert found["observations"][0]["posterior"]["p50"] == pytest.approx(7, abs=1)
    story = found["stories"][0]
    assert story["a"] == "good"
    assert story["most"] < 1.0  # seven or more of twelve got through
    # and the same again, from the stored trials
    again = ["infer", str(evidence_file), "--trials", "2000", "-o", str(out), "--resume", "--json"]
    assert answer(again) == 0
    assert json.loads(capsys.readouterr().out) == found


def test_the_posterior_is_a_scenario_that_runs(evidence_file, tmp_path, capsys):
    """There and back: the new priors are the old posterior, and so are the arrivals they give."""
    out = tmp_path / "out"
    line = ["infer", str(evidence_file), "--trials", "8000", "-o", str(out), "--json"]
    assert answer(line) == 0
    found = json.loads(capsys.readouterr().out)
    run = ["run", str(out / "posterior.yaml"), "--trials", "2000", "-o", str(tmp_path / "r")]
    assert answer([*run, "--json"]) == 0
    capsys.readouterr()
    posterior = found["parameters"]["thaad-interceptor.sspk"]["posterior"]
    resolved = json.loads((tmp_path / "r" / "resolved.json").read_text())
    prior = next(p for p in resolved["parameters"] if p["key"].endswith("sspk"))
    assert prior["quantiles"]["p50"] == pytest.approx(posterior["p50"], abs=0.02)
    assert prior["quantiles"]["p05"] == pytest.approx(posterior["p05"], abs=0.02)
    assert prior["quantiles"]["p95"] == pytest.approx(posterior["p95"], abs=0.02)


def test_the_posterior_goes_into_another_scenario(evidence_file, tmp_path, capsys):
    """The same battery in another raid: it keeps what was learnt of its kill probability."""
    other = tmp_path / "other.yaml"
    text = evidence_file.with_name("known.yaml").read_text()
    other.write_text(text.replace("name: known", "name: other").replace("count: 12", "count: 5"))
    out = tmp_path / "out"
    line = ["infer", str(evidence_file), "--trials", "4000", "-o", str(out), "--onto", str(other)]
    assert answer([*line, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["parameters"]["thaad-interceptor.sspk"]
    job = study.trip.prepare(out / "other.yaml")
    drawn = next(p for p in job.resolved["parameters"] if p["key"].endswith("sspk"))
    assert drawn["quantiles"]["p50"] == pytest.approx(found["posterior"]["p50"], abs=0.02)
    assert job.name == "other-given-test"
    assert answer(["infer", str(evidence_file), "--onto", str(other), "--json"]) == 2


def test_settings_say_the_same_as_the_file(evidence_file):
    found = study.infer(study.Question(reading.read(evidence_file), states=1000))
    lines = [f"{path}={settings.yaml_text(value)}" for path, value in found.settings.items()]
    job = study.trip.prepare(found.question.uses, sets=tuple(lines))
    drawn = {p["key"]: p["quantiles"] for p in job.resolved["parameters"] if p["drawn"]}
    posterior = found.posterior
    ends = weighted.quantiles(posterior.theta["thaad-interceptor.sspk"], posterior.weights)
    assert drawn["thaad-interceptor.sspk"]["p50"] == pytest.approx(ends[1], abs=0.03)


def test_what_an_unmoved_parameter_leans_on_gets_no_partner_itself():
    """A file lets nobody be correlated with one that is correlated itself."""
    rng = np.random.default_rng(1)
    hub = rng.random(4000)
    theta = {key: hub + 0.1 * rng.random(4000) for key in ("held", "free")} | {"hub": hub}
    found = SimpleNamespace(theta=theta, weights=np.full(4000, 1.0 / 4000))
    records = {key: {"correlated": None} for key in theta}
    leans = {"unmoved": {"correlated": {"with": "held", "rank": 0.5}}}
    assert set(settings._partners(found, list(theta), records)) == {"held", "free"}
    made = settings._partners(found, list(theta), records | leans)
    assert {key: with_ for key, (with_, _) in made.items()} == {"free": "hub"}


def test_a_second_run_where_the_evidence_points_changes_no_answer():
    """Half drawn elsewhere and weighed back: the prior's own means, and a surer posterior."""
    evidence = reading.read("october-2024")
    plain = study.Question(evidence, states=4000, refine=False)
    _, bank = study.engine_bank(plain, study.trip.SILENT)
    alone = weigh(evidence.evidence, bank, 0)
    _, joined = study.engine_bank(study.Question(evidence, states=4000), study.trip.SILENT)
    both = weigh(evidence.evidence, joined, 0)
    assert both.effective > 2.0 * alone.effective
    for key in ("share.iran.asset.nevatim", "share.iran.asset.hatzerim", "arrow-3.sspk"):
        before = weighted.summary(alone.theta[key], alone.prior, 16)
        after = weighted.summary(both.theta[key], both.prior, 16)
        error = np.hypot(before["mc_se"], after["mc_se"])
        assert abs(after["mean"] - before["mean"]) < 4.0 * error, key
    assert both.log_evidence == pytest.approx(alone.log_evidence, abs=0.7)


def test_dirichlet_densities_have_the_right_ratio():
    from scipy.stats import dirichlet

    shares = np.array([[0.2, 0.5], [0.3, 0.3], [0.5, 0.2]])
    over, under = np.array([4.0, 2.0, 1.0]), np.array([1.0, 1.5, 2.0])
    exact = [dirichlet.logpdf(s, over) - dirichlet.logpdf(s, under) for s in shares.T]
    assert refine.log_ratio(shares, over, under) == pytest.approx(exact)


def test_stages_of_the_small_model_change_no_answer():
    """A sharp count: the staged bank knows more, and its evidence is the exact beta-binomial's."""
    text = "observations: [{name: a, quantity: arrived.total, reports: [{value: 3}]}]\n"
    found = study.infer(study.Question(given(text), states=40_000)).posterior
    assert found.effective > 1500
    assert np.exp(found.log_evidence) == pytest.approx(1.0 / 101.0, rel=0.05)
    summary = weighted.summary(found.theta["leak"], found.weights)
    assert abs(summary["mean"] - 4.0 / 102.0) < 4.0 * summary["mc_se"]
    assert weighted.mean(found.theta["leak"], found.prior) == pytest.approx(0.5, abs=0.02)


def test_an_interrupted_inference_resumes_to_the_same(evidence_file, tmp_path, start_keepout):
    out = tmp_path / "out"
    line = ["infer", evidence_file, "--trials", "30000", "--json"]
    process = start_keepout(*line, "-o", out, real=True)
    until = time.monotonic() + 60.0
    while not list(out.glob("trials*/parts/*")) and process.poll() is None:
        assert time.monotonic() < until
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)
    if process.returncode == 130:  # it may have been done already
        assert "--resume" in told[0] + told[1]
    resumed = start_keepout(*line, "-o", out, "--resume", real=True).communicate(timeout=120)[0]
    whole = start_keepout(*line, real=True).communicate(timeout=120)[0]
    assert json.loads(resumed) == json.loads(whole)


@pytest.mark.parametrize("line", [["--resume"], ["-o", "."]])
def test_folders_that_cannot_be(evidence_file, line, capsys, monkeypatch):
    monkeypatch.chdir(evidence_file.parent)
    assert answer(["infer", str(evidence_file), *line, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["errors"][0]["message"]
