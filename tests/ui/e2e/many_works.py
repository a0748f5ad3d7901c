"""many_works.py DATA N - so many works more in the gallery of a data folder whose bridge runs, each with a file of its own: what is there already, by links."""
import json
import os
import sqlite3
import sys

data, n = sys.argv[1], int(sys.argv[2])
per_task = 100
words = ["Lighthouse in the fog", "A red ball on grass", "Teapot on marble", "Robots dance", "City at night", "Snow on the pines"]
kinds = ["image", "image", "film", "scene"]

store = sqlite3.connect(os.path.join(data, "bridge.db"), timeout=30)
seeds = [(task, file, json.loads(text)) for task, file, text in store.execute("SELECT task, file, description FROM outputs WHERE kind = 'image'")]
start = store.execute("SELECT max (created) FROM outputs").fetchone()[0]
with store:
    for i in range(n):
        task, title, kind, (source, old, seed) = f"made-{i // per_task:04}", words[i // per_task % len(words)], kinds[i % len(kinds)], seeds[i % len(seeds)]
        file = f"work-{i:05}.png"
        folder = os.path.join(data, "outputs", task)
        os.makedirs(folder, exist_ok=True)
        os.link(os.path.join(data, "outputs", source, old), os.path.join(folder, file))
        url = f"/api/v1/outputs/{task}/{file}"
        described = {**seed, "file": file, "kind": kind, "url": url, "thumbnail_url": url + "/thumbnail"}
        store.execute("INSERT INTO outputs (task, file, kind, created, title, project, description) VALUES (?, ?, ?, ?, ?, NULL, ?)", (task, file, kind, start + i, f"{title} {i}", json.dumps(described)))
