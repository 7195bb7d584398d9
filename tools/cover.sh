#!/usr/bin/env bash
# Fails if the tests of a package whose rules are pure reach less than MIN per cent of its statements.
set -euo pipefail
cd "$(dirname "$0")/.."
min=${MIN:-95}

go test -cover ./validate ./user ./user/password ./permission ./balance | tee /dev/stderr | awk -v min="$min" '
	$1 == "ok" {
		for (i = 1; i < NF; i++) if ($i == "coverage:") { seen++; if ($(i+1) + 0 < min) { print $2 " has " $(i+1) ", the bar is " min "%"; bad = 1 } }
	}
	END { if (seen != 5) { print "expected 5 packages, got " seen + 0; bad = 1 }; exit bad }' >&2
