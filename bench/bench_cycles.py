"""bench_cycles.py PICTURE [--json] - Miktos against Blender's Cycles on the CPU: error after equal time.

The same GLB, light, resolution and bounces. Each program's pictures are compared with a long reference of its own, so that
neither is charged for the other's idea of a material; how far the two references are apart is printed as well. Each number of
samples has its own seed, so that a reference shares no noise with what it judges.
Error: mean of (a - b)^2 / (b^2 + 0.01) over pixels and channels. Times hold building the tree and tracing, not reading.
"""
import array
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WIDTH, HEIGHT = 320, 180
SAMPLES = [1, 2, 4, 8, 16, 32, 64]
REFERENCE = 1024
TIMES_S = [0.25, 0.5, 1, 2, 4]


def read(path):
    values = array.array("f")
    values.frombytes(Path(path).read_bytes())
    return values


def error(a, b):
    return sum((x - y) ** 2 / (y * y + 0.01) for x, y in zip(a, b)) / len(b)


def run_ours(picture, glb, folder, samples, denoises):
    out = folder / "ours.f32"
    command = [picture, glb, out, WIDTH, HEIGHT, samples] + (["--denoise"] if denoises else [])
    done = subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True)
    return float(done.stdout), read(out)


def run_cycles(glb, folder):
    """{name: {samples: (seconds, pixels)}}"""
    script = Path(__file__).with_name("cycles.py")
    command = ["blender", "-b", "-P", script, "--", glb, folder, WIDTH, HEIGHT, *SAMPLES, REFERENCE]
    system = {**os.environ, "PATH": "/usr/bin:/bin"}  # Blender looks for its Python there: another one has no NumPy for it
    done = subprocess.run([str(c) for c in command], check=True, capture_output=True, text=True, env=system)
    results = {}
    for line in done.stdout.splitlines():
        words = line.split()
        if len(words) == 3 and words[0] in ("cycles", "cycles-denoised"):
            results.setdefault(words[0], {})[int(words[1])] = (float(words[2]), read(folder / f"{words[0]}-{words[1]}.f32"))
    if REFERENCE not in results.get("cycles", {}):
        sys.exit("Blender rendered nothing. It said:\n" + done.stdout[-2000:] + done.stderr[-2000:])
    return results


def error_at(curve, seconds):
    """Between measured points along a straight line in logarithms; None outside them."""
    for (t0, e0), (t1, e1) in zip(curve, curve[1:]):
        if t0 <= seconds <= t1:
            share = math.log(seconds / t0) / math.log(t1 / t0)
            return math.exp(math.log(e0) + share * math.log(e1 / e0))
    return None


def main():
    picture, as_json = sys.argv[1], "--json" in sys.argv
    if shutil.which("blender") is None:
        print("blender is not here: tools/setup.sh bench installs it")
        return 77
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        glb = folder / "still-life.glb"
        subprocess.run([picture, "--write", str(glb)], check=True)
        cycles = run_cycles(glb, folder)
        truths = {"ours": run_ours(picture, glb, folder, REFERENCE, False)[1], "cycles": cycles["cycles"][REFERENCE][1]}
        curves = {}
        for name, denoises in (("Miktos", False), ("Miktos, filtered", True)):
            rows = [run_ours(picture, glb, folder, n, denoises) for n in SAMPLES]
            curves[name] = sorted((seconds, error(pixels, truths["ours"])) for seconds, pixels in rows)
        for key, name in (("cycles", "Cycles"), ("cycles-denoised", "Cycles, denoised")):
            if key in cycles:
                curves[name] = sorted((s, error(p, truths["cycles"])) for n, (s, p) in cycles[key].items() if n != REFERENCE)
        apart = error(truths["ours"], truths["cycles"])
    if as_json:
        print(json.dumps({"name": "error against time", "curves": curves, "references_apart": apart}))
        return 0
    for name, curve in curves.items():
        print(f"{name:18}" + "  ".join(f"{t:6.2f} s {e:.5f}" for t, e in curve))
    if "Cycles, denoised" not in curves:
        print("Cycles, denoised  : this build of Blender has no denoiser for the CPU")
    print(f"the two references are {apart:.5f} apart")
    for seconds in TIMES_S:
        found = {name: error_at(curve, seconds) for name, curve in curves.items()}
        print(f"after {seconds:4} s: " + ", ".join(f"{name} {e:.5f}" if e is not None else f"{name} -" for name, e in found.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
