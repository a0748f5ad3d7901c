"""cycles.py - runs inside Blender: blender -b -P cycles.py -- IN.glb FOLDER WIDTH HEIGHT SAMPLES...

Renders the GLB with Cycles on the CPU once per number of samples and writes FOLDER/cycles-N.f32 (linear RGB, rows from the
top). Prints `samples N seconds S` for each. The light is the one that picture.c sets.
"""
import sys
import time

import bpy
import numpy
from mathutils import Vector

numpy.bool = getattr(numpy, "bool", bool)  # Blender 3.4's reader of glTF asks for what NumPy 1.24 no longer has

glb, folder, width, height = sys.argv[sys.argv.index("--") + 1:][:4]
counts = [int(n) for n in sys.argv[sys.argv.index("--") + 5:]]

bpy.ops.wm.read_factory_settings(use_empty=True)
bpy.ops.import_scene.gltf(filepath=glb)
scene = bpy.context.scene
for thing in [o for o in scene.objects if o.type == "LIGHT"]:
    bpy.data.objects.remove(thing)
scene.camera = next(o for o in scene.objects if o.type == "CAMERA")

sun = bpy.data.lights.new("sun", "SUN")
sun.energy, sun.angle = 3, 0.1  # angle: the diameter
holder = bpy.data.objects.new("sun", sun)
holder.rotation_mode = "QUATERNION"
holder.rotation_quaternion = Vector((-0.5, 0.4, -0.8)).to_track_quat("-Z", "Y")  # Blender's Z is up
scene.collection.objects.link(holder)
scene.world = bpy.data.worlds.new("sky")
scene.world.use_nodes = True
scene.world.node_tree.nodes["Background"].inputs["Color"].default_value = (0.4, 0.5, 0.6, 1)

scene.render.engine = "CYCLES"
scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = int(width), int(height), 100
scene.render.image_settings.file_format = "OPEN_EXR"
scene.render.image_settings.color_depth = "32"
scene.cycles.device = "CPU"
scene.cycles.use_adaptive_sampling = False
scene.cycles.use_denoising = False
for name in ("max_bounces", "diffuse_bounces", "glossy_bounces"):
    setattr(scene.cycles, name, 6)
try:
    scene.cycles.denoiser = "OPENIMAGEDENOISE"
    has_denoiser = True
except TypeError:
    has_denoiser = False
print("denoiser", "yes" if has_denoiser else "no", flush=True)


def render(samples, denoises):
    scene.cycles.samples = scene.cycles.seed = samples  # a seed for each: a reference shares no noise with what it judges
    scene.cycles.use_denoising = denoises
    scene.render.filepath = f"{folder}/cycles.exr"
    started = time.monotonic()
    bpy.ops.render.render(write_still=True)
    seconds = time.monotonic() - started
    image = bpy.data.images.load(scene.render.filepath)
    pixels = numpy.array(image.pixels[:], dtype=numpy.float32).reshape(int(height), int(width), 4)[::-1, :, :3]
    bpy.data.images.remove(image)
    name = "cycles-denoised" if denoises else "cycles"
    pixels.tofile(f"{folder}/{name}-{samples}.f32")
    print(f"{name} {samples} {seconds:.4f}", flush=True)


render(1, False)  # the first pays for starting up: not counted
for count in counts:
    render(count, False)
    if has_denoiser:
        render(count, True)
