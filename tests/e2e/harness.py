"""A bridge of its own for a test, and the running of tests that are sentences."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
SMALL = {"width": 64, "height": 36, "quality": "draft", "outputs": ["png"]}
tests = []


def test(function):
    tests.append(function)
    return function


class Bridge:
    def __init__(self, folder, *arguments, **variables):
        environment = {**os.environ, "MIKTOS_ASSETS": str(ROOT / "assets"), **variables, "XDG_CACHE_HOME": str(folder / "cache")}
        self.process = subprocess.Popen([PROGRAM, "serve", "--port", "0", "--data", str(folder / "data"), "--config", str(folder / "miktos.conf"), *arguments], env=environment,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        threading.Thread(target=self.process.stderr.read, daemon=True).start() if line else None  # nobody waits for its log
        self.url = line.split(": ", 1)[1].strip() if ": " in line else None
        if self.url is None:
            self.error = self.process.communicate()[1]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)
        self.process.stdout.close()
        self.process.stderr.close()

    def call(self, method, path, body=None, **headers):
        """Status, envelope or bytes, headers."""
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                raw, status, got = answer.read(), answer.status, answer.headers
        except urllib.error.HTTPError as error:
            raw, status, got = error.read(), error.code, error.headers
        return status, json.loads(raw) if got.get_content_type() == "application/json" and path.startswith("/api/v1") and "openapi" not in path else raw, got

    def api(self, method, path, body=None, **headers):
        return self.call(method, "/api/v1" + path, body, **headers)

    def upload(self, name, data=b"x"):
        body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + name.encode() + b'"\r\n\r\n' + data + b"\r\n--b--\r\n"
        request = urllib.request.Request(self.url + "/api/v1/inputs", body, {"Content-Type": "multipart/form-data; boundary=b"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["data"]

    def wait(self, task, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            state = self.api("GET", f"/task/{task}")[1]["data"]
            if state["state"] in ("done", "failed", "cancelled"):
                return state
            time.sleep(0.05)
        raise AssertionError(f"task {task} is still {state['state']}")


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def main():
    failed = 0
    chosen = [t for t in tests if not sys.argv[3:] or t.__name__ in sys.argv[3:]]
    for number, function in enumerate(chosen, 1):
        with tempfile.TemporaryDirectory() as folder:
            try:
                function(pathlib.Path(folder))
                print(f"ok {number} - {function.__name__}", flush=True)
            except Exception as error:  # whatever went wrong is this test's failure
                failed += 1
                print(f"# {type(error).__name__}: {str(error)[:2000]}".replace("\n", "\n# "))
                print(f"not ok {number} - {function.__name__}", flush=True)
    print(f"1..{len(chosen)}")
    return 1 if failed else 0


