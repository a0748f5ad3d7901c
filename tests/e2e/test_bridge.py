"""The bridge as a program meets it: over HTTP, with its own engine, through crashes."""
import gzip
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.error
import urllib.request

from harness import ROOT, SMALL, Bridge, main, test, until


@test
def a_sentence_becomes_a_picture(folder):
    with Bridge(folder) as bridge:
        status, answer, headers = bridge.api("POST", "/execute-command", {"command": "a red ball on grass", "options": SMALL}, X_Request_Id="mine-1")
        assert status == 202 and answer["status"] == "success" and answer["request_id"] == "mine-1" == headers["X-Request-Id"], answer
        task = bridge.wait(answer["data"]["id"])
        assert task["state"] == "done" and task["outputs"][0]["kind"] == "image", task
        status, picture, headers = bridge.call("GET", task["outputs"][0]["url"])
        assert status == 200 and picture.startswith(b"\x89PNG") and len(picture) == task["outputs"][0]["bytes"]
        assert bridge.call("GET", task["outputs"][0]["url"], Range="bytes=0-3")[:2] == (206, picture[:4])
        events = [e["type"] for e in bridge.api("GET", f"/task/{task['id']}/events")[1]["data"]["items"]]
        assert events == ["queued", "leased", "started", "done"], events


@test
def a_dry_run_only_says_what_would_be(folder):
    with Bridge(folder) as bridge:
        started = time.monotonic()
        status, answer, _ = bridge.api("POST", "/execute-command", {"command": "two cats and a wug", "dry_run": True})
        assert time.monotonic() - started < 1
        assert status == 200 and answer["data"]["unknown"][0]["word"] == "wug" and answer["data"]["workflow"], answer
        assert bridge.api("GET", "/tasks")[1]["data"]["total"] == 0


@test
def a_dry_run_tells_the_whole_scene_that_the_project_would_be(folder):
    with Bridge(folder) as bridge:
        project = bridge.api("POST", "/projects", {"name": "ahead"})[1]["data"]["id"]
        for sentence in ["a red ball bounces on grass", "add a cat on the left", "make the ball blue"]:
            told = bridge.api("POST", "/execute-command", {"command": sentence, "project_id": project, "dry_run": True})[1]["data"]["scene"]
            made = bridge.api("POST", f"/projects/{project}/commands", {"sentence": sentence})[1]["data"]["project"]["commands"]
            assert told == made, (sentence, told, made)


@test
def a_scene_for_the_viewport_is_sent_in_gzip_to_other_machines_only(folder):
    with Bridge(folder) as bridge:
        commands = bridge.api("POST", "/execute-command", {"command": "a red ball bounces on grass", "dry_run": True})[1]["data"]["scene"]
        ask = lambda **headers: bridge.api("POST", "/scene.glb", {"commands": commands}, **headers)
        afar = {"Accept_Encoding": "gzip", "X_Forwarded_For": "192.0.2.7"}
        status, whole, headers = ask(Accept_Encoding="gzip")
        assert status == 200 and whole[:4] == b"glTF" and headers["Content-Encoding"] is None and headers["Vary"] == "Accept-Encoding", headers
        status, small, told = ask(**afar)  # made from what was kept
        assert status == 200 and told["Content-Encoding"] == "gzip" and told["Vary"] == "Accept-Encoding" and told["ETag"] != headers["ETag"], told
        assert gzip.decompress(small) == whole and len(small) < len(whole)
        assert ask(**afar)[1] == small and ask(X_Forwarded_For="192.0.2.7")[1] == whole and ask()[1] == whole
        assert ask(**afar, If_None_Match=told["ETag"])[0] == 304 == ask(If_None_Match=headers["ETag"])[0]
        assert ask(**afar, If_None_Match=headers["ETag"])[1] == small  # a tag of the other form


