#!/usr/bin/env bash
# Rehearses a release of the commit that is checked out, and uses it as a stranger would: releases a clone by
# tools/release.sh, packs its tags into a module proxy of files, and builds and runs a program outside of any checkout
# that requires each released module by its version, without a replace directive. Nothing of the checkout changes.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
begun=$SECONDS
scratch=$(mktemp -d)
version=v0.999.0-rehearsal.$(date +%s).$$ # the module cache keeps what a version was, so each rehearsal has its own
cache=$(go env GOMODCACHE)
module=$(GOWORK=off go list -m)
clean() {
	cd "$root"
	rm -rf "$scratch"
	local left
	for dir in $(tools/modules.sh -released); do
		left=$(sed 's#/\.$##' <<<"$module/$dir")
		[ -d "$cache/$left@$version" ] && chmod -R u+w "$cache/$left@$version"
		rm -rf "$cache/$left@$version" "$cache/cache/download/$left/@v/$version".*
	done
}
trap clean EXIT

git clone --quiet . "$scratch/checkout"
(
	cd "$scratch/checkout"
	export GIT_AUTHOR_NAME=rehearsal GIT_AUTHOR_EMAIL=rehearsal@localhost
	export GIT_COMMITTER_NAME=rehearsal GIT_COMMITTER_EMAIL=rehearsal@localhost
	refused() { # what release.sh must refuse, and a part of its reason
		if tools/release.sh "$version" >/dev/null 2>"$scratch/reason" || ! grep -q "$2" "$scratch/reason"; then
			printf 'release.sh does not refuse %s:\n%s\n' "$1" "$(<"$scratch/reason")" >&2
			exit 1
		fi
	}
	git checkout --quiet -B other
	refused 'another branch' 'is on other'
	git checkout --quiet -B main
	refused 'a version that CHANGELOG.md lacks' 'has no section'
	sed -i "0,/^## /s//## [${version#v}]\n\n&/" CHANGELOG.md
	refused 'a change that is not committed' 'not committed'
	git commit --quiet --all --message='CHANGELOG: describe the rehearsal'
	tools/release.sh "$version" >/dev/null
	refused 'a second release of one version' 'is there already'
)

(cd tools && GOWORK=off go build -o ../bin/pack ./pack)
# shellcheck disable=SC2046
bin/pack "$scratch/checkout" "$scratch/proxy" "$version" $(tools/modules.sh -released)

mkdir "$scratch/importer"
cp tools/testdata/importer/main.go "$scratch/importer/"
cp examples/quickstart/testdata/output.golden "$scratch/"
cd "$scratch/importer"
export GOWORK=off GOFLAGS='-mod=mod -buildvcs=false' GONOSUMDB="$module"
GOPROXY=file://$scratch/proxy,$(go env GOPROXY)
export GOPROXY
go mod init importer 2>/dev/null
for dir in $("$root/tools/modules.sh" -released); do
	go mod edit -require="$(sed 's#/\.$##' <<<"$module/$dir")@$version"
done
go build -o importer .
./importer
go run "$module/examples/quickstart" | diff -u ../output.golden -
printf '    a program outside of the checkout builds and runs by version: %d s\n' $((SECONDS - begun))
