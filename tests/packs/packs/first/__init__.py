"""The older way to write nodes: classes with INPUT_TYPES."""
import asyncio
import mmap
import os
import signal
import socket
import threading
import time

import comfy.utils
import folder_paths
from aiohttp import web
from comfy_execution.graph_utils import ExecutionBlocker, GraphBuilder
from server import PromptServer

CALLS = {}


class Base:
    CATEGORY = "test"
    FUNCTION = "go"


class Gray(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("FLOAT", {"default": 0.5, "min": 0.0, "max": 1.0}), "size": ("INT", {"default": 8, "min": 1, "max": 64})}}

    RETURN_TYPES = ("IMAGE", "MASK")

    def go(self, value, size):
        import numpy
        return numpy.full((1, size, size, 3), value, dtype=numpy.float32), numpy.full((1, size, size), value, dtype=numpy.float32)


class Mean(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"image": ("IMAGE",)}}

    RETURN_TYPES = ("FLOAT",)
    OUTPUT_NODE = True

    def go(self, image):
        mean = float(image.mean())
        image[:] = 0  # a node that spoils its input spoils only its own copy
        return {"ui": {"text": [f"{mean:.4f}"]}, "result": (mean,)}


class Lazy(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"which": ("INT", {"default": 0}), "a": ("FLOAT", {"lazy": True}), "b": ("FLOAT", {"lazy": True})}}

    RETURN_TYPES = ("FLOAT",)

    def check_lazy_status(self, which, a, b):
        return ["a" if which == 0 else "b"] if (a if which == 0 else b) is None else []

    def go(self, which, a=None, b=None):
        return (a if which == 0 else b,)


class Fails(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("FLOAT", {"default": 0.5})}}

    RETURN_TYPES = ("FLOAT",)

    def go(self, value):
        raise ValueError("on purpose")


class Dies(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("FLOAT", {"default": 0.5})}}

    RETURN_TYPES = ("FLOAT",)

    def go(self, value):
        os.kill(os.getpid(), signal.SIGKILL)


class Strict(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("FLOAT", {"default": 0.5, "min": 0.0, "max": 1.0})}}

    @classmethod
    def VALIDATE_INPUTS(cls, value):
        return True if value != 7 else "seven is not wanted"

    RETURN_TYPES = ("FLOAT",)

    def go(self, value):
        return (value,)


class Changes(Base):
    """Counts its runs; known again while `mark` stays."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"mark": ("INT", {"default": 0})}}

    @classmethod
    def IS_CHANGED(cls, mark):
        return float("nan") if mark < 0 else False

    RETURN_TYPES = ("FLOAT",)

    def go(self, mark):
        CALLS[mark] = CALLS.get(mark, 0) + 1
        return (float(CALLS[mark]),)


class Expands(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"n": ("INT", {"default": 2})}}

    RETURN_TYPES = ("FLOAT",)

    def go(self, n):
        graph = GraphBuilder()
        if n <= 1:
            return {"result": (graph.node("FirstStrict", value=0.25).out(0),), "expand": graph.finalize()}
        inner = graph.node("FirstExpands", n=n - 1)
        return {"result": (inner.out(0),), "expand": graph.finalize()}


class Blocks(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("FLOAT", {"default": 0.5})}}

    RETURN_TYPES = ("FLOAT",)

    def go(self, value):
        return (ExecutionBlocker("not today"),)


class Sleeps(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"seconds": ("FLOAT", {"default": 0.5})}}

    RETURN_TYPES = ("FLOAT",)

    async def go(self, seconds):
        began = time.monotonic()
        await asyncio.sleep(seconds)
        return (time.monotonic() - began,)


class Slow(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"steps": ("INT", {"default": 100})}}

    RETURN_TYPES = ("FLOAT",)

    def go(self, steps):
        bar = comfy.utils.ProgressBar(steps)
        for _ in range(steps):
            time.sleep(0.05)
            bar.update(1)
        return (1.0,)


class Picture:
    """As much of Pillow's image as a preview takes."""
    size, mode = (8, 8), "RGB"

    def convert(self, mode):
        return self

    def resize(self, size, *_):
        return self

    def tobytes(self):
        return b"\x80\x40\x20" * 64


