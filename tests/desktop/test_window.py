"""The native window under Xvfb, driven through WebKitWebDriver: it starts, shows the interface, opens files and links, and
lets nobody lead it away. On a message bus of its own: one window for each person."""
import contextlib
import ctypes
import ctypes.util
import hashlib
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "check"))
from sandbox import why_no_sandbox

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
tests = []


def test(function):
    tests.append(function)
    return function


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_for(what, seconds=150):
    """Until `what` gives something true; long, for a machine may have much else to do."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what.__name__} did not come true within {seconds} s")


def surroundings(folder, bus="disabled:"):
    """Of a program that leaves nothing outside of `folder` and speaks to nobody but `bus`. Leaks are other tests' matter: WebKit and
    fontconfig keep what they took until the end; what else a sanitizer finds, in the bridge as well, comes to lie in `folder`."""
    (folder / "data").mkdir(exist_ok=True)
    sanitizer = f"{os.environ.get('ASAN_OPTIONS', '')}:detect_leaks=0:log_path={folder}/sanitizer"
    return {**os.environ, "MIKTOS_DATA": str(folder / "data"), "MIKTOS_ASSETS": str(ROOT / "assets"), "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CACHE_HOME": str(folder / "cache"), "XDG_RUNTIME_DIR": str(folder), "GDK_BACKEND": "x11", "LIBGL_ALWAYS_SOFTWARE": "1",
            "GTK_A11Y": "none", "GTK_USE_PORTAL": "0", "ASAN_OPTIONS": sanitizer, "DBUS_SESSION_BUS_ADDRESS": bus}


@contextlib.contextmanager
def notifications(bus):
    """What programs on the bus tell the desktop, as text."""
    monitor = subprocess.Popen(["dbus-monitor", "--address", bus, "interface='org.freedesktop.Notifications'"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    os.set_blocking(monitor.stdout.fileno(), False)
    said = []
    try:
        yield lambda: said.append((monitor.stdout.read() or b"").decode()) or "".join(said)
    finally:
        ended(monitor)


def ended(process):
    process.terminate()
    process.wait(100)


@contextlib.contextmanager
def session_bus():
    daemon = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield daemon.stdout.readline().strip()
    finally:
        ended(daemon)


class Program:
    """The window as people start it, beside others on a bus."""

    def __init__(self, folder, bus, *words):
        self.folder, self.environment = folder, surroundings(folder, bus)
        self.process = subprocess.Popen([PROGRAM, *words], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def api(self, path, body=None):
        """What its bridge answers, None while it is not there yet."""
        address = self.folder / "data" / "bridge.url"
        if not address.exists():
            return None
        data = json.dumps(body).encode() if body is not None else None
        try:
            with urllib.request.urlopen(urllib.request.Request(address.read_text().strip() + "/api/v1" + path, data, {"Content-Type": "application/json"}), timeout=100) as answer:
                return json.loads(answer.read())["data"]
        except OSError:
            return None

    def is_idle(self):
        """Whether nothing is under way for it; what is gets cancelled."""
        live = [task for task in self.api("/tasks")["items"] if task["state"] in ("queued", "leased", "running")]
        for task in live:
            self.api(f"/task/{task['id']}/cancel", {})
        return not live

    def close(self):
        """By its menu, until it has ended, and well."""
        self.activate("close")
        if self.process.wait(150) != 0:
            raise AssertionError(f"it ended with {self.process.returncode}")

    def activate(self, action):
        name = f"org.miktos.Miktos.over_{hashlib.sha256(str(self.folder / 'data').encode()).hexdigest()[:16]}"
        subprocess.run(["gdbus", "call", "--session", "--dest", name, "--object-path", "/" + name.replace(".", "/"), "--method", "org.gtk.Actions.Activate", action, "[]", "{}"],
                       env=self.environment, check=True, stdout=subprocess.DEVNULL, timeout=100)


class Window:
    """A session of WebDriver with the window; `words` are what it is started with."""

    def __init__(self, folder, *words, **more):
        self.environment = {**surroundings(folder), **more}
        self.port = free_port()
        self.driver = subprocess.Popen(["WebKitWebDriver", "--host=127.0.0.1", f"--port={self.port}"], env=self.environment,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        wait_for(self.is_listening)
        options = {"binary": PROGRAM, "args": ["--automation", *words]}
        self.session = self.ask("POST", "/session", {"capabilities": {"alwaysMatch": {"webkitgtk:browserOptions": options}}})["sessionId"]
        wait_for(lambda: self.url().startswith("http://127.0.0.1:"))

    def is_listening(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def ask(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=200) as answer:
                return json.loads(answer.read())["value"]
        except urllib.error.HTTPError as error:
            raise AssertionError(error.read().decode()) from None

    def url(self):
        return self.ask("GET", f"/session/{self.session}/url")

    def run(self, script, *arguments):
        return self.ask("POST", f"/session/{self.session}/execute/sync", {"script": script, "args": list(arguments)})

    def post(self, message):
        """What the shell answers to a message of the page, or “refused: …”."""
        script = "const done = arguments[1]; window.webkit.messageHandlers.miktos.postMessage(arguments[0]).then(done, (e) => done('refused: ' + (e.message ?? e)))"
        return self.ask("POST", f"/session/{self.session}/execute/async", {"script": script, "args": [message]})

    def origin(self):
        return "/".join(self.url().split("/")[:3])

    def api(self, path):
        with urllib.request.urlopen(self.origin() + "/api/v1" + path, timeout=100) as answer:
            return json.loads(answer.read())["data"]

    def close(self):
        try:
            self.ask("DELETE", f"/session/{self.session}")
        except (AssertionError, OSError):
            pass
        os.killpg(self.driver.pid, signal.SIGTERM)
        self.driver.wait(100)


@test
def the_window_finds_no_bridge_and_starts_one(folder):
    window = Window(folder)
    try:
        if "engines" not in window.api("/status"):
            raise AssertionError(window.api("/status"))
    finally:
        window.close()


@test
def a_foreign_address_is_not_shown(folder):
    window = Window(folder)
    try:
        before = window.origin()
        for address in ("https://example.com/", "http://127.0.0.1:9/", "file:///etc/passwd", "data:text/html,hello"):
            window.run("window.location.href = arguments[0]", address)
            time.sleep(0.3)
            if window.origin() != before:
                raise AssertionError(f"{address} led to {window.url()}")
        window.run("window.open('https://example.com/')")
        if len(window.ask("GET", f"/session/{window.session}/window/handles")) != 1:
            raise AssertionError("a second window was opened")
    finally:
        window.close()


@test
def messages_are_checked(folder):
    window = Window(folder)
    try:
        good = [{"type": "running", "n": 0}, {"type": "leave", "n": 0}, {"type": "theme", "theme": "system"}]
        bad = [{"type": "run", "command": "sh"}, {"type": "running", "n": -1}, {"type": "running"}, {"type": "leave", "n": "0"}, {"type": "show-folder", "task": "../.."},
               {"type": "show-folder", "task": "/etc"}, {"type": "show-folder", "path": "/etc"}, {"type": "show-folder", "path": f"{folder}/data/../"}, {"type": "show-folder", "path": f"{folder}/data-other"}, {"type": "save", "task": "a", "file": "b"}, {"type": "drag-out", "task": "a", "file": "../b"}, {"type": "notify", "title": "x"}, {"type": "theme", "theme": "pink"}, {"type": "theme", "dark": True},
               {"type": "words"}, {"type": "words", "words": {"menu": "Menu"}}, {"type": "words", "words": {"menu": 7}}, {"type": "words", "words": "Menu"},
               {"type": "drag-out", "task": "a", "file": "missing.png"}, "ready", 7, None]
        for message in good:
            if window.post(message) is not True:
                raise AssertionError(f"{message}: {window.post(message)}")
        for message in bad:
            answer = window.post(message)
            if not str(answer).startswith("refused: "):
                raise AssertionError(f"{message} was answered {answer}")
    finally:
        window.close()


@test
def a_file_on_the_command_line_is_opened_in_the_page(folder):
    file = folder / "two-nodes.json"
    file.write_text(json.dumps({"1": {"class_type": "EmptyImage", "inputs": {"width": 64}}, "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}}))
    window = Window(folder, str(file))
    try:
        wait_for(lambda: "#/graph" in window.url())
        wait_for(lambda: "two-nodes" in window.run("return document.body.innerText"))
    finally:
        window.close()


class Hand:
    """The pointer of the screen, moved and pressed as a hand does."""

    def __init__(self):
        self.x11, self.xtest = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self.x11.XOpenDisplay.restype = ctypes.c_void_p
        self.display = ctypes.c_void_p(self.x11.XOpenDisplay(os.environ["DISPLAY"].encode()))

    def move(self, x, y):
        self.xtest.XTestFakeMotionEvent(self.display, -1, int(x), int(y), ctypes.c_ulong(0))
        self.x11.XSync(self.display, 0)
        time.sleep(0.02)

    def press(self, is_down):
        self.xtest.XTestFakeButtonEvent(self.display, 1, is_down, ctypes.c_ulong(0))
        self.x11.XSync(self.display, 0)

    def key(self, name):
        self.x11.XStringToKeysym.restype = ctypes.c_ulong
        code = self.x11.XKeysymToKeycode(self.display, ctypes.c_ulong(self.x11.XStringToKeysym(name.encode())))
        for is_down in (1, 0):
            self.xtest.XTestFakeKeyEvent(self.display, code, is_down, ctypes.c_ulong(0))
        self.x11.XSync(self.display, 0)

    def color(self, x, y):
        """What the screen shows there, as 0xRRGGBB; the pointer itself is not seen."""
        self.x11.XGetImage.restype, self.x11.XGetPixel.restype = ctypes.c_void_p, ctypes.c_ulong
        self.x11.XDefaultRootWindow.restype = ctypes.c_ulong
        image = ctypes.c_void_p(self.x11.XGetImage(self.display, ctypes.c_ulong(self.x11.XDefaultRootWindow(self.display)), int(x), int(y), 1, 1, ctypes.c_ulong(0xFFFFFFFF), 2))
        try:
            return self.x11.XGetPixel(image, 0, 0) & 0xFFFFFF
        finally:
            self.x11.XDestroyImage(image)

    def drag(self, begin, end, steps=40, carried=lambda: None):
        """Slowly enough for both sides to answer; `carried` is called while it is held over its goal."""
        self.move(*begin)
        self.press(True)
        for i in range(steps + 1):
            self.move(*(a + (b - a) * i / steps for a, b in zip(begin, end)))
        for i in range(steps):
            self.move(end[0] + i % 5, end[1])
        time.sleep(0.5)
        carried()
        self.press(False)


@test
def a_work_that_is_dragged_out_is_a_file_and_a_file_that_is_dropped_is_opened(folder):
    graph = {"1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 0}}, "2": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}}, "3": {"class_type": "SaveImage", "inputs": {"images": ["2", 0], "filename_prefix": "dragged"}}}
    window, hand = Window(folder), Hand()
    n_nodes = lambda: window.run("return document.querySelector('[data-nodes]')?.dataset.nodes")
    place_of = lambda what: window.run("const b = document.querySelector(arguments[0])?.getBoundingClientRect(); return b && b.width > 0 ? [b.x + b.width / 2, b.y + b.height / 2] : null", what)
    try:
        wait_for(lambda: [e for e in window.api("/status")["engines"] if e["state"] == "up"])
        request = urllib.request.Request(window.origin() + "/api/v1/graphs/run", json.dumps({"title": "dragged", "graph": graph}).encode(), {"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=100).read()
        wait_for(lambda: window.api("/outputs")["items"])
        window.run("localStorage.setItem('miktos.preferences', JSON.stringify({ hasSeenTour: true, room: 'gallery' })); location.hash = '#/graph/gallery'; location.reload()")
        wait_for(lambda: n_nodes() == "0")
        card, canvas = wait_for(lambda: place_of("[data-work='0']")), wait_for(lambda: place_of("[data-nodes]"))
        # Where the page is on the screen is told by the pointer itself.
        window.run("addEventListener('mousemove', (e) => { window.seen = [e.clientX, e.clientY]; })")
        hand.move(700, 400)
        hand.move(701, 401)
        x, y = wait_for(lambda: window.run("return window.seen ?? null"))
        # Its picture, which is white, is under the pointer where the canvas is dark.
        goal, seen = (canvas[0] + 701 - x, canvas[1] + 401 - y), []
        hand.drag((card[0] + 701 - x, card[1] + 401 - y), goal, carried=lambda: seen.append(hand.color(goal[0] + 20, goal[1] + 20)))
        wait_for(lambda: n_nodes() == "3")
        if seen[0] < 0xF0F0F0:
            raise AssertionError(f"#{seen[0]:06x} is carried")
    finally:
        window.close()


@test
def a_link_makes_what_it_says(folder):
    window = Window(folder, "miktos://make?sentence=a%20red%20ball")
    try:
        projects = wait_for(lambda: window.api("/projects")["items"])
        if [project["name"] for project in projects] != ["a red ball"]:
            raise AssertionError(projects)
    finally:
        window.close()


@test
def a_second_start_hands_its_link_to_the_first_and_ends(folder):
    with session_bus() as bus:
        first = Program(folder, bus)
        try:
            wait_for(lambda: first.api("/status"))
            second = Program(folder, bus, "miktos://make?sentence=a%20blue%20cube")
            if second.process.wait(150) != 0:
                raise AssertionError(f"the second ended with {second.process.returncode}")
            wait_for(lambda: "a blue cube" in [project["name"] for project in first.api("/projects")["items"]])
            if first.process.poll() is not None:
                raise AssertionError("the first is gone")
        finally:
            ended(first.process)


@test
def a_start_over_another_folder_is_a_window_of_its_own(folder):
    other = folder / "other"
    other.mkdir()
    with session_bus() as bus:
        first = Program(folder, bus)
        second = Program(other, bus, "miktos://make?sentence=a%20blue%20cube")
        try:
            wait_for(lambda: second.api("/projects") and second.api("/projects")["items"])
            if wait_for(lambda: first.api("/projects"))["items"] != []:
                raise AssertionError("it went into the first folder")
        finally:
            ended(first.process)
            ended(second.process)


@test
def a_window_closed_at_once_finishes_its_film_says_so_and_ends(folder):
    with session_bus() as bus, notifications(bus) as said:
        program = Program(folder, bus, "miktos://make?sentence=a%20red%20ball%20for%200.5%20seconds")
        try:
            wait_for(lambda: program.api("/status"))
            program.activate("close")
            wait_for(lambda: program.api("/projects")["items"])
            wait_for(lambda: "goes on working" in said())
            if program.process.wait(400) != 0:
                raise AssertionError(f"it ended with {program.process.returncode}")
        finally:
            ended(program.process)
        wait_for(lambda: "is ready" in said())
    films = list((folder / "data" / "outputs").glob("*/*.mp4"))
    if len(films) != 1:
        raise AssertionError(f"{len(films)} films")


@test
def a_window_with_nothing_under_way_ends_when_it_is_closed(folder):
    with session_bus() as bus:
        program = Program(folder, bus)
        try:
            wait_for(lambda: program.api("/status"))
            program.close()
        finally:
            ended(program.process)


def descendants(pid):
    """Of a process, with their names."""
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            name, rest = (folder / "stat").read_text().split("(", 1)[1].rsplit(")", 1)
            found.append((int(folder.name), int(rest.split()[1]), name))
        except OSError:
            continue
    below = {pid}
    while more := {child for child, parent, _ in found if parent in below} - below:
        below |= more
    return {child: name for child, _, name in found if child in below - {pid}}


@test
def a_bridge_ends_with_its_window_however_that_ends(folder):
    for number in (signal.SIGTERM, signal.SIGKILL):
        with session_bus() as bus:
            program = Program(folder, bus)
            try:
                wait_for(lambda: program.api("/status"))
                program.process.send_signal(number)
                program.process.wait(150)
                wait_for(lambda: program.api("/status") is None)
            finally:
                ended(program.process)


@test
def a_window_whose_page_crashes_gets_it_back_and_ends_when_it_is_closed(folder):
    with session_bus() as bus:
        program = Program(folder, bus, "miktos://make?sentence=a%20red%20ball")
        pages = lambda: [pid for pid, name in descendants(program.process.pid).items() if name.startswith("WebKitWebProces")]
        try:
            wait_for(lambda: program.api("/projects") and program.api("/projects")["items"])
            wait_for(lambda: program.api("/tasks") and program.api("/tasks")["items"])
            before = pages()
            for pid in before:
                os.kill(pid, signal.SIGKILL)
            wait_for(lambda: [pid for pid in pages() if pid not in before])
            wait_for(program.is_idle)  # or it would finish its film first, which may have been asked for at any time until now
            program.close()
        finally:
            ended(program.process)


@test
def a_window_comes_back_as_large_as_it_was(folder):
    (folder / "state" / "miktos").mkdir(parents=True)
    kept = folder / "state" / "miktos" / "window.conf"
    kept.write_text("[window]\nwidth=1000\nheight=700\nmaximized=false\nfullscreen=false\n")
    with session_bus() as bus:
        program = Program(folder, bus)
        try:
            wait_for(lambda: program.api("/status"))
            program.close()
        finally:
            ended(program.process)
    if "width=1000" not in kept.read_text() or "height=700" not in kept.read_text():
        raise AssertionError(kept.read_text())
    kept.unlink()
    with session_bus() as bus:
        program = Program(folder, bus)
        wait_for(lambda: program.api("/status"))
        ended(program.process)  # from outside
    if "width=1440" not in kept.read_text():
        raise AssertionError(kept.read_text())
    kept.write_text("[window]\nwidth=1000\nheight=700\nmaximized=false\nfullscreen=false\n")
    window = Window(folder)
    try:
        # The window's own frame takes a few pixels of it; without its memory it would be 1440 wide.
        width = wait_for(lambda: window.run("return window.innerWidth"))
        if not 900 < width <= 1000:
            raise AssertionError(f"{width} pixels wide")
    finally:
        window.close()


@test
def what_was_opened_just_before_the_window_closes_is_kept(folder):
    file = folder / "kept.json"
    file.write_text(json.dumps({"1": {"class_type": "EmptyImage", "inputs": {"width": 64}}, "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}}))
    with session_bus() as bus:
        program = Program(folder, bus, str(file))
        try:
            wait_for(lambda: program.api("/status"))
            program.close()
        finally:
            ended(program.process)
    drafts = []
    for path in (folder / "data" / "window").rglob("localstorage.sqlite3"):
        with contextlib.closing(sqlite3.connect(path)) as database:
            drafts += [bytes(value).decode("utf-16-le") for (value,) in database.execute("SELECT value FROM ItemTable WHERE key = 'miktos.graph'")]
    if not any('"name":"kept"' in draft for draft in drafts):
        raise AssertionError(f"kept: {drafts}")


@test
def a_window_keeps_its_address_though_another_program_had_the_usual_port(folder):
    addresses = []
    with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", 8000)):  # or somebody has it already
        addresses.append(address_of_a_window(folder))
    for _ in range(3 - len(addresses)):
        addresses.append(address_of_a_window(folder))
    if len(set(addresses)) != 1:
        raise AssertionError(f"what the page remembers is kept by its address: {addresses}")


def address_of_a_window(folder):
    """Where the bridge is that a window starts and ends again, and that it is there again when it was killed meanwhile."""
    with session_bus() as bus:
        program = Program(folder, bus)
        try:
            wait_for(lambda: program.api("/status"))
            before = (folder / "data" / "bridge.url").read_text()
            for pid, name in descendants(program.process.pid).items():
                if name == "miktos" and b"serve" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGKILL)
            wait_for(lambda: program.api("/status") is None)
            wait_for(lambda: program.api("/status"))
            after = (folder / "data" / "bridge.url").read_text()
            program.close()
        finally:
            ended(program.process)
    if before != after:
        raise AssertionError(f"{before} became {after}")
    return after


@test
def a_bridge_that_was_somebody_elses_and_is_gone_is_replaced(folder):
    others = subprocess.Popen([pathlib.Path(PROGRAM).parents[1] / "cli" / "miktos", "serve", "--port", "0", "--data", str(folder / "data")], env=surroundings(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with session_bus() as bus:
        try:
            wait_for(lambda: (folder / "data" / "bridge.url").exists())
            program = Program(folder, bus, "miktos://make?sentence=a%20red%20ball")
            try:
                wait_for(lambda: program.api("/projects") and program.api("/projects")["items"])
                ended(others)
                wait_for(lambda: program.api("/status"))
            finally:
                ended(program.process)
        finally:
            ended(others)


@test
def what_nothing_opens_is_told_with_its_place(folder):
    nothing = folder / "share"
    nothing.mkdir()
    schemas = "/usr/share/glib-2.0/schemas"  # which WebKit does not start without
    window = Window(folder, **{name: str(nothing) for name in ("XDG_DATA_HOME", "XDG_DATA_DIRS", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS")}, GSETTINGS_SCHEMA_DIR=schemas)
    try:
        wait_for(lambda: window.run("return document.getElementById('root')?.childElementCount > 0"))
        window.post({"type": "show-folder"})
        wait_for(lambda: str(folder / "data" / "outputs") in window.run("return document.querySelector('[data-toasts]')?.innerText ?? ''"))
        window.run("window.location.href = 'https://example.com/a?b=c'")
        wait_for(lambda: "https://example.com/a?b=c" in window.run("return document.querySelector('[data-toasts]').innerText"))
    finally:
        window.close()


@test
def the_window_speaks_the_language_of_the_page(folder):
    window = Window(folder)
    kept = folder / "data" / "window" / "words.json"
    try:
        wait_for(lambda: kept.exists() and '"New Project"' in kept.read_text())
        # Chosen while the page is shown, as in another window of the same browser.
        window.run("localStorage.setItem('miktos.preferences', JSON.stringify({ hasSeenTour: true, language: 'de' }));"
                   "dispatchEvent(new StorageEvent('storage', { key: 'miktos.preferences', newValue: localStorage['miktos.preferences'] }))")
        wait_for(lambda: '"Neues Projekt"' in kept.read_text())
    finally:
        window.close()
    kept.write_text(kept.read_text()[:20])  # what is damaged is no reason not to start
    window = Window(folder)
    try:
        wait_for(lambda: '"New Project"' in kept.read_text())
    finally:
        window.close()


@test
def the_page_is_shown_by_the_process_that_began_with_the_window(folder):
    with session_bus() as bus:
        program = Program(folder, bus)
        began = set()
        try:
            while not (folder / "data" / "window" / "words.json").exists():  # which the page tells
                began |= {pid for pid, name in descendants(program.process.pid).items() if name.startswith("WebKitWebProces")}
                time.sleep(0.01)
            program.close()
        finally:
            ended(program.process)
    if len(began) != 1:
        raise AssertionError(f"{len(began)} processes for one page")


@test
def a_browser_s_page_is_kept_from_whoever_opened_it(folder):
    window = Window(folder)
    try:
        for headers, wanted in (({}, "same-origin"), ({"Miktos-Window": "1"}, None)):
            with urllib.request.urlopen(urllib.request.Request(window.origin() + "/", headers=headers), timeout=100) as answer:
                if answer.headers["Cross-Origin-Opener-Policy"] != wanted:
                    raise AssertionError(f"{headers}: {answer.headers['Cross-Origin-Opener-Policy']}")
    finally:
        window.close()


@test
def the_page_speaks_to_its_bridge_and_to_nobody_else(folder):
    window = Window(folder)
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        try:
            wait_for(lambda: window.run("return document.querySelector('footer')?.textContent.includes('Connected') ?? false"))
            window.run("window.kept = []; addEventListener('securitypolicyviolation', (e) => window.kept.push(`${e.effectiveDirective} ${new URL(e.blockedURI).protocol}`));"
                       "try { new WebSocket(`ws://127.0.0.1:${arguments[0]}/`) } catch {} fetch(`http://127.0.0.1:${arguments[0]}/`).catch(() => 0)", port)
            wait_for(lambda: sorted(window.run("return window.kept")) == ["connect-src http:", "connect-src ws:"], 20)
            stranger.settimeout(0.5)
            try:
                stranger.accept()
                raise AssertionError("somebody else was spoken to")
            except TimeoutError:
                pass
        finally:
            window.close()


@test
def f10_opens_the_menu_of_the_window(folder):
    with session_bus() as bus:
        program, hand = Program(folder, bus), Hand()
        seen = lambda: [hand.color(x, y) for x in range(1170, 1400, 23) for y in range(70, 340, 30)]

        def is_at_rest():
            before = seen()
            time.sleep(1)
            return len(set(before)) > 1 and seen() == before and before
        try:
            wait_for(lambda: program.api("/status"))
            hand.move(720, 600)
            before = wait_for(is_at_rest)
            hand.key("F10")
            wait_for(lambda: sum(a != b for a, b in zip(seen(), before)) > len(before) / 2, 20)
            hand.key("Escape")
            wait_for(lambda: seen() == before, 20)
            program.close()
        finally:
            ended(program.process)


@test
def the_window_wears_what_was_chosen_at_the_next_start(folder):
    kept = folder / "data" / "window" / "theme"
    for before, theme in (("system", "light"), ("light", "dark"), ("nonsense", "system")):
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(before)
        window = Window(folder)
        try:
            wait_for(lambda: window.run("return document.getElementById('root')?.childElementCount > 0"))
            window.run("localStorage.setItem('miktos.preferences', JSON.stringify({ hasSeenTour: true, theme: arguments[0] })); location.reload()", theme)
            wait_for(lambda: kept.read_text() == theme)
            wait_for(lambda: theme == "system" or window.run("return matchMedia('(prefers-color-scheme: light)').matches") == (theme == "light"))
        finally:
            window.close()


@test
def the_folder_of_works_and_foreign_addresses_open_where_such_things_open(folder):
    said, note = folder / "said", folder / "note"
    note.write_text(f'#!/bin/sh\necho "$1" >> "{said}"\n')
    note.chmod(0o755)
    kinds = "inode/directory;x-scheme-handler/https;"
    (folder / "share" / "applications").mkdir(parents=True)
    (folder / "share" / "applications" / "note.desktop").write_text(f"[Desktop Entry]\nType=Application\nName=Note\nExec={note} %u\nMimeType={kinds}\n")
    (folder / "config").mkdir()
    (folder / "config" / "mimeapps.list").write_text("[Default Applications]\n" + "".join(f"{kind}=note.desktop\n" for kind in kinds.split(";")[:-1]))
    window = Window(folder, XDG_DATA_HOME=str(folder / "share"), XDG_CONFIG_HOME=str(folder / "config"))
    try:
        if window.post({"type": "show-folder"}) is not True:
            raise AssertionError("the folder was refused")
        models = folder / "data" / "engine" / "models"
        if window.post({"type": "show-folder", "path": str(models)}) is not True:
            raise AssertionError("the folder of models was refused")
        window.run("window.location.href = 'https://example.com/a?b=c'")
        wait_for(lambda: said.exists() and set(said.read_text().split()) == {str(folder / "data" / "outputs"), str(models), "https://example.com/a?b=c"})
    finally:
        window.close()


def main():
    needed = [name for name in ("Xvfb", "WebKitWebDriver", "dbus-daemon", "dbus-monitor", "gdbus") if shutil.which(name) is None]
    needed += [] if ctypes.util.find_library("Xtst") else ["libxtst6"]
    reason = f"{' and '.join(needed)} not installed" if needed else why_no_sandbox()  # WebKit keeps its pages in one, too
    if reason:
        for number, function in enumerate(tests, 1):
            print(f"ok {number} - {function.__name__} # SKIP {reason}")
        print(f"1..{len(tests)}")
        return 0
    reader, writer = os.pipe()
    screen = subprocess.Popen(["Xvfb", "-displayfd", str(writer), "-screen", "0", "1440x900x24"], pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writer)
    os.environ["DISPLAY"] = ":" + os.fdopen(reader).readline().strip()
    failed = 0
    for number, function in enumerate(tests, 1):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
            try:
                function(pathlib.Path(name))
                for found in pathlib.Path(name).glob("sanitizer.*"):
                    raise AssertionError(found.read_text()[:2000])
                print(f"ok {number} - {function.__name__}", flush=True)
            except Exception as error:
                failed += 1
                print(f"# {type(error).__name__}: {error}")
                print(f"not ok {number} - {function.__name__}", flush=True)
    print(f"1..{len(tests)}")
    screen.terminate()
    return failed > 0


sys.exit(main())