@test
def a_style_of_painting_uses_stable_diffusion_or_says_what_to_install(folder):
    with Bridge(folder) as bridge:
        ask = lambda **more: bridge.api("POST", "/execute-command", {"command": "a red ball in the style of a watercolour", **more})
        models = folder / "data/engine/models"
        answer = ask(dry_run=True)[1]["data"]
        assert f"{models}/checkpoints" in answer["reply"] and f"{models}/controlnet" in answer["assumptions"][-1], answer
        for kind, golden, name in [("checkpoints", "tiny_sd15", "tiny"), ("controlnet", "tiny_controlnet", "control_depth")]:
            (models / kind).mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / f"tests/golden/{golden}.safetensors", models / kind / f"{name}.safetensors")
        answer = ask(dry_run=True)[1]["data"]
        assert str(models) not in answer["reply"] and any(n["class_type"] == "PaintFrames" for n in answer["workflow"].values()), answer
        for _ in range(40):  # the engine's lists of files are up to a second old
            task = bridge.wait(ask(options={**SMALL, "width": 64, "height": 64})[1]["data"]["id"])
            if task["state"] == "done" or "lacks the model" not in str(task["error"]):
                break
            time.sleep(0.25)
        assert task["state"] == "done" and task["outputs"][0]["kind"] == "image", task


@test
def wrong_requests_name_the_field(folder):
    cases = [({"command": "x", "colour": 1}, 400, "colour"), ({}, 400, "command"), ({"command": 5}, 400, "command"), ({"command": "a ball", "options": {"width": 0}}, 400, "width"),
             ({"command": "a ball", "options": {"quality": "best"}}, 400, "quality"), ({"command": ""}, 400, "command")]
    with Bridge(folder) as bridge:
        for body, wanted, hint in cases:
            status, answer, _ = bridge.api("POST", "/execute-command", body)
            assert status == wanted and answer["status"] == "error" and hint in answer["message"], (body, status, answer)
        assert bridge.api("GET", "/task/nope")[0] == 404
        assert bridge.api("GET", "/tasks?limit=0")[0] == 400
        assert bridge.api("GET", "/tasks?state=odd")[0] == 400
        assert bridge.api("GET", "/nowhere")[0] == 404
        assert bridge.api("DELETE", "/status")[0] == 405
        assert bridge.call("GET", "/api/v1/outputs/..%2f..%2fbridge.db/x")[0] in (400, 404)
        request = urllib.request.Request(bridge.url + "/api/v1/execute-command", b"{", {"Content-Type": "application/json"}, method="POST")
        try:
            urllib.request.urlopen(request)
            raise AssertionError("half a document was accepted")
        except urllib.error.HTTPError as error:
            assert error.code == 400, error.code


@test
def what_an_engine_leaves_out_of_a_graph_is_told_with_the_rest(folder):
    graph = {"1": {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 0}}, "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "good"}},
             "3": {"class_type": "LoadImage", "inputs": {"image": "absent.png"}}, "4": {"class_type": "ImageInvert", "inputs": {"image": ["3", 0]}}, "5": {"class_type": "SaveImage", "inputs": {"images": ["4", 0], "filename_prefix": "bad"}},
             "6": {"class_type": "ImageBatch", "inputs": {"image1": ["1", 0], "image2": ["3", 0]}}, "7": {"class_type": "SaveImage", "inputs": {"images": ["6", 0], "filename_prefix": "both"}}}
    with Bridge(folder) as bridge:
        told = lambda: bridge.api("GET", f"/task/{task}")[1]["data"]
        task = bridge.api("POST", "/graphs/run", {"title": "T", "graph": graph})[1]["data"]["id"]
        bridge.wait(task)
        until(lambda: told()["error"])
        now = told()
        assert now["state"] == "done" and len(now["outputs"]) == 1 and now["error"]["node_id"] == "3" and "absent.png" in now["error"]["message"], now
        assert now["error"]["left_out"] == ["3", "4", "5", "6", "7"], now
        whole = bridge.api("POST", "/graphs/run", {"title": "T", "graph": {n: graph[n] for n in "12"}})[1]["data"]["id"]
        assert bridge.wait(whole)["error"] is None


