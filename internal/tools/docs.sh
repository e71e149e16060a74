#!/usr/bin/env bash
# docs.sh TFPLUGINDOCS FOLDER writes the documentation into FOLDER, made of the
# provider's schema, templates/ and examples/. It needs neither a core nor the
# network.
set -euo pipefail
cd "$(dirname "$0")/../.."
tfplugindocs=$1
out=$2

mkdir -p build
go build -trimpath -buildvcs=false -o build/schemajson ./internal/tools/schemajson
build/schemajson >build/schema.json
# The generator takes a folder inside the provider's only.
work=$(mktemp -d build/docs.XXXXXX)
trap 'rm -rf "$work"' EXIT
"$tfplugindocs" generate --provider-name proveniq --rendered-provider-name Proveniq \
	--providers-schema build/schema.json --rendered-website-dir "$work" >build/docs.log 2>&1 ||
	{ cat build/docs.log >&2; exit 1; }
rm -rf "$out"
mkdir -p "$(dirname "$out")"
cp -R "$work" "$out"
