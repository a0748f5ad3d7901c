"""Models are fetched: from servers that are good, that break off, and that send something else."""
import hashlib
import http.server
import json
import shutil
import struct
import sys
import threading

from harness import ROOT, Bridge, main, test

HEADER = json.dumps({"a": {"dtype": "U8", "shape": [300000], "data_offsets": [0, 300000]}}).encode()
MODEL = struct.pack("<Q", len(HEADER)) + HEADER + bytes(i % 251 for i in range(300000))
SUM = hashlib.sha256(MODEL).hexdigest()


class Server(http.server.BaseHTTPRequestHandler):
    asked, is_whole = [], False

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
        what = self.path[1:].split(".")[0]
        self.close_connection = True
        rest = f"bytes {begin}-{len(MODEL) - 1}/{len(MODEL)}"
        if begin == 0 and what in ("broken", "renewed", "shifted", "swapped", "shrunk") and not Server.is_whole:
            self.send(200, MODEL[:120000], length=len(MODEL))  # it stops in the middle
        elif what == "crumbling":
            self.send(206 if begin else 200, MODEL[begin:begin + 100000], length=len(MODEL) - begin, **({"Content_Range": rest} if begin else {}))
        elif begin > 0 and what == "renewed":  # If-Range as it should be: another version is sent whole
            self.send(200, MODEL, ETag='"two"')
        elif begin > 0 and what == "shifted":  # a part, but not the one that was asked for
            Server.is_whole = True
            self.send(206, MODEL[begin + 7:], Content_Range=f"bytes {begin + 7}-{len(MODEL) - 1}/{len(MODEL)}")
        elif begin > 0 and what == "swapped":  # the part of another version
            Server.is_whole = True
            self.send(206, MODEL[begin:], Content_Range=rest, ETag='"two"')
        elif begin > 0 and what == "shrunk":
            Server.is_whole = True
            self.send(416, b"", Content_Range=f"bytes */{begin - 1}")
        elif what == "longer":  # than announced
            self.send(200, MODEL + b"more", length=len(MODEL))
        elif what == "short":  # announced as it is, and yet not all of the model
            self.send(200, MODEL[:-1000])
        elif what == "endless":
            self.send(200, MODEL, length=10**15)
        elif what == "page":
            self.send(200, b"<!doctype html><title>Log in</title>", "text/html")
        elif what == "sly":
            self.send(200, b"<html><body>Log in</body></html>")
        elif what == "missing":
            self.send(404, b"no")
        elif what == "locked":
            self.send(403, b"accept the licence")
        elif begin > 0:
            self.send(206, MODEL[begin:], Content_Range=rest)
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
        for name in ("broken", "crumbling"):
            Server.asked.clear()
            task = install(bridge, url=f"{HERE}/{name}.safetensors", sha256=SUM)
            begins = [begin for _, begin in Server.asked]
            assert task["state"] == "done" and begins == sorted(set(begins)) and len(begins) > 1, (task, begins)


@test
def what_does_not_go_on_where_it_was_is_fetched_anew(folder):
    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        for name in ("renewed", "shifted", "swapped", "shrunk"):
            Server.asked.clear()
            Server.is_whole = False
            task = install(bridge, url=f"{HERE}/{name}.safetensors", name=f"{name}.safetensors")
            path = folder / "data" / "engine" / "models" / "vae" / f"{name}.safetensors"
            assert task["state"] == "done" and path.read_bytes() == MODEL and len(Server.asked) > 1, (name, task, Server.asked)
            assert [p.name for p in path.parent.iterdir() if p.name.startswith(".")] == []


@test
def what_is_no_model_never_gets_a_models_name(folder):
    cases = [({"url": f"{HERE}/page.safetensors"}, "web page"), ({"url": f"{HERE}/sly.safetensors"}, "web page"), ({"url": f"{HERE}/good.safetensors", "sha256": "0" * 64}, SUM), ({"url": f"{HERE}/missing.safetensors"}, "404"),
             ({"url": f"{HERE}/short.safetensors"}, "cut off"), ({"url": f"{HERE}/endless.safetensors"}, "MB free"), ({"url": f"{HERE}/locked.safetensors"}, "licence"), ({"url": "http://127.0.0.1:9/a.safetensors"}, "127.0.0.1")]
    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        for order, hint in cases:
            task = install(bridge, **order)
            assert task["state"] == "failed" and hint in task["error"]["message"], (order, task)
        assert bridge.api("GET", "/models")[1]["data"]["items"] == []
        for order in ({"url": f"{HERE}/a.ckpt"}, {"url": "file:///etc/passwd"}, {"url": f"{HERE}/a.safetensors", "name": "../../a.safetensors"}, {"catalog_id": "none"}):
            status, message = install(bridge, **order)
            assert 400 <= status < 600 and message, order
        assert "pickle" in install(bridge, url=f"{HERE}/a.ckpt")[1]
        # What comes after the length that was announced is nobody's: the model is what was announced.
        assert install(bridge, url=f"{HERE}/longer.safetensors", sha256=SUM)["state"] == "done"


@test
def a_file_of_the_catalog_has_the_size_that_the_catalog_says(folder):
    shutil.copytree(ROOT / "assets", folder / "assets")
    entry = {"title": "T", "kind": "vae", "base_model": None, "license": None, "about": "", "sha256": None}
    models = [{**entry, "id": f"m{size}", "name": f"m{size}.safetensors", "bytes": size, "urls": [f"{HERE}/good.safetensors"]} for size in (len(MODEL) - 1, len(MODEL), len(MODEL) + 1)]
    (folder / "assets" / "models.json").write_text(json.dumps({"models": models}))
    with Bridge(folder, "--engine", "http://127.0.0.1:9", MIKTOS_ASSETS=str(folder / "assets")) as bridge:
        tasks = [bridge.wait(bridge.api("POST", "/models/install", {"catalog_id": m["id"]})[1]["data"]["id"]) for m in models]
        assert [t["state"] for t in tasks] == ["failed", "done", "failed"], tasks
        assert all(str(m["bytes"]) in t["error"]["message"] for m, t in zip(models, tasks) if t["error"]), tasks


@test
def a_mirror_helps_out(folder):
    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        task = install(bridge, url=f"{HERE}/missing.safetensors", mirrors=[f"{HERE}/page.safetensors", f"{HERE}/good.safetensors"], sha256=SUM, name="m.safetensors")
        assert task["state"] == "done", task


sys.exit(main())