@test
def what_contradicts_itself_or_is_no_graph_is_refused_at_once(folder):
    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        own = bridge.api("POST", "/workflows", {"name": "W", "graph": {}})[1]["data"]["id"]
        project = bridge.api("POST", "/projects", {"name": "F"})[1]["data"]["id"]
        url = "http://127.0.0.1:9/a.safetensors"
        cases = [("POST", f"/projects/{project}/commands", {"sentence": "a cat", "commands": []}, "not both"), ("POST", "/projects", {"name": "B", "from_version": 1}, "from_project"),
                 ("POST", "/models/install", {"catalog_id": "taesd", "url": url, "kind": "vae"}, "either"), ("POST", "/workflows", {"name": "W", "graph": {"a": 1}}, "“a” has no class_type"),
                 ("PUT", f"/workflows/{own}", {"name": "W", "graph": {"nodes": 7}}, "nodes"), ("POST", "/graphs/run", {"title": "T", "graph": {"b": {"inputs": {}}}}, "“b” has no class_type"),
                 ("POST", "/graphs/run", {"title": "T", "graph": {}}, "no nodes"), ("POST", f"/workflows/{own}/execute", {}, "no nodes"), ("GET", f"/workflows/{own}?version=9", None, "no version 9"),
                 ("POST", "/graphs/run", None, "GraphRun"), ("PATCH", "/engines/own", {"enabled": False}, "--engine"), ("DELETE", "/engines/own", None, "--engine")]
        for method, path, body, hint in cases:
            status, answer, _ = bridge.api(method, path, body)
            assert 400 <= status < 500 and hint in answer["message"], (method, path, body, status, answer)
        assert bridge.api("GET", "/tasks")[1]["data"]["total"] == 0
        for i in range(3):
            assert bridge.api("POST", "/engines", {"id": f"far-{i}", "url": "http://127.0.0.1:9"})[0] == 201
        seen, page = [], ""
        while page is not None:
            answer = bridge.api("GET", f"/engines?limit=1{page}")[1]["data"]
            assert len(answer["items"]) == 1 and answer["total"] == 4, answer
            seen, page = seen + [answer["items"][0]["id"]], answer["next_cursor"] and f"&cursor={answer['next_cursor']}"
        assert sorted(seen) == ["far-0", "far-1", "far-2", "own"], seen


@test
def the_same_key_gives_the_first_answer(folder):
    with Bridge(folder) as bridge:
        body = {"command": "a blue cube", "options": SMALL}
        first = bridge.api("POST", "/execute-command", body, Idempotency_Key="k")[1]["data"]["id"]
        assert bridge.api("POST", "/execute-command", body, Idempotency_Key="k")[1]["data"]["id"] == first
        assert bridge.api("POST", "/execute-command", {"command": "a cat"}, Idempotency_Key="k")[0] == 409
        assert bridge.api("GET", "/tasks")[1]["data"]["total"] == 1


@test
def projects_follow_up_undo_and_branch(folder):
    with Bridge(folder) as bridge:
        project = bridge.api("POST", "/projects", {"name": "Film"})[1]["data"]["id"]
        say = lambda text: bridge.api("POST", f"/projects/{project}/commands", {"sentence": text})
        assert say("a red ball on grass")[0] == 200
        status, answer, _ = say("make it blue")
        ball = next(c for c in answer["data"]["project"]["commands"] if c["op"] == "add")
        changes = json.dumps(answer["data"]["project"]["commands"])
        assert status == 200 and ball["object"] == "ball" and changes.count("#d81e1e") <= 1, answer
        after = answer["data"]["project"]["commands"]
        undone = bridge.api("POST", f"/projects/{project}/undo")[1]["data"]
        assert undone["commands"] != after and undone["can_redo"]
        assert bridge.api("POST", f"/projects/{project}/redo")[1]["data"]["commands"] == after
        assert bridge.api("POST", f"/projects/{project}/redo")[0] == 400
        assert bridge.api("POST", f"/projects/{project}/commands", {"sentence": "a cat", "version": 0})[0] == 409
        branch = bridge.api("POST", "/projects", {"name": "Other", "from_project": project, "from_version": 1})[1]["data"]
        assert branch["commands"] == undone["commands"]
        assert bridge.api("GET", f"/projects/{project}/history")[1]["data"]["total"] == 3


