"""The engine as a program: ComfyUI's options, and workflows found again in everything that it wrote."""
import json
import os
import pathlib
import re
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
tests = []


def test(function):
    tests.append(function)
    return function


class Engine:
    def __init__(self, folder, *arguments):
        environment = {**os.environ, "MIKTOS_ASSETS": str(ROOT / "assets"), "XDG_CACHE_HOME": str(folder)}
        self.process = subprocess.Popen([PROGRAM, "engine", "--port", "0", "--base-directory", str(folder), *map(str, arguments)], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        found = re.search(r":(\d+)\s*$", line)
        self.scheme = "https" if "--tls-certfile" in arguments else "http"
        self.port = int(found[1]) if found else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=30)

    def call(self, path, body=None, method=None, **headers):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.scheme}://127.0.0.1:{self.port}{path}", data, {k.replace("_", "-"): v for k, v in headers.items()}, method=method)
        trust = ssl._create_unverified_context() if self.scheme == "https" else None
        try:
            with urllib.request.urlopen(request, timeout=60, context=trust) as answer:
                return answer.status, answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, error.read(), error.headers

    def run(self, prompt):
        """The record of a prompt."""
        status, raw, _ = self.call("/prompt", {"prompt": prompt})
        assert status == 200, raw
        name = json.loads(raw)["prompt_id"]
        for _ in range(1200):
            record = json.loads(self.call(f"/history/{name}")[1])
            if record:
                return record[name]
            time.sleep(0.05)
        raise AssertionError("the prompt does not end")


PICTURES = {"class_type": "EmptyImage", "inputs": {"width": 32, "height": 32, "batch_size": 3, "color": 255}}


