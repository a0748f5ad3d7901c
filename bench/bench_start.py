"""From starting `miktos-desktop` to its window on the screen, and to the interface drawn in it, on a screen of its own (Xvfb).

bench_start.py MIKTOS_DESKTOP ROOT [--json] [--runs N] [--strip FOLDER]. Cold = a new data folder and no cache; warm = the same folder
again. The screen is read every few milliseconds; the window is there when something is,
the interface when its first bar is drawn in many colours."""
import ctypes
import json
import os
import pathlib
import signal
import statistics
import subprocess
import sys
import tempfile
import time

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
AS_JSON = "--json" in sys.argv
N_RUNS = int(sys.argv[sys.argv.index("--runs") + 1]) if "--runs" in sys.argv else 3
STRIP = pathlib.Path(sys.argv[sys.argv.index("--strip") + 1]) if "--strip" in sys.argv else None
WIDTH, HEIGHT, LONGEST_S = 1440, 900, 60
FRAME, TOP = 55, 120  # rows: the window's own frame, and with the page's first bar


class Image(ctypes.Structure):
    """The head of Xlib's XImage."""
    _fields_ = [("width", ctypes.c_int), ("height", ctypes.c_int), ("xoffset", ctypes.c_int), ("format", ctypes.c_int), ("data", ctypes.c_void_p)]


class Screen:
    def __init__(self):
        reader, writer = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{WIDTH}x{HEIGHT}x24"], pass_fds=[writer], stderr=subprocess.DEVNULL)
        os.close(writer)
        self.name = ":" + os.fdopen(reader).readline().strip()
        self.x = ctypes.CDLL("libX11.so.6")
        self.x.XOpenDisplay.restype = ctypes.c_void_p
        self.x.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
        self.x.XDefaultRootWindow.restype = ctypes.c_ulong
        self.x.XGetImage.restype = ctypes.POINTER(Image)
        self.x.XGetImage.argtypes = [ctypes.c_void_p, ctypes.c_ulong, *[ctypes.c_int] * 2, *[ctypes.c_uint] * 2, ctypes.c_ulong, ctypes.c_int]
        self.x.XDestroyImage.argtypes = [ctypes.POINTER(Image)]
        self.display = self.x.XOpenDisplay(self.name.encode())

    def pixels(self, rows):
        """Four bytes each: blue, green, red, nothing."""
        image = self.x.XGetImage(self.display, self.x.XDefaultRootWindow(self.display), 0, 0, WIDTH, rows, 0xFFFFFFFF, 2)
        held = ctypes.string_at(image.contents.data, WIDTH * rows * 4)
        self.x.XDestroyImage(image)
        return held

    def close(self):
        self.server.terminate()
        self.server.wait()


def keep(pixels, name):
    import zlib
    rows = b"".join(b"\0" + bytes(v for x in range(0, WIDTH, 3) for v in (pixels[(y * WIDTH + x) * 4 + 2], pixels[(y * WIDTH + x) * 4 + 1], pixels[(y * WIDTH + x) * 4])) for y in range(0, HEIGHT, 3))
    chunk = lambda kind, data: len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
    head = (WIDTH // 3).to_bytes(4, "big") + (HEIGHT // 3).to_bytes(4, "big") + bytes((8, 2, 0, 0, 0))
    name.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def start(screen, folder, name):
    """Milliseconds until the window, and until the interface."""
    environment = {**os.environ, "DISPLAY": screen.name, "GDK_BACKEND": "x11", "MIKTOS_DATA": str(folder / "data"), "MIKTOS_ASSETS": str(ROOT / "assets"), "XDG_CONFIG_HOME": str(folder / "config"),
                   "XDG_STATE_HOME": str(folder / "state"), "XDG_CACHE_HOME": str(folder / "cache"), "XDG_RUNTIME_DIR": str(folder), "DBUS_SESSION_BUS_ADDRESS": "disabled:", "GTK_A11Y": "none"}
    began = time.perf_counter()
    process = subprocess.Popen([PROGRAM], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    window_ms, last, frames = None, None, []
    try:
        while True:
            pixels, ms = screen.pixels(HEIGHT if STRIP else TOP), (time.perf_counter() - began) * 1000
            if STRIP and pixels != last:
                frames.append((ms, pixels))
            last = pixels
            if window_ms is None and pixels[: WIDTH * TOP * 4].count(0) < WIDTH * TOP * 2:
                window_ms = ms
            if len(set(memoryview(pixels[WIDTH * FRAME * 4 : WIDTH * TOP * 4]).cast("I"))) > 30:
                return window_ms or ms, ms
            if ms > LONGEST_S * 1000 or process.poll() is not None:
                sys.exit("bench_start: the interface was not drawn")
            time.sleep(0.008)
    finally:
        for ms, pixels in frames:
            keep(pixels, STRIP / f"{name}-{ms:05.0f}.png")
        process.send_signal(signal.SIGTERM)
        process.wait()


def show(name, value, goal=0):
    print(json.dumps({"name": name, "value": round(value, 1), "unit": "ms", "goal": goal}) if AS_JSON else f"{name:<44} {value:>12.0f} ms{f'   (goal {goal})' if goal else ''}", flush=True)


def main():
    screen = Screen()
    cold, warm = [], []
    for n in range(N_RUNS):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            cold.append(start(screen, pathlib.Path(name), f"{n}-cold"))
            warm.append(start(screen, pathlib.Path(name), f"{n}-warm"))
    for kind, runs in (("cold", cold), ("warm", warm)):
        show(f"{kind} start to the window", statistics.median(run[0] for run in runs), 1000)
        show(f"{kind} start to the interface drawn", statistics.median(run[1] for run in runs), 1000)
    screen.close()


main()