@test
def lists_are_paged_and_not_sent_twice(folder):
    with Bridge(folder) as bridge:
        for i in range(5):
            bridge.api("POST", "/projects", {"name": f"P{i}"})
        first = bridge.api("GET", "/projects?limit=2")
        assert len(first[1]["data"]["items"]) == 2 and first[1]["data"]["total"] == 5
        second = bridge.api("GET", f"/projects?limit=2&cursor={first[1]['data']['next_cursor']}")[1]["data"]["items"]
        assert {p["id"] for p in second}.isdisjoint(p["id"] for p in first[1]["data"]["items"])
        assert bridge.api("GET", "/projects?limit=2", If_None_Match=first[2]["ETag"])[0] == 304


@test
def nobody_writes_over_what_somebody_else_changed(folder):
    with Bridge(folder) as bridge:
        project = bridge.api("POST", "/projects", {"name": "Film"})[1]["data"]["id"]
        workflow = bridge.api("POST", "/workflows", {"name": "W", "graph": {}})[1]["data"]["id"]
        for path, method, body in ((f"/projects/{project}", "PATCH", {"name": "Mine"}), (f"/workflows/{workflow}", "PUT", {"name": "Mine", "graph": {}})):
            read = bridge.api("GET", path)[2]["ETag"]
            assert bridge.api(method, path, {**body, "name": "Theirs"}, If_Match=read)[0] == 200, path
            status, answer, _ = bridge.api(method, path, body, If_Match=read)
            assert status == 412 and read in answer["message"], (path, status, answer)
            assert bridge.api("DELETE", path, If_Match=read)[0] == 412, path
            now = bridge.api("GET", path)
            assert now[1]["data"]["name"] == "Theirs", now
            assert bridge.api(method, path, body, If_Match=now[2]["ETag"])[0] == 200
            assert bridge.api(method, path, body, If_Match="*")[0] == 200
        assert bridge.api("PATCH", "/projects/nobody", {"name": "X"}, If_Match="*")[0] == 404


def nodes_are_known(bridge):
    deadline = time.monotonic() + 60
    while bridge.api("GET", "/nodes")[0] != 200 and time.monotonic() < deadline:
        time.sleep(0.05)


@test
def templates_run_with_the_inputs_they_declare(folder):
    small = {"width": 64, "height": 64, "quality": "draft", "seconds": 1, "fps": 2}
    with Bridge(folder) as bridge:
        nodes_are_known(bridge)
        tables = bridge.api("GET", "/nodes")[1]["data"]
        templates = {t["id"]: t for t in bridge.api("GET", "/workflows?limit=200")[1]["data"]["items"] if t["is_template"]}
        assert {"title-card", "turntable", "paint-this-animation", "picture-from-words"} <= set(templates), templates
        for name in templates:
            template = bridge.api("GET", f"/workflows/{name}")[1]["data"]
            for declared in template["inputs"]:
                for place in (declared, *declared.get("also", [])):
                    node = tables[template["graph"][place["node"]]["class_type"]]["input"]
                    kind, *rest = {**node.get("required", {}), **node.get("optional", {})}[place["field"]]
                    if declared["type"] == "choice":
                        assert set(declared["choices"]) <= set(kind), (name, declared["name"], kind)
                    if "minimum" in declared and rest:
                        assert rest[0].get("min", declared["minimum"]) <= declared["minimum"] and declared.get("maximum", 0) <= rest[0].get("max", declared.get("maximum", 0)), (name, declared)
        for name, inputs in (("title-card", {"text": "Hi", "color": "#ff8800"}), ("turntable", {"object": "cube", "turns": 0.5})):
            status, answer, _ = bridge.api("POST", f"/workflows/{name}/execute", {"inputs": {**inputs, **small}})
            assert status == 202, answer
            task = bridge.wait(answer["data"]["id"], 120)
            assert task["state"] == "done" and any(o["kind"] == "film" for o in task["outputs"]), task
        for inputs, word in (({"seconds": "long"}, "seconds"), ({"seconds": 61}, "60"), ({"seconds": 0}, "1"), ({"text": 5}, "text"), ({"color": "red"}, "#rrggbb"), ({"light": "dusk"}, "golden-hour"), ({"tekst": "x"}, "text")):
            status, answer, _ = bridge.api("POST", "/workflows/title-card/execute", {"inputs": inputs})
            assert status == 400 and word in answer["message"], (inputs, status, answer)
        for method, body in (("PUT", {"name": "X", "graph": {}}), ("DELETE", None)):
            assert bridge.api(method, "/workflows/title-card", body)[0] == 403
        assert bridge.api("GET", "/workflows/title-card/versions")[1]["data"]["total"] == 1


