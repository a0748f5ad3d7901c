"""Models are fetched: from servers that are good, that break off, and that send something else."""
import hashlib
import http.server
import json
import struct
import sys
import threading

from harness import Bridge, main, test

HEADER = json.dumps({"a": {"dtype": "U8", "shape": [300000], "data_offsets": [0, 300000]}}).encode()
MODEL = struct.pack("<Q", len(HEADER)) + HEADER + bytes(i % 251 for i in range(300000))
SUM = hashlib.sha256(MODEL).hexdigest()


class Server(http.server.BaseHTTPRequestHandler):
    asked = []

    def log_message(self, *_):
        pass

    def send(self, status, body, kind="application/octet-stream", length=None, **headers):
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(length or len(body)), "ETag": '"one"', **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        begin = int((self.headers.get("Range") or "bytes=0-")[6:].split("-")[0])
        Server.asked.append((self.path, begin))
        if "broken" in self.path and begin == 0:
            self.send(200, MODEL[:120000], length=len(MODEL))
            self.close_connection = True
        elif "page" in self.path:
            self.send(200, b"<!doctype html><title>Log in</title>", "text/html")
        elif "sly" in self.path:
            self.send(200, b"<html><body>Log in</body></html>")
        elif "missing" in self.path:
            self.send(404, b"no")
        elif begin > 0:
            self.send(206, MODEL[begin:], Content_Range=f"bytes {begin}-{len(MODEL) - 1}/{len(MODEL)}")
        else:
            self.send(200, MODEL)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
HERE = f"http://127.0.0.1:{server.server_port}"


def install(bridge, **order):
    status, answer, _ = bridge.api("POST", "/models/install", {"kind": "vae", **order})
    return bridge.wait(answer["data"]["id"]) if status == 202 else (status, answer["message"])


@test
def a_model_is_fetched_checked_listed_verified_and_deleted(folder):
    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        assert install(bridge, url=f"{HERE}/good.safetensors", sha256=SUM)["state"] == "done"
        model = bridge.api("GET", "/models?kind=vae")[1]["data"]["items"][0]
        assert model["name"] == "good.safetensors" and model["bytes"] == len(MODEL) and model["sha256"] == SUM, model
        assert install(bridge, url=f"{HERE}/good.safetensors")[0] == 409
        verified = bridge.api("POST", "/models/verify", {})[1]["data"]["id"]
        assert bridge.wait(verified)["state"] == "done"
        path = folder / "data" / "engine" / "models" / "vae" / "good.safetensors"
        path.write_bytes(MODEL[:-5])
        damaged = bridge.wait(bridge.api("POST", "/models/verify", {"kind": "vae", "name": "good.safetensors"})[1]["data"]["id"])
        assert damaged["state"] == "failed" and "good.safetensors" in damaged["error"]["message"], damaged
        assert bridge.api("DELETE", "/models/vae/good.safetensors")[0] == 200 and not path.exists()


@test
def a_download_that_breaks_off_goes_on_where_it_was(folder):
    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        first = install(bridge, url=f"{HERE}/broken.safetensors", sha256=SUM)
        Server.asked.clear()
        second = install(bridge, url=f"{HERE}/broken.safetensors", sha256=SUM) if first["state"] == "failed" else first
        assert second["state"] == "done", second
        assert first["state"] == "done" or Server.asked[0][1] > 0, Server.asked


@test
def what_is_no_model_never_gets_a_models_name(folder):
    cases = [({"url": f"{HERE}/page.safetensors"}, "web page"), ({"url": f"{HERE}/sly.safetensors"}, "web page"), ({"url": f"{HERE}/good.safetensors", "sha256": "0" * 64}, SUM), ({"url": f"{HERE}/missing.safetensors"}, "404"),
             ({"url": "http://127.0.0.1:9/a.safetensors"}, "127.0.0.1")]
    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        for order, hint in cases:
            task = install(bridge, **order)
            assert task["state"] == "failed" and hint in task["error"]["message"], (order, task)
        assert bridge.api("GET", "/models")[1]["data"]["items"] == []
        for order in ({"url": f"{HERE}/a.ckpt"}, {"url": "file:///etc/passwd"}, {"url": f"{HERE}/a.safetensors", "name": "../../a.safetensors"}, {"catalog_id": "none"}):
            status, message = install(bridge, **order)
            assert 400 <= status < 600 and message, order
        assert "pickle" in install(bridge, url=f"{HERE}/a.ckpt")[1]


@test
def a_mirror_helps_out(folder):
    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        task = install(bridge, url=f"{HERE}/missing.safetensors", mirrors=[f"{HERE}/page.safetensors", f"{HERE}/good.safetensors"], sha256=SUM, name="m.safetensors")
        assert task["state"] == "done", task


sys.exit(main())
