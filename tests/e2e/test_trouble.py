"""Full disks, databases that others hold, and model servers that lie: a clear answer each time, and nothing lost."""
import contextlib
import http.client
import http.server
import pathlib
import resource
import shutil
import signal
import sqlite3
import sys
import threading

from comfy_replay import replay
from harness import ROOT, Bridge, main, test, until

FULL = 700_000  # bytes that any one file may have: what a disk that is full does to a write, without a disk of one's own


def limit(bridge, n_bytes):
    """The files of a running bridge may grow no more."""
    resource.prlimit(bridge.process.pid, resource.RLIMIT_FSIZE, (n_bytes, resource.RLIM_INFINITY))


def limit_engine(bridge, n_bytes):
    """The files of its own engine and of what that has begun."""
    of_parent = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            of_parent.setdefault(int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1]), []).append(int(folder.name))
    below = list(of_parent.get(bridge.process.pid, []))
    for pid in below:
        below += of_parent.get(pid, [])
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (n_bytes, resource.RLIM_INFINITY))


@test
def a_run_that_finds_the_disk_full_fails_by_that_name(folder):
    with Bridge(folder) as bridge:
        until(lambda: any(e["state"] == "up" for e in bridge.api("GET", "/status")[1]["data"]["engines"]))
        project = bridge.api("POST", "/projects", {"name": "P"})[1]["data"]["id"]
        assert bridge.api("POST", f"/projects/{project}/commands", {"sentence": "a red ball bounces on grass"})[0] < 300
        limit_engine(bridge, FULL)
        task = bridge.api("POST", f"/projects/{project}/render", {"outputs": ["glb"]})[1]["data"]["id"]
        until(lambda: bridge.api("GET", f"/task/{task}")[1]["data"]["state"] in ("done", "failed"))
        error = bridge.api("GET", f"/task/{task}")[1]["data"]["error"]
        assert error and error["type"] == "disk_refused" and error["node_type"] == "SceneSaveGLB", error


@test
def on_a_full_disk_what_was_accepted_stays_and_what_was_not_is_told(folder):
    body = {"title": "T", "graph": {str(i): {"class_type": "EmptyImage", "inputs": {"width": i}} for i in range(400)}}
    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        limit(bridge, FULL)
        accepted, refusal = [], None
        while refusal is None and len(accepted) < 500:
            status, answer, _ = bridge.api("POST", "/graphs/run", body)
            if status == 202:
                accepted.append(answer["data"]["id"])
            else:
                refusal = (status, answer)
        assert refusal is not None and refusal[0] == 507 and "bridge.db" in refusal[1]["message"], refusal
        assert bridge.api("GET", "/status")[0] == 200 and bridge.api("GET", f"/task/{accepted[0]}")[0] == 200
        limit(bridge, resource.RLIM_INFINITY)
        status, answer, _ = bridge.api("POST", "/graphs/run", body)  # there is room again
        assert status == 202, answer
        accepted.append(answer["data"]["id"])
        bridge.process.send_signal(signal.SIGKILL)
        bridge.process.wait()
    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        assert bridge.api("GET", "/tasks")[1]["data"]["total"] == len(accepted)
        assert all(bridge.api("GET", f"/task/{task}")[0] == 200 for task in accepted)


