"""bench_wire.py MIKTOS BARE_LOOP FAN_OUT [--json] - the engine as its clients meet it, beside its peers in the same run.

Servers are pinned to the first processor, the load (wrk with 32 connections) to the others. Peers: a bare epoll loop,
and aiohttp with the same route where Debian's python3-aiohttp is installed.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

MIKTOS, BARE, FAN_OUT = sys.argv[1:4]
AS_JSON = "--json" in sys.argv
HERE = pathlib.Path(__file__).parent
SECONDS, SOCKETS, ROUNDS, TICKS, PAUSE_MS, PROMPTS = 3, 200, 300, 100, 13, 10000
OTHERS = ",".join(str(i) for i in sorted(os.sched_getaffinity(0))[1:]) or "0"


def say(name, value, unit, goal=0, is_least=False):
    if AS_JSON:
        print(json.dumps({"name": name, "value": round(value, 3), "unit": unit, "goal": goal}), flush=True)
    else:
        wanted = f"({'at least' if is_least else 'at most'} {goal:g})" if goal else ""
        print(f"{name:<58}{value:>12.2f} {unit:<6}{wanted}", flush=True)


class Server:
    """A program that prints its port last on its first line."""

    def __init__(self, command, **options):
        self.begun = time.monotonic()
        self.process = subprocess.Popen(["taskset", "-c", "0", *command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **options)
        self.port = int(re.search(r"(\d+)\s*$", self.process.stdout.readline())[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def call(self, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=json.dumps(body).encode() if body is not None else None)
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def resident_mb(self):
        pages = int(pathlib.Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 1e6


def engine(folder):
    return Server([MIKTOS, "engine", "--port", "0", "--base-directory", folder, "--verbose", "warning"])


def load(server, path):
    """Requests per second and the 99th percentile in ms."""
    out = subprocess.run(["taskset", "-c", OTHERS, "wrk", "-t1", "-c32", f"-d{SECONDS}s", "--latency", f"http://127.0.0.1:{server.port}{path}"], capture_output=True, text=True, check=True).stdout
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", out).groups()
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), float(number) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]


def requests():
    if shutil.which("wrk") is None:
        print("wrk is not installed: apt-get install wrk")
        return
    with Server([BARE]) as bare:
        bare_rate, _ = load(bare, "/queue")
    with tempfile.TemporaryDirectory() as folder, engine(folder) as ours:
        rate, tail = load(ours, "/queue")
        infos, _ = load(ours, "/object_info")
    say("GET /queue", rate, "req/s", 45000, True)
    say("GET /queue, 99th percentile", tail, "ms", 10)
    say("GET /queue, share of a bare epoll loop", 100 * rate / bare_rate, "%", 60, True)
    say("GET /object_info", infos, "req/s", 25, True)
    say("peer: bare epoll loop", bare_rate, "req/s")
    if subprocess.run(["/usr/bin/python3", "-c", "import aiohttp"], capture_output=True).returncode == 0:
        with Server(["/usr/bin/python3", HERE / "peer_aiohttp.py"]) as peer:
            say("peer: aiohttp", load(peer, "/queue")[0], "req/s")


def fan_out(server, rounds=ROUNDS, *how):
    """Microseconds per message and socket: of a round, and from the first listener to the last."""
    out = subprocess.run(["taskset", "-c", OTHERS, FAN_OUT, str(server.port), str(SOCKETS), str(rounds), *how], capture_output=True, text=True, check=True)
    return [float(number) for number in out.stdout.split()]


# A node that does nothing but report its progress, a little slower than the engine passes it on.
TICKING_PACK = """
import time
import comfy.utils

class Ticks:
    CATEGORY, FUNCTION, RETURN_TYPES, OUTPUT_NODE = "bench", "go", (), True

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"n": ("INT", {})}}

    def go(self, n):
        bar = comfy.utils.ProgressBar(n)
        for _ in range(n):
            time.sleep(0.013)
            bar.update(1)
        return ()

NODE_CLASS_MAPPINGS = {"Ticks": Ticks}
"""


def sockets():
    bare_us, us, bare_spread, spread = 1e9, 1e9, 1e9, 1e9
    prompt = json.dumps({"prompt": {"1": {"class_type": "Ticks", "inputs": {"n": TICKS * 2}}}})
    for _ in range(3):
        with Server([BARE]) as bare:
            bare_us = min(bare_us, fan_out(bare)[0])
        with Server([BARE]) as bare:
            bare_spread = min(bare_spread, fan_out(bare, TICKS, str(PAUSE_MS))[1])
        with tempfile.TemporaryDirectory() as folder, engine(folder) as ours:
            us = min(us, fan_out(ours)[0])
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "custom_nodes").mkdir()
            (pathlib.Path(folder) / "custom_nodes" / "ticks.py").write_text(TICKING_PACK)
            with engine(folder) as ours:
                ours.call("/object_info")
                spread = min(spread, fan_out(ours, TICKS, prompt)[1])
    say(f"a message to {SOCKETS} sockets, each", us, "us")
    say(f"a message to {SOCKETS} sockets, times a bare loop's", us / bare_us, "x", 1.3)
    say(f"progress to {SOCKETS} sockets, each", spread, "us")
    say(f"progress to {SOCKETS} sockets, times a bare loop's at that pace", spread / bare_spread, "x", 1.3)


def start():
    best, memory = 1e9, 1e9
    for _ in range(5):
        with tempfile.TemporaryDirectory() as folder, engine(folder) as ours:
            ours.call("/object_info")
            best = min(best, (time.monotonic() - ours.begun) * 1000)
            memory = min(memory, ours.resident_mb())
    say("from exec to the answer to /object_info", best, "ms", 100)
    say("idle resident memory", memory, "MB", 40)


def post_all(server, n):
    """Several connections, as programs that queue thousands do."""
    prompt = json.dumps({"prompt": {"1": {"class_type": "SceneNew", "inputs": {"seconds": 0, "fps": 24, "seed": 0, "style": "realistic"}},
                                    "2": {"class_type": "PreviewAny", "inputs": {"source": ["1", 0]}}}}).encode()
    import http.client

    def some(count):
        line = http.client.HTTPConnection("127.0.0.1", server.port)
        for _ in range(count):
            line.request("POST", "/prompt", prompt)
            line.getresponse().read()

    threads = [threading.Thread(target=some, args=(n // 8,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    return threads


def queue():
    """Ten thousand prompts, while somebody else asks all the time: how long the server was ever away."""
    with tempfile.TemporaryDirectory() as folder, engine(folder) as ours:
        pauses, is_over = [], threading.Event()

        def ask():
            while not is_over.is_set():
                begun = time.monotonic()
                ours.call("/prompt")
                pauses.append((time.monotonic() - begun) * 1000)
                time.sleep(0.002)

        watcher = threading.Thread(target=ask)
        watcher.start()
        begun = time.monotonic()
        for thread in post_all(ours, PROMPTS):
            thread.join()
        say("10,000 prompts accepted, durably", time.monotonic() - begun, "s", 10)
        begun = time.monotonic()
        n = len(json.loads(ours.call("/queue"))["queue_pending"])
        say(f"{n} that wait are listed", (time.monotonic() - begun) * 1000, "ms")
        begun = time.monotonic()
        ours.call("/queue", {"clear": True})
        say("and cancelled", (time.monotonic() - begun) * 1000, "ms")
        is_over.set()
        watcher.join()
        say("longest pause for another client meanwhile", max(pauses), "ms", 100)


start()
requests()
sockets()
queue()
