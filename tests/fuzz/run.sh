#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Runs the fuzzer. Without arguments as a test that speaks TAP: the committed corpus, then
# SECONDS of fuzzing. With --long it says what it does and keeps what it learnt.
#
#   run.sh [--long] [SECONDS]
#
#   FUZZ_JOBS=N    processes at once (default: one a core)
#   BUILD=DIR      build directory (build)
#   FUZZ_SHM=FILE  the program (build/tests/fuzz/fuzz_shm)
#
# Exit status: 0 nothing found, 1 a finding or a run that did not fuzz, 2 usage.
set -u
here=$(dirname "$0")
build=${BUILD:-build}
fuzzer=${FUZZ_SHM:-$build/tests/fuzz/fuzz_shm}
jobs=${FUZZ_JOBS:-$(nproc)}
corpus=$here/corpus
work=$build/tests/fuzz
long=no
[ "${1:-}" != --long ] || { long=yes && shift; }
seconds=${1:-60}
case $seconds$jobs in
*[!0-9]* | '')
	sed -n '/^# Runs/,/^# Exit/s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac

# Inputs longer than this add calls, not kinds of calls. What leads nowhere is not kept.
options=(-max_len=96 -entropic=0 -timeout=120 -rss_limit_mb=1024 -print_final_stats=1)
# A 60 s run makes millions; fewer than this a second in one process is no fuzzing.
floor=1000

if [ ! -x "$fuzzer" ]; then
	echo "Bail out! $fuzzer is not built, run: make $fuzzer"
	exit 1
fi

count=0
failed=0
result() { # status name [file with the reason]
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		failed=1
		[ $# -lt 3 ] || sed -n '/#[0-9]*[[:space:]]*\(NEW\|REDUCE\|RELOAD\|pulse\)/!s/^/# /p' "$3" |
			tail -n 60
	fi
}

corpus_is_small() {
	local files=("$corpus"/*)
	[ ${#files[@]} -gt 0 ] && [ ${#files[@]} -lt 200 ] &&
		[ -z "$(find "$corpus" -type f -size +199c)" ]
}

statistic() { # name: summed over the jobs
	sed -n "s/^stat::$1: *//p" "$scratch"/log.* | awk '{ s += $1 } END { printf "%.0f", s }'
}

# All jobs read and extend one corpus, so that they learn from each other.
fuzz() {
	local job status=0
	local -a pids=()
	for ((job = 1; job <= jobs; job++)); do
		"$fuzzer" "${options[@]}" -max_total_time="$seconds" -reload=10 \
			-artifact_prefix="$work/finding-" "$learnt" "$corpus" \
			>"$scratch/log.$job" 2>&1 &
		pids+=($!)
	done
	for job in "${pids[@]}"; do
		wait "$job" || status=1
	done
	return $status
}

mkdir -p "$work"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
learnt=$scratch/learnt
[ $long = no ] || learnt=$work/learnt
mkdir -p "$learnt"

corpus_is_small
result $? "the committed corpus is small"

"$fuzzer" -timeout=120 -artifact_prefix="$work/finding-" "$corpus"/* >"$scratch/corpus" 2>&1
result $? "no input of the committed corpus breaks a promise" "$scratch/corpus"

[ $long = no ] || echo "# $jobs processes for $seconds s, new inputs in $learnt"
fuzz
status=$?
cat "$scratch"/log.* >"$scratch/logs"
result $status "nothing found in $seconds s by $jobs processes" "$scratch/logs"
executions=$(statistic number_of_executed_units)
echo "# executions: $executions, $((executions / (seconds > 0 ? seconds : 1))) a second"
[ "$executions" -ge $((floor * seconds)) ] || [ $status -ne 0 ]
result $? "the fuzzer was at work"
echo "1..$count"
ls "$work"/finding-* >/dev/null 2>&1 &&
	echo "# a finding runs again with: $fuzzer $work/finding-<...> (docs/fuzzing.md)"
exit $failed
