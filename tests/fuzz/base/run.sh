#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh [SECONDS]: each fuzz target of the base for that time (5), two at once. TAP. What a target learns
# stays in BUILD/tests/fuzz/base/NAME.corpus; a finding is kept beside it and named.
set -u
seconds=${1:-5}
dir=${BUILD:-build}/tests/fuzz/base
targets=(description gic calls tables)

echo "1..${#targets[@]}"
for target in "${targets[@]}"; do
	mkdir -p "$dir/$target.corpus"
	"$dir/fuzz_$target" -max_total_time="$seconds" -timeout=20 -print_final_stats=1 \
		-artifact_prefix="$dir/$target-" "$dir/$target.corpus" >"$dir/$target.log" 2>&1 &
	pids+=($!)
	while [ "$(jobs -rp | wc -l)" -ge 2 ]; do sleep 0.2; done
done
for n in "${!targets[@]}"; do
	target=${targets[$n]}
	if wait "${pids[$n]}"; then
		echo "ok $((n + 1)) - $target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/$target.log") executions"
	else
		echo "not ok $((n + 1)) - $target"
		tail -25 "$dir/$target.log" | sed 's/^/# /'
	fi
done
