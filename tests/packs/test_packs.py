"""Custom nodes as a client meets them: packs written for ComfyUI and plugins in C, in an engine that outlives them all."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.request

from engine_of_packs import Listener, PYTHON, Tests, equal, failure_of

PROGRAM, ROOT, EXAMPLE, STALE, CRASHING = sys.argv[1], pathlib.Path(sys.argv[2]), *sys.argv[3:6]
PACKS = pathlib.Path(__file__).parent / "packs"
test = Tests()


def read(path):
    try:
        return path.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


@test
def packs_are_found_and_those_that_cannot_work_say_why(engine):
    packs = {pack["name"]: pack for pack in engine.get("/miktos/packs")} if engine.get("/object_info") else {}
    equal({name: pack["state"] for name, pack in packs.items()},
          {"broken": "failed", "crashing": "failed", "first": "ready", "grain": "ready", "lacking": "failed", "leaning": "ready", "newer": "ready", "stale": "failed"})
    assert "I never work" in packs["broken"]["trouble"], packs["broken"]
    assert "lacks the module no_such_module_anywhere: start the engine with a --python that has it" in packs["lacking"]["trouble"], packs["lacking"]
    assert "version 3" in packs["stale"]["trouble"], packs["stale"]
    assert "crashed" in packs["crashing"]["trouble"], packs["crashing"]


@test
def tables_are_printed_as_the_pack_wrote_them(engine):
    info = engine.get("/object_info")
    gray = info["FirstGray"]
    equal(list(gray), ["input", "input_order", "output", "output_is_list", "output_name", "name", "display_name", "description", "python_module",
                       "category", "output_node"])
    equal(gray["display_name"], "Gray Picture")
    equal(gray["input"]["required"]["value"], ["FLOAT", {"default": 0.5, "min": 0.0, "max": 1.0}])
    equal(gray["python_module"], "custom_nodes.first")
    equal(info["NewerTwice"]["input"]["hidden"], {"prompt": ["PROMPT"], "extra_pnginfo": ["EXTRA_PNGINFO"], "unique_id": ["UNIQUE_ID"]})
    equal(info["NewerTwice"]["input"]["required"]["mode"], ["COMBO", {"default": "plain", "multiselect": False, "options": ["plain", "loud"]}])


@test
def pictures_go_to_a_pack_and_back(engine):
    record = engine.run({"1": {"class_type": "FirstGray", "inputs": {"value": 0.25, "size": 8}},
                         "2": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}},
                         "3": {"class_type": "FirstMean", "inputs": {"image": ["2", 0]}},
                         "4": {"class_type": "FirstMean", "inputs": {"image": ["1", 0]}}})
    equal(record["outputs"]["3"]["text"], ["0.7500"])
    equal(record["outputs"]["4"]["text"], ["0.2500"])


@test
def sound_goes_to_a_pack_and_back(engine):
    equal(engine.show(("EmptyAudio", {"duration": 0.5, "sample_rate": 8000, "channels": 2}), ("FirstHalves", {"audio": ["0", 0]}),
                      ("FirstHalves", {"audio": ["1", 0]}), ("FirstSums", {"first": ["1", 1], "second": ["2", 1]})), [12000.0])


@test
def latents_go_to_a_pack_and_back(engine):
    equal(engine.show(("EmptyLatentImage", {"width": 64, "height": 32, "batch_size": 2}), ("FirstDoubles", {"latent": ["0", 0]}),
                      ("LatentAdd", {"samples1": ["1", 0], "samples2": ["1", 0]}), ("FirstDoubles", {"latent": ["2", 0]}),
                      ("FirstSums", {"value": ["3", 1]})), [9.0])
    film = {"width": 64, "height": 32, "length": 9, "batch_size": 1}
    equal(engine.show(("EmptyHunyuanLatentVideo", film), ("FirstDoubles", {"latent": ["0", 0]}), ("LatentAdd", {"samples1": ["1", 0], "samples2": ["1", 0]}),
                      ("FirstDoubles", {"latent": ["2", 0]}), ("FirstSums", {"value": ["3", 1]})), [10.0])
    equal(engine.show(("EmptyLatentAudio", {"seconds": 1.0, "batch_size": 1}), ("FirstDoubles", {"latent": ["0", 0]}),
                      ("FirstSums", {"value": ["1", 1]})), [4.0])


@test
def what_comes_beside_a_latents_samples_travels_with_them(engine):
    record = engine.run({"1": {"class_type": "EmptyLatentAudio", "inputs": {"seconds": 1.0, "batch_size": 2}},
                         "2": {"class_type": "FirstLabels", "inputs": {"latent": ["1", 0]}},
                         "3": {"class_type": "FirstLabels", "inputs": {"latent": ["2", 0]}},
                         "4": {"class_type": "PreviewAny", "inputs": {"source": ["2", 1]}},
                         "5": {"class_type": "PreviewAny", "inputs": {"source": ["3", 1]}}})
    equal(record["outputs"]["4"]["text"], ["['samples', 'type'] audio None None"])
    equal(record["outputs"]["5"]["text"], ["['batch_index', 'noise_mask', 'samples', 'type'] audio [3, 3] (1, 4, 4)"])


@test
def what_passes_through_an_output_of_any_type_can_leave_the_pack(engine):
    record = engine.run({"1": {"class_type": "EmptyImage", "inputs": {"width": 8, "height": 8, "batch_size": 1, "color": 0xFFFFFF}},
                         "2": {"class_type": "FirstChooses", "inputs": {"first": True, "a": ["1", 0], "b": ["9", 0]}},
                         "3": {"class_type": "ImageInvert", "inputs": {"image": ["2", 0]}},
                         "4": {"class_type": "FirstMean", "inputs": {"image": ["3", 0]}},
                         "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 64, "height": 64, "batch_size": 1}},
                         "6": {"class_type": "FirstChooses", "inputs": {"first": False, "b": ["5", 0]}},
                         "7": {"class_type": "LatentAdd", "inputs": {"samples1": ["6", 0], "samples2": ["5", 0]}},
                         "8": {"class_type": "SaveLatent", "inputs": {"samples": ["7", 0], "filename_prefix": "any"}},
                         "9": {"class_type": "FirstFails", "inputs": {"value": 0.0}}})
    equal((record["status"]["status_str"], record["outputs"]["4"]["text"]), ("success", ["0.0000"]))


@test
def a_node_knows_who_asks_and_in_which_prompt(engine):
    _, body = engine.call("POST", "/prompt", {"client_id": "someone", "prompt": {"1": {"class_type": "FirstKnows", "inputs": {}}}})
    number = json.loads(body)["prompt_id"]
    equal(engine.wait(number)["outputs"]["1"]["text"], ["someone", number, "1"])


@test
def schemas_use_every_kind_of_input(engine):
    info = engine.get("/object_info")["NewerWide"]
    equal(info["input"]["optional"], {"color": ["COLOR", {"default": "#fff"}], "encoder": ["AUDIO_ENCODER", {}], "number": ["FLOAT,INT", {"default": 1.5, "widgetType": "FLOAT"}]})
    equal(info["input"]["required"]["some"], ["COMBO", {"default": ["a"], "multiselect": True, "options": ["a", "b"], "multi_select": {"chip": True}}])
    equal(info["output_name"], ["count", "AUDIO"])
    record = engine.run({"1": {"class_type": "NewerWide", "inputs": {"some": {"__value__": ["b"]}, "number": 2}}})
    equal((record["outputs"]["1"]["text"], len(record["outputs"]["1"]["audio"])), (["['b'] 2"], 1))
    status, refused = engine.post({"1": {"class_type": "NewerWide", "inputs": {"some": {"__value__": ["b", "z"]}}}})
    equal((status, refused["node_errors"]["1"]["errors"][0]["details"]), (400, "some: 'z' not in ['a', 'b']"))


@test
def the_editors_files_are_read_with_the_tables_of_packs(engine):
    def values_of(kind, *values, inputs=()):
        document = {"nodes": [{"id": 1, "type": kind, "widgets_values": list(values), "inputs": list(inputs)}], "links": []}
        return json.loads(engine.call("POST", "/miktos/convert", document)[1])["1"]["inputs"]

    equal(values_of("FirstGray"), {"value": 0.5, "size": 8})  # defaults, as its author wrote them
    equal(values_of("FirstTakesLists", 0.0, 2.0), {"factor": 2.0})  # older files have a value for what can only be linked
    equal(values_of("FirstTakesLists", 2.0), {"factor": 2.0})
    equal(values_of("NewerGrows", "one", 7), {"mode": "one", "mode.a": 7, "last": 3})
    equal(values_of("NewerGrows", "none"), {"mode": "none", "last": 3})


@test
def lazy_inputs_run_only_when_they_are_asked_for(engine):
    equal(engine.show(("FirstFails", {"value": 0.0}), ("FirstStrict", {"value": 0.75}), ("FirstLazy", {"which": 1, "a": ["0", 0], "b": ["1", 0]})), [0.75])


@test
def an_exception_names_its_class_and_shows_where(engine):
    failure = failure_of(engine.run({"1": {"class_type": "FirstFails", "inputs": {"value": 0.5}},
                                     "2": {"class_type": "FirstShows", "inputs": {"value": ["1", 0]}}}))
    equal((failure["node_id"], failure["exception_type"], failure["exception_message"]), ("1", "ValueError", "on purpose\n"))
    assert any("raise ValueError" in line for line in failure["traceback"]), failure["traceback"]


@test
def a_pack_that_dies_fails_its_prompt_and_runs_again(engine):
    prompt = {"1": {"class_type": "FirstDies", "inputs": {"value": 0.5}}, "2": {"class_type": "FirstShows", "inputs": {"value": ["1", 0]}}}
    failure = failure_of(engine.run(prompt))
    assert "first" in failure["exception_message"] and "died" in failure["exception_message"], failure
    equal(engine.show(("FirstStrict", {"value": 0.5})), [0.5])
    equal([pack["restarts"] for pack in engine.get("/miktos/packs") if pack["name"] == "first"], [1])


@test
def the_packs_own_validation_is_asked(engine):
    good, bad = ({"1": {"class_type": "FirstStrict", "inputs": {"value": value}}, "2": {"class_type": "FirstShows", "inputs": {"value": ["1", 0]}}} for value in (5, 7))
    equal(engine.post(good)[0], 200)  # beyond its range, but its validator stands in for that
    status, body = engine.post(bad)
    equal(status, 400)
    equal([(error["type"], error["details"]) for error in body["node_errors"]["1"]["errors"]], [("custom_validation_failed", "value - seven is not wanted")])


@test
def fingerprints_say_what_is_known(engine):
    equal(engine.show(("FirstChanges", {"mark": 5})), engine.show(("FirstChanges", {"mark": 5})))
    first, second = engine.show(("FirstChanges", {"mark": -1})), engine.show(("FirstChanges", {"mark": -1}))
    equal(second[0] - first[0], 1.0)


@test
def nodes_expand_into_graphs_that_expand(engine):
    equal(engine.show(("FirstExpands", {"n": 4})), [0.25])


@test
def a_blocker_stops_what_follows_and_says_why(engine):
    record = engine.run({"1": {"class_type": "FirstBlocks", "inputs": {"value": 0.1}}, "2": {"class_type": "FirstShows", "inputs": {"value": ["1", 0]}},
                         "3": {"class_type": "FirstStrict", "inputs": {"value": 0.1}}, "4": {"class_type": "FirstShows", "inputs": {"value": ["3", 0]}}})
    equal(record["status"]["status_str"], "success")
    equal(list(record["outputs"]), ["4"])


@test
def async_nodes_sleep_beside_each_other(engine):
    sleeps = [("FirstSleeps", {"seconds": 1.0 + i / 1000}) for i in range(2)]
    began = time.monotonic()
    engine.show(*sleeps, ("FirstSums", {f"input{i}": [str(i), 0] for i in range(2)}))
    took = time.monotonic() - began
    assert took < 1.9 or os.cpu_count() < 2, f"two sleeps of a second took {took:.2f} s"


@test
def things_that_only_python_can_hold_travel_inside_the_pack(engine):
    equal(engine.show(("FirstMakesThing", {"value": 0.375}), ("FirstOpensThing", {"thing": ["0", 0]})), [0.375])
    equal(engine.show(("FirstMakesThing", {"value": 0.375}), ("FirstOpensThing", {"thing": ["0", 0]})), [0.375])


@test
def inputs_that_are_not_declared_reach_those_who_take_any(engine):
    equal(engine.show(("FirstStrict", {"value": 0.5}), ("FirstStrict", {"value": 0.25}), ("FirstSums", {"left": ["0", 0], "right": ["1", 0]})), [0.75])


@test
def what_a_pack_lacks_is_said_by_the_node_that_calls_it(engine):
    failure = failure_of(engine.run({"1": {"class_type": "LeaningLoads", "inputs": {}}, "2": {"class_type": "PreviewAny", "inputs": {"source": ["1", 0]}}}))
    assert "comfy.ldm.modules.attention.optimized_attention is not here" in failure["exception_message"], failure


@test
def constants_reach_nodes_whose_inputs_grow_in_the_editor(engine):
    record = engine.run({"1": {"class_type": "LeaningGrows", "inputs": {"row_1": {"on": True, "strength": 0.5}, "n": 3}}, "2": {"class_type": "PreviewAny", "inputs": {"source": ["1", 0]}}})
    equal(json.loads(record["outputs"]["2"]["text"][0]), {"n": 3, "row_1": {"on": True, "strength": 0.5}})


@test
def inputs_of_a_choice_and_inputs_that_grow_arrive_nested(engine):
    table = engine.get("/object_info/NewerGrows")["NewerGrows"]["input"]["required"]
    equal(table["mode"], ["COMFY_DYNAMICCOMBO_V3", {"options": [{"key": "one", "inputs": {"required": {"a": ["INT", {"default": 1}]}}}, {"key": "none", "inputs": {}}]}])
    equal(table["items"], ["COMFY_AUTOGROW_V3", {"template": {"input": {"required": {"item": ["FLOAT", {}]}}, "prefix": "item", "min": 1, "max": 4}}])
    prompt = {"0": {"class_type": "FirstStrict", "inputs": {"value": 0.25}},
              "7": {"class_type": "NewerGrows", "inputs": {"mode": "one", "mode.a": 5, "items.item0": ["0", 0], "items.item1": 2.5, "same": ["0", 0], "stray": 1}}}
    equal(engine.run(prompt)["outputs"]["7"]["text"], ["{'mode': 'one', 'a': 5} {'item0': 0.25, 'item1': 2.5} 0.25"])
    equal(engine.run({"7": {"class_type": "NewerGrows", "inputs": {"mode": "none", "same": 1}}})["outputs"]["7"]["text"], ["{'mode': 'none'} None 1"])


@test
def lists_are_mapped_and_gathered(engine):
    equal(engine.show(("FirstLists", {"n": 3})), [0.0, 0.1, 0.2])
    equal(engine.show(("FirstLists", {"n": 5}), ("FirstTakesLists", {"values": ["0", 0], "factor": 2.0})), [2.0])


@test
def an_interrupt_reaches_a_pack_at_work(engine):
    status, body = engine.post({"1": {"class_type": "FirstSlow", "inputs": {"steps": 600}}, "2": {"class_type": "FirstShows", "inputs": {"value": ["1", 0]}}})
    deadline = time.monotonic() + 10
    while not engine.get("/queue")["queue_running"] and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.3)
    began = time.monotonic()
    engine.call("POST", "/interrupt", {})
    record = engine.wait(body["prompt_id"])
    assert time.monotonic() - began < 10, f"it took {time.monotonic() - began:.1f} s"  # its work alone takes longer
    assert any(kind == "execution_interrupted" for kind, _ in record["status"]["messages"]), record["status"]
    equal(engine.show(("FirstStrict", {"value": 0.5})), [0.5])


@test
def newer_nodes_get_what_is_hidden_and_remember_nothing(engine):
    prompt = {"7": {"class_type": "NewerTwice", "inputs": {"value": 3.0, "mode": "loud"}}}
    equal(engine.run(prompt)["outputs"]["7"]["text"], ["6.0 loud 7 1"])
    prompt["7"]["inputs"]["value"] = 4.0
    equal(engine.run(prompt)["outputs"]["7"]["text"], ["8.0 loud 7 1"])
    prompt["7"]["inputs"]["value"] = 60.0
    equal(engine.post(prompt)[1]["node_errors"]["7"]["errors"][0]["details"], "value - fifty is enough")


@test
def a_pack_is_kept_in_its_sandbox(engine):
    outside = pathlib.Path.home() / f"miktos-sandbox-probe-{os.getpid()}"
    record = engine.run({"1": {"class_type": "FirstPrison", "inputs": {"path": str(outside)}}})
    equal(record["outputs"]["1"]["text"], ["kept inside", "no network"])
    assert not outside.exists() and (engine.base / "output" / "made.txt").exists()


@test
def scripts_for_the_front_end_are_served(engine):
    assert {"/extensions/first/first.js", "/extensions/leaning/leaning.js"} <= set(engine.get("/extensions")), engine.get("/extensions")
    equal(engine.call("GET", "/extensions/first/first.js"), (200, b'export const name = "first";\n'))
    equal(engine.call("GET", "/extensions/first/../__init__.py")[0], 404)
    equal(engine.call("GET", "/extensions/first/%2e%2e/__init__.py")[0], 404)


@test
def a_plugin_in_c_runs_in_the_worker(engine):
    record = engine.run({"1": {"class_type": "EmptyImage", "inputs": {"width": 16, "height": 16, "batch_size": 2, "color": 0x808080}},
                         "2": {"class_type": "FilmGrain", "inputs": {"image": ["1", 0], "strength": 1.0, "seed": 7}},
                         "3": {"class_type": "FirstMean", "inputs": {"image": ["2", 0]}},
                         "4": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "grain"}}})
    assert abs(float(record["outputs"]["3"]["text"][0]) - 0.502) < 0.05, record["outputs"]
    equal(len(record["outputs"]["4"]["images"]), 2)


@test
def new_files_are_in_the_lists_of_a_pack_at_once(engine):
    equal(engine.get("/object_info")["FirstPicks"]["input"]["required"]["file"], [[]])
    (engine.base / "input" / "later.png").touch()
    time.sleep(1.1)  # what was printed is good for a second
    equal(engine.get("/object_info")["FirstPicks"]["input"]["required"]["file"], [["later.png"]])


@test
def progress_and_previews_of_a_pack_reach_its_listener(engine):
    listener = Listener(engine, "watcher")
    status, _ = engine.call("POST", "/prompt", {"client_id": "watcher", "prompt": {
        "1": {"class_type": "FirstPaints", "inputs": {"steps": 3}}, "2": {"class_type": "FirstShows", "inputs": {"value": ["1", 0]}}}})
    equal(status, 200)
    heard = listener.until_end()
    listener.close()
    ticks = [message["data"] for kind, message in heard if kind == "text" and message["type"] == "progress"]
    told = [(tick["value"], tick["max"], tick["node"]) for tick in ticks]
    steps = [(1, 3, "1"), (2, 3, "1"), (3, 3, "1")]
    assert told[-1:] == steps[-1:] and told == [step for step in steps if step in told], told  # those that come too fast are left out
    pictures = [data for kind, data in heard if kind == "binary"]
    assert pictures and all(data[:10] == b"\0\0\0\1\0\0\0\1\xff\xd8" for data in pictures), [data[:10] for data in pictures]
    assert any(kind == "text" and message["type"] == "first.shown" for kind, message in heard), heard


@test
def what_a_node_says_comes_between_its_beginning_and_its_end(engine):
    listener = Listener(engine, "order")
    prompt = {str(i): {"class_type": "FirstSpeaks", "inputs": {"value": [str(i - 1), 0] if i > 0 else 1.0}} for i in range(25)}
    prompt["end"] = {"class_type": "FirstShows", "inputs": {"value": ["24", 0]}}
    engine.call("POST", "/prompt", {"client_id": "order", "prompt": prompt})
    now, spoken = None, []
    for kind, message in listener.until_end():
        if kind == "text" and message["type"] == "executing":
            now = message["data"]["node"]
        elif kind == "text" and message["type"] == "first.spoken":
            spoken.append((now, message["data"]["node"]))
    listener.close()
    equal(spoken, [(str(i), str(i)) for i in range(25) for _ in range(2)])


@test
def routes_of_a_pack_are_served(engine):
    equal(engine.get("/first/hello/you%20there?loud=yes"), {"hello": "you there", "loud": "yes", "agent": "Python"})
    equal(engine.get("/api/first/hello/x")["loud"], None)
    boundary = "----x"
    form = (f'--{boundary}\r\nContent-Disposition: form-data; name="note"\r\n\r\nhi\r\n--{boundary}\r\n'
            f'Content-Disposition: form-data; name="file"; filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\n').encode() + bytes(range(256)) + f"\r\n--{boundary}--\r\n".encode()
    request = urllib.request.Request(engine.url + "/first/upload", form, {"Content-Type": f"multipart/form-data; boundary={boundary}"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        equal((answer.status, answer.headers["X-First"], answer.read()), (201, "yes", b"hi a.bin 256"))
    equal(engine.call("POST", "/first/broken", {})[0], 500)
    equal(engine.call("GET", "/first/refuses"), (403, b"not for you"))
    equal(engine.call("PUT", "/first/broken", {})[0], 405)
    equal(engine.call("GET", "/first/files/../__init__.py")[0], 404)
    equal(engine.call("GET", "/first/files/none.js")[0], 404)
    name = next((PACKS / "first" / "web").iterdir()).name
    equal(engine.call("GET", "/first/files/" + name), (200, (PACKS / "first" / "web" / name).read_bytes()))


@test
def prompt_handlers_see_a_prompt_first(engine):
    prompt = {"1": {"class_type": "FirstGray", "inputs": {"value": 0.25, "size": 8}}, "2": {"class_type": "FirstMean", "inputs": {"image": ["1", 0]}}}
    status, body = engine.call("POST", "/prompt", {"prompt": prompt, "first": 0.75})
    equal(status, 200)
    equal(engine.wait(json.loads(body)["prompt_id"])["outputs"]["2"]["text"], ["0.7500"])
    equal(engine.run(prompt)["outputs"]["2"]["text"], ["0.2500"])


@test
def a_pack_that_wants_all_memory_is_refused_and_goes_first(engine):
    equal(engine.show(("FirstTakes", {})), [1.0])
    packs = [int(folder.name) for folder in pathlib.Path("/proc").iterdir() if folder.name.isdigit() and str(engine.base).encode() in read(folder / "cmdline")
             and b"main.py" in read(folder / "cmdline") and b"bwrap" not in read(folder / "cmdline").split(b"\0")[0]]
    equal({read(pathlib.Path(f"/proc/{pid}/oom_score_adj")).strip() for pid in packs} - {b""}, {b"800"})


@test
def files_of_the_editor_hold_inputs_that_grew_and_those_of_several_types(engine):
    def convert(kind, sockets, values):
        node = {"id": 1, "type": kind, "mode": 0, "inputs": [{"name": name, "type": "*", "link": None, "widget": {"name": name}} for name in sockets], "outputs": [],
                "widgets_values": values}
        return json.loads(engine.call("POST", "/miktos/convert", {"nodes": [node], "links": [], "version": 0.4})[1])["1"]["inputs"]
    equal(convert("NewerGrows", ["mode", "mode.a", "items.item0", "items.item1", "last"], ["one", 4, 0.5, 1.5, 9]),
          {"mode": "one", "mode.a": 4, "items.item0": 0.5, "items.item1": 1.5, "last": 9})
    equal(convert("NewerWide", ["some", "number"], [["b"], "#000", 2.5])["number"], 2.5)


@test
def rights_are_asked_for_and_granted(engine):
    folder = engine.base / "rights"
    pack = folder / "custom_nodes" / "asking"
    pack.mkdir(parents=True)
    (pack / "__init__.py").write_text("NODE_CLASS_MAPPINGS = {}\n")
    (pack / "miktos.json").write_text('{"permissions": ["network"]}')

    def plugins(*words):
        done = subprocess.run([PROGRAM, "plugins", *words, "--base-directory", str(folder), "--python", PYTHON], capture_output=True, text=True,
                              env={**os.environ, "MIKTOS_ASSETS": str(ROOT / "assets")})
        equal((done.returncode, done.stderr), (0, ""))
        return done.stdout

    assert "asks for: network; granted: nothing" in plugins(), plugins()
    plugins("grant", "asking", "network")
    plugins("grant", "asking", "unsandboxed")  # it does not ask for that
    assert "asks for: network; granted: network\n" in plugins(), plugins()
    plugins("revoke", "asking", "network")
    assert "granted: nothing" in plugins(), plugins()


@test
def films_go_through_packs_with_pictures_rate_and_sound(engine):
    film = {"1": {"class_type": "EmptyImage", "inputs": {"width": 16, "height": 8, "batch_size": 2, "color": 0xff0000}},
            "2": {"class_type": "EmptyImage", "inputs": {"width": 16, "height": 8, "batch_size": 1, "color": 0x0000ff}},
            "3": {"class_type": "ImageBatch", "inputs": {"image1": ["1", 0], "image2": ["2", 0]}},
            "4": {"class_type": "EmptyAudio", "inputs": {"duration": 0.1, "sample_rate": 44100, "channels": 2}},
            "5": {"class_type": "CreateVideo", "inputs": {"images": ["3", 0], "fps": 30, "audio": ["4", 0]}},
            "6": {"class_type": "NewerRewinds", "inputs": {"video": ["5", 0]}},
            "7": {"class_type": "GetVideoComponents", "inputs": {"video": ["6", 0]}},
            "8": {"class_type": "PreviewAny", "inputs": {"source": ["7", 2]}},
            "9": {"class_type": "PreviewImage", "inputs": {"images": ["7", 0]}},
            "10": {"class_type": "PreviewAudio", "inputs": {"audio": ["7", 1]}},
            "11": {"class_type": "SaveVideo", "inputs": {"video": ["6", 0], "filename_prefix": "rewound", "format": "mp4", "codec": "h264"}}}
    record = engine.run(film)
    equal(record["status"]["status_str"], "success")
    equal(float(record["outputs"]["8"]["text"][0]), 15.0)
    equal(len(record["outputs"]["10"]["audio"]), 1)
    pictures = [engine.call("GET", "/view?type=temp&filename=" + shown["filename"] + "&preview=webp")[1] for shown in record["outputs"]["9"]["images"]]
    equal(len(pictures), 3)
    assert pictures[0] != pictures[1] and pictures[1] == pictures[2], "blue comes first, then red twice"
    saved = {**film, "12": {"class_type": "PreviewAny", "inputs": {"source": ["6", 0]}}}
    equal(engine.run(saved)["status"]["status_str"], "success")


@test
def sounds_are_saved_for_packs_in_every_form(engine):
    record = engine.run({"1": {"class_type": "EmptyAudio", "inputs": {"duration": 0.2, "sample_rate": 48000, "channels": 2}}, "2": {"class_type": "NewerRecords", "inputs": {"audio": ["1", 0]}},
                         "3": {"class_type": "NewerRecords", "inputs": {"audio": ["1", 0], "take": ["2", 0]}}})
    equal(failure_of(record), None)
    names = [file["filename"] for file in record["outputs"]["3"]["audio"]]
    equal([name.rsplit(".", 1)[1] for name in names], ["flac", "mp3", "opus"])
    assert all((engine.base / "output" / name).stat().st_size > 100 for name in names), names


@test
def nodes_of_comfyui_are_found_by_name(engine):
    for name, method in ("SaveImage", "save_images"), ("KSampler", "sample"), ("VAEDecode", "decode"), ("StringConcatenate", "execute"):
        record = engine.run({"1": {"class_type": "NewerBorrows", "inputs": {"name": name}}})
        equal(record["outputs"]["1"]["text"], [f"{name} True False {method}"])


sys.exit(test.run(PROGRAM, ROOT, PACKS, (EXAMPLE, STALE, CRASHING)))
