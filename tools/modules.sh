#!/usr/bin/env bash
# Prints the directory of every module of the workspace, one a line, the root first.
set -euo pipefail
cd "$(dirname "$0")/.."
go list -m -f '{{.Dir}}'