@test
def what_the_editor_draws_is_kept_as_it_is_and_runs(folder):
    drawn = {"version": 0.4, "last_node_id": 2, "last_link_id": 1, "groups": [], "config": {}, "extra": {"ds": {"scale": 1}},
             "nodes": [{"id": 1, "type": "EmptyImage", "pos": [0, 0], "size": [200, 100], "flags": {}, "order": 0, "mode": 0, "inputs": [], "outputs": [{"name": "IMAGE", "type": "IMAGE", "links": [1]}], "properties": {}, "widgets_values": [32, 24, 1, 255]},
                       {"id": 2, "type": "SaveImage", "pos": [300, 0], "size": [200, 100], "flags": {}, "order": 1, "mode": 0, "inputs": [{"name": "images", "type": "IMAGE", "link": 1}], "outputs": [], "properties": {}, "widgets_values": ["drawn"]}],
             "links": [[1, 1, 0, 2, 0, "IMAGE"]]}
    with Bridge(folder) as bridge:
        nodes_are_known(bridge)
        inputs = [{"name": "width", "node": "1", "field": "width", "type": "integer", "minimum": 1, "maximum": 100, "default": 40}]
        workflow = bridge.api("POST", "/workflows", {"name": "Drawn", "graph": drawn, "inputs": inputs})[1]["data"]["id"]
        assert bridge.api("GET", f"/workflows/{workflow}")[1]["data"]["graph"] == drawn
        for path, body, width in ((f"/workflows/{workflow}/execute", {"inputs": {"width": 48}}, 48), (f"/workflows/{workflow}/execute", {}, 40), ("/graphs/run", {"title": "Drawn", "graph": drawn}, 32)):
            status, answer, _ = bridge.api("POST", path, body)
            assert status == 202, answer
            task = bridge.wait(answer["data"]["id"])
            assert task["state"] == "done", task
            picture = bridge.call("GET", task["outputs"][0]["url"])[1]
            assert int.from_bytes(picture[16:20], "big") == width, picture[:32]
            assert b"widgets_values" in picture  # the file carries the graph as it was drawn
        drawn["nodes"][0]["type"] = "NoSuchNode"
        status, answer, _ = bridge.api("POST", "/graphs/run", {"title": "Drawn", "graph": drawn})
        assert status == 400 and "NoSuchNode" in answer["message"], answer


@test
def what_waits_can_be_put_before_others(folder):
    with Bridge(folder) as bridge:
        assert bridge.api("PATCH", "/engines/own", {"enabled": False})[0] == 200
        bridge.api("POST", "/engines", {"id": "late", "url": "http://127.0.0.1:9"})  # it may come, so nothing fails
        tasks = [bridge.api("POST", "/execute-command", {"command": f"a {colour} ball", "options": SMALL})[1]["data"]["id"] for colour in ("red", "blue", "green")]
        status, answer, _ = bridge.api("PATCH", f"/task/{tasks[2]}", {"priority": 5})
        assert status == 200 and answer["data"]["priority"] == 5 and answer["data"]["state"] == "queued", answer
        assert bridge.api("PATCH", f"/task/{tasks[2]}", {"priority": 1001})[0] == 400
        assert bridge.api("PATCH", f"/task/{tasks[2]}", {})[0] == 400
        bridge.api("PATCH", "/engines/own", {"enabled": True})
        done = [bridge.wait(task) for task in tasks]
        assert done[2]["started_at"] < done[0]["started_at"] < done[1]["started_at"], done
        status, answer, _ = bridge.api("PATCH", f"/task/{tasks[0]}", {"priority": 1})
        assert status == 409 and "done" in answer["message"], answer