class Paints(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"steps": ("INT", {"default": 3})}}

    RETURN_TYPES = ("FLOAT",)

    def go(self, steps):
        bar = comfy.utils.ProgressBar(steps)
        for step in range(steps):
            bar.update_absolute(step + 1, steps, ("JPEG", Picture(), 512))
            time.sleep(0.15)  # previews come ten times a second at most
        return (1.0,)


class Thing:
    def __init__(self, value):
        self.value = value


class MakesThing(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("FLOAT", {"default": 0.5})}}

    RETURN_TYPES = ("THING",)

    def go(self, value):
        return (Thing(value),)


class OpensThing(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"thing": ("THING",)}}

    RETURN_TYPES = ("FLOAT",)

    def go(self, thing):
        return (thing.value,)


class Sums(Base):
    """Takes any number of inputs that it does not declare."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}, "hidden": {"me": "UNIQUE_ID"}}

    RETURN_TYPES = ("FLOAT", "STRING")

    def go(self, me, **more):
        return (float(sum(more.values())), me)


class Lists(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"n": ("INT", {"default": 3})}}

    RETURN_TYPES = ("FLOAT",)
    OUTPUT_IS_LIST = (True,)

    def go(self, n):
        return ([i / 10 for i in range(n)],)


class TakesLists(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"values": ("FLOAT", {"forceInput": True}), "factor": ("FLOAT", {"default": 1.0})}}

    INPUT_IS_LIST = True
    RETURN_TYPES = ("FLOAT",)

    def go(self, values, factor):
        return (sum(values) * factor[0],)


class Shows(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("FLOAT", {"forceInput": True})}}

    RETURN_TYPES = ()
    OUTPUT_NODE = True

    def go(self, value):
        PromptServer.instance.send_sync("first.shown", {"value": value})
        return {"ui": {"text": [f"{value:.3f}"]}}


class Picks(Base):
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"file": (sorted(os.listdir(folder_paths.get_input_directory())),)}}

    RETURN_TYPES = ("STRING",)

    def go(self, file):
        return (file,)


class Halves(Base):
    """Half the loudness, twice the length."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"audio": ("AUDIO",)}}

    RETURN_TYPES = ("AUDIO", "INT")

    def go(self, audio):
        import numpy
        sound = numpy.asarray(audio["waveform"]) / 2
        return ({"waveform": numpy.concatenate([sound, sound], axis=-1), "sample_rate": audio["sample_rate"]}, sound.shape[-1])


class Doubles(Base):
    """A latent with twice the value, and what it came to."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"latent": ("LATENT",)}}

    RETURN_TYPES = ("LATENT", "FLOAT")

    def go(self, latent):
        made = dict(latent, samples=latent["samples"] * 2 + 1)
        return made, float(made["samples"].mean()) + made["samples"].ndim


class Labels(Base):
    """A latent with all that may come beside its samples, and what came."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"latent": ("LATENT",)}}

    RETURN_TYPES = ("LATENT", "STRING")

    def go(self, latent):
        import numpy
        told = f"{sorted(latent)} {latent.get('type')} {latent.get('batch_index')} {tuple(latent['noise_mask'].shape) if 'noise_mask' in latent else None}"
        mask = numpy.ones((1, 4, 4), dtype=numpy.float32)
        return {**latent, "type": "audio", "noise_mask": mask, "batch_index": [3] * len(latent["samples"])}, told


class AnyType(str):
    def __ne__(self, other):
        return False


