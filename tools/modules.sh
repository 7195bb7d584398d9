#!/usr/bin/env bash
# Prints the directory of every module: those of the workspace, the root first, then those that stay out of it, because
# nothing of the product or its tests needs what they download. With -released it prints the directories of the modules
# that a release tags, relative to the root: those that somebody imports or copies from.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-}" = -released ]; then
	printf '%s\n' . storage/sqlitestore storage/pgstore otelroster examples
	exit
fi
go list -m -f '{{.Dir}}'
printf '%s\n' "$PWD/bench/opa" "$PWD/tools"
