#!/usr/bin/env bash
# Resolves pyproject.toml into the lock files beside this script. Needs uv (https://docs.astral.sh/uv).
# torch and what only its CUDA build needs stay out: torch is installed by itself, pinned in the Makefile,
# so that one lock serves the CPU build, a CUDA build and macOS alike.
set -euo pipefail
cd "$(dirname "$0")/.."
out=(); for p in $(sed -n 's/^# leave out: //p' "$0"); do out+=(--no-emit-package "$p"); done
# leave out: torch triton cuda-toolkit cuda-bindings cuda-pathfinder nvidia-cublas nvidia-cuda-cupti nvidia-cuda-nvrtc
# leave out: nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand nvidia-cusolver nvidia-cusparse
# leave out: nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink nvidia-nvshmem-cu13 nvidia-nvtx
lock() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
  --custom-compile-command "make lock" "${out[@]}" "$@"; }
lock pyproject.toml --output-file requirements/base.lock
lock pyproject.toml --extra embedded --output-file requirements/embedded.lock --constraint requirements/base.lock
lock pyproject.toml --extra embedded --group dev --output-file requirements/dev.lock --constraint requirements/embedded.lock