class Models(http.server.BaseHTTPRequestHandler):
    """One that is larger than there is room, one that says it is larger than any disk, one that stops in the middle."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        length = 9_000_000_000_000_000 if "long" in self.path else 3_000_000
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(length))
        self.end_headers()
        try:
            self.wfile.write(bytes(1000 if "stops" in self.path else 3_000_000))
        except OSError:
            pass  # it was not wanted


@test
def a_model_that_finds_no_room_is_none_and_says_so(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Models)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        limit(bridge, 2_500_000)
        for name, hint in (("large", "too large"), ("long", "make room"), ("stops", "trying again goes on from there")):
            status, answer, _ = bridge.api("POST", "/models/install", {"kind": "vae", "url": f"http://127.0.0.1:{server.server_port}/{name}.safetensors"})
            task = bridge.wait(answer["data"]["id"])
            assert task["state"] == "failed" and hint in task["error"]["message"].lower() and task["error"]["message"].count("http://") < 2, (name, task)
        assert bridge.api("GET", "/models")[1]["data"]["items"] == []


@test
def while_another_program_holds_the_database_callers_are_told_and_nothing_is_lost(folder):
    server = replay(ROOT / "tests")
    with Bridge(folder, "--no-engine") as bridge:
        assert bridge.api("POST", "/engines", {"id": "comfy", "url": server.url})[0] == 201
        until(lambda: bridge.api("GET", "/engines/comfy")[1]["data"]["n_nodes"] > 0)
        task = bridge.api("POST", "/graphs/run", {"title": "T", "graph": server.session.graph_of("progress from a node")})[1]["data"]["id"]
        until(lambda: bridge.api("GET", f"/task/{task}")[1]["data"]["state"] in ("running", "done"))
        holder = sqlite3.connect(folder / "data" / "bridge.db", isolation_level=None, timeout=30)
        holder.execute("BEGIN IMMEDIATE")
        was_done = bridge.api("GET", f"/task/{task}")[1]["data"]["state"] == "done"
        status, answer, _ = bridge.api("POST", "/projects", {"name": "Film"})
        assert status == 503 and "another program holds" in answer["message"], (status, answer)
        assert bridge.api("GET", "/status")[0] == 200
        until(lambda: was_done or "could not become done yet" in (folder / "data" / "logs" / "miktos.log").read_text())
        holder.execute("ROLLBACK")
        holder.close()
        assert bridge.wait(task)["state"] == "done"
        assert bridge.api("POST", "/projects", {"name": "Film"})[0] == 201


class Writer(threading.Thread):
    """Says one thing after the other to a project of its own, uploads a file beside each, and keeps what was acknowledged, until the bridge is gone."""

    def __init__(self, bridge, project, kept):
        super().__init__(daemon=True)
        self.bridge, self.project, self.kept = bridge, project, kept

    def run(self):
        try:
            while True:
                status, answer, _ = self.bridge.api("POST", f"/projects/{self.project}/commands", {"commands": [{"op": "add", "id": f"ball-{self.kept['version'] + 1}", "object": "ball"}]})
                assert status == 200, answer
                self.kept["version"] = answer["data"]["project"]["version"]
                name = f"{self.project}-{self.kept['version'] % 3}.txt"
                self.kept["begun"][name] = content(name, self.kept["version"])
                self.bridge.upload(name, self.kept["begun"][name])
                self.kept["files"][name] = self.kept["begun"][name]
        except (OSError, http.client.HTTPException):
            pass  # it was killed


def content(name, version):
    return f"{name} {version}\n".encode() * 20_000


def is_kept(bridge, folder, project, kept):
    """All that was acknowledged, and nothing by half: what was under way is there or is not."""
    head = bridge.api("GET", f"/projects/{project}")[1]["data"]
    assert kept["version"] <= head["version"] <= kept["version"] + 1 and len(head["commands"]) == head["version"], (kept["version"], head)
    assert bridge.api("GET", f"/projects/{project}/history")[1]["data"]["total"] == head["version"] + 1
    inputs = folder / "data" / "engine" / "input"
    for name, whole in kept["files"].items():
        assert (inputs / name).read_bytes() in (whole, kept["begun"][name]), name
    kept["version"] = head["version"]


@test
def what_was_acknowledged_is_there_after_each_kill_and_nothing_is_half_written(folder):
    kept = {}
    for round_number in range(6):
        with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
            for project, what in kept.items():
                is_kept(bridge, folder, project, what)
            while len(kept) < 3:
                kept[bridge.api("POST", "/projects", {"name": "Film"})[1]["data"]["id"]] = {"version": 0, "files": {}, "begun": {}}
            said = lambda: sum(what["version"] for what in kept.values())
            before, writers = said(), [Writer(bridge, *what) for what in kept.items()]
            for writer in writers:
                writer.start()
            until(lambda: said() >= before + 7 + 5 * round_number)
            bridge.process.send_signal(signal.SIGKILL)
            bridge.process.wait()
            for writer in writers:
                writer.join()
    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        for project, what in kept.items():
            is_kept(bridge, folder, project, what)
    database = sqlite3.connect(folder / "data" / "bridge.db")
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


@test
def words_that_cannot_be_read_are_named_and_cost_nothing_else(folder):
    shutil.copytree(ROOT / "assets", folder / "assets")
    broken = sorted((folder / "assets" / "lexicon" / "en").glob("*.json"))[0]
    whole = broken.read_text()
    broken.write_text(whole[:100])
    with Bridge(folder, "--engine", "http://127.0.0.1:9", MIKTOS_ASSETS=str(folder / "assets")) as bridge:
        assert bridge.api("GET", "/status")[0] == 200
        status, answer, _ = bridge.api("POST", "/execute-command", {"command": "a cat"})
        assert status == 500 and broken.name in answer["message"], (status, answer)
        assert bridge.api("GET", "/objects")[0] == 500 and bridge.api("POST", "/projects", {"name": "Film"})[0] == 201
        broken.write_text(whole)  # mended: no new start is needed
        assert bridge.api("POST", "/execute-command", {"command": "a cat"})[0] == 202


@test
def a_file_that_is_no_database_is_named(folder):
    (folder / "data").mkdir()
    (folder / "data" / "bridge.db").write_bytes(b"this is no database" * 100)
    with Bridge(folder) as bridge:
        assert bridge.url is None and "bridge.db" in bridge.error, bridge.error


@test
def an_engine_that_does_not_start_is_down_and_says_why(folder):
    with Bridge(folder) as bridge:
        until(lambda: bridge.api("GET", "/engines")[1]["data"]["items"][0]["state"] == "up")
    user = folder / "data" / "engine" / "user"
    shutil.move(user, folder / "user")
    user.write_text("where its queue should be")
    with Bridge(folder) as bridge:
        engine = lambda: bridge.api("GET", "/engines")[1]["data"]["items"][0]
        until(lambda: engine()["state"] == "down")
        assert "status 1" in engine()["last_error"] and str(user) in engine()["last_error"], engine()
        assert any(str(user) in event["message"] for event in bridge.api("GET", "/logs")[1]["data"]["items"])
        user.unlink()
        shutil.move(folder / "user", user)
        until(lambda: engine()["state"] == "up")


sys.exit(main())
