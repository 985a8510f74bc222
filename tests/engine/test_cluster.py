"""Trials on a Dask cluster: the digest of threads, whatever happens to the workers."""

from __future__ import annotations

import json
import shutil
import threading
import time

import numpy as np
import pytest

from keepout.engine import crew
from keepout.engine.cluster import packed, unpacked
from tests.dask_cluster import ROOT, Cluster

TRIALS = "6000"
RUN = ("run", "tutorial", "--trials", TRIALS, "--seed", "7", "--json", "--chunk", "100")


@pytest.fixture
def cluster(tmp_path):
    made = Cluster(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def digest(tmp_path_factory, keepout):
    """The digest from this machine's threads."""
    out = tmp_path_factory.mktemp("threads") / "run"
    status, said, err = keepout(*RUN, "-o", out, "--scheduler", "local", real=True)
    assert status == 0, err
    return json.loads(said)["digest"]


def test_one_worker_gives_the_digest_of_threads(cluster, digest, keepout, tmp_path):
    cluster.worker()
    status, said, err = keepout(
        *RUN, "-o", tmp_path / "run", "--scheduler", cluster.file, real=True
    )
    assert status == 0, err
    assert json.loads(said)["digest"] == digest


def test_workers_that_are_killed_cost_their_chunks_and_nothing_else(
    cluster, digest, start_keepout, tmp_path
):
    workers = [cluster.worker() for _ in range(3)]
    parts = tmp_path / "run.partial" / "parts"
    arguments = (*RUN, "-o", tmp_path / "run", "--scheduler", cluster.file)
    with start_keepout(*arguments, real=True) as process:
        killed = 0
        for some in (1, 2):  # the first has begun; then another part is there
            while process.poll() is None and len(list(parts.glob("*.parquet"))) < some:
                time.sleep(0.01)
            if process.poll() is None:
                workers[killed].kill()
                killed += 1
                cluster.worker()
        said, err = process.communicate(timeout=240)
    assert process.returncode == 0, err + said
    assert killed == 2
    assert json.loads(said)["digest"] == digest


class Deaf:
    """A client whose scheduler has just forgotten a worker, at each send but the last."""

    status = "running"

    def __init__(self, deaths: list[Exception]) -> None:
        self.deaths = deaths

    def scheduler_info(self, n_workers: int) -> dict:
        return {"workers": {"tcp://127.0.0.1:1": {"nthreads": 1}}}

    def run(self, asked, workers, on_error) -> dict:
        return dict.fromkeys(workers, asked())

    def scatter(self, case, **_) -> str:
        if self.deaths:
            raise self.deaths.pop()
        return "held"


def test_a_worker_that_dies_before_the_case_is_sent_is_only_waited_for(monkeypatch):
    monkeypatch.setattr(crew, "PAUSE_S", -1.0)
    deaths = [TimeoutError("nobody"), OSError("closed"), KeyError("tcp://127.0.0.1:1")]
    mine = crew.Crew(Deaf(deaths), (), len, threading.Event(), print)
    for _ in range(3):
        mine._renew()
        assert mine.held is None
        mine._hand_out(lambda: (0, 9))
        assert not mine.running
    mine._renew()
    assert mine.held == "held"


def test_a_worker_with_other_sources_is_left_out(cluster, digest, keepout, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(ROOT / "keepout", other / "keepout", ignore=shutil.ignore_patterns("web"))
    with (other / "keepout" / "elementary.py").open("a") as file:
        file.write("\n# changed\n")
    cluster.worker(root=other)
    cluster.worker()
    status, said, err = keepout(
        *RUN, "-o", tmp_path / "run", "--scheduler", cluster.file, real=True
    )
    assert status == 0, err
    assert json.loads(said)["digest"] == digest
    assert "is left out: it has other sources" in err


def test_a_scheduler_that_is_not_there_is_told_at_once(keepout, tmp_path):
    status, said, err = keepout(
        *RUN, "-o", tmp_path / "run", "--scheduler", "tcp://127.0.0.1:9", real=True
    )
    assert status == 2
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in err + said
    assert list(tmp_path.iterdir()) == []
    status, said, err = keepout(*RUN, "-o", tmp_path / "run", "--scheduler", "nonsense", real=True)
    assert status == 2
    assert "neither an address nor a file" in err + said


def test_rows_are_made_small_for_the_way_and_come_back_whole():
    rows = np.array([[0, 255, 256, -1], [3, 4, 70_000, 5]], np.int32)
    sent = packed(rows)
    assert sent.small.dtype == np.uint8
    assert sent.is_small.tolist() == [True, True, False, False]
    assert np.array_equal(unpacked(sent), rows)
    assert unpacked(sent).dtype == np.int32
