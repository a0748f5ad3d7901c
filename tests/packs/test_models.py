"""Models in the hands of packs written for ComfyUI: what the engine owns goes through them, is looked into and used."""
import json
import pathlib
import subprocess
import sys

from engine_of_packs import Listener, PYTHON, Tests, equal, failure_of

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
FOLDER = pathlib.Path(__file__).parent / "models"
MODELS = {"checkpoints": "tiny_sd15", "loras": "tiny_lora", "controlnet": "tiny_controlnet", "upscale_models": "tiny_esrgan_x4"}
HAS_TORCH = subprocess.run([PYTHON, "-c", "import torch"], stderr=subprocess.DEVNULL).returncode == 0  # else packs get numpy's arrays
test = Tests()

LOADED = {"ckpt": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "tiny_sd15.safetensors"}},
          "yes": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["ckpt", 1], "text": "a red ball"}},
          "no": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["ckpt", 1], "text": "blurry"}},
          "empty": {"class_type": "EmptyLatentImage", "inputs": {"width": 64, "height": 64, "batch_size": 1}}}
PARTS = {"model": ["ckpt", 0], "positive": ["yes", 0], "negative": ["no", 0], "latent_image": ["empty", 0]}
SAMPLED = {**LOADED, "own": {"class_type": "KSampler", "inputs": {**PARTS, "seed": 7, "steps": 3, "cfg": 4.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0}}}


def prepare(base):
    for kind, name in MODELS.items():
        folder = base / "models" / kind
        folder.mkdir(parents=True)
        (folder / (name + ".safetensors")).write_bytes((ROOT / "tests" / "golden" / (name + ".safetensors")).read_bytes())


def run(engine, prompt):
    record = engine.run(prompt, 120)
    if record["status"]["status_str"] != "success":
        failure = failure_of(record)
        raise AssertionError(f"{failure['node_type']}: {failure['exception_message']}\n{''.join(failure['traceback'])}")
    return {node: shown["text"] for node, shown in record["outputs"].items() if "text" in shown}


def node(kind, **inputs):
    return {"class_type": kind, "inputs": inputs}


def tell(source):
    return node("PreviewAny", source=source)


def failing(engine, prompt):
    return failure_of(engine.run(prompt, 120))["exception_message"]


def no_difference(engine, prompt, a, b):
    told = run(engine, {**prompt, "differ": node("ModelDiffer", a=a, b=b), "told": tell(["differ", 0])})["told"]
    assert float(told[0]) < 1e-4, told


@test
def what_the_engine_owns_goes_through_a_pack_and_is_the_same(engine):
    through = {name: node("ModelThrough", anything=link) for name, link in
               {"m": ["ckpt", 0], "c": ["ckpt", 1], "v": ["ckpt", 2], "p": ["yes2", 0], "l": ["empty", 0]}.items()}
    again = {**through, "m2": node("PassingSwitch", any_1=["m", 0]), "yes2": node("CLIPTextEncode", clip=["c", 0], text="a red ball"),
             "other": node("KSampler", model=["m2", 0], positive=["p", 0], negative=["no", 0], latent_image=["l", 0], seed=7, steps=3, cfg=4.0, sampler_name="euler",
                           scheduler="normal", denoise=1.0), "seen": node("VAEDecode", vae=["v", 0], samples=["other", 0]), "shown": node("PreviewImage", images=["seen", 0])}
    no_difference(engine, {**SAMPLED, **again}, ["own", 0], ["other", 0])


@test
def packs_look_into_prompts_and_change_them(engine):
    prompt = {**LOADED, "1": node("ModelLooks", prompt_of=["yes", 0]), "2": tell(["1", 0]), "3": node("ModelEdits", prompt_of=["yes", 0]),
              "4": node("ConditioningSetTimestepRange", conditioning=["3", 0], start=0.5, end=1.0), "5": node("ModelLooks", prompt_of=["4", 0]), "6": tell(["5", 0])}
    told = run(engine, prompt)
    equal(told["2"], ["list 1 (1, 77, 64) ['pooled_output'] None None"])
    equal(told["6"], ["list 1 (1, 77, 64) ['area', 'end_percent', 'note', 'pooled_output', 'set_area_to_bounds', 'start_percent', 'strength', 'thing'] (4, 4, 0, 0) mine"])
    sampled = {**SAMPLED, "3": prompt["3"], "other": node("KSampler", **{**SAMPLED["own"]["inputs"], "positive": ["3", 0]}),
               "differ": node("ModelDiffer", a=["own", 0], b=["other", 0]), "told": tell(["differ", 0])}
    assert float(run(engine, sampled)["told"][0]) > 1e-3, "an edited prompt gives another picture"


