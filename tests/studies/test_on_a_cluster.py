"""Studies on a Dask cluster: the JSON of threads, whatever happens to workers and programs."""

from __future__ import annotations

import json
import signal
import time

import pytest

from keepout import cli, trip
from keepout.errors import InputError
from keepout.inference import study as inference
from keepout.inference.reading import read as read_evidence
from keepout.scenario.load import read
from keepout.studies import campaign, compare_by, pieces, points
from keepout.studies.multiverse import multiverse
from keepout.studies.sensitivity import sensitivity
from keepout.studies.study_load import load_study
from keepout.studies.sweep import sweep
from tests.dask_cluster import PATIENCE_S, Cluster

HEAD = """schema: keepout/study/1
name: small
scenario: {scenario}
trials: {trials}
seed: 7
numbers: [arrived.total, fired.total]
"""
SWEEP = """sweep:
  factors:
    - {name: rule, set: batteries.north-1.doctrine.rule, values: [single, salvo-2]}
    - {name: sspk, parameter: thaad-interceptor.sspk, low: 0.5, high: 0.9, steps: 5}
"""
SENSITIVITY = """sensitivity: {method: sobol, base: 32, noise: 2}
"""
MULTIVERSE = """multiverse:
  claim: {says: Much arrives, number: arrived.total, of: scenario, is: above, than: 1}
  choices:
    - name: shots
      options:
        - {name: good, within: {thaad-interceptor.sspk: [0.5, 1]}}
        - {name: bad, within: {thaad-interceptor.sspk: [0, 0.5]}}
    - name: rule
      options:
        - {name: salvo, set: {batteries.north-1.doctrine.rule: salvo-2}}
        - {name: single, set: {batteries.north-1.doctrine.rule: single}}
"""
SECTIONS = {"sweep": SWEEP, "sensitivity": SENSITIVITY, "multiverse": MULTIVERSE}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    for _ in range(2):
        made.worker()
    yield made
    made.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Study files, with a scenario beside them that no worker has."""
    made = tmp_path_factory.mktemp("files")
    text = read("tutorial").text.replace("count: 4", "count: 5")
    (made / "mine.yaml").write_text(text, "utf-8")
    for verb, section in SECTIONS.items():
        write(made / f"{verb}.yaml", section)
    return made


def write(path, section: str, trials: int = 40) -> None:
    path.write_text(HEAD.format(scenario="mine.yaml", trials=trials) + section, "utf-8")


VERBS = {
    "sweep": ("sweep", "sweep.yaml"),
    "sensitivity": ("sensitivity", "sensitivity.yaml"),
    "multiverse": ("multiverse", "multiverse.yaml"),
    "campaign": ("campaign", "mine.yaml", "--trials", "40"),
    "infer": ("infer", "october-2024", "--trials", "400"),
    "compare": ("compare", "mine.yaml", "tutorial", "--trials", "40"),
}
NOWHERE = pieces.Where(keep=False)


def studied(function, verb: str):
    """A study of the folder, through threads or a cluster."""

    def answer(folder, scheduler: str) -> dict:
        loaded = load_study(folder / f"{verb}.yaml", verb)
        return function(loaded, NOWHERE, pieces.How(scheduler=scheduler))

    return answer


def campaigned(folder, scheduler: str) -> dict:
    sets = campaign.repeated(2, "5 d")
    how = pieces.How(scheduler=scheduler)
    return campaign.campaign(str(folder / "mine.yaml"), sets, 40, 7, NOWHERE, how)


def inferred(folder, scheduler: str) -> dict:
    question = inference.Question(read_evidence("october-2024"), states=400)
    return inference.record(inference.infer(question))


def compared(folder, scheduler: str) -> dict:
    settings = trip.Settings(trials=40, store=False, scheduler=scheduler)
    sides = compare_by.Sides((str(folder / "mine.yaml"), "tutorial"), settings)
    return compare_by.compare_scenarios(sides, ("story",), compare_by.stories_of(None))


ANSWERS = {
    "sweep": studied(sweep, "sweep"),
    "sensitivity": studied(sensitivity, "sensitivity"),
    "multiverse": studied(multiverse, "multiverse"),
    "campaign": campaigned,
    "infer": inferred,
    "compare": compared,
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_study_gives_the_same_answer_from_a_cluster(verb, cluster, folder, monkeypatch):
    monkeypatch.setenv(trip.SCHEDULER, "local")
    here = ANSWERS[verb](folder, "local")
    monkeypatch.setenv(trip.SCHEDULER, str(cluster.file))
    there = ANSWERS[verb](folder, str(cluster.file))
    assert json.dumps(there) == json.dumps(here)


@pytest.mark.parametrize("verb", VERBS)
def test_a_scheduler_that_is_not_there_is_told_and_nothing_is_written(
    verb, folder, monkeypatch, capsys, tmp_path
):
    monkeypatch.chdir(folder)
    monkeypatch.setenv(trip.SCHEDULER, "local")  # the option sets it
    given = (
        *VERBS[verb],
        "-o",
        str(tmp_path / "out"),
        "--json",
        "--scheduler",
        "tcp://127.0.0.1:9",
    )
    assert cli.answer(given) == 2
    (error,) = json.loads(capsys.readouterr().out)["errors"]
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in error["message"]
    assert list(tmp_path.iterdir()) == []


def without_place(text: str) -> dict:
    """An answer without the folder that it is in."""
    return {key: value for key, value in json.loads(text).items() if key != "folder"}


def wait_for(process, pieces, count: int) -> None:
    """Until so many pieces are kept."""
    until_s = time.monotonic() + PATIENCE_S
    while len(list(pieces.glob("*.json"))) < count:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until_s
        time.sleep(0.01)


def test_a_killed_worker_and_an_interruption_change_nothing(
    cluster, folder, keepout, start_keepout, tmp_path
):
    write(folder / "longer.yaml", SWEEP.replace("steps: 5", "steps: 30"), trials=3000)
    arguments = ("sweep", "longer.yaml", "--json")
    status, here, err = keepout(*arguments, "-o", tmp_path / "here", cwd=folder, real=True)
    assert status == 0, err
    there = (*arguments, "-o", tmp_path / "there", "--scheduler", cluster.file)
    pieces = tmp_path / "there.partial" / "pieces"
    victim = cluster.worker()
    with start_keepout(*there, cwd=folder, real=True) as process:
        wait_for(process, pieces, 3)
        victim.kill()
        wait_for(process, pieces, 15)
        process.send_signal(signal.SIGINT)
        said, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130, err + said
    assert "--resume" in err + said
    kept = len(list(pieces.glob("*.json")))
    assert 15 <= kept < 60
    status, said, err = keepout(*there, "--resume", cwd=folder, real=True)
    assert status == 0, err
    assert without_place(said) == without_place(here)


def test_the_trials_of_large_points_are_spread_instead(cluster, folder, monkeypatch):
    """A point with many trials is a run of its own, in chunks; the numbers are the same."""
    here = ANSWERS["sweep"](folder, "local")
    monkeypatch.setattr(points, "LARGE", 40)
    called, plain = [], trip.run_job
    monkeypatch.setattr(
        trip, "run_job", lambda job, how: called.append(how.scheduler) or plain(job, how)
    )
    assert ANSWERS["sweep"](folder, str(cluster.file)) == here
    assert set(called) == {str(cluster.file)}


def test_a_card_is_refused_by_studies_that_it_cannot_run(folder):
    for verb in ("sensitivity", "campaign"):
        with pytest.raises(InputError, match="a graphics processor runs the trials of"):
            ANSWERS[verb](folder, "gpu")
