"""The miktos command as a person meets it: sentences in, files and exit codes out."""
import concurrent.futures
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "check"))
from sandbox import why_no_sandbox

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
SMALL = ["--size", "64x36", "--fps", "8", "--seconds", "0.5", "--quality", "draft"]
tests = []


def test(function):
    tests.append(function)
    return function


def run(*arguments, folder, stdin=None, limit=None, around=(), timeout=120, **variables):
    """Exit code, standard output, standard error."""
    command = [*map(str, around), PROGRAM, *map(str, arguments)]
    if limit:
        command = ["sh", "-c", f'{limit}; exec "$@"', "sh", *command]
    environment = {**os.environ, "MIKTOS_ASSETS": str(ROOT / "assets"), "XDG_CACHE_HOME": str(folder / "cache"), "XDG_DATA_HOME": str(folder / "data")}
    environment.pop("MIKTOS_DATA", None)
    environment.update(variables)
    done = subprocess.run(command, cwd=folder, env=environment, input=stdin, stdin=None if stdin is not None else subprocess.DEVNULL,
                          capture_output=True, timeout=timeout)
    return done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace")


def pixels(png):
    """The compressed pixels; the texts beside them tell how a picture was asked for, which may differ."""
    data, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        data += png[at + 8:at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    return data


def leftovers(folder):
    return [str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and ".part" in p.name]


@test
def help_is_everywhere(folder):
    code, out, _ = run("--help", folder=folder)
    assert code == 0 and "make" in out and "engine" in out, out
    for line in out.split("Try:")[0].splitlines():
        words = line.split()
        if line.startswith("  ") and words:
            code, out, _ = run(words[0], "--help", folder=folder)
            assert code == 0 and "usage" in out.lower(), (words[0], out)


@test
def wrong_calls_say_what_is_right_and_exit_with_2(folder):
    cases = {("mak", "x"): "make", ("make",): "quotes", ("make", "a ball", "--size", "0x0"): "16 to 8192", ("make", "a ball", "--size", "16385x1"): "16 to 8192",
             ("make", "a ball", "--fps", "-1"): "1 to 120", ("make", "a ball", "--fps", "0"): "1 to 120", ("make", "a ball", "--seconds", "0"): "0.04 to 600", ("make", "a ball", "--seconds", "-2"): "0.04 to 600", ("make", "a ball", "--seconds", "nan"): "0.04 to 600", ("make", "a ball", "--quality", "best"): "draft",
             ("make", "a ball", "--seed", "-1"): "18446744073709551615", ("make", "a ball", "--only", "avi"): "mp4", ("nodes", "SceneAnimat"): "SceneAnimate", ("make", "a ball", "--colour"): "--help"}
    for arguments, hint in cases.items():
        code, out, err = run(*arguments, folder=folder)
        assert code == 2 and hint in err and out == "", (arguments, code, err)


@test
def a_sentence_becomes_a_film_a_scene_a_poster_and_a_workflow(folder):
    code, out, err = run("make", "a red ball bounces on grass", *SMALL, "--out", "films", folder=folder)
    assert code == 0, err
    files = [pathlib.Path(line) for line in out.splitlines()]
    assert sorted(f.suffix for f in files) == [".glb", ".json", ".mp4", ".png"], out
    assert {f.stem for f in files} == {"a-red-ball-bounces-on-grass_00001_"}, "a set made together shares one number"
    for file in files:
        assert file.stat().st_size > 100, file
    glb = next(f for f in files if f.suffix == ".glb").read_bytes()
    assert struct.unpack("<4sI", glb[:8]) == (b"glTF", 2) and struct.unpack("<I", glb[8:12])[0] == len(glb)
    document = json.loads(glb[20:20 + struct.unpack("<I", glb[12:16])[0]])
    named = [n for n in document["nodes"] if n.get("extras", {}).get("miktos", {}).get("object") == "ball"]
    assert named and named[0]["name"] == "ball", [n.get("name") for n in document["nodes"]]
    assert document["animations"] and "commands" in document["asset"]["extras"]
    png = next(f for f in files if f.suffix == ".png").read_bytes()
    assert b"tEXtprompt" in png
    assert not leftovers(folder)


@test
def eight_at_once_in_one_folder_get_eight_numbers(folder):
    (folder / "films").mkdir()
    (folder / "films" / ".a-blue-cube_00002_.claim").touch()  # what a killed run left
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(lambda _: run("make", "a blue cube", *SMALL, "--only", "glb,png", "--out", "films", folder=folder), range(8)))
    assert all(code == 0 for code, _, _ in ends), [err for _, _, err in ends]
    sets = [{pathlib.Path(line).stem for line in out.splitlines()} for _, out, _ in ends]
    assert all(len(names) == 1 for names in sets), sets
    assert {name for names in sets for name in names} == {f"a-blue-cube_{n:05}_" for n in range(1, 9)}, sets
    assert len(list((folder / "films").iterdir())) == 3 * 8, "nothing else stays, nothing was written over"


