"""An engine with packs, as a client meets it; for the tests beside this file."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "check"))
from sandbox import why_no_sandbox  # noqa: E402

PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else "python3"  # Debian's has Debian's numpy


class Engine:
    def __init__(self, program, root, base):
        self.base = base
        environment = {**os.environ, "MIKTOS_ASSETS": str(root / "assets")}
        self.log = open(base / "log", "w+")
        self.process = subprocess.Popen([program, "engine", "--port", "0", "--base-directory", str(base), "--python", PYTHON], env=environment,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.url = self.process.stdout.readline().split(": ", 1)[1].strip()

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()
        self.log.close()

    def call(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def get(self, path):
        return json.loads(self.call("GET", path)[1])

    def post(self, prompt):
        status, body = self.call("POST", "/prompt", {"prompt": prompt})
        return status, json.loads(body)

    def run(self, prompt, seconds=30):
        """The history record of a prompt that was accepted."""
        status, body = self.post(prompt)
        if status != 200:
            raise AssertionError(f"refused with {status}: {body}")
        return self.wait(body["prompt_id"], seconds)

    def wait(self, prompt_id, seconds=30):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            record = self.get(f"/history/{prompt_id}").get(prompt_id)
            if record is not None:
                return record
            time.sleep(0.02)
        raise AssertionError(f"prompt {prompt_id} did not end within {seconds} s")

    def show(self, *nodes):
        """Runs nodes (each may link to earlier ones by their place) and gives the number that the last one comes to."""
        prompt = {str(i): {"class_type": kind, "inputs": inputs} for i, (kind, inputs) in enumerate(nodes)}
        prompt["show"] = {"class_type": "FirstShows", "inputs": {"value": [str(len(nodes) - 1), 0]}}
        record = self.run(prompt)
        if record["status"]["status_str"] != "success":
            raise AssertionError(failure_of(record))
        return [float(text) for text in record["outputs"]["show"]["text"]]


class Listener:
    """A WebSocket of the plainest kind (RFC 6455): frames in, nothing out but the handshake."""

    def __init__(self, engine, name):
        host, port = engine.url.split("//")[1].rstrip("/").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=60)
        self.socket.sendall(f"GET /ws?clientId={name} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        self.stream = self.socket.makefile("rb")
        while self.stream.readline() not in (b"\r\n", b""):
            pass

    def next(self):
        """("text", object) or ("binary", bytes)."""
        first, length = self.stream.read(2)
        if length >= 126:
            length = int.from_bytes(self.stream.read(2 if length == 126 else 8), "big")
        data = self.stream.read(length)
        return ("text", json.loads(data)) if first & 15 == 1 else ("binary", data)

    def until_end(self):
        heard = []
        while not heard or heard[-1][0] != "text" or heard[-1][1]["type"] != "executing" or heard[-1][1]["data"]["node"] is not None:
            heard.append(self.next())
        return heard

    def close(self):
        self.stream.close()
        self.socket.close()


def failure_of(record):
    return next((data for kind, data in record["status"]["messages"] if kind == "execution_error"), None)


def equal(found, wanted):
    if found != wanted:
        raise AssertionError(f"found {found!r}, wanted {wanted!r}")


class Tests:
    """A decorator that collects tests, and runs them one after the other against one engine."""

    def __init__(self):
        self.all = []

    def __call__(self, function):
        self.all.append(function)
        return function

    def run(self, program, root, packs, more=(), prepare=lambda base: None):
        failed = 0
        if reason := why_no_sandbox():
            for number, function in enumerate(self.all, 1):
                print(f"ok {number} - {function.__name__} # SKIP {reason}")
            print(f"1..{len(self.all)}")
            return 0
        with tempfile.TemporaryDirectory() as folder:
            base = pathlib.Path(folder)
            shutil.copytree(packs, base / "custom_nodes", ignore=shutil.ignore_patterns("__pycache__"))
            for one in more:
                shutil.copy(one, base / "custom_nodes")
            prepare(base)
            engine = Engine(program, root, base)
            for number, function in enumerate(self.all, 1):
                try:
                    function(engine)
                    print(f"ok {number} - {function.__name__}", flush=True)
                except Exception as error:
                    failed += 1
                    print(f"# {type(error).__name__}: {error}")
                    print(f"not ok {number} - {function.__name__}", flush=True)
            engine.stop()
            if failed:
                print("".join("# " + line for line in open(base / "log").readlines()[-60:]))
        print(f"1..{len(self.all)}")
        return failed > 0
