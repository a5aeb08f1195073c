#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Both compilers build it: what gcc has built is built by clang too, with the same warnings as errors. TAP.
set -u
build=${BUILD:-build}
log=$build/clang.log
rooms=(base shm uniproton linux-programs check-systems-program)

echo "1..${#rooms[@]}"
for n in "${!rooms[@]}"; do
	if make --no-print-directory B="$build" CLANG_ROOMS="${rooms[$n]}" clang >"$log" 2>&1; then
		echo "ok $((n + 1)) - ${rooms[$n]}"
	else
		echo "not ok $((n + 1)) - ${rooms[$n]}"
		grep -v '^  [A-Z]' "$log" | sed 's/^/# /' >&2
	fi
done
