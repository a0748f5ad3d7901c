"""Who may do what: keys, scopes, limits, pages of others, TLS; and the database saved and put back."""
import json
import os
import sqlite3
import ssl
import subprocess
import sys
import time
import urllib.request

from harness import PROGRAM, ROOT, Bridge, main, test

NO_ENGINE = ("--engine", "http://127.0.0.1:9")


def miktos(folder, *arguments):
    environment = {**os.environ, "MIKTOS_ASSETS": str(ROOT / "assets"), "XDG_CONFIG_HOME": str(folder)}
    return subprocess.run([PROGRAM, *arguments, "--data", str(folder / "data")], env=environment, capture_output=True, text=True)


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


@test
def each_scope_opens_what_it_should(folder):
    keys = {scope: miktos(folder, "keys", "add", scope, "--scope", scope).stdout.strip() for scope in ("read", "run", "admin")}
    with Bridge(folder, *NO_ENGINE, "--host", "0.0.0.0") as bridge:
        wanted = {"read": (200, 403, 403), "run": (200, 202, 403), "admin": (200, 202, 200)}
        for scope, key in keys.items():
            asked = (bridge.api("GET", "/status", **bearer(key))[0], bridge.api("POST", "/execute-command", {"command": "a ball"}, **bearer(key))[0], bridge.api("GET", "/logs", **bearer(key))[0])
            assert asked == wanted[scope], (scope, asked)
        status, answer, headers = bridge.api("GET", "/status")
        assert status == 401 and headers["WWW-Authenticate"] == "Bearer" and "key" in answer["message"]
        assert bridge.api("GET", f"/status?token={keys['read']}")[0] == 200
        assert bridge.call("GET", "/metrics")[0] == 401
        project = bridge.api("POST", "/projects", {"name": "F"}, **bearer(keys["run"]))[1]["data"]["id"]
        bridge.api("POST", f"/projects/{project}/commands", {"sentence": "a ball"}, **bearer(keys["run"]))
        assert bridge.api("GET", f"/projects/{project}/history", **bearer(keys["read"]))[1]["data"]["items"][0]["who"] == "run"
        for line in miktos(folder, "keys", "list").stdout.splitlines():
            assert miktos(folder, "keys", "remove", line.split()[0]).returncode == 0
        until = time.monotonic() + 1  # it looks for keys twice a second
        while time.monotonic() < until:
            assert bridge.api("GET", "/logs")[0] == bridge.api("GET", "/status", **bearer(keys["read"]))[0] == 401, "without the last key the door stands open"
            time.sleep(0.05)
    assert keys["read"] not in (folder / "data" / "bridge.db").read_bytes().decode("latin-1")


@test
def too_many_requests_are_told_when_to_come_again(folder):
    with Bridge(folder, *NO_ENGINE, "--api-key", "k", MIKTOS_SERVER_REQUESTS_PER_MINUTE="60") as bridge:
        answers = []  # ten come at once, one more each second
        while len(answers) < 500 and not (answers and answers[-1][0] == 429):
            answers.append(bridge.api("GET", "/status", **bearer("k")))
        assert len(answers) > 10 and answers[-1][0] == 429 and int(answers[-1][2]["Retry-After"]) >= 1, [a[0] for a in answers]


@test
def only_listed_pages_may_call(folder):
    with Bridge(folder, *NO_ENGINE, "--cors-origin", "https://a.example, https://b.example") as bridge:
        status, _, headers = bridge.api("GET", "/status", Origin="https://b.example")
        assert status == 200 and headers["Access-Control-Allow-Origin"] == "https://b.example"
        assert bridge.api("GET", "/status", Origin="https://evil.example")[0] == 403
        assert bridge.api("GET", "/status", Host="evil.example")[0] == 403


@test
def https_is_spoken_with_a_certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-days", "2", "-subj", "/CN=localhost"], check=True, capture_output=True)
    with Bridge(folder, *NO_ENGINE, "--tls-certificate", str(folder / "cert.pem"), "--tls-key", str(folder / "key.pem")) as bridge:
        assert bridge.url.startswith("https://")
        context = ssl._create_unverified_context()
        assert json.load(urllib.request.urlopen(bridge.url + "/api/v1/status", context=context, timeout=10))["status"] == "success"


@test
def pages_come_with_a_strict_policy(folder):
    with Bridge(folder, *NO_ENGINE) as bridge:
        policy = bridge.call("GET", "/docs")[2]["Content-Security-Policy"]
        assert "script-src 'self';" in policy and "object-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert bridge.call("GET", "/docs/docs.js")[0] == 200 and bridge.call("GET", "/docs/..%2fopenapi.json")[0] == 404


