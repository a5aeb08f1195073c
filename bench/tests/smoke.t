#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# That the measuring program works: every workload runs, the JSON is valid and complete, the
# table agrees with it, the verdict with the exit status. No time is judged here. TAP.
set -u
build=${BUILD:-build}
bench=$build/bench/shm_bench
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0

result() { # status name [file with the reason]
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		[ $# -lt 3 ] || sed 's/^/# /' "$3"
	fi
}

if [ ! -x "$bench" ]; then
	echo "Bail out! $bench is not built, run: make bench-programs"
	exit 1
fi
if [ "$(nproc)" -lt 2 ]; then
	echo "1..0 # SKIP one core; the bench needs two"
	exit 0
fi

timeout 60 "$bench" --smoke --output "$work" >"$work/out" 2>"$work/err"
status=$?
[ "$status" -le 1 ] && [ ! -s "$work/err" ]
result $? "it measures" "$work/err"

cat >"$work/check.py" <<'PYTHON'
import json, sys
report = json.load(open(sys.argv[1]))
status = int(sys.argv[2])
cases = report["cases"]
groups = {case["group"] for case in cases}
wanted = {"spin", "doorbell", "stream", "stream-skewed", "copy-normal", "copy-device"}
assert groups == wanted, f"groups {groups}"
for case in cases:
    subject, baseline = case["subject_ns"], case["baseline_ns"]
    assert subject > 0 and baseline > 0, case
    ratio = baseline / subject if case["group"].startswith("stream") else subject / baseline
    assert abs(ratio / case["ratio"] - 1) < 0.05, f"ratio of one run: {case}"
    if case["floor"] is None:
        assert case["pass"] is None, case
        continue
    (kind, limit), = case["floor"].items()
    reached = case["ratio"] >= limit if kind == "at_least" else case["ratio"] <= limit
    near = abs(case["ratio"] - limit) < 0.0001
    assert reached == case["pass"] or near, case
floors = [case for case in cases if case["floor"]]
sizes = sorted(case["bytes"] for case in floors if case["group"] == "stream")
assert sizes == [4096 << i for i in range(9)], sizes
assert {(c["group"], c["bytes"]) for c in floors} >= {
    ("spin", 4), ("spin", 64), ("doorbell", 4), ("doorbell", 64)}
assert report["pass"] == all(case["pass"] for case in floors)
assert status == (0 if report["pass"] else 1), status
assert report["runs"] == 1 and len(report["machine"]["cores"]) == 2
print(len(cases))
PYTHON
cases=$(python3 "$work/check.py" "$work/bench.json" "$status" 2>"$work/why")
result $? "the JSON is valid, complete, and agrees with itself and the exit status" "$work/why"
[ "$(($(wc -l <"$work/bench.txt") - 1))" -eq "${cases:-0}" ]
result $? "the table has a line for each case" "$work/bench.txt"
[ "$(grep -cE 'PASS$|FAIL$|-$' "$work/bench.txt")" -eq "${cases:-0}" ]
result $? "and a verdict in each" "$work/bench.txt"

[ "$(grep -c '^"' "$work/latency.dat")" -eq 6 ] &&
	awk '/^[0-9]/ { if ($2 > 0 && $1 < last) exit 1; last = $2 == 100 ? 0 : $1 }' "$work/latency.dat"
result $? "the distributions are six and rise"
if command -v gnuplot >/dev/null; then
	gnuplot -e "dir='$work'" "$here/../plot.gp" 2>"$work/why" &&
		python3 -c "import sys, xml.dom.minidom as m
for name in sys.argv[1:]: m.parse(name)" "$work/throughput.svg" "$work/latency.svg" 2>>"$work/why"
	result $? "gnuplot draws both plots" "$work/why"
else
	count=$((count + 1))
	echo "ok $count - gnuplot draws both plots # SKIP gnuplot is not installed (gnuplot-nox)"
fi

refused() { # reason option...
	local reason=$1
	shift
	"$bench" --output "$work" "$@" >"$work/why" 2>&1
	[ $? -eq 2 ] && grep -qF -- "$reason" "$work/why"
	result $? "refused: $*" "$work/why"
}

refused "not two different cores" --cores 0,0
refused "core 1023" --cores 0,1023
refused "not a number from 1" --runs 0
refused "no such group" --only nothing
refused "a directory that exists" --output "$work/missing"
echo "1..$count"
