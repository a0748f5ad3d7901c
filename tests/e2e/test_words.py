"""A language model that reads what the built-in parser does not: one that helps, lies, is slow, talks garbage, or is not there."""
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from harness import Bridge, main, test

NO_ENGINE = ("--engine", "http://127.0.0.1:9")
STRANGE = "gleeblify the quorb snorfly under blixen wumptious zang"
GOOD = [{"op": "add", "id": "ball-1", "object": "ball", "color": "#d02020"}]


class Model:
    """An endpoint that says what the test wants, and keeps what it was asked."""

    def __init__(self, words, status=200, seconds=0, raw=None):
        model = self
        self.asked = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                model.asked.append((self.path, dict(self.headers), json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
                time.sleep(seconds)
                body = raw if raw is not None else json.dumps({"choices": [{"message": {"role": "assistant", "content": words}}]}).encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    pass  # it was given up

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def ask(folder, model_or_url, sentence=STRANGE, **variables):
    url = getattr(model_or_url, "url", model_or_url)
    with Bridge(folder, *NO_ENGINE, MIKTOS_WORDS_URL=url, MIKTOS_WORDS_MODEL="small", **variables) as bridge:
        began = time.monotonic()
        status, answer, _ = bridge.api("POST", "/execute-command", {"command": sentence, "dry_run": True})
        return status, answer["data"], time.monotonic() - began


@test
def a_strange_sentence_is_read_by_the_model_and_the_reply_says_so(folder):
    with Model("Here it is:\n```json\n" + json.dumps({"commands": GOOD}) + "\n```") as model:
        status, data, _ = ask(folder, model, MIKTOS_WORDS_KEY="secret")
        assert status == 200 and data["commands"] == GOOD and data["intent"] == "scene", data
        assert "small at http://127.0.0.1" in data["reply"] and "secret" not in json.dumps(data)
        path, headers, body = model.asked[0]
        assert path == "/v1/chat/completions" and headers["Authorization"] == "Bearer secret" and body["model"] == "small"
        assert body["messages"][-1]["content"] == STRANGE and "animate" in body["messages"][0]["content"] and body["response_format"]["json_schema"]["schema"]["$defs"]["add"]


@test
def what_is_understood_here_goes_to_nobody(folder):
    with Model(json.dumps({"commands": GOOD})) as model:
        _, data, _ = ask(folder, model, "a blue cube on grass")
        assert model.asked == [] and "small at" not in data["reply"] and any(c.get("object") == "cube" for c in data["commands"]), data


@test
def nobody_is_asked_unless_the_settings_name_one(folder):
    with Bridge(folder, *NO_ENGINE) as bridge:
        items = {s["name"]: s for s in bridge.api("GET", "/settings")[1]["data"]["items"]}
        assert items["words.url"]["value"] == "" and items["words.key"]["value"] == ""
        assert "asked as well" not in bridge.api("POST", "/execute-command", {"command": STRANGE, "dry_run": True})[1]["data"]["reply"]


@test
def a_wrong_answer_leaves_the_built_in_reading(folder):
    with Bridge(folder, *NO_ENGINE) as bridge:
        plain = bridge.api("POST", "/execute-command", {"command": STRANGE, "dry_run": True})[1]["data"]["commands"]
    lies = {
        "“op” or its value": json.dumps({"commands": [{"op": "explode", "id": "x"}]}),
        "no object": json.dumps({"commands": [{"op": "add", "id": "x", "object": "perpetuum mobile"}]}),
        "a field": json.dumps({"commands": [{"op": "add", "id": "x", "object": "ball", "run": "rm -rf"}]}),
        "no number": json.dumps({"commands": [{"op": "add", "id": "x", "object": "ball", "count": "many"}]}),
        "nobody made it": json.dumps({"commands": [{"op": "animate", "id": "a", "target": "ghost", "motion": "spin"}]}),
        "no commands": json.dumps({"commands": []}), "no objects": json.dumps({"commands": [1, None, "x"]}), "no JSON": "As a language model, I would rather not.", "half": '{"commands": [{"op": "add"', "deep": "[" * 5000 + "]" * 5000,
    }
    for name, words in lies.items():
        with Model(words) as model:
            status, data, _ = ask(folder, model)
            assert status == 200 and len(model.asked) == 1 and data["commands"] == plain and "asked as well" in data["reply"], (name, data)
    for raw, status_of_model in ((b"<html>log in</html>", 200), (b'{"choices": 7}', 200), (b"\xff\x00", 200), (b"x" * (2 << 20), 200), (b'{"error": "no such model"}', 404), (b"", 500)):
        with Model("", status_of_model, raw=raw) as model:
            status, data, _ = ask(folder, model)
            assert status == 200 and data["commands"] == plain and "asked as well" in data["reply"], (raw[:20], data)


@test
def who_is_slow_or_away_is_given_up_and_holds_nobody_up(folder):
    with Model(json.dumps({"commands": GOOD}), seconds=4) as model, Bridge(folder, *NO_ENGINE, MIKTOS_WORDS_URL=model.url, MIKTOS_WORDS_TIMEOUT_S="1") as bridge:
        answers = []
        asking = threading.Thread(target=lambda: answers.append((bridge.api("POST", "/execute-command", {"command": STRANGE, "dry_run": True}), time.monotonic())))
        began = time.monotonic()
        asking.start()
        while not model.asked:
            time.sleep(0.01)
        assert bridge.api("GET", "/status")[0] == 200 and not answers
        asking.join(20)
        (status, answer, _), ended = answers[0]
        assert status == 200 and "asked as well" in answer["data"]["reply"] and ended - began < 3.5, (answer, ended - began)
    status, data, seconds = ask(folder, "http://127.0.0.1:9/v1")
    assert status == 200 and "asked as well" in data["reply"] and seconds < 5


@test
def a_project_takes_what_the_model_read(folder):
    with Model(json.dumps(GOOD)) as model, Bridge(folder, *NO_ENGINE, MIKTOS_WORDS_URL=model.url) as bridge:
        project = bridge.api("POST", "/projects", {"name": "F"})[1]["data"]["id"]
        status, answer, _ = bridge.api("POST", f"/projects/{project}/commands", {"sentence": STRANGE}, Idempotency_Key="one")
        assert status < 300 and answer["data"]["project"]["commands"] == GOOD, answer
        assert bridge.api("POST", f"/projects/{project}/commands", {"sentence": STRANGE}, Idempotency_Key="one")[1]["message"] == "answered before"
        assert "at http://127.0.0.1" in answer["data"]["understanding"]["reply"]
        # Asked again, the model says the same: its id is taken, so that the ball is changed, not doubled.
        again = bridge.api("POST", f"/projects/{project}/commands", {"sentence": STRANGE})[1]["data"]["project"]["commands"]
        assert [c["id"] for c in again if c.get("op") == "add"] == ["ball-1"], again


main()