@test
def a_version_of_a_project_has_a_picture(folder):
    with Bridge(folder) as bridge:
        project = bridge.api("POST", "/projects", {"name": "Film"})[1]["data"]["id"]
        for sentence in ("a red ball on grass", "add a cat"):
            bridge.api("POST", f"/projects/{project}/commands", {"sentence": sentence})
        pictures = [bridge.api("GET", f"/projects/{project}/history/{version}/thumbnail") for version in (1, 2)]
        assert all(status == 200 and picture[8:12] == b"WEBP" for status, picture, _ in pictures)
        assert pictures[0][1] != pictures[1][1]
        assert bridge.api("GET", f"/projects/{project}/history/1/thumbnail", If_None_Match=pictures[0][2]["ETag"])[0] == 304
        assert len(list((folder / "data" / "pictures").glob("scene-*"))) == 2
        assert bridge.api("GET", f"/projects/{project}/history/9/thumbnail")[0] == 404
        assert bridge.api("GET", f"/projects/{project}/history/one/thumbnail")[0] == 400


@test
def tasks_survive_a_kill(folder):
    with Bridge(folder) as bridge:
        slow = {"width": 640, "height": 360, "quality": "final", "outputs": ["png"]}
        tasks = [bridge.api("POST", "/execute-command", {"command": "a red ball", "options": slow if i == 0 else SMALL})[1]["data"]["id"] for i in range(3)]
        time.sleep(0.3)
        bridge.process.send_signal(signal.SIGKILL)
        bridge.process.wait()
    with Bridge(folder) as bridge:
        assert bridge.api("GET", "/tasks")[1]["data"]["total"] == 3
        bridge.api("POST", f"/task/{tasks[0]}/cancel")
        for task in tasks[1:]:
            assert bridge.wait(task)["state"] == "done"


@test
def an_engine_that_dies_is_started_again(folder):
    with Bridge(folder) as bridge:
        task = bridge.api("POST", "/execute-command", {"command": "a red ball", "options": SMALL})[1]["data"]["id"]
        bridge.wait(task)
        engine = subprocess.run(["pgrep", "-P", str(bridge.process.pid)], capture_output=True, text=True).stdout.split()
        os.kill(int(engine[0]), signal.SIGKILL)
        task = bridge.api("POST", "/execute-command", {"command": "a green cone", "options": SMALL})[1]["data"]["id"]
        assert bridge.wait(task)["state"] == "done"
        assert bridge.api("GET", "/engines")[1]["data"]["items"][0]["restarts"] == 1


@test
def a_film_whose_engine_dies_goes_on_where_it_was_with_the_same_frames(folder):
    n_frames, n_compared, one = 6 * 24, 40, 8 + 160 * 90 * 3
    options = {"width": 160, "height": 90, "seconds": 6, "outputs": ["mp4"], "seed": 7}

    def begin(bridge):
        graph = bridge.api("POST", "/execute-command", {"command": "a red ball bounces on grass", "options": options, "dry_run": True})[1]["data"]["workflow"]
        return bridge.api("POST", "/graphs/run", {"title": "film", "graph": graph})[1]["data"]["id"]

    def first_frames(unfinished):
        until(lambda: any(f.stat().st_size >= 16 + n_compared * one for f in unfinished.glob("*.frames")))
        return next(unfinished.glob("*.frames")).read_bytes()[16:16 + n_compared * one]

    with Bridge(folder / "broken") as bridge:
        unfinished, task, seen = folder / "broken/data/engine/unfinished", begin(bridge), set()
        progress = lambda: bridge.api("GET", f"/task/{task}")[1]["data"]
        until(lambda: list(unfinished.glob("*.memory")))
        n_kept = struct.unpack("q", next(unfinished.glob("*.memory")).read_bytes()[8:16])[0]
        os.kill(int(subprocess.run(["pgrep", "-P", str(bridge.process.pid)], capture_output=True, text=True).stdout.split()[0]), signal.SIGKILL)
        until(lambda: progress()["progress"]["step"] == "resuming")
        broken = first_frames(unfinished)
        while (now := progress())["state"] != "done":
            assert now["state"] == "running" and now["attempt"] == 1, now
            if now["progress"]["step"] == "SceneRenderVideo":
                seen |= {now["progress"]["frames_done"]}
                assert now["progress"]["frames_done"] == n_frames or now["progress"]["fraction"] < 1, now
            time.sleep(0.05)
        assert 0 < n_kept <= min(seen) <= n_frames and len(seen) > 3, (n_kept, seen)
        assert not list(unfinished.iterdir()), "a film that is done leaves its frames"
    with Bridge(folder / "whole") as bridge:
        begin(bridge)
        assert first_frames(folder / "whole/data/engine/unfinished") == broken, f"behind {n_kept} frames it goes on otherwise"


