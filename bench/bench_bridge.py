"""The bridge against a server in Python with the same routes and JSON (Debian's python3-fastapi and python3-uvicorn), in one run.

bench_bridge.py MIKTOS ROOT [--json] [--quick]; needs wrk. Servers are pinned to one core, wrk to the others."""
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
AS_JSON, SECONDS = "--json" in sys.argv, 2 if "--quick" in sys.argv else 5
N_FINISHED = 100_000 if "--quick" in sys.argv else 1_000_000
CORES = sorted(os.sched_getaffinity(0))
PEER = """
import json, sys
from fastapi import FastAPI
from fastapi.responses import JSONResponse
import uvicorn
answers = {name: json.load(open(f"{sys.argv[2]}/{name}.json")) for name in ("status", "task")}
app = FastAPI()
@app.get("/api/v1/status")
async def status():
    return JSONResponse(answers["status"])
@app.get("/api/v1/task/{task}")
async def task(task: str):
    return JSONResponse(answers["task"])
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
"""


def show(name, value, unit, goal=0):
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit, "goal": goal}) if AS_JSON else f"{name:<44} {value:>12.1f} {unit:<8}{f'(goal {goal})' if goal else ''}", flush=True)


class Bridge:
    def __init__(self, folder):
        environment = {**os.environ, "MIKTOS_ASSETS": str(ROOT / "assets"), "XDG_CONFIG_HOME": str(folder)}
        began = time.perf_counter()
        # An engine that is not there: what is accepted waits, and only accepting is measured.
        self.process = subprocess.Popen(["taskset", "-c", str(CORES[0]), PROGRAM, "serve", "--port", "0", "--data", str(folder / "data"), "--engine", "http://127.0.0.1:9", "--log-level", "error"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().split(": ", 1)[1].strip()
        self.ready_ms = (time.perf_counter() - began) * 1000

    def get(self, path):
        return urllib.request.urlopen(self.url + path, timeout=60).read()

    def post(self, path, body):
        return json.loads(urllib.request.urlopen(urllib.request.Request(self.url + path, json.dumps(body).encode(), method="POST"), timeout=60).read())["data"]

    def memory_mb(self):
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text())[1]) / 1024

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)


def wrk(url, script=None, connections=64):
    """Requests a second, and the 99th percentile in ms."""
    command = ["taskset", "-c", ",".join(map(str, CORES[1:] or CORES)), "wrk", "-t1", f"-c{connections}", f"-d{SECONDS}s", "--latency", *(["-s", script] if script else []), url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    assert not failed, said
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1]), float(value) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]


def measure_peer(folder, paths):
    python = "/usr/bin/python3"
    if subprocess.run([python, "-c", "import fastapi, uvicorn"], capture_output=True).returncode != 0:
        print("# the peer is not here: apt-get install python3-fastapi python3-uvicorn", file=sys.stderr)
        return {}
    (folder / "peer.py").write_text(PEER)
    peer = subprocess.Popen(["taskset", "-c", str(CORES[0]), python, str(folder / "peer.py"), "8399", str(folder)])
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen("http://127.0.0.1:8399/api/v1/status").read()
                break
            except OSError:
                time.sleep(0.1)
        return {name: wrk(f"http://127.0.0.1:8399{path}")[0] for name, path in paths.items()}
    finally:
        peer.terminate()
        peer.wait(20)


def fill(folder, n):
    """Finished tasks as the bridge would have kept them."""
    store = sqlite3.connect(folder / "data" / "bridge.db")
    store.executemany("INSERT INTO tasks (id, kind, state, title, created, started, finished, request) VALUES (?, 'command', ?, ?, ?, ?, ?, '{\"workflow\":{}}')",
                      ((f"old-{i}", "failed" if i % 1000 == 0 else "done", f"Film {i}", i, i, i) for i in range(n)))
    store.commit()
    store.close()


def median_ms(bridge, path, n=15):
    times = []
    for _ in range(n):
        began = time.perf_counter()
        bridge.get(path)
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)[n // 2]


def main():
    with tempfile.TemporaryDirectory() as text:
        folder = pathlib.Path(text)
        bridge = Bridge(folder)
        show("ready after exec", bridge.ready_ms, "ms", 100)
        show("idle memory", bridge.memory_mb(), "MB", 30)
        task = bridge.post("/api/v1/execute-command", {"command": "a red ball on grass"})["id"]
        show("memory once words are read", bridge.memory_mb(), "MB")
        paths = {"status": "/api/v1/status", "task": f"/api/v1/task/{task}"}
        for name, path in paths.items():
            (folder / f"{name}.json").write_bytes(bridge.get(path))
        ours = {name: wrk(bridge.url + path)[0] for name, path in paths.items()}
        (folder / "post.lua").write_text('wrk.method = "POST"\nwrk.body = \'{"command":"a red ball on grass"}\'\nwrk.headers["Content-Type"] = "application/json"\n')
        accepted, p99 = wrk(bridge.url + "/api/v1/execute-command", str(folder / "post.lua"), 16)
        bridge.end()
        theirs = measure_peer(folder, paths)
        for name in paths:
            show(f"GET {name}, one core", ours[name], "/s", 40000)
            if name in theirs:
                show(f"GET {name}, FastAPI", theirs[name], "/s")
                show(f"GET {name}, times as fast", ours[name] / theirs[name], "x", 6)
        show("execute-command, accepted durably", accepted, "/s", 1000)
        show("execute-command, 99th percentile", p99, "ms", 20)
    with tempfile.TemporaryDirectory() as text:
        folder = pathlib.Path(text)
        lists = {"list": "/api/v1/tasks", "filter": "/api/v1/tasks?state=failed"}
        bridge = Bridge(folder)
        empty = {"start": bridge.ready_ms, **{n: median_ms(bridge, p) for n, p in lists.items()}}
        bridge.end()
        fill(folder, N_FINISHED)
        bridge = Bridge(folder)
        full = {"start": bridge.ready_ms, **{n: median_ms(bridge, p) for n, p in lists.items()}}
        bridge.end()
        for name in empty:
            show(f"{N_FINISHED} finished tasks: {name}", full[name], "ms", round(2 * max(empty[name], 1), 1))


main()
