#!/usr/bin/env bash
# Runs every test with the race detector, but for the inside of SQLite: that is C translated to Go, which takes seven times
# as long when it is watched, and each of its connections has one user at a time. What calls it is watched.
set -euo pipefail
cd "$(dirname "$0")/.."

go test -race -gcflags='modernc.org/...=-race=false' -timeout="${TIMEOUT:-10m}" work