@test
def a_film_that_was_stopped_goes_on_when_it_is_asked_for_again_and_when_the_program_is_started_again(folder):
    n_frames, options = 6 * 24, {"width": 160, "height": 90, "seconds": 6, "outputs": ["mp4"], "seed": 7}
    unfinished = folder / "data/engine/unfinished"

    def begin(bridge):
        graph = bridge.api("POST", "/execute-command", {"command": "a red ball bounces on grass", "options": options, "dry_run": True})[1]["data"]["workflow"]
        return bridge.api("POST", "/graphs/run", {"title": "film", "graph": graph})[1]["data"]["id"]

    def kept():
        marks = list(unfinished.glob("*.memory"))
        return struct.unpack("q", marks[0].read_bytes()[8:16])[0] if marks else 0

    def first_frame(bridge, task):
        """The first one that is told of the film itself."""
        progress = lambda: bridge.api("GET", f"/task/{task}")[1]["data"]["progress"]
        until(lambda: progress()["step"] == "SceneRenderVideo" and progress()["frames_total"] == n_frames and progress()["frames_done"] > 0)
        return progress()["frames_done"]

    with Bridge(folder) as bridge:
        task = begin(bridge)
        until(lambda: kept() > 20)
        bridge.api("POST", f"/task/{task}/cancel")
        assert bridge.wait(task)["state"] == "cancelled"
        n_kept, task = kept(), begin(bridge)
        n = first_frame(bridge, task)
        assert n >= n_kept > 20, (n, n_kept)
        until(lambda: kept() > n_kept + 10)
    n_kept = kept()
    assert n_kept > 30, "the end of the program leaves them"
    with Bridge(folder) as bridge:
        n = first_frame(bridge, task)
        assert n >= n_kept, (n, n_kept)
        assert bridge.wait(task)["state"] == "done"
        until(lambda: not list(unfinished.iterdir()))


@test
def a_film_is_most_of_the_work_beside_its_poster_and_the_time_left_is_judged_by_its_own_frames(folder):
    with Bridge(folder) as bridge:
        task = bridge.api("POST", "/execute-command", {"command": "a red ball bounces on grass", "options": {"width": 160, "height": 90, "seconds": 6, "outputs": ["mp4", "png"], "seed": 7}})[1]["data"]["id"]
        now = lambda: bridge.api("GET", f"/task/{task}")[1]["data"]["progress"]
        until(lambda: now()["step"] == "SceneRenderVideo" and 36 <= now()["frames_done"] < 100)
        progress, began = now(), time.monotonic()
        assert progress["fraction"] < progress["frames_done"] / progress["frames_total"] + 0.1, progress
        bridge.wait(task, 120)
        took = time.monotonic() - began
        assert progress["seconds_left"] > took / 4, (progress, took)


@test
def what_takes_memory_and_disk_is_told_and_what_is_made_again_can_be_removed(folder):
    with Bridge(folder) as bridge:
        until(lambda: bridge.api("GET", "/status")[1]["data"]["engines"][0]["state"] == "up")
        graph = {"1": {"class_type": "EmptyImage", "inputs": {"width": 2000, "height": 2000, "batch_size": 1, "color": 7}}, "2": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}}, "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "a"}}}
        outputs = lambda title: bridge.wait(bridge.api("POST", "/graphs/run", {"title": title, "graph": graph})[1]["data"]["id"])["outputs"]
        first = outputs("first")[0]
        assert bridge.call("GET", f"{first['url']}/thumbnail")[0] == 200
        folders = lambda: {f["name"]: f for f in bridge.api("GET", "/folders")[1]["data"]["items"]}
        processes = lambda: {p["name"]: p for p in bridge.api("GET", "/processes")[1]["data"]["items"]}
        until(lambda: folders()["results"]["bytes"] > 1e6)
        before, held = folders(), processes()
        assert before["outputs"]["n_files"] == 1 and before["pictures"]["n_files"] == 1 and before["projects"]["bytes"] > 0, before
        assert before["results"]["path"] == str(folder / "data/engine/cache") and not before["models"]["may_be_emptied"], before
        assert held["engine"]["memory_bytes"] > 40e6 < held["bridge"]["memory_bytes"] + 40e6 and held["engine"]["cpu_s"] > 0, held
        for name in ("results", "unfinished", "pictures"):
            status, answer, _ = bridge.api("POST", f"/folders/{name}/empty")
            assert status == 200 and answer["data"]["bytes"] == 0 == folders()[name]["n_files"], answer
        assert folders()["outputs"]["bytes"] == before["outputs"]["bytes"]
        assert bridge.api("POST", "/folders/outputs/empty")[0] == 400 and folders()["outputs"]["n_files"] == 1
        assert bridge.api("POST", "/engines/own/free")[0] == 200 and bridge.api("POST", "/engines/nobody/free")[0] == 404
        until(lambda: processes()["engine"]["memory_bytes"] < held["engine"]["memory_bytes"] - 40e6)
        assert bridge.call("GET", f"{first['url']}/thumbnail")[0] == 200 and len(outputs("again")) == 1  # all is made again


