"""The bridge is killed at every named point, many times: what it accepted is there afterwards, once, and gets done.

MIKTOS_CRASH_ROUNDS says how often each point is visited (2)."""
import hashlib
import http.server
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
from comfy_replay import replay  # noqa: E402

ROUNDS = int(os.environ.get("MIKTOS_CRASH_ROUNDS", "2"))
TASK_POINTS = ["api.before_commit", "api.after_commit", "task.created", "task.leased", "task.submitted", "task.running", "engine.ended", "outputs.downloaded", "outputs.described", "task.ended"]
MODEL_POINTS = ["model.fetched", "model.checked", "model.placed"]
number, failed = 0, 0


def say(is_good, name, why=""):
    global number, failed
    number += 1
    failed += not is_good
    if why:
        print(f"# {why}".replace("\n", "\n# "))
    print(f"{'ok' if is_good else 'not ok'} {number} - {name}", flush=True)


class Bridge:
    def __init__(self, folder, engine, crash_at=None):
        environment = {**os.environ, "MIKTOS_ASSETS": str(ROOT / "assets"), "XDG_CACHE_HOME": str(folder / "cache"), "XDG_CONFIG_HOME": str(folder / "config")}
        environment.pop("MIKTOS_CRASH_AT", None)
        if crash_at:
            environment["MIKTOS_CRASH_AT"] = crash_at
        self.process = subprocess.Popen([PROGRAM, "serve", "--port", "0", "--data", str(folder / "data"), "--engine", engine, "--log-level", "error"], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        self.url = line.split(": ", 1)[1].strip() if ": " in line else None

    def ask(self, method, path, body=None, key=None):
        """The data of a good answer; None when there was none."""
        request = urllib.request.Request(f"{self.url}/api/v1{path}", json.dumps(body).encode() if body is not None else None, {"Content-Type": "application/json", **({"Idempotency-Key": key} if key else {})}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return json.loads(answer.read())["data"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read()[:300]}") from None
        except OSError:
            return None

    def end(self):
        self.process.terminate()
        self.process.wait(20)
        self.process.stdout.close()


def wait(bridge, task, seconds=40):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        now = bridge.ask("GET", f"/task/{task}")
        if now and now["state"] in ("done", "failed", "cancelled"):
            return now
        time.sleep(0.02)
    raise AssertionError(f"task {task} is still {now and now['state']}")


def visit(point, visit_number, path, body, check):
    """Asks for things until the bridge dies at the point; then everything that was accepted must be there and end well."""
    server = replay(ROOT / "tests")
    with tempfile.TemporaryDirectory() as text:
        folder, accepted = pathlib.Path(text), {}
        bridge = Bridge(folder, server.url, f"{point}:{1 + visit_number % 3}")
        for i in range(4):
            answer = bridge.ask("POST", path, body(server, i), f"k{i}")
            if answer is None:
                break
            accepted[f"k{i}"] = answer["id"]
        try:
            bridge.process.wait(10)
        except subprocess.TimeoutExpired:
            pass  # this point was not passed so often
        was_killed = bridge.process.poll() == -9
        bridge.end()
        bridge = Bridge(folder, server.url)
        try:
            for i in range(4):  # a client that heard nothing asks again, with the same key
                answer = bridge.ask("POST", path, body(server, i), f"k{i}")
                assert accepted.get(f"k{i}", answer["id"]) == answer["id"], f"k{i} was {accepted[f'k{i}']} and is {answer['id']}"
            listed = bridge.ask("GET", "/tasks")
            assert listed["total"] == 4, f"{listed['total']} tasks for 4 requests"
            for task in listed["items"]:
                check(folder, wait(bridge, task["id"]))
        finally:
            bridge.end()
            server.shutdown()
            server.server_close()
        return was_killed


def check_task(folder, task):
    assert task["state"] == "done", task
    for output in task["outputs"]:
        data = (folder / "data" / "outputs" / task["id"] / output["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == output["sha256"], output


def check_model(folder, task):
    assert task["state"] == "done", task["error"]
    data = (folder / "data" / "engine" / "models" / "vae" / task["title"].rsplit("/", 1)[1]).read_bytes()
    assert data == MODEL, "the model is not what was sent"


HEADER = json.dumps({"a": {"dtype": "F32", "shape": [25000], "data_offsets": [0, 100000]}}).encode()
MODEL = struct.pack("<Q", len(HEADER)) + HEADER + bytes(range(250)) * 400


class ModelServer(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(MODEL)))
        self.send_header("ETag", '"m"')
        self.end_headers()
        self.wfile.write(MODEL)


def main():
    models = http.server.ThreadingHTTPServer(("127.0.0.1", 0), ModelServer)
    threading.Thread(target=models.serve_forever, daemon=True).start()
    graph = lambda server, i: {"title": f"T{i}", "graph": server.session.graph_of("first run")}
    longer = lambda server, i: {"title": f"T{i}", "graph": server.session.graph_of("progress from a node")}  # its running is seen
    model = lambda server, i: {"url": f"http://127.0.0.1:{models.server_port}/m{i}.safetensors", "kind": "vae", "sha256": hashlib.sha256(MODEL).hexdigest()}
    for point in TASK_POINTS + MODEL_POINTS:
        path, body, check = ("/models/install", model, check_model) if point in MODEL_POINTS else ("/graphs/run", longer if point == "task.running" else graph, check_task)
        n_killed, why = 0, ""
        for visit_number in range(ROUNDS):
            try:
                n_killed += visit(point, visit_number, path, body, check)
            except Exception as error:  # whatever went wrong is this point's failure
                why = f"visit {visit_number}: {type(error).__name__}: {error}"
                break
        say(not why and n_killed > 0, f"nothing_is_lost_at_{point.replace('.', '_')}", why or f"killed {n_killed} times")
    print(f"1..{number}")
    return 1 if failed else 0


sys.exit(main())