@test
def every_way_to_sample_gives_what_the_engine_gives(engine):
    for kind in ("SamplesByHelper", "SamplesByClass", "SamplesInTwoParts", "Mine", *(["SamplesByModule", "SamplesByParts"] if HAS_TORCH else [])):
        no_difference(engine, {**SAMPLED, "other": node("Model" + kind, **PARTS)}, ["own", 0], ["other", 0])


@test
def parts_of_sampling_that_a_pack_made_are_the_engines(engine):
    if not HAS_TORCH:  # which draws the noise
        return
    parts = {**SAMPLED, "p": node("ModelSamplesByParts", **PARTS)}
    other = node("SamplerCustomAdvanced", noise=["p", 3], guider=["p", 4], sampler=["p", 2], sigmas=["p", 1], latent_image=["empty", 0])
    no_difference(engine, {**parts, "other": other}, ["own", 0], ["other", 0])


@test
def texts_are_encoded_for_packs(engine):
    prompt = {**LOADED, "e": node("ModelEncodes", clip=["ckpt", 1], text="a red ball"), "last": node("CLIPSetLastLayer", clip=["ckpt", 1], stop_at_clip_layer=-2),
              "skipped": node("CLIPTextEncode", clip=["last", 0], text="a red ball")}
    for a, b in (["yes", 0], ["e", 0]), (["yes", 0], ["e", 1]), (["skipped", 0], ["e", 2]):
        no_difference(engine, prompt, a, b)


@test
def pictures_are_decoded_and_encoded_for_packs(engine):
    prompt = {**SAMPLED, "d": node("ModelDecodes", vae=["ckpt", 2], samples=["own", 0]), "seen": node("VAEDecode", vae=["ckpt", 2], samples=["own", 0]),
              "back": node("VAEEncode", vae=["ckpt", 2], pixels=["seen", 0])}
    for a, b in (["seen", 0], ["d", 0]), (["seen", 0], ["d", 1]), (["back", 0], ["d", 2]):
        no_difference(engine, prompt, a, b)


@test
def a_pack_loads_models_and_keeps_them_from_prompt_to_prompt(engine):
    for again, wanted in (1, "new"), (2, "known"):
        loaded = {**SAMPLED, "ckpt2": node("ModelLoads", ckpt_name="tiny_sd15.safetensors", again=again), "word": tell(["ckpt2", 3]),
                  "other": node("KSampler", **{**SAMPLED["own"]["inputs"], "model": ["ckpt2", 0]})}
        told = run(engine, {**loaded, "differ": node("ModelDiffer", a=["own", 0], b=["other", 0]), "told": tell(["differ", 0])})
        equal((told["word"], float(told["told"][0]) < 1e-4), ([wanted], True))


@test
def loras_and_controls_of_packs_do_what_those_of_the_engine_do(engine):
    lora = {**SAMPLED, "d": node("ModelDresses", model=["ckpt", 0], clip=["ckpt", 1]),
            "l": node("LoraLoader", model=["ckpt", 0], clip=["ckpt", 1], lora_name="tiny_lora.safetensors", strength_model=0.75, strength_clip=0.5),
            "a": node("KSampler", **{**SAMPLED["own"]["inputs"], "model": ["d", 0]}), "b": node("KSampler", **{**SAMPLED["own"]["inputs"], "model": ["l", 0]})}
    no_difference(engine, lora, ["a", 0], ["b", 0])
    picture = node("EmptyImage", width=64, height=64, batch_size=1, color=0x4080C0)
    control = {**SAMPLED, "i": picture, "g": node("ModelGuides", prompt_of=["yes", 0], image=["i", 0]), "g2": node("ModelGuides", prompt_of=["g", 0], image=["i", 0]),
               "net": node("ControlNetLoader", control_net_name="tiny_controlnet.safetensors"),
               "c": node("ControlNetApplyAdvanced", positive=["yes", 0], negative=["no", 0], control_net=["net", 0], image=["i", 0], strength=0.8, start_percent=0.0, end_percent=0.9),
               "a": node("KSampler", **{**SAMPLED["own"]["inputs"], "positive": ["g", 0]}),
               "b": node("KSampler", **{**SAMPLED["own"]["inputs"], "positive": ["c", 0], "negative": ["c", 1]})}
    no_difference(engine, control, ["a", 0], ["b", 0])
    chained = {**control, "a": node("KSampler", **{**SAMPLED["own"]["inputs"], "positive": ["g2", 0]}), "differ": node("ModelDiffer", a=["a", 0], b=["b", 0]), "told": tell(["differ", 0])}
    assert float(run(engine, chained)["told"][0]) > 1e-5, "a second control changes the picture further"


