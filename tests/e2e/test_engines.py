"""Engines of others: a ComfyUI that was recorded, engines that lie, break off or never answer, and several at once."""
import os
import signal
import sys
import time

from comfy_replay import replay
from harness import ROOT, SMALL, Bridge, main, test


def add(bridge, server, name="comfy"):
    status, answer, _ = bridge.api("POST", "/engines", {"id": name, "url": server.url})
    assert status == 201, answer
    deadline = time.monotonic() + 20
    while bridge.api("GET", f"/engines/{name}")[1]["data"]["n_nodes"] == 0:
        assert time.monotonic() < deadline, "the engine is not up"
        time.sleep(0.05)


def run(bridge, graph, **options):
    status, answer, _ = bridge.api("POST", "/graphs/run", {"title": "T", "graph": graph, "options": options})
    assert status == 202, answer
    return answer["data"]["id"]


def until_running(bridge, task):
    deadline = time.monotonic() + 20
    while (now := bridge.api("GET", f"/task/{task}")[1]["data"])["state"] != "running":
        assert time.monotonic() < deadline and now["state"] in ("queued", "leased"), now
        time.sleep(0.02)


@test
def a_recorded_comfyui_runs_a_graph(folder):
    server = replay(ROOT / "tests")
    with Bridge(folder, "--no-engine") as bridge:
        add(bridge, server)
        task = bridge.wait(run(bridge, server.session.graph_of("first run")))
        assert task["state"] == "done" and task["outputs"][0]["file"] == "rec_00001_.png" and task["outputs"][0]["width"] == 1 and len(task["outputs"][0]["sha256"]) == 64, task
        events = [e["type"] for e in bridge.api("GET", f"/task/{task['id']}/events")[1]["data"]["items"]]
        assert [e for e in events if e != "started"] == ["queued", "leased", "done"], events  # so short a run may end before its start is heard of
        assert bridge.api("GET", "/engines/comfy")[1]["data"]["version"] == "0.3.64"


@test
def a_list_that_is_at_no_route_of_the_engine_s_own_is_asked_of_nobody(folder):
    bad = {"elsewhere": "http://127.0.0.1:9/list", "host": "//127.0.0.1:9/list", "up": "/list/../secret", "relative": "list", "space": "/list HTTP/1.1", "lines": "/list\r\nX: y", "piece": "/list#a", "slashes": "/\\127.0.0.1",
           "long": "/" + "a" * 600, "number": 7, "absent": None, "query": "/list"}
    remotes = {name: {"route": route, **({"query_params": {"q": "a" * 600}} if name == "query" else {})} for name, route in bad.items()}
    good = {"plain": {"route": "/list", "query_params": {"a": "b&c", "d": "é"}}, "keyed": {"route": "/keyed", "response_key": "items"}, "odd": {"route": "/odd"}, "gone": {"route": "/gone"}}
    server = replay(ROOT / "tests")
    server.session.nodes["Far"] = {"input": {"required": {name: ["COMBO", {"remote": remote}] for name, remote in {**remotes, **good}.items()}, "optional": {"flat": ["COMBO", {"remote": "/list"}]}},
                                   "output": ["*"], "name": "Far", "category": "test"}
    server.lists = {"/list?a=b%26c&d=%C3%A9": ["x", 1, None, {"no": "option"}, "y" * 2000, True], "/keyed": {"items": ["z"]}, "/odd": {"items": ["z"]}}
    with Bridge(folder, "--no-engine") as bridge:
        add(bridge, server)
        server.asked_lists.clear()
        ask = lambda name: bridge.api("GET", f"/nodes/Far/inputs/{name}/options")
        for name in bad:
            status, answer, _ = ask(name)
            assert status == 501 and f"“{name}”" in answer["message"], (name, status, answer)
        assert ask("flat")[0] == 404 and ask("none")[0] == 404
        assert server.asked_lists == [], server.asked_lists
        assert ask("plain")[1]["data"]["options"] == ["x", 1, True] and ask("keyed")[1]["data"]["options"] == ["z"]
        for name in ("odd", "gone"):
            status, answer, _ = ask(name)
            assert status == 503 and f"“{name}”" in answer["message"], (name, status, answer)


@test
def its_errors_refusals_and_interruptions_are_told(folder):
    server = replay(ROOT / "tests")
    with Bridge(folder, "--no-engine") as bridge:
        add(bridge, server)
        failed = bridge.wait(run(bridge, server.session.graph_of("error in a node")))
        assert failed["state"] == "failed" and failed["error"]["node_id"] == "2" and failed["error"]["node_type"] == "TestSyncError" and "Intentional" in failed["error"]["message"], failed
        refused = bridge.wait(run(bridge, server.session.graph_of("validation errors", 400)))
        assert refused["state"] == "failed" and refused["error"]["type"] == "prompt_outputs_failed_validation" and refused["attempt"] == 1, refused
        slow = run(bridge, server.session.graph_of("interrupt"))
        until_running(bridge, slow)
        bridge.api("POST", f"/task/{slow}/cancel")
        assert bridge.wait(slow)["state"] == "cancelled"


