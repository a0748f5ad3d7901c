#!/bin/sh
# run.sh BUILD/bench - Stable Diffusion 1.5 with random weights: ours, then PyTorch, on the same tensors.
# Needs Debian's python3-torch (tools/packages.txt, group bench); without it, it says so and measures nothing.
here=$(cd "$(dirname "$0")" && pwd)
weights=${MIKTOS_BENCH_WEIGHTS:-${XDG_CACHE_HOME:-$HOME/.cache}/miktos/bench_sd15.safetensors}
if ! /usr/bin/python3 -c 'import torch' 2>/dev/null; then
  echo "python3-torch is not installed: apt-get install python3-torch"
  exit 77
fi
mkdir -p "$(dirname "$weights")"
[ -f "$weights" ] || (cd "$here" && /usr/bin/python3 make_weights.py "$weights") || exit 1
MIKTOS_BENCH_WEIGHTS=$weights "$1/bench-diffusion" && cd "$here" && /usr/bin/python3 torch_peer.py "$weights"