@test
def the_workflow_it_leaves_runs_again(folder):
    code, out, err = run("make", "a blue cube", *SMALL, "--only", "png", "--out", "a", folder=folder)
    assert code == 0, err
    workflow = next(line for line in out.splitlines() if line.endswith(".json"))
    code, out, err = run("run", workflow, "--out", "b", folder=folder)
    assert code == 0 and out.strip().endswith(".png"), err
    first, again = (pixels(next((folder / name).glob("*.png")).read_bytes()) for name in "ab")
    assert len(first) > 100 and first == again, "equal input and seed give equal pixels"


@test
def json_is_one_object(folder):
    code, out, err = run("make", "a wug spins", *SMALL, "--only", "glb", "--json", folder=folder)
    answer = json.loads(out)
    assert code == 0 and answer["status"] == "success" and err == "", err
    assert answer["unknown"][0]["word"] == "wug" and answer["files"] and answer["commands"] and answer["timings"]["made_s"] > 0, answer


@test
def plans_are_quick_and_equal(folder):
    first = run("plan", "two cats sit on a sofa beside a lamp", folder=folder)
    assert first[0] == 0 and json.loads(first[1])[0]["op"], first
    assert first == run("plan", "two cats sit on a sofa beside a lamp", folder=folder)
    code, out, _ = run("plan", "a cat", "--workflow", folder=folder)
    assert code == 0 and any(n["class_type"] == "SceneAdd" for n in json.loads(out).values())


@test
def odd_sentences_get_a_scene_or_a_reason(folder):
    odd = ["", " ", "🐈 🌳", "قطة حمراء", "a" * 100_000, "a big small huge tiny ball", "not without no ball except nothing", "; DROP TABLE balls", "\u202ea ball", "in in on on under"]
    for sentence in odd:
        code, out, err = run("plan", sentence, folder=folder)
        assert code in (0, 1, 2) and (json.loads(out) if code == 0 else err.startswith("miktos: ")), (sentence[:40], code, err)
    code, out, err = run("plan", "-", stdin=bytes(range(256)), folder=folder)
    assert code in (1, 2) and err.startswith("miktos: "), err


@test
def bad_workflows_get_a_sentence(folder):
    cases = {'{"1":{"class_type":"Nope","inputs":{}}}': "Nope", "{": "JSON", "[]": "w.json: this is no workflow",
             '{"1":{"class_type":"PreviewAny","inputs":{"source":["2",0]}},"2":{"class_type":"PrimitiveInt","inputs":{"value":["2",0]}}}': "Dependency cycle",
             '{"1":{"class_type":"PreviewAny","inputs":{"source":["9",0]}}}': "leads to node '9', which is not there",
             '{"1":{"class_type":"PreviewAny","inputs":{"source":["2",7]}},"2":{"class_type":"PrimitiveInt","inputs":{"value":1}}}': "leads to an output that its node does not have",
             '{"1":{"class_type":"SaveImage","inputs":{"images":["2",0],"filename_prefix":"x"}},"2":{"class_type":"LoadImage","inputs":{"image":"gone.png"}}}': "gone.png"}
    for text, hint in cases.items():
        (folder / "w.json").write_text(text)
        code, out, err = run("run", "w.json", folder=folder)
        assert code == 1 and hint in err and out == "", (text, code, err)
    code, _, err = run("run", "missing.json", folder=folder)
    assert code == 1 and "missing.json" in err, err


