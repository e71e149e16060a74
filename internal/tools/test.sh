#!/usr/bin/env bash
# Runs the tests of all Go modules and prints what happens as JSON, which
# gotestsum counts. Every test runs, also after one has failed.
set -uo pipefail
cd "$(dirname "$0")/../.."

plain=(-json -count=1 -shuffle=on -timeout=20m)
# What runs nothing side by side needs no race detector, which is dear to build.
flags=("${plain[@]}")
if [ "$(go env CGO_ENABLED)" = 1 ]; then
	flags+=(-race)
else
	echo "no C compiler: the tests run without the race detector" >&2
fi
code=0
go test "${flags[@]}" ./... || code=1
(cd internal/tools/moduledocs && go test "${plain[@]}" ./...) || code=1
(cd internal/acctest && go test "${flags[@]}" ./...) || code=1
(cd internal/alerttest && go test "${plain[@]}" ./...) || code=1
exit "$code"