@test
def a_backup_of_a_running_bridge_can_be_put_back(folder):
    with Bridge(folder, *NO_ENGINE) as bridge:
        bridge.api("POST", "/projects", {"name": "First"})
        assert miktos(folder, "backup", str(folder / "b.db")).returncode == 0
        bridge.api("POST", "/projects", {"name": "Second"})
        busy = miktos(folder, "restore", str(folder / "b.db"))
        assert busy.returncode != 0 and "http" in busy.stderr, busy
    (folder / "wrong.db").write_text("no database")
    assert miktos(folder, "restore", str(folder / "wrong.db")).returncode != 0
    if os.geteuid() == 0:  # root restores what a service's user owns
        os.chown(folder / "data" / "bridge.db", 1234, 1234)
    assert miktos(folder, "restore", str(folder / "b.db")).returncode == 0
    owner = (folder / "data" / "bridge.db").stat()
    assert owner.st_mode & 0o77 == 0 and (os.geteuid() != 0 or (owner.st_uid, owner.st_gid) == (1234, 1234)), owner
    with Bridge(folder, *NO_ENGINE) as bridge:
        assert [p["name"] for p in bridge.api("GET", "/projects")[1]["data"]["items"]] == ["First"]


@test
def an_expired_a_wrong_and_a_missing_key_are_told_apart(folder):
    assert miktos(folder, "keys", "add", "forever", "--days", "0").returncode == 2
    keys = {name: miktos(folder, "keys", "add", name, "--days", "1").stdout.strip() for name in ("old", "new")}
    with sqlite3.connect(folder / "data" / "bridge.db") as database:  # as the days go by
        database.execute("UPDATE keys SET expires = 1000 WHERE name = 'old'")
    database.close()
    listed = miktos(folder, "keys", "list").stdout.splitlines()
    assert ["expired" in line for line in listed] == ["old" in line for line in listed], listed
    with Bridge(folder, *NO_ENGINE) as bridge:
        for key, status, hint in ((keys["old"], 401, "“old” expired at 1970"), ("mk_guess", 401, "not known"), ("", 401, "needs a key"), (keys["new"], 200, "")):
            answer = bridge.api("GET", "/status", **bearer(key))
            assert answer[0] == status and hint in answer[1]["message"], answer
    assert (folder / "data" / "bridge.db").stat().st_mode & 0o77 == 0


@test
def wrong_settings_end_it_with_2_so_that_systemd_does_not_try_again(folder):
    (folder / "no.pem").write_text("no certificate")
    certificate = ("--tls-certificate", str(folder / "no.pem"), "--tls-key")
    cases = [("[server]\nport=abc\n", (), "server.port"), ("[server]\nprot=1\n", (), "prot"), ("garbage\n", (), "garbage"), ("[log]\nlevel=loud\n", (), "log.level"), ("", ("--port", "99999"), "server.port"),
             ("[server]\nhost=0.0.0.0\n", (), "key"), ("", certificate[:2], "tls_key"), ("", (*certificate, str(folder / "none")), "server.tls_key"), ("", (*certificate, str(folder / "no.pem")), "PEM")]
    for text, flags, hint in cases:
        (folder / "miktos.conf").write_text(text)
        with Bridge(folder, *NO_ENGINE, *flags) as bridge:
            assert bridge.url is None and bridge.process.wait(30) == 2 and hint in bridge.error, (text, flags, bridge.process.returncode, bridge.url or bridge.error)
    (folder / "miktos.conf").write_text("")
    with Bridge(folder, *NO_ENGINE) as first, Bridge(folder, *NO_ENGINE, "--data", str(folder / "other"), "--port", first.url.rsplit(":", 1)[1]) as second:
        assert second.url is None and second.process.wait(30) == 1 and "in use" in second.error, "what may be right later is tried again"
    unit = (ROOT / "packaging" / "systemd" / "miktos.service.in").read_text()
    assert "RestartPreventExitStatus=2" in unit.splitlines()


@test
def settings_say_where_they_come_from(folder):
    with Bridge(folder, *NO_ENGINE, "--log-level", "warning", MIKTOS_TASKS_ATTEMPTS="9") as bridge:
        origin = lambda: {s["name"]: (s["value"], s["origin"]) for s in bridge.api("GET", "/settings")[1]["data"]["items"]}
        assert origin()["tasks.attempts"] == (9, "environment") and origin()["log.level"] == ("warning", "flag")
        assert bridge.api("PATCH", "/settings", {"values": {"tasks.deadline_minutes": 5}})[0] == 200
        assert origin()["tasks.deadline_minutes"] == (5, "file")
        for values in ({"tasks.attempts": 2}, {"no.such": 1}, {"tasks.deadline_minutes": -1}):
            assert bridge.api("PATCH", "/settings", {"values": values})[0] == 400, values
    said = miktos(folder, "doctor", "--config", str(folder / "miktos.conf")).stdout
    assert "tasks.deadline_minutes" in said and "file" in said


sys.exit(main())
