"""A thousand listeners at /ws while a hundred tasks run: how much of one core the bridge takes for it.

bench_sockets.py MIKTOS ROOT [--json] [--quick]. The engines are a hundred paths of one small server that says "progress" ten times
a second for each prompt, so that telling is measured and nothing else. The bridge is pinned to one core."""
import asyncio
import base64
import hashlib
import json
import os
import pathlib
import re
import selectors
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
AS_JSON, SECONDS = "--json" in sys.argv, 3 if "--quick" in sys.argv else 8
N_TASKS, N_LISTENERS, STEPS_A_SECOND = 100, 1000, 10
CORES = sorted(os.sched_getaffinity(0))
MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3
NODES = {"EmptyImage": {"input": {"required": {"width": ["INT", {"default": 64}]}}, "output": ["IMAGE"], "output_node": True, "name": "EmptyImage", "category": "test"}}


def show(name, value, unit, goal=0):
    print(json.dumps({"name": name, "value": round(value, 3), "unit": unit, "goal": goal}) if AS_JSON else f"{name:<52} {value:>12.1f} {unit:<8}{f'(goal {goal})' if goal else ''}", flush=True)


def frame(message):
    text = json.dumps(message).encode()
    return (struct.pack(">BB", 0x81, len(text)) if len(text) < 126 else struct.pack(">BBH", 0x81, 126, len(text))) + text


class Engine:
    """One path of the server: takes prompts, and has each of them go on and on."""

    def __init__(self):
        self.writer, self.prompt, self.going = None, None, []

    def tell(self, kind, **data):
        if self.writer is not None:
            self.writer.write(frame({"type": kind, "data": {"prompt_id": self.prompt, **data}}))

    async def run(self):
        self.tell("execution_start")
        self.tell("executing", node="1")
        for value in range(1, 1_000_000):
            self.tell("progress", node="1", value=value, max=1_000_000)
            await asyncio.sleep(1 / STEPS_A_SECOND)


engines = [Engine() for _ in range(N_TASKS)]


async def serve(reader, writer):
    while True:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        method, path = head.split(" ", 2)[:2]
        number, _, path = path.lstrip("/").partition("/")
        engine = engines[int(number)]
        length = re.search(r"content-length: (\d+)", head, re.I)
        body = await reader.readexactly(int(length[1])) if length else b""
        if path.startswith("ws"):
            key = re.search(r"sec-websocket-key: (\S+)", head, re.I)[1]
            accept = base64.b64encode(hashlib.sha1((key + MAGIC).encode()).digest()).decode()
            writer.write(f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n".encode())
            engine.writer = writer
            writer.write(frame({"type": "status", "data": {"status": {"exec_info": {"queue_remaining": 0}}, "sid": "x"}}))
            try:
                while await reader.read(4096):
                    pass
            except ConnectionError:
                pass  # the bridge ends
            engine.writer = None
            return
        answer = {}
        if path == "prompt" and method == "POST":
            engine.prompt = json.loads(body).get("prompt_id") or f"prompt-{number}"
            answer = {"prompt_id": engine.prompt, "number": 1, "node_errors": {}}
            asyncio.get_running_loop().call_later(0.05, lambda e=engine: e.going.append(asyncio.ensure_future(e.run())))
        elif path == "object_info":
            answer = NODES
        elif path == "queue":
            answer = {"queue_running": [[0, engine.prompt, {}, {}, []]] if engine.prompt else [], "queue_pending": []}
        text = json.dumps(answer).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(text) + text)


def begin_engines():
    """The port; the server runs on a thread until the program ends."""
    ready, port = threading.Event(), []

    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=500)
        port.append(server.sockets[0].getsockname()[1])
        ready.set()
        await server.serve_forever()

    threading.Thread(target=lambda: asyncio.run(main()), daemon=True).start()
    ready.wait()
    return port[0]


def api(url, method, path, body=None):
    request = urllib.request.Request(url + "/api/v1" + path, json.dumps(body).encode() if body is not None else None, {"Content-Type": "application/json"}, method=method)
    return json.loads(urllib.request.urlopen(request, timeout=60).read())["data"]


def listen(port, query):
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(f"GET /ws{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode())
    connection.setblocking(False)
    return connection


def hear(listeners, seconds):
    """How many messages of progress they heard together."""
    waiting, heard, until = selectors.EpollSelector(), 0, time.monotonic() + seconds
    for connection in listeners:
        waiting.register(connection, selectors.EVENT_READ)
    while (left := until - time.monotonic()) > 0:
        for key, _ in waiting.select(left):
            try:
                heard += key.fileobj.recv(1 << 18).count(b'"task_progress"')
            except BlockingIOError:
                pass
    waiting.close()
    return heard


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(url, pid, name, queries):
    port = int(url.rsplit(":", 1)[1])
    listeners = [listen(port, queries[i % len(queries)]) for i in range(N_LISTENERS)]
    hear(listeners, 1)  # greetings and what they missed
    began, spent = time.monotonic(), cpu_seconds(pid)
    heard = hear(listeners, SECONDS)
    took = time.monotonic() - began
    show(f"{N_LISTENERS} listeners, {N_TASKS} tasks, {name}", 100 * (cpu_seconds(pid) - spent) / took, "% core", 100)
    show(f"… messages heard, {name}", heard / took, "/s")
    for connection in listeners:
        connection.close()


def main():
    with tempfile.TemporaryDirectory() as text:
        folder, port = pathlib.Path(text), begin_engines()
        environment = {**os.environ, "MIKTOS_ASSETS": str(ROOT / "assets"), "XDG_CONFIG_HOME": text, "MIKTOS_SERVER_REQUESTS_PER_MINUTE": "0"}
        bridge = subprocess.Popen(["taskset", "-c", str(CORES[0]), PROGRAM, "serve", "--port", "0", "--data", str(folder / "data"), "--no-engine", "--log-level", "error"], env=environment, stdout=subprocess.PIPE, text=True)
        try:
            url = bridge.stdout.readline().split(": ", 1)[1].strip()
            for i in range(N_TASKS):
                api(url, "POST", "/engines", {"id": f"e{i}", "url": f"http://127.0.0.1:{port}/{i}"})
            tasks = [api(url, "POST", "/graphs/run", {"title": f"T{i}", "graph": {"1": {"class_type": "EmptyImage", "inputs": {"width": i + 1}}}})["id"] for i in range(N_TASKS)]
            deadline = time.monotonic() + 60
            while (running := len(api(url, "GET", f"/tasks?state=running&limit={N_TASKS}")["items"])) < N_TASKS:
                assert time.monotonic() < deadline, f"only {running} of {N_TASKS} tasks run"
                time.sleep(0.2)
            measure(url, bridge.pid, "each hears of one task", [f"?task={task}" for task in tasks])
            measure(url, bridge.pid, "each hears of all", [""])
        finally:
            bridge.send_signal(signal.SIGTERM)
            bridge.wait(30)


main()
