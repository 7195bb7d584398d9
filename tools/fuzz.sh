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

# Go 1.26 can call a target failed for the very end of its time, with no input that failed (go.dev/issue/75804, mended in
# 1.27). That and nothing else is passed over, and said. What is found of interest is made smaller for a second at most: by
# default that may take longer than the target's whole time.
# shellcheck disable=SC2016
xargs -P "$JOBS" -L 1 bash -c '
	dir=$(dirname "$0")
	said=$(cd "$dir" && go test -run="^$" -fuzz="^$1\$" -fuzztime="$FUZZTIME" -fuzzminimizetime=1s -parallel=1 . </dev/null 2>&1)
	failed=$?
	execs=$(grep -o "execs: [0-9]*" <<<"$said" | tail -n 1)
	if [ $failed = 0 ]; then
		printf "    %s %s: %s\n" "$dir" "$1" "$execs"
	elif grep -qx "    context deadline exceeded" <<<"$said" && ! grep -qE "Failing input|panic:|DATA RACE" <<<"$said"; then
		printf "    %s %s: %s, and no input failed: go.dev/issue/75804\n" "$dir" "$1" "$execs"
	else
		printf "%s %s failed:\n%s\n" "$dir" "$1" "$said"
		exit 1
	fi' <<<"$targets"
