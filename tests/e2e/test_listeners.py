"""Who only listens: /ws with what is no question and with keys that go, and /metrics read by Prometheus's own parser. Both come with Debian's Python."""
import json
import os
import resource
import subprocess

import websocket
from harness import PROGRAM, ROOT, Bridge, main, test
from prometheus_client.parser import text_string_to_metric_families


def keys(folder, *arguments):
    environment = {**os.environ, "MIKTOS_ASSETS": str(ROOT / "assets"), "XDG_CONFIG_HOME": str(folder)}
    return subprocess.run([PROGRAM, "keys", *arguments, "--data", str(folder / "data")], env=environment, capture_output=True, text=True, check=True).stdout


@test
def what_is_no_question_is_answered_with_what_is_wrong_and_the_line_stays(folder):
    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        address = bridge.url.replace("http", "ws") + "/ws"
        for query, hint in (("after=soon", "after"), ("tsak=1", "tsak"), ("task=" + "t" * 80, "task")):
            status, answer, _ = bridge.call("GET", f"/ws?{query}", Upgrade="websocket", Connection="Upgrade", Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ==", Sec_WebSocket_Version="13")
            assert status == 400 and hint in json.loads(answer)["message"], (query, status, answer)
        line = websocket.create_connection(address, timeout=30)
        assert json.loads(line.recv())["type"] == "subscribed"
        for text, hint in (('{"type": "dance"}', "dance"), ('{"type": "subscribe", "tsak_id": "x"}', "tsak_id"), ('{"type": "resume", "after": "x"}', "after"), ('{"type": "resume"}', "after"), ('{"type": "subscribe", "task_id": 7}', "task_id"),
                           ('{"type": "subscribe", "project_id": "%s"}' % ("p" * 90), "project_id"), ('{"type": 7}', "type"), ("{}", "type"), ("[]", "object"), ('{"type"', "JSON"), ("", "JSON"), (b"\x00\x01", "binary")):
            (line.send_binary if isinstance(text, bytes) else line.send)(text)
            answer = json.loads(line.recv())
            assert answer["type"] == "error" and answer["data"]["type"] == "bad_request" and hint in answer["data"]["message"], (text, answer)
        line.send('{"type": "subscribe", "task_id": "x", "project_id": null}')
        assert json.loads(line.recv())["data"] == {"missed": False, "task_id": "x", "project_id": None}
        line.send("x" * 70000)
        code, data = line.recv_data()
        assert code == websocket.ABNF.OPCODE_CLOSE and int.from_bytes(data[:2], "big") == 1009, (code, data)
        line.shutdown()


@test
def who_listens_hears_of_what_is_kept_and_of_nothing_that_a_full_disk_took_back(folder):
    body = {"title": "T", "graph": {str(i): {"class_type": "EmptyImage", "inputs": {"width": i}} for i in range(400)}}
    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        line = websocket.create_connection(bridge.url.replace("http", "ws") + "/ws", timeout=30)
        resource.prlimit(bridge.process.pid, resource.RLIMIT_FSIZE, (700_000, resource.RLIM_INFINITY))
        accepted, status = set(), 202
        while status == 202:
            status, answer, _ = bridge.api("POST", "/graphs/run", body)
            accepted |= {answer["data"]["id"]} if status == 202 else set()
        assert status == 507, (status, answer)
        resource.prlimit(bridge.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        last = bridge.api("POST", "/graphs/run", body)[1]["data"]["id"]
        told = set()
        while last not in told:
            data = json.loads(line.recv())["data"]
            told |= {data["id"]} if "progress" in data else set()
        assert told == accepted | {last}, (len(told), len(accepted))
        line.shutdown()


@test
def whose_key_is_removed_hears_nothing_further(folder):
    gone, kept = (keys(folder, "add", name).strip() for name in ("gone", "kept"))
    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        lines = {key: websocket.create_connection(bridge.url.replace("http", "ws") + f"/ws?token={key}", timeout=30) for key in (gone, kept)}
        assert all(json.loads(line.recv())["type"] == "subscribed" for line in lines.values())
        keys(folder, "remove", next(line.split()[0] for line in keys(folder, "list").splitlines() if "gone" in line))
        code, data = lines[gone].recv_data()
        assert code == websocket.ABNF.OPCODE_CLOSE and int.from_bytes(data[:2], "big") == 1008 and b"key" in data, (code, data)
        lines[kept].send('{"type": "subscribe"}')
        while json.loads(lines[kept].recv())["type"] != "subscribed":
            pass
        for line in lines.values():
            line.shutdown()


@test
def the_numbers_for_prometheus_are_what_its_parser_reads(folder):
    with Bridge(folder, "--engine", "http://127.0.0.1:9") as bridge:
        assert bridge.api("POST", "/engines", {"id": "far", "url": "http://127.0.0.1:9"})[0] == 201
        status, text, headers = bridge.call("GET", "/metrics")
        assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4"), headers["Content-Type"]
        families = list(text_string_to_metric_families(text.decode()))
        assert len({f.name for f in families}) == len(families) > 5
        for family in families:
            assert family.documentation and family.type in ("gauge", "counter") and family.samples, family
            assert all(s.name == family.name + "_total" * (family.type == "counter") for s in family.samples), family
        lines = text.decode().splitlines()
        assert sum(l.startswith("# TYPE") for l in lines) == sum(l.startswith("# HELP") for l in lines) == len(families)
        assert {s.labels["engine"] for f in families if f.name == "miktos_engine_up" for s in f.samples} == {e["id"] for e in bridge.api("GET", "/engines")[1]["data"]["items"]}


raise SystemExit(main())