class Chooses(Base):
    """What switches of many packs do: any type in, the same out."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"first": ("BOOLEAN", {"default": True})}, "optional": {"a": (AnyType("*"), {"lazy": True}), "b": (AnyType("*"), {"lazy": True})}}

    RETURN_TYPES = (AnyType("*"),)

    def check_lazy_status(self, first, a=None, b=None):
        return ["a"] if first and a is None else ["b"] if not first and b is None else []

    def go(self, first, a=None, b=None):
        return (a if first else b,)


class Knows(Base):
    """Who asks, and in which prompt."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}}

    RETURN_TYPES = ()
    OUTPUT_NODE = True

    def go(self):
        server = PromptServer.instance
        return {"ui": {"text": [str(server.client_id), str(server.last_prompt_id), str(server.last_node_id)]}}


class Prison(Base):
    """What the sandbox lets through."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"path": ("STRING", {"default": ""})}}

    @classmethod
    def IS_CHANGED(cls, path):
        return float("nan")

    RETURN_TYPES = ()
    OUTPUT_NODE = True

    def go(self, path):
        found = []
        try:
            open(path, "w").close()
            found.append("wrote outside")
        except OSError:
            found.append("kept inside")
        with open(os.path.join(folder_paths.get_output_directory(), "made.txt"), "w") as file:
            file.write("x")
        try:
            socket.create_connection(("127.0.0.1", int(os.environ.get("TEST_PORT", "9"))), timeout=1)
            found.append("network")
        except OSError as error:
            found.append("no network" if error.errno in (101, 111) else str(error))
        return {"ui": {"text": found}}


class Takes(Base):
    """Nine tenths of the machine's memory at once, untouched."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}}

    RETURN_TYPES = ("FLOAT",)

    def go(self):
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 9 // 10
        try:
            mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        except OSError:
            return (1.0,)
        return (0.0,)


class Speaks(Base):
    """Says its number to clients, from this thread and from another."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"value": ("FLOAT", {"default": 0.0})}, "hidden": {"node": "UNIQUE_ID"}}

    RETURN_TYPES = ("FLOAT",)

    @classmethod
    def IS_CHANGED(cls, **_):
        return float("nan")

    def go(self, value, node):
        PromptServer.instance.send_sync("first.spoken", {"node": node})
        thread = threading.Thread(target=PromptServer.instance.send_sync, args=("first.spoken", {"node": node}))
        thread.start()
        thread.join()
        return (value,)


NODE_CLASS_MAPPINGS = {"First" + kind.__name__: kind for kind in (
    Speaks, Takes,
    Gray, Mean, Paints, Lazy, Fails, Dies, Strict, Changes, Expands, Blocks, Sleeps, Slow, MakesThing, OpensThing, Sums, Lists, TakesLists, Shows, Picks, Halves, Doubles, Labels, Chooses, Knows, Prison)}
NODE_DISPLAY_NAME_MAPPINGS = {"FirstGray": "Gray Picture"}
WEB_DIRECTORY = "./web"


# --- routes and a prompt handler of its own ---

routes = PromptServer.instance.routes


@routes.get("/first/hello/{name}")
async def hello(request):
    await asyncio.sleep(0)
    return web.json_response({"hello": request.match_info["name"], "loud": request.rel_url.query.get("loud"), "agent": request.headers.get("user-agent", "")[:6]})


@routes.post("/first/upload")
async def upload(request):
    form = await request.post()
    return web.Response(text=f"{form['note']} {form['file'].filename} {len(form['file'].file.read())}", status=201, headers={"X-First": "yes"})


@routes.post("/first/broken")
async def broken(request):
    raise RuntimeError("on purpose")


@routes.get("/first/refuses")
async def refuses(request):
    raise web.HTTPForbidden(text="not for you")


routes.static("/first/files", os.path.join(os.path.dirname(__file__), "web"))


def rewrite(body):
    if "first" in body:
        body["prompt"]["1"]["inputs"]["value"] = body.pop("first")
    return body


PromptServer.instance.add_on_prompt_handler(rewrite)
