#!/usr/bin/env bash
# Runs every fuzz target of the workspace for FUZZTIME each. What it finds is written to the package's testdata/fuzz.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${FUZZTIME:-20s}

targets=$(grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | sed 's/^\.\/\(.*\):func /\1 /' | sort)
if [ -z "$targets" ]; then
	echo 'found no fuzz target' >&2
	exit 1
fi
while read -r file name; do
	dir=$(dirname "$file")
	printf '    %s %s\n' "$dir" "$name"
	(cd "$dir" && go test -run='^$' -fuzz="^$name\$" -fuzztime="$time" . </dev/null)
done <<<"$targets"
