#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# corpus.sh DIR...: makes tests/fuzz/corpus anew from what it holds and from the inputs in
# the DIRs. One input is kept for each thing the library can be made to do, the shortest.
set -euo pipefail
here=$(dirname "$0")
fuzzer=${FUZZ_SHM:?the fuzzer program}
files=199
chosen=$(mktemp -d)
trap 'rm -rf "$chosen"' EXIT

dirs=()
for dir in "$here/corpus" "$@"; do
	[ ! -d "$dir" ] || dirs+=("$dir")
done

# A counter that went round twice or ten times is no new thing, so counters are left out.
"$fuzzer" -merge=1 -max_len=96 -use_counters=0 "$chosen" "${dirs[@]}" 2>&1 | tail -n 1
if [ "$(find "$chosen" -type f | wc -l)" -gt $files ]; then
	echo "corpus.sh: more than $files inputs; raise the limit in run.sh and here" >&2
	exit 1
fi
mkdir -p "$here/corpus"
find "$here/corpus" -type f -delete
cp "$chosen"/* "$here/corpus/"
echo "$here/corpus: $(find "$here/corpus" -type f | wc -l) inputs"
