#!/usr/bin/env bash
# Compares what each released module exports with its last release. A change that breaks importers must stand in
# CHANGELOG.md under Changed or Removed of [Unreleased]. The examples are copied from and not compared.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

(cd tools && GOWORK=off go build -o ../bin/apidiff golang.org/x/exp/cmd/apidiff)
old=$(mktemp -d)
trap 'git worktree remove --force "$old/tree" 2>/dev/null || true; rm -rf "$old"' EXIT
noted=$(awk '/^## /{open = /Unreleased/} open && /^### (Changed|Removed)/{print "yes"; exit}' CHANGELOG.md)

export GOWORK=off # as a user of the module has it
failed=0
for dir in $(tools/modules.sh -released); do
	[ "$dir" != examples ] || continue
	module=$(cd "$dir" && go list -m)
	pattern='v[0-9]*'
	[ "$dir" = . ] || pattern="$dir/v[0-9]*"
	tag=$(git tag --list "$pattern" --sort=-version:refname --merged | head -n 1)
	if [ -z "$tag" ]; then
		printf '    %s: not released yet, nothing to compare with\n' "$module"
		continue
	fi
	git worktree add --quiet --detach "$old/tree" "$tag"
	(cd "$old/tree/$dir" && "$root/bin/apidiff" -m -w "$old/was" "$module")
	(cd "$dir" && "$root/bin/apidiff" -m -w "$old/is" "$module")
	git worktree remove --force "$old/tree"
	broken=$(bin/apidiff -m -incompatible "$old/was" "$old/is")
	printf '    %s since %s: %s\n' "$module" "$tag" "${broken:-nothing breaks}"
	if [ -n "$broken" ] && [ -z "$noted" ]; then
		failed=1
	fi
done
if [ "$failed" = 1 ]; then
	echo 'CHANGELOG.md says nothing of it: say under Changed or Removed of [Unreleased] what to write instead' >&2
	exit 1
fi
