#!/usr/bin/env bash
# Runs the tests of both modules and prints what happens as JSON, which
# gotestsum counts. Every test runs, also after one has failed.
set -uo pipefail
cd "$(dirname "$0")/../.."

flags=(-json -count=1 -shuffle=on -timeout=20m)
if [ "$(go env CGO_ENABLED)" = 1 ]; then
	flags+=(-race)
else
	echo "no C compiler: the tests run without the race detector" >&2
fi
code=0
go test "${flags[@]}" ./... || code=1
cd internal/acctest
go test "${flags[@]}" ./... || code=1
exit "$code"
