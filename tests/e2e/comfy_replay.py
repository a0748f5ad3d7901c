"""A server that answers as ComfyUI 0.3.64 did in the recorded session: its messages, their order, its refusals.

A prompt is known by its graph; the messages that followed it then follow it now, under the name that the server gave it then
(it insists on names of its own). Faults can be set: what a real server does on a bad day."""
import base64
import hashlib
import json
import pathlib
import re
import socket
import struct
import threading
import time
import urllib.parse
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 section 1.3


def picture():
    """A PNG of one gray pixel."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")


class Session:
    """What the recording knows: per graph the answer to its prompt and the messages that followed."""

    def __init__(self, tests):
        self.runs, self.nodes = [], json.loads((tests / "golden" / "comfyui-nodes.json").read_text())
        section = None
        for event in json.loads((tests / "golden" / "comfyui-0.3.64-session.json").read_text())["events"]:
            if "section" in event:
                section = event["section"]
            elif event.get("http") == "POST /prompt" and isinstance(event.get("request"), dict):
                self.runs.append({"section": section, "graph": event["request"].get("prompt"), "status": event["status"], "answer": json.loads(event["body"]), "messages": [], "began": event["t"]})
            elif event.get("ws") == "a" and "text" in event:
                prompt = event["text"].get("data", {}).get("prompt_id")
                for run in reversed(self.runs):
                    if prompt and run["answer"].get("prompt_id") == prompt:
                        run["messages"].append((event["t"] - run["began"], event["text"]))
                        break
        for run in self.runs:
            for node in (run["graph"] or {}).values():
                if isinstance(node, dict) and isinstance(node.get("class_type"), str):
                    self.nodes.setdefault(node["class_type"], {"input": {"required": {}}, "output": ["*"], "name": node["class_type"], "category": "test"})

    def find(self, graph):
        return next((r for r in self.runs if r["graph"] == graph), None)

    def graph_of(self, section, status=200):
        return next(r["graph"] for r in self.runs if r["section"] == section and r["status"] == status)


class Replay(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, session):
        super().__init__(("127.0.0.1", 0), Handler)
        self.session, self.sockets, self.history, self.waiting, self.uploads, self.asked = session, [], {}, {}, {}, []
        self.faults, self.lock = set(), threading.Lock()
        self.lists, self.asked_lists = {}, []  # routes that remote inputs name, and what was asked of them and of no other
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, *_):
        """Clients are killed on purpose."""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def tell(self, message):
        text = (message if isinstance(message, str) else json.dumps(message)).encode()
        head = struct.pack(">BB", 0x81, len(text)) if len(text) < 126 else struct.pack(">BBH", 0x81, 126, len(text)) if len(text) < 65536 else struct.pack(">BBQ", 0x81, 127, len(text))
        with self.lock:
            for connection in list(self.sockets):
                try:
                    connection.sendall(head + text)
                except OSError:
                    self.sockets.remove(connection)

    def drop_sockets(self):
        with self.lock:
            for connection in self.sockets:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            self.sockets.clear()

    def play(self, run, prompt, interrupted):
        """The messages of a run, ten times as fast; an interruption jumps to what followed it then."""
        messages, outputs, told = run["messages"], {}, []
        if "garbage" in self.faults:
            for odd in ("no json", "[]", '{"type": 5}', '{"type": "executing"}', '{"type": "progress", "data": {"value": "x", "max": NaN}}', '{"type": "executed", "data": {"output": 7}}', json.dumps({"type": "of tomorrow", "data": {}})):
                self.tell(odd)
        last = 0
        for at, message in messages:
            is_end = message["type"] in ("execution_interrupted", "execution_error", "execution_success")
            if message["type"] == "execution_interrupted":
                interrupted.wait(30)  # somebody asked for it then, and must now
            elif not interrupted.is_set():
                interrupted.wait(min((at - last) / 10, 0.2))
            last = at
            if message["type"] == "executed":
                outputs[message["data"]["node"]] = message["data"]["output"]
            if message["type"].startswith("execution_"):
                told.append([message["type"], message["data"]])
            if is_end:
                self.finish(prompt, run, outputs, told)
            if "silent" not in self.faults:
                self.tell(message)
            if "drop" in self.faults and message["type"] == "executing":
                self.faults.discard("drop")
                self.drop_sockets()

    def finish(self, prompt, run, outputs, told):
        if "traversal" in self.faults:
            outputs = {"3": {"images": [{"filename": n, "subfolder": "", "type": "output"} for n in ("../../evil.png", "/etc/passwd", "", "a/b.png")] + ["text", 7, None], "text": "x", "count": 3}, "4": None, "5": []}
        self.waiting.pop(prompt, None)
        if "amnesia" not in self.faults:
            self.history[prompt] = {"prompt": [0, prompt, run["graph"], {}, list(outputs)], "outputs": outputs, "status": {"status_str": "success" if told and told[-1][0] == "execution_success" else "error", "completed": True, "messages": told}, "meta": {}}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, kind="application/json; charset=utf-8"):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        path = urllib.parse.urlsplit(self.path)
        if "hang" in self.server.faults:
            time.sleep(60)
        if "slow" in self.server.faults:
            time.sleep(1)
        if path.path == "/ws":
            self.upgrade()
        elif path.path == "/object_info":
            self.answer(200, self.server.session.nodes)
        elif path.path == "/system_stats":
            self.answer(200, {"system": {"comfyui_version": "0.3.64"}, "devices": []})
        elif path.path == "/queue":
            self.answer(200, {"queue_running": [[0, p, {}, {}, []] for p in self.server.waiting], "queue_pending": []})
        elif path.path.startswith("/history/"):
            name = path.path.rsplit("/", 1)[1]
            self.answer(200, {name: self.server.history[name]} if name in self.server.history else {})
        elif path.path == "/view":
            data = picture()
            if "short" in self.server.faults:
                self.server.faults.discard("short")
                self.send_response(200)
                self.send_header("Content-Length", str(len(data) + 100))
                self.end_headers()
                self.wfile.write(data)
                self.close_connection = True
            else:
                self.answer(200, data, "image/png")
        elif self.path in self.server.lists:
            self.server.asked_lists.append(self.path)
            self.answer(200, self.server.lists[self.path])
        else:
            self.server.asked_lists.append(self.path)
            self.answer(404, b"404: Not Found", "text/plain")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/prompt":
            self.prompt(json.loads(body))
        elif self.path == "/interrupt":
            for event in self.server.waiting.values():
                event.set()
            self.answer(200, b"", "application/octet-stream")
        elif self.path == "/upload/image":
            name = re.search(rb'filename="([^"]+)"', body)[1].decode()
            self.server.uploads[name] = body
            self.answer(200, {"name": name, "subfolder": "", "type": "input"})
        else:
            self.answer(200, b"", "application/octet-stream")

    def prompt(self, body):
        self.server.asked.append(body)
        run = self.server.session.find(body["prompt"])
        if run is None:
            self.answer(400, {"error": {"type": "prompt_no_outputs", "message": "Prompt has no outputs", "details": "", "extra_info": {}}, "node_errors": {}})
            return
        if run["status"] != 200:
            self.answer(run["status"], run["answer"])
            return
        prompt, interrupted = run["answer"]["prompt_id"], threading.Event()
        self.server.waiting[prompt] = interrupted
        threading.Thread(target=self.server.play, args=(run, prompt, interrupted), daemon=True).start()
        time.sleep(0.01)
        self.answer(200, run["answer"])

    def upgrade(self):
        accept = base64.b64encode(hashlib.sha1((self.headers["Sec-WebSocket-Key"] + MAGIC).encode()).digest()).decode()
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", accept)
        self.end_headers()
        self.wfile.flush()
        with self.server.lock:
            self.server.sockets.append(self.connection)
        self.server.tell({"type": "status", "data": {"status": {"exec_info": {"queue_remaining": 0}}, "sid": "x"}})
        try:
            while self.connection.recv(4096):
                pass
        except OSError:
            pass
        self.close_connection = True


def replay(tests):
    return Replay(Session(pathlib.Path(tests)))
