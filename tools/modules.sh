#!/usr/bin/env bash
# Prints the directory of every module: those of the workspace, the root first, then those that stay out of it, because
# nothing of the product or its tests needs what they download.
set -euo pipefail
cd "$(dirname "$0")/.."
go list -m -f '{{.Dir}}'
printf '%s\n' "$PWD/bench/opa" "$PWD/tools"
