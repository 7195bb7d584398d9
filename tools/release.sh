#!/usr/bin/env bash
# Makes a release of this checkout: tools/release.sh v0.1.0. Every module that others import gets one version.
#
#   1. It refuses what cannot be released: a version that is none, a checkout that is not a clean main, a version that
#      CHANGELOG.md does not describe, a tag that is there already.
#   2. It sets the requirements of the modules among each other to the version, and commits that. The replace directives
#      stay: the go command ignores them in a module that others import, and here they select the checkout.
#   3. It tags the commit once for each released module: v0.1.0, storage/pgstore/v0.1.0 and so on.
#
# It pushes nothing. The last line that it prints is the command that does.
set -euo pipefail
cd "$(dirname "$0")/.."
refuse() { printf 'release: %s\n' "$*" >&2; exit 1; }

version=${1:-}
[ $# = 1 ] && [[ $version =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?$ ]] ||
	refuse "usage: tools/release.sh VERSION, with a version such as v0.1.0 or v0.2.0-rc.1"
branch=$(git branch --show-current)
[ "$branch" = main ] || refuse "the checkout is on ${branch:-no branch}: a release is made on main"
[ -z "$(git status --porcelain)" ] || refuse 'the checkout has changes that are not committed'
grep -qF "## [${version#v}]" CHANGELOG.md ||
	refuse "CHANGELOG.md has no section [${version#v}]: give what is under [Unreleased] the version and the date"

released=$(tools/modules.sh -released)
tags=()
for dir in $released; do
	tag=$version
	[ "$dir" = . ] || tag=$dir/$version
	! git rev-parse -q --verify "refs/tags/$tag" >/dev/null || refuse "tag $tag is there already"
	tags+=("$tag")
done

module=$(GOWORK=off go list -m)
for dir in $(tools/modules.sh); do
	# A requirement is a path and a version. Neither the module line nor a replacement by a directory is that.
	sed -i -E "s#^(.*$module(/[a-z0-9]+)*) v[0-9][^ ]*#\1 $version#" "$dir/go.mod"
	(cd "$dir" && GOWORK=off go mod tidy -diff) || refuse "$dir/go.mod is not tidy"
done
[ -z "$(git status --porcelain)" ] ||
	git commit --quiet --all --message="all: require $version of each other" \
		--message='The modules of one release belong together, and a program that imports one gets the others by this version.'

for tag in "${tags[@]}"; do
	git tag --annotate --message="roster $version" "$tag"
	printf '    %s\n' "$tag"
done
printf 'git push origin main %s\n' "${tags[*]}"
