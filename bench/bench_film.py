"""bench_film.py MIKTOS [--json] - the example film as its maker meets it: from the sentence to the files, and to the first look.

The film is made by `miktos make`; the first look is the first preview that the engine sends to a client's socket after it
was given the same workflow.
"""
import json
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

MIKTOS, AS_JSON = sys.argv[1], "--json" in sys.argv
SENTENCE = "a red ball bounces on grass while the camera orbits it"
HOW = ["--size", "640x360", "--fps", "24", "--seconds", "4", "--quality", "draft"]


def say(name, value, goal):
    if AS_JSON:
        print(json.dumps({"name": name, "value": round(value, 3), "unit": "s", "goal": goal}), flush=True)
    else:
        print(f"{name:<58}{value:>12.2f} s     (at most {goal:g})", flush=True)


def seconds_of(folder, *options):
    begun = time.monotonic()
    subprocess.run([MIKTOS, "make", SENTENCE, *HOW, *options, "--out", folder], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - begun


def workflow():
    """The same film as nodes."""
    return json.loads(subprocess.run([MIKTOS, "plan", "--workflow", SENTENCE + ", 4 seconds, 640x360, 24 fps"], check=True, capture_output=True, text=True).stdout)


def first_preview_s(prompt):
    with tempfile.TemporaryDirectory() as folder:
        engine = subprocess.Popen([MIKTOS, "engine", "--port", "0", "--preview-method", "auto", "--base-directory", folder], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            port = int(re.search(r"(\d+)\s*$", engine.stdout.readline())[1])
            with socket.create_connection(("127.0.0.1", port), timeout=60) as wire:
                wire.sendall(b"GET /ws?clientId=film HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                             b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n")
                stream = wire.makefile("rb")
                while stream.readline() != b"\r\n":
                    pass
                begun = time.monotonic()
                body = json.dumps({"prompt": prompt, "client_id": "film"}).encode()
                urllib.request.urlopen(f"http://127.0.0.1:{port}/prompt", body).read()
                while True:
                    kind, length = stream.read(2)
                    length = struct.unpack(">H", stream.read(2))[0] if length == 126 else struct.unpack(">Q", stream.read(8))[0] if length == 127 else length
                    stream.read(length)
                    if kind & 15 == 2:  # binary: a preview
                        return time.monotonic() - begun
        finally:
            engine.kill()
            engine.wait()
            engine.stdout.close()


def main():
    with tempfile.TemporaryDirectory() as folder:
        say("from a sentence to its scene alone (GLB)", min(seconds_of(folder, "--only", "glb") for _ in range(3)), 0.1)
        say("from a sentence to the first preview of its film", first_preview_s(workflow()), 1)
        say("from a sentence to its film, scene and poster", seconds_of(folder), 60)


main()