@test
def every_kind_of_file_gives_back_the_workflow_that_made_it(folder):
    sound = {"class_type": "EmptyAudio", "inputs": {"duration": 0.3, "sample_rate": 44100, "channels": 2}}
    prompts = {
        "png": {"1": PICTURES, "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "a"}}},
        "apng": {"1": PICTURES, "2": {"class_type": "SaveAnimatedPNG", "inputs": {"images": ["1", 0], "filename_prefix": "a", "fps": 6, "compress_level": 4}}},
        "webp": {"1": PICTURES, "2": {"class_type": "SaveAnimatedWEBP", "inputs": {"images": ["1", 0], "filename_prefix": "a", "fps": 6, "lossless": True, "quality": 80, "method": "default"}}},
        "mp4": {"1": PICTURES, "3": {"class_type": "CreateVideo", "inputs": {"images": ["1", 0], "fps": 8}}, "2": {"class_type": "SaveVideo", "inputs": {"video": ["3", 0], "filename_prefix": "a", "format": "mp4", "codec": "h264"}}},
        "webm": {"1": PICTURES, "2": {"class_type": "SaveWEBM", "inputs": {"images": ["1", 0], "filename_prefix": "a", "codec": "vp9", "fps": 8, "crf": 30}}},
        "flac": {"1": sound, "2": {"class_type": "SaveAudio", "inputs": {"audio": ["1", 0], "filename_prefix": "a"}}},
        "mp3": {"1": sound, "2": {"class_type": "SaveAudioMP3", "inputs": {"audio": ["1", 0], "filename_prefix": "a", "quality": "128k"}}},
        "opus": {"1": sound, "2": {"class_type": "SaveAudioOpus", "inputs": {"audio": ["1", 0], "filename_prefix": "a", "quality": "64k"}}},
        "glb": {"1": {"class_type": "SceneNew", "inputs": {"seconds": 1, "fps": 24, "seed": 0, "style": "realistic"}}, "2": {"class_type": "SceneSaveGLB", "inputs": {"scene": ["1", 0], "filename_prefix": "a"}}},
    }
    with Engine(folder) as engine:
        for kind, prompt in prompts.items():
            record = engine.run(prompt)
            assert record["status"]["status_str"] == "success", (kind, record["status"])
            [file] = [f for files in record["outputs"]["2"].values() for f in files if isinstance(f, dict)][:1]
            data = (folder / "output" / file["subfolder"] / file["filename"]).read_bytes()
            status, raw, _ = engine.call("/miktos/convert", data)
            assert status == 200, (kind, raw)
            assert json.loads(raw)["2"]["class_type"] == prompt["2"]["class_type"], (kind, raw)


@test
def without_metadata_files_carry_nothing(folder):
    with Engine(folder, "--disable-metadata") as engine:
        engine.run({"1": PICTURES, "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "a"}}})
        assert b"tEXt" not in (folder / "output" / "a_00001_.png").read_bytes()


@test
def unknown_nodes_of_a_drawn_workflow_are_all_named(folder):
    nodes = [{"id": i, "type": name, "pos": [0, 0], "inputs": [], "outputs": [], "widgets_values": []} for i, name in enumerate(["MysteryOne", "MysteryTwo", "MysteryOne"])]
    with Engine(folder) as engine:
        for path in "/prompt", "/miktos/convert":
            status, raw, _ = engine.call(path, {"nodes": nodes, "links": [], "version": 0.4})
            assert status == 400 and b"MysteryOne" in raw and b"MysteryTwo" in raw, raw


@test
def beyond_loopback_a_key_is_needed_and_asked_for(folder):
    with Engine(folder, "--listen", "0.0.0.0") as engine:
        assert engine.port is None and "--insecure" in engine.process.communicate(timeout=30)[1]
    with Engine(folder, "--listen", "0.0.0.0", "--api-key", "secret") as engine:
        assert engine.call("/queue")[0] == 401
        assert engine.call("/queue", Authorization="Bearer secret")[0] == 200
    with Engine(folder, "--listen", "0.0.0.0", "--insecure") as engine:
        assert engine.call("/queue")[0] == 200


@test
def system_stats_say_what_the_process_was_started_with_but_for_the_key(folder):
    with Engine(folder, "--api-key", "hush", "--api-key=hush", "--cpu", "--preview-size", 64) as engine:
        argv = json.loads(engine.call("/system_stats", x_api_key="hush")[1])["system"]["argv"]
        assert argv == [PROGRAM, "engine", "--port", "0", "--base-directory", str(folder), "--api-key", "***", "--api-key=***", "--cpu", "--preview-size", "64"], argv


@test
def tls_serves_the_same(folder):
    key, certificate = folder / "key.pem", folder / "cert.pem"
    made = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "1", "-subj", "/CN=localhost"], capture_output=True)
    assert made.returncode == 0, made.stderr
    with Engine(folder, "--tls-certfile", certificate, "--tls-keyfile", key) as engine:
        assert engine.call("/queue")[0] == 200


@test
def pages_of_a_named_origin_may_call(folder):
    with Engine(folder, "--enable-cors-header", "http://elsewhere.example") as engine:
        status, _, headers = engine.call("/queue", Origin="http://elsewhere.example")
        assert status == 200 and headers["Access-Control-Allow-Origin"] == "http://elsewhere.example"
        assert engine.call("/prompt", method="OPTIONS", Origin="http://elsewhere.example")[0] == 200


@test
def each_user_has_settings_of_their_own(folder):
    with Engine(folder, "--multi-user") as engine:
        ada = json.loads(engine.call("/users", {"username": "Ada"})[1])
        bob = json.loads(engine.call("/users", {"username": "Bob"})[1])
        assert engine.call("/settings", {"Colour": "blue"}, comfy_user=ada)[0] == 200
        assert json.loads(engine.call("/settings", comfy_user=ada)[1]) == {"Colour": "blue"}
        assert json.loads(engine.call("/settings", comfy_user=bob)[1]) == {}
        assert engine.call("/settings", comfy_user="nobody")[0] in (401, 500)
        assert engine.call("/users", {"username": "Ada"})[0] == 400


@test
def models_of_another_installation_are_listed(folder):
    (folder / "other" / "loras").mkdir(parents=True)
    (folder / "other" / "loras" / "mine.safetensors").write_bytes(b"\2\0\0\0\0\0\0\0{}")
    (folder / "extra.yaml").write_text(f"other:\n  base_path: {folder / 'other'}\n  loras: loras\n")
    with Engine(folder, "--extra-model-paths-config", folder / "extra.yaml") as engine:
        assert json.loads(engine.call("/models/loras")[1]) == ["mine.safetensors"]
        assert str(folder / "other" / "loras") in json.loads(engine.call("/internal/folder_paths")[1])["loras"]


@test
def uploads_above_the_limit_are_refused(folder):
    with Engine(folder, "--max-upload-size", "1") as engine:
        assert engine.call("/prompt", b"x" * (2 << 20))[0] == 413
        assert json.loads(engine.call("/features")[1])["max_upload_size"] == 1048576


@test
def a_frontend_that_is_not_there_is_refused(folder):
    asked = subprocess.run([PROGRAM, "engine", "--port", "0", "--base-directory", folder, "--front-end-root", folder / "nowhere"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
    assert asked.returncode != 0 and "nowhere: there is no such folder" in asked.stderr, asked.stderr


def main():
    print(f"1..{len(tests)}")
    for number, function in enumerate(tests, 1):
        with tempfile.TemporaryDirectory() as folder:
            try:
                function(pathlib.Path(folder))
                print(f"ok {number} - {function.__name__}", flush=True)
            except Exception as error:
                print("".join(f"# {line}\n" for line in (repr(error) or "failed").splitlines()[:20]) + f"not ok {number} - {function.__name__}", flush=True)


main()
