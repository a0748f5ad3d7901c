#!/usr/bin/env python3
"""gallery.py [--quality NAME] [NUMBER...] - makes docs/gallery from docs/gallery/sentences.txt: one sentence a line.

Each sentence is planned (`miktos plan --workflow`), cut down to its poster at 960 x 540 as WebP, and run. With numbers only
those pictures are made anew. README.md there is written every time. Every picture holds the workflow that made it.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GALLERY = ROOT / "docs" / "gallery"
MIKTOS = ROOT / "miktos"


def poster_workflow(sentence, quality):
    planned = subprocess.run([MIKTOS, "plan", "--workflow", sentence], check=True, stdout=subprocess.PIPE, text=True)
    graph = json.loads(planned.stdout)
    render = next(key for key, node in graph.items() if node["class_type"] == "SceneRender")
    graph[render]["inputs"].update(width=960, height=540, quality=quality)
    kept = {key: node for key, node in graph.items() if node["class_type"].startswith("Scene") and node["class_type"] not in ("SceneSaveGLB", "SceneRenderVideo")}
    kept["poster"] = {"class_type": "SaveAnimatedWEBP",
                      "inputs": {"images": [render, 0], "filename_prefix": "poster", "fps": 1, "lossless": False, "quality": 90, "method": "slowest"}}
    return kept


def make(sentence, quality, path):
    with tempfile.TemporaryDirectory() as folder:
        workflow = Path(folder) / "workflow.json"
        workflow.write_text(json.dumps(poster_workflow(sentence, quality)))
        subprocess.run([MIKTOS, "run", workflow, "--out", folder], check=True, stdout=subprocess.DEVNULL)
        made = next(Path(folder).glob("*.webp"))
        path.write_bytes(made.read_bytes())


def write_page(sentences):
    lines = ["# Gallery", "", "Twenty sentences and what `miktos make` shows for them. `tools/gallery.py` makes all of it again; a picture",
             "holds its workflow: `miktos run docs/gallery/01.webp`.", ""]
    for number, sentence in enumerate(sentences, 1):
        command = sentence.replace('"', '\\"')
        lines += [f"![{sentence}]({number:02}.webp)", "", "```sh", f'miktos make "{command}"', "```", ""]
    (GALLERY / "README.md").write_text("\n".join(lines))


def main():
    arguments, quality = sys.argv[1:], "standard"
    if arguments[:1] == ["--quality"]:
        quality, arguments = arguments[1], arguments[2:]
    sentences = [line for line in (GALLERY / "sentences.txt").read_text().splitlines() if line.strip()]
    for number, sentence in enumerate(sentences, 1):
        if not arguments or str(number) in arguments:
            print(f"{number:02} {sentence}", flush=True)
            make(sentence, quality, GALLERY / f"{number:02}.webp")
    write_page(sentences)


if __name__ == "__main__":
    main()
