#!/usr/bin/env bash
# gofmt, go vet and staticcheck for every module of the workspace, each as it builds by itself.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

unformatted=$(gofmt -l .)
if [ -n "$unformatted" ]; then
	printf 'gofmt would change:\n%s\n' "$unformatted" >&2
	exit 1
fi

(cd tools && GOWORK=off go build -o ../bin/staticcheck honnef.co/go/tools/cmd/staticcheck)

modules=$(tools/modules.sh)
export GOWORK=off # as a user of the module has it
for dir in $modules; do
	cd "$dir"
	printf '    %s\n' "$(go list -m)"
	go build ./...
	go vet ./...
	"$root/bin/staticcheck" ./...
done
