#!/bin/sh
# run.sh BUILD/bench [part...] - Stable Diffusion 1.5 with random weights: ours, then PyTorch, on the same tensors.
# Parts, all unless named: text unet256 unet512 vae. PyTorch takes about a minute per step of 512 × 512 on two cores.
# Needs Debian's python3-torch (tools/packages.txt, group bench); without it, it says so and measures nothing.
bench=$1
shift
here=$(cd "$(dirname "$0")" && pwd)
weights=${MIKTOS_BENCH_WEIGHTS:-${XDG_CACHE_HOME:-$HOME/.cache}/miktos/bench_sd15.safetensors}
if ! /usr/bin/python3 -c 'import torch' 2>/dev/null; then
  echo "python3-torch is not installed: apt-get install python3-torch"
  exit 77
fi
mkdir -p "$(dirname "$weights")"
[ -f "$weights" ] || (cd "$here" && /usr/bin/python3 make_weights.py "$weights") || exit 1
cat "$weights" >/dev/null # warm, for both
MIKTOS_BENCH_WEIGHTS=$weights "$bench/bench-diffusion" "$@" && cd "$here" && /usr/bin/python3 torch_peer.py "$weights" --json "$@"