@test
def an_interrupt_reaches_the_node_that_a_pack_asked_for(engine):
    listener = Listener(engine, "watcher")
    prompt = {**LOADED, "1": node("ModelEndless", **PARTS), "2": node("SaveLatent", samples=["1", 0], filename_prefix="never")}
    _, body = engine.call("POST", "/prompt", {"client_id": "watcher", "prompt": prompt})
    while True:  # until it has told of a step
        kind, message = listener.next()
        if kind == "text" and message["type"] == "progress":
            break
    equal((message["data"]["node"], message["data"]["max"]), ("1", 10000))
    engine.call("POST", "/interrupt", {})
    listener.close()
    messages = [kind for kind, _ in engine.wait(json.loads(body)["prompt_id"], 60)["status"]["messages"]]
    equal(messages[-1], "execution_interrupted")


@test
def patches_that_nobody_can_run_are_refused_by_name(engine):
    def patch(what):
        return failing(engine, {**LOADED, "p": node("ModelPatches", model=["ckpt", 0], what=what), "t": tell(["p", 0])})
    assert "ModelPatcher.set_model_unet_function_wrapper is not here" in patch("wrapper"), patch("wrapper")
    assert "ModelPatcher.model_options cannot be changed" in patch("options"), patch("options")


@test
def pictures_are_scaled_with_models_for_packs(engine):
    prompt = {"i": node("EmptyImage", width=16, height=16, batch_size=1, color=0x4080C0), "u": node("UpscaleModelLoader", model_name="tiny_esrgan_x4.safetensors"),
              "s": node("ModelScales", image=["i", 0], upscale_model=["u", 0]), "own": node("ImageUpscaleWithModel", image=["i", 0], upscale_model=["u", 0])}
    for output in (0, 1) if HAS_TORCH else (0,):
        no_difference(engine, prompt, ["own", 0], ["s", output])


@test
def any_node_of_the_engine_can_be_called_and_says_what_is_wrong(engine):
    def ask(name):
        return {"a": node("ModelAsks", name=name), "t": tell(["a", 0])}
    equal(run(engine, ask("well"))["t"], ["(1, 24, 16, 3) 0.25 True ['tiny_sd15.safetensors']"])
    equal(failing(engine, ask("wrong")).strip(), "KSampler: input “model” takes a MODEL, this is a STRING")
    equal(failing(engine, ask("missing")).strip(), "ImageScaleBy needs its input “upscale_method” (COMBO)")
    equal(failing(engine, ask("many")).strip(), "ImageInvert takes 1 inputs (image), 3 were given")


@test
def what_only_one_pack_can_hold_goes_through_another(engine):
    held = {"h": node("PassingHolds"), "x": node("ModelThrough", anything=["h", 0]), "t": node("PassingTells", secret=["x", 0]), "s": tell(["t", 0])}
    equal(run(engine, held)["s"], ["[1, 2, 3]"])


@test
def habits_of_well_known_packs_work(engine):
    told = run(engine, {**LOADED, "s": node("HabitScaled", model=["ckpt", 0]), "t": tell(["s", 0])})["t"]
    equal(told, ["0.18215 5 0.0"])
    if not HAS_TORCH:
        return
    equal(run(engine, {"r": node("HabitReadsWeights", name="tiny_lora.safetensors"), "t": tell(["r", 0])})["t"][0].split(" (")[0], "True True")
    picture = {"i": node("EmptyImage", width=56, height=40, batch_size=2, color=0x4080C0), "a": node("HabitTiles", image=["i", 0]),
               "b": node("ImageScaleBy", image=["i", 0], upscale_method="nearest-exact", scale_by=2.0)}
    no_difference(engine, picture, ["a", 0], ["b", 0])


@test
def values_in_a_graph_that_a_node_becomes_reach_its_nodes(engine):
    once = {**LOADED, "g": node("HabitGrows", model=["ckpt", 0], positive=["yes", 0], latent=["empty", 0], total=2), "t": tell(["g", 2])}
    first = {"class_type": "KSampler", "inputs": {"model": ["g", 1], "positive": ["yes", 0], "negative": ["yes", 0], "latent_image": ["empty", 0], "seed": 0, "steps": 1,
                                                  "cfg": 1.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0}}
    own = {**once, "1": first, "2": {**first, "inputs": {**first["inputs"], "latent_image": ["1", 0], "seed": 1}}}
    no_difference(engine, own, ["g", 0], ["2", 0])
    equal(run(engine, once)["t"], ["plain"])


sys.exit(test.run(PROGRAM, ROOT, FOLDER, prepare=prepare))