@test
def others_need_a_key(folder):
    with Bridge(folder, "--host", "0.0.0.0") as bridge:
        assert bridge.url is None and "--api-key" in bridge.error, bridge.error
    with Bridge(folder, "--api-key", "secret") as bridge:
        assert bridge.api("GET", "/status")[0] == 401
        assert bridge.api("GET", "/status", Authorization="Bearer wrong")[0] == 401
        assert bridge.api("GET", "/status", Authorization="Bearer secret")[0] == 200


@test
def it_describes_itself(folder):
    with Bridge(folder) as bridge:
        document = json.loads(bridge.api("GET", "/openapi.json")[1])
        assert document["openapi"].startswith("3.1") and "/execute-command" in document["paths"]
        assert b"miktos_tasks" in bridge.call("GET", "/metrics")[1]
        objects = bridge.api("GET", "/objects?q=cat&limit=200")[1]["data"]["items"]
        assert any(o["name"] == "cat" for o in objects)


@test
def who_comes_back_hears_what_was_missed(folder):
    def listen(bridge, after, end):
        host, port = bridge.url.split("//")[1].split(":")
        with socket.create_connection((host, int(port)), timeout=30) as stream:
            stream.sendall(f"GET /ws?after={after} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
            heard = b""
            while end not in heard:
                heard += stream.recv(65536) or end
            return heard

    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        tasks = [bridge.api("POST", "/execute-command", {"command": "a ball"})[1]["data"]["id"].encode() for _ in range(3)]
        everything = listen(bridge, 0, b'"subscribed"')
        assert all(task in everything for task in tasks), everything
        second = int(everything.split(b'{"number":')[2].split(b",")[0])
        later = listen(bridge, second, b'"subscribed"')
        assert [task in later for task in tasks] == [False, False, True] and b'"missed":false' in later, later


@test
def lists_of_files_are_never_older_than_the_files(folder):
    def choices(bridge, node="LoadImage", name="image"):
        return bridge.api("GET", "/nodes")[1]["data"][node]["input"]["required"][name][0]

    with Bridge(folder) as bridge:
        until(lambda: bridge.api("GET", "/nodes")[0] == 200)
        inputs, models = folder / "data" / "engine" / "input", folder / "data" / "engine" / "models" / "loras"
        models.mkdir(parents=True, exist_ok=True)
        for i in range(5):
            bridge.upload(f"u{i}.png")
            assert f"u{i}.png" in choices(bridge)
            (inputs / f"by-hand-{i}.png").write_bytes(b"x")
            assert f"by-hand-{i}.png" in choices(bridge)
            (models / f"m{i}.safetensors").write_bytes(b"x")
            assert f"m{i}.safetensors" in choices(bridge, "LoraLoader", "lora_name")
            assert bridge.api("DELETE", f"/inputs/u{i}.png")[0] == 200
            assert f"u{i}.png" not in choices(bridge)
        tag = bridge.api("GET", "/nodes")[2]["ETag"]
        assert bridge.api("GET", "/nodes", If_None_Match=tag)[0] == 304


sys.exit(main())
