"""Strangers get nothing, and nothing outside the folder of runs can be read or written."""

from __future__ import annotations

import http.client
import json

import httpx
import pytest

from tests.app.conftest import TOKEN

DOORS = [
    "", "api/runs", "api/runs/one", "api/form", "api/scenarios", "api/jobs", "api/openapi.json",
    "app.js",
]  # fmt: skip


@pytest.mark.parametrize("key", ["", "wrong", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "%00"])
@pytest.mark.parametrize("door", DOORS)
def test_without_the_key_there_is_nothing(address, key, door):
    for path in (f"/{key}/{door}", f"/{door}"):
        answer = httpx.get(address + path)
        assert answer.status_code == 403
        assert "runs" not in answer.json()
        assert set(answer.json()) == {"errors"}


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "evil.example:{port}", "127.0.0.1:1", "", "[::1]:{port}"]
)
def test_a_foreign_host_is_refused(address, host):
    port = address.rsplit(":", 1)[1]
    found = httpx.get(f"{address}/{TOKEN}/api/runs", headers={"host": host.format(port=port)})
    assert found.status_code == 403
    assert httpx.get(
        f"{address}/{TOKEN}/api/runs", headers={"host": f"localhost:{port}"}
    ).is_success


def test_a_foreign_origin_is_refused_and_none_is_allowed(address, ask):
    url = f"{address}/{TOKEN}/api/check"
    for origin in ("http://evil.example", "null", "https://127.0.0.1"):
        answer = httpx.post(url, json={"text": ""}, headers={"origin": origin})
        assert answer.status_code == 403
    ours = httpx.post(url, json={"text": ""}, headers={"origin": address})
    assert ours.is_success
    assert not [name for name in ours.headers if name.startswith("access-control")]
    assert httpx.options(url, headers={"origin": "http://evil.example"}).status_code == 403


PATHS = [
    "..", "../..", "../secret.txt", "..%2fsecret.txt", "%2e%2e%2fsecret.txt", "..%5csecret.txt",
    "%2e%2e", "one/../../secret.txt", "one%2f..%2f..%2fsecret.txt", "/etc/passwd",
    "%2fetc%2fpasswd",
    "....//secret.txt", ".", "%00", "one%00", "C:%5c", "a" * 500, "link", "%ff%fe", "one.partial",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_outside(address, runs, path):
    link = runs / "link"
    if not link.is_symlink():
        link.symlink_to(runs.parent)
        (runs.parent / "manifest.json").write_text("{}")
    host, port = address.removeprefix("http://").split(":")
    for door in (
        "api/runs/{}",
        "api/runs/{}/report",
        "api/runs/{}/trials/0",
        "api/scenarios/{}",
        "{}",
    ):
        connection = http.client.HTTPConnection(host, int(port), timeout=30)
        connection.putrequest("GET", f"/{TOKEN}/" + door.format(path))  # as it is, not tidied
        connection.endheaders()
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        assert b"nobody may read this" not in text
        assert b"root:" not in text
        if door != "{}" or path not in (".",):
            assert answer.status in (400, 403, 404, 405, 422), door


@pytest.mark.parametrize(
    "name", ["../out", "..", ".hidden", "a/b", "a\\b", "", "x" * 200, "nul\x00"]
)
def test_nothing_is_written_outside(ask, runs, name):
    text = ask.get("scenarios/tutorial").json()["text"]
    before = sorted(p for p in runs.parent.rglob("*.yaml"))
    written = name.replace("/", "%2F").replace("\x00", "%00")
    answer = ask.put(f"scenarios/{written}", json={"text": text})
    assert answer.status_code in (404, 405, 422)
    job = ask.post("jobs", json={"scenario": "tutorial", "name": name, "trials": 1})
    assert job.status_code in (404, 422)
    assert sorted(p for p in runs.parent.rglob("*.yaml")) == before


def test_a_file_that_links_outside_is_not_read(ask, runs):
    folder = runs / "linked"
    folder.mkdir(exist_ok=True)
    for name in ("manifest.json", "scenario.yaml", "trials.parquet", "resolved.json"):
        (folder / name).write_bytes((runs / "one" / name).read_bytes())
    if not (folder / "report.html").is_symlink():
        (folder / "report.html").symlink_to(runs.parent / "secret.txt")
    assert ask.get("runs/linked/report").status_code == 404
    (folder / "scenario.yaml").replace(folder / "was.yaml")
    (folder / "scenario.yaml").symlink_to(runs.parent / "secret.txt")
    assert ask.get("runs/linked").status_code == 404


def test_an_oversized_upload_is_refused(address, ask):
    url = f"{address}/{TOKEN}/api/check"
    big = json.dumps({"text": "x" * 600_000})
    assert httpx.post(url, content=big).status_code == 413

    def drip():
        yield b'{"text": "'
        for _ in range(600):
            yield b"x" * 1024
        yield b'"}'

    assert httpx.post(url, content=drip()).status_code == 413
    text = "name: " + "x" * 300_000
    said = ask.post("check", json={"text": text}).json()
    assert said["errors"][0]["code"] == "too-large"


BODIES = [
    b"", b"{", b"[]", b"null", b'"text"', b'{"text": 5}', b'{"text": "a", "more": 1}', b"\xff\xfe",
    b'{"data": []}', b'{"data": {"a": NaN}}', b"[" * 20_000, b'{"data":' * 2_000,
    b'{"data": {"name": "\\ud800"}}', b'{"text": "\\u0000"}',
]  # fmt: skip


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_malformed_bodies_get_clean_errors(address, body):
    for method, door in (("POST", "check"), ("PUT", "scenarios/x"), ("POST", "jobs")):
        answer = httpx.request(
            method, f"{address}/{TOKEN}/api/{door}", content=body,
            headers={"content-type": "application/json"},
        )  # fmt: skip
        assert answer.status_code in (200, 400, 422), (door, answer.text)
        assert answer.json()["errors"] or answer.status_code == 200


TEXTS = [
    "", "a", "- 1", "&a [*a]", "{" * 5_000, "a: " * 3_000, "name: !!python/object:os.system x",
    "%TAG ! tag:x\n---\n", "\x00", "raids: []", "schema: keepout/scenario/2", "raids: {}",
    "name: " + "9" * 10_000, "\ufeffname: x", "a:\n" + " " * 9000 + "b: 1",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_malformed_scenarios_get_diagnostics(ask, text):
    answer = ask.post("check", json={"text": text})
    assert answer.status_code == 200
    errors = answer.json()["errors"]
    assert errors
    assert all(error["message"] and error["code"] for error in errors)


def test_every_answer_carries_the_headers(address):
    for path in (f"/{TOKEN}/api/runs", "/"):
        headers = httpx.get(address + path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe-eval" not in headers["content-security-policy"]