def film_under_way(folder):
    """A long film that has begun to be written."""
    environment = {**os.environ, "MIKTOS_ASSETS": str(ROOT / "assets"), "XDG_CACHE_HOME": str(folder / "cache")}
    process = subprocess.Popen([PROGRAM, "make", "a red ball bounces", "--seconds", "60", "--only", "mp4", "--out", "films"], cwd=folder, env=environment,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not leftovers(folder) and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)
    return process


@test
def ctrl_c_leaves_nothing_half_finished(folder):
    process = film_under_way(folder)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, (process.returncode, err)
    assert not leftovers(folder) and not list(folder.rglob("*.mp4")), leftovers(folder)


@test
def a_full_disk_is_said_and_nothing_stays(folder):
    code, _, err = run("make", "a red ball", *SMALL, "--only", "png", "--size", "640x360", "--out", "films", folder=folder, limit="trap '' XFSZ; ulimit -f 8")
    assert code == 1 and "films" in err and not leftovers(folder), (code, err, leftovers(folder))


@test
def damaged_and_hostile_files_get_a_sentence(folder):
    code, out, err = run("make", "a red ball", *SMALL, "--only", "png,glb", "--out", "good", folder=folder)
    assert code == 0, err
    glb, png = (next((folder / "good").glob(f"*.{kind}")).read_bytes() for kind in ("glb", "png"))
    cases = {"cut.glb": glb[:len(glb) // 2], "head.glb": glb[:12], "huge.glb": glb[:8] + b"\xff\xff\xff\x7f" + glb[12:], "empty.glb": b"", "noise.glb": bytes(range(256)) * 40,
             "cut.png": png[:60], "huge.png": png[:16] + b"\xff\xff\xff\xff" * 2 + png[24:], "empty.png": b"", "deep.json": b"[" * 100_000, "cut.json": b'{"1": {"class_type"', "nul.json": b'{"a\0": 1}'}
    for name, data in cases.items():
        (folder / name).write_bytes(data)
        code, out, err = run("render" if name.endswith("glb") else "run", name, "--out", "made", *(SMALL if name.endswith("glb") else []), folder=folder)
        assert code == 1 and err.startswith("miktos: ") and out == "", (name, code, err)
        assert not leftovers(folder) and not list(folder.glob("made/*")), name


@test
def a_model_becomes_a_film(folder):
    code, _, err = run("make", "a red ball bounces", *SMALL, "--only", "glb", "--out", "a", folder=folder)
    assert code == 0, err
    code, out, err = run("render", next((folder / "a").glob("*.glb")), *SMALL, "--out", "b", folder=folder)
    assert code == 0 and sorted(pathlib.Path(line).suffix for line in out.splitlines()) == [".mp4", ".png"], (out, err)
    (folder / "cube.obj").write_text("v 0 0 0\nv 1 0 0\nv 1 1 0\nv 0 1 0\nv 0 0 1\nv 1 0 1\nv 1 1 1\nv 0 1 1\nf 4 3 2 1\nf 5 6 7 8\nf 1 2 6 5\nf 2 3 7 6\nf 3 4 8 7\nf 4 1 5 8\n")
    code, out, err = run("render", "cube.obj", "--still", *SMALL, "--out", "c", folder=folder)
    assert code == 0 and out.strip().endswith("cube_00001_.png"), (out, err)


@test
def errors_are_json_when_json_was_asked_for(folder):
    code, out, err = run("make", "", "--json", folder=folder)
    answer = json.loads(out)
    assert code == 1 and answer["status"] == "error" and answer["error"]["message"] in err, (out, err)


@test
def sigterm_ends_with_143_and_leaves_nothing(folder):
    process = film_under_way(folder)
    process.terminate()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 143 and not leftovers(folder), (process.returncode, err, leftovers(folder))


@test
def a_full_standard_output_is_an_error(folder):
    code, _, err = run("objects", folder=folder, limit="exec >/dev/full")
    assert code == 1 and "standard output" in err, (code, err)


@test
def a_terminal_sees_how_far_it_is_and_a_pipe_does_not(folder):
    import pty
    environment = {**os.environ, "MIKTOS_ASSETS": str(ROOT / "assets"), "XDG_CACHE_HOME": str(folder / "cache"), "TERM": "xterm"}
    shown = b""
    parent, child = pty.openpty()
    process = subprocess.Popen([PROGRAM, "make", "a red ball", *SMALL, "--only", "mp4", "--out", "films"], cwd=folder, env=environment,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=child)
    os.close(child)
    try:
        while chunk := os.read(parent, 65536):
            shown += chunk
    except OSError:  # the terminal's end of file
        pass
    assert process.wait(timeout=60) == 0 and b"4/4 frames" in shown and b"left" in shown and shown.endswith(b"\r\x1b[K"), shown
    _, _, err = run("make", "a red ball", *SMALL, "--only", "mp4", "--out", "films", folder=folder)
    assert "frames" not in err and "\r" not in err, err


@test
def a_style_of_painting_uses_stable_diffusion_or_says_what_to_install(folder):
    sentence, models = "a red ball in the style of a watercolour", folder / "data/miktos/engine/models"
    code, out, err = run("plan", "--workflow", sentence, folder=folder)
    assert code == 0 and "PaintFrames" not in out and f"{models}/checkpoints" in err and f"{models}/controlnet" in err, err
    _, _, err = run("plan", "--workflow", sentence, folder=folder, MIKTOS_DATA=str(folder / "elsewhere"))
    assert f"{folder}/elsewhere/engine/models/controlnet" in err, err
    code, out, err = run("make", sentence, *SMALL, "--still", "--only", "png", "--json", folder=folder)
    assert code == 0 and f"{models}/controlnet" in json.loads(out)["reply"], (out, err)
    for kind, golden, name in [("checkpoints", "tiny_sd15", "tiny"), ("controlnet", "tiny_controlnet", "control_depth")]:
        (models / kind).mkdir(parents=True)
        shutil.copy(ROOT / f"tests/golden/{golden}.safetensors", models / kind / f"{name}.safetensors")
    code, out, err = run("make", sentence, "--size", "70x64", "--fps", "4", "--seconds", "0.5", "--json", folder=folder)
    answer = json.loads(out)
    assert code == 0 and {"film", "image", "scene", "workflow"} == {f["kind"] for f in answer["files"]} and str(models) not in answer["reply"], (out, err)
    workflow = json.loads(pathlib.Path(next(f["path"] for f in answer["files"] if f["kind"] == "workflow")).read_text())
    assert any(node["class_type"] == "PaintFrames" for node in workflow.values()), workflow


@test
def completion_is_bash(folder):
    code, out, _ = run("completion", folder=folder)
    checked = subprocess.run(["bash", "-n"], input=out.encode(), capture_output=True)
    assert code == 0 and checked.returncode == 0 and "--quality" in out, checked.stderr


@test
def a_data_folder_that_cannot_be_written_is_said_with_what_to_do(folder):
    if shutil.which("bwrap") is None or why_no_sandbox():
        return
    data = folder / "kept"
    data.mkdir()
    for words in (["serve", "--port", "0"], ["keys"], ["doctor"]):
        code, out, said = run(*words, folder=folder, around=["bwrap", "--dev-bind", "/", "/", "--ro-bind", data, data], MIKTOS_DATA=str(data / "new"))
        assert code == 1 and f"{data} cannot be written" in out + said and "MIKTOS_DATA" in out + said, (words, code, out, said)


@test
def a_bridge_that_cannot_start_tells_who_started_it_the_kind(folder):
    (folder / "bridge.db").write_text("no database " * 100)
    start = ["serve", "--port", "0", "--data", str(folder)]
    code, _, said = run(*start, "--parent", str(os.getpid()), folder=folder)
    assert code == 1 and "miktos failed: FORMAT\n" in said, said
    code, _, said = run(*start, folder=folder)
    assert code == 1 and "miktos failed" not in said, said


def main():
    failed = 0
    for number, function in enumerate(tests, 1):
        with tempfile.TemporaryDirectory() as folder:
            try:
                function(pathlib.Path(folder))
                print(f"ok {number} - {function.__name__}", flush=True)
            except Exception as error:  # whatever went wrong is this test's failure
                failed += 1
                print(f"# {type(error).__name__}: {str(error)[:2000]}".replace("\n", "\n# "))
                print(f"not ok {number} - {function.__name__}", flush=True)
    print(f"1..{len(tests)}")
    return 1 if failed else 0


sys.exit(main())