@test
def a_bad_day_of_an_engine_loses_nothing(folder):
    server = replay(ROOT / "tests")
    with Bridge(folder, "--no-engine") as bridge:
        add(bridge, server)
        graph = server.session.graph_of("first run")
        for fault in ("garbage", "drop", "short", "silent"):
            server.faults = {fault}
            server.history.clear()
            task = bridge.wait(run(bridge, graph), 90)
            assert task["state"] == "done" and task["outputs"], (fault, task)
        server.faults = {"traversal"}
        server.history.clear()
        task = bridge.wait(run(bridge, graph))
        assert task["state"] == "done" and task["outputs"] == [], task
        assert not list(folder.rglob("evil*"))
        server.faults = {"amnesia"}
        server.history.clear()
        task = bridge.wait(run(bridge, graph), 90)
        assert task["state"] == "failed" and task["error"]["type"] == "engine_lost" and task["attempt"] == 3, task


@test
def an_engine_that_never_answers_or_slowly_holds_nobody_up(folder):
    silent, slow = replay(ROOT / "tests"), replay(ROOT / "tests")
    silent.faults, slow.faults = {"hang"}, {"slow"}
    with Bridge(folder, "--no-engine") as bridge:
        assert bridge.api("POST", "/engines", {"id": "silent", "url": silent.url})[0] == 201
        add(bridge, slow, "slow")
        task = bridge.wait(run(bridge, slow.session.graph_of("first run")), 90)
        assert task["state"] == "done" and task["engine_id"] == "slow" and task["outputs"], task
        engine = bridge.api("GET", "/engines/silent")[1]["data"]
        assert engine["state"] != "up" and bridge.api("GET", "/status")[0] == 200, engine
        waiting = run(bridge, slow.session.graph_of("first run"), engine_id="silent")
        assert bridge.api("POST", f"/task/{waiting}/cancel")[0] < 300 and bridge.wait(waiting)["state"] == "cancelled"


@test
def each_graph_goes_where_its_nodes_are(folder):
    server = replay(ROOT / "tests")
    with Bridge(folder) as bridge:
        add(bridge, server)
        deadline = time.monotonic() + 20
        while bridge.api("GET", "/engines/own")[1]["data"]["n_nodes"] == 0 and time.monotonic() < deadline:
            time.sleep(0.05)
        film = bridge.api("POST", "/execute-command", {"command": "a red ball", "options": SMALL})[1]["data"]["id"]
        stub = run(bridge, server.session.graph_of("interrupt"))
        nowhere = run(bridge, {"1": {"class_type": "NobodyHasThis", "inputs": {}}})
        assert bridge.wait(film)["engine_id"] == "own"
        assert bridge.api("GET", f"/task/{stub}")[1]["data"]["engine_id"] == "comfy"
        lost = bridge.wait(nowhere)
        assert lost["state"] == "failed" and "NobodyHasThis" in lost["error"]["message"], lost
        assert bridge.api("POST", "/graphs/run", {"title": "T", "graph": {"1": {"class_type": "EmptyImage", "inputs": {}}}, "options": {"engine_id": "none"}})[0] == 404
        bridge.api("POST", f"/task/{stub}/cancel")
        assert bridge.api("DELETE", "/engines/own")[0] == 400


@test
def inputs_go_to_engines_elsewhere(folder):
    server = replay(ROOT / "tests")
    with Bridge(folder, "--no-engine") as bridge:
        add(bridge, server)
        (folder / "data" / "engine" / "input" / "face.png").write_bytes(b"picture")
        graph = {"1": {"class_type": "EmptyImage", "inputs": {"name": "face.png", "other": "../bridge.db"}}}
        bridge.wait(run(bridge, graph))
        assert list(server.uploads) == ["face.png"] and b"picture" in server.uploads["face.png"]


@test
def an_engine_that_goes_away_loses_its_task_to_another(folder):
    first, second = replay(ROOT / "tests"), replay(ROOT / "tests")
    with Bridge(folder, "--no-engine") as bridge:
        add(bridge, first, "a")
        task = run(bridge, first.session.graph_of("interrupt"))
        until_running(bridge, task)
        add(bridge, second, "b")
        first.shutdown()
        first.server_close()
        first.drop_sockets()
        deadline = time.monotonic() + 40
        while bridge.api("GET", f"/task/{task}")[1]["data"]["engine_id"] != "b":
            assert time.monotonic() < deadline, bridge.api("GET", f"/task/{task}")[1]["data"]
            time.sleep(0.2)
        bridge.api("POST", f"/task/{task}/cancel")
        assert bridge.wait(task)["state"] == "cancelled"


@test
def a_deadline_ends_a_task(folder):
    server = replay(ROOT / "tests")
    with Bridge(folder, "--no-engine") as bridge:
        add(bridge, server)
        slow, waits = run(bridge, server.session.graph_of("interrupt"), deadline_s=1), run(bridge, server.session.graph_of("interrupt"), deadline_s=1)
        for task in (slow, waits):
            ended = bridge.wait(task)
            assert ended["state"] == "failed" and ended["error"]["type"] == "deadline", ended


@test
def after_a_kill_what_an_engine_finished_meanwhile_is_fetched(folder):
    server = replay(ROOT / "tests")
    with Bridge(folder, "--no-engine") as bridge:
        add(bridge, server)
        task = run(bridge, server.session.graph_of("progress from a node"))
        until_running(bridge, task)
        os.kill(bridge.process.pid, signal.SIGKILL)
        bridge.process.wait()
    with Bridge(folder, "--no-engine") as bridge:
        assert bridge.wait(task, 60)["state"] == "done"


sys.exit(main())
