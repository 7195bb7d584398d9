#!/usr/bin/env bash
# Rewrites the golden files of every package whose tests know the flag -update.
set -euo pipefail
cd "$(dirname "$0")/.."

dirs=$(grep -rl --include='*_test.go' 'flag.Bool("update"' . | xargs -n 1 dirname | sort -u)
for dir in $dirs; do
	(cd "$dir" && go test -count=1 . -update)
done
