#!/usr/bin/env bash
# Runs every fuzz target of the workspace for FUZZTIME, JOBS at a time with one worker each, so that a target has a
# processor to itself on a machine with JOBS of them. What it finds is written to the package's testdata/fuzz. FUZZ picks
# targets by an expression on "file name".
set -euo pipefail
cd "$(dirname "$0")/.."
export FUZZTIME=${FUZZTIME:-20s}

targets=$(grep -rHoE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | sed 's/^\.\/\(.*\):func /\1 /' | grep -E "${FUZZ:-.}" | sort)
if [ -z "$targets" ]; then
	echo 'found no fuzz target' >&2
	exit 1
fi
printf '    %d targets, %s each, %d at a time\n' "$(wc -l <<<"$targets")" "$FUZZTIME" "${JOBS:=2}"

# shellcheck disable=SC2016
xargs -P "$JOBS" -L 1 bash -c '
	dir=$(dirname "$0")
	if out=$(cd "$dir" && go test -run="^$" -fuzz="^$1\$" -fuzztime="$FUZZTIME" -parallel=1 . </dev/null 2>&1); then
		printf "    %s %s: %s\n" "$dir" "$1" "$(grep -o "execs: [0-9]*" <<<"$out" | tail -n 1)"
	else
		printf "%s %s failed:\n%s\n" "$dir" "$1" "$out"
		exit 1
	fi' <<<"$targets"
