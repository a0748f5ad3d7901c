"""Every #include goes along an arrow of the architecture: see docs/architecture.md."""
import pathlib
import re
import sys

ALLOWED = {
    "base": [], "media": ["base"], "scene": ["base", "media"], "render": ["base", "media", "scene"],
    "diffusion": ["base", "media"], "graph": ["base"], "engine": ["base", "graph"],
    "nodes": ["base", "graph", "engine", "media", "scene", "render", "diffusion"],
    "net": ["base"], "comfy": ["base", "net"],
    "packs": ["base", "graph", "engine", "net"],
    "server": ["base", "graph", "engine", "packs", "comfy", "net", "media"],
    "language": ["base", "graph", "scene"],
    "bridge": ["base", "language", "comfy", "net", "graph", "scene", "media"],
    "cli": None, "desktop": ["base"],
}


def offences(root):
    for path in sorted(root.rglob("*.[ch]")):
        room = path.relative_to(root).parts[0]
        for number, line in enumerate(path.read_text().splitlines(), 1):
            found = re.match(r'\s*#\s*include\s+"([a-z]+)/', line)
            if found and found[1] in ALLOWED and found[1] != room and ALLOWED[room] is not None and found[1] not in ALLOWED[room]:
                yield f"{path}:{number}: {room}/ may not include {found[1]}/"


def main():
    wrong = list(offences(pathlib.Path(sys.argv[1])))
    for line in wrong:
        print("#", line)
    print("not ok" if wrong else "ok", "1 - rooms_include_only_what_the_architecture_allows")
    print("1..1")


main()
