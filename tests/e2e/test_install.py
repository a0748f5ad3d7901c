"""What `make install` lays down is whole: it runs from where it was put, and nothing in it points back into the sources."""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

BUILD, ROOT = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
tests = []


def test(function):
    tests.append(function)
    return function


class Installed:
    """An installation below `folder`, and what it is run with: no variable says where anything is."""

    def __init__(self, folder):
        self.folder = folder
        subprocess.run(["meson", "install", "-C", str(BUILD), "--no-rebuild", "--quiet", "--destdir", str(folder / "root")], check=True, stdout=subprocess.DEVNULL)
        self.program, = (folder / "root").rglob("bin/miktos")
        self.shared, = (folder / "root").rglob("share/miktos")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("MIKTOS_")}
        self.environment.update(HOME=str(folder), XDG_CACHE_HOME=str(folder / "cache"), XDG_DATA_HOME=str(folder / "data"), XDG_CONFIG_HOME=str(folder / "config"))

    def run(self, *arguments):
        return subprocess.run([self.program, *arguments], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)

    def serve(self, *arguments):
        """A server, and the address that it says it has."""
        process = subprocess.Popen([self.program, *arguments, "--port", "0"], cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return process, process.stdout.readline().split(": ", 1)[1].strip()


def get(address):
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode(errors="replace")


def opened(process):
    """The files that a process has open or mapped."""
    maps = pathlib.Path(f"/proc/{process.pid}/maps").read_text()
    return maps + "".join(os.readlink(link) + "\n" for link in pathlib.Path(f"/proc/{process.pid}/fd").iterdir() if os.path.lexists(link))


@test
def a_sentence_becomes_a_scene(it):
    done = it.run("make", "a red ball bounces on grass", "--only", "glb", "--seconds", "1", "--out", "film")
    assert done.returncode == 0, done.stderr
    assert [p.suffix for p in (it.folder / "film").rglob("*") if p.suffix == ".glb"] == [".glb"], done.stdout


@test
def the_doctor_finds_the_recipes_in_the_installation(it):
    said = it.run("doctor").stdout
    assert str(it.shared / "assets") in said and str(ROOT) + "/" not in said.replace(str(it.folder), ""), said


@test
def the_bridge_serves_its_interface_and_its_pages(it):
    process, address = it.serve("serve")
    try:
        assert "<div id=" in get(address + "/"), "the interface is not served"
        assert "openapi" in json.loads(get(address + "/api/v1/openapi.json"))
        assert str(ROOT) + "/" not in opened(process)
    finally:
        process.terminate()
        process.communicate(timeout=30)


@test
def the_engine_knows_its_nodes(it):
    process, address = it.serve("engine")
    try:
        assert "SceneRender" in json.loads(get(address + "/object_info"))
        assert str(ROOT) + "/" not in opened(process)
    finally:
        process.terminate()
        process.communicate(timeout=30)


@test
def a_plugin_is_compiled_from_what_is_installed(it):
    """The template with the installed headers alone, as its page says; then an engine takes it."""
    pc, = (it.folder / "root").rglob("miktos-plugin.pc")
    environment = {**it.environment, "PKG_CONFIG_PATH": str(pc.parent)}
    flags = subprocess.run(["pkg-config", "--cflags", "miktos-plugin"], env=environment, check=True, capture_output=True, text=True).stdout.split()
    flags = [flag.replace("-I", f"-I{it.folder / 'root'}") if flag.endswith("include/miktos") else flag for flag in flags]  # it was not put where it will be
    assert str(ROOT) not in " ".join(flags), flags
    custom_nodes = it.folder / "engine" / "custom_nodes"
    custom_nodes.mkdir(parents=True)
    subprocess.run(["cc", "-O2", "-fPIC", "-shared", "-o", custom_nodes / "grain.so", it.shared / "plugins/example-c/grain.c", *flags], check=True, timeout=120)
    process, address = it.serve("engine", "--base-directory", str(it.folder / "engine"))
    try:
        json.loads(get(address + "/object_info"))
        assert [(pack["name"], pack["state"]) for pack in json.loads(get(address + "/miktos/packs"))] == [("grain", "ready")]
    finally:
        process.terminate()
        process.communicate(timeout=30)


@test
def no_text_in_it_names_the_source_folder(it):
    for path in it.folder.joinpath("root").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"\0" in content or str(ROOT).encode() + b"/" not in content, path
            assert not path.is_symlink(), path


@test
def everything_that_stands_beside_the_programs_is_there(it):
    for name in ("assets/objects", "assets/docs", "workflows/paint-this-animation.json", "plugins/python-host/main.py",
                 "../bash-completion/completions/miktos", "../doc/miktos/README.md", "../doc/miktos/tour.md"):
        assert (it.shared / name).exists(), name
    service, = (it.folder / "root").rglob("miktos.service")
    program = "/" + str(it.program.relative_to(it.folder / "root"))
    assert f"ExecStart={program} serve" in service.read_text()
    text = service.read_text()
    assert "@mount" in text and "RestrictNamespaces=user mnt" in text, "packs need their sandbox"
    assert not re.search(r"^Protect(KernelTunables|KernelLogs|Proc)=|^ProcSubset=", text, re.M), "with parts of /proc covered no sandbox gets one of its own"
    if shutil.which("systemd-analyze"):
        here = it.folder / "miktos.service"
        here.write_text(text.replace(f"ExecStart={program}", f"ExecStart={it.program}"))
        said = subprocess.run(["systemd-analyze", "verify", here], capture_output=True, text=True)
        assert "miktos.service:" not in said.stderr, said.stderr  # what it does not know or understand


def main():
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        it = Installed(pathlib.Path(folder))
        for number, function in enumerate(tests, 1):
            try:
                function(it)
                print(f"ok {number} - {function.__name__}", flush=True)
            except Exception as error:  # whatever went wrong is this test's failure
                failed += 1
                print(f"# {type(error).__name__}: {str(error)[:2000]}".replace("\n", "\n# "))
                print(f"not ok {number} - {function.__name__}", flush=True)
    print(f"1..{len(tests)}")
    return failed > 0


sys.exit(main())
