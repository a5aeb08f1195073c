#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Sees a check fail: builds the library once for each patch in a folder, which brings a
# fault in, and runs the check on it. TAP: ok means that the fault was found.
#
#   faults.sh PATCHES [ARGUMENT...]   arguments of the check's program
#
# The makefile says how the check is built:
#   FAULTS_COMPILE  compiler and flags, with -Ishm    FAULTS_LINK  compiler and flags
#   FAULTS_OBJECTS  objects beside the library's      FAULTS_LIBS  libraries
#   FAULTS_ONLY     names of patches, the others are left out (default: all)
set -u
: "${FAULTS_COMPILE:?}" "${FAULTS_LINK:?}" "${FAULTS_OBJECTS:?}"
patches=${1:?the folder of the patches}
shift
patience=300 # seconds for one program; longer than any of them waits by itself
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0
failed=0

result() { # status name
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		failed=1
		sed 's/^/# /' "$work/log" | tail -n 20
	fi
}

# shellcheck disable=SC2086 # the variables are lists of words
build() { # the library in $work/shm, with the check: $work/program
	local source
	rm -f "$work"/*.o "$work/program"
	for source in "$work"/shm/*.c; do
		${FAULTS_COMPILE//-Ishm/-I$work/shm} -w -c "$source" \
			-o "$work/$(basename "$source" .c).o" || return
	done
	$FAULTS_LINK -o "$work/program" "$work"/*.o $FAULTS_OBJECTS ${FAULTS_LIBS:-}
}

fresh_copy() {
	rm -rf "$work/shm"
	cp -r shm "$work/shm"
}

reason() {
	grep -E -m 1 'broken promise|AddressSanitizer:|ThreadSanitizer:|runtime error|^# .*, message [0-9]|^# no message' \
		"$work/log" | sed 's/^# //; s/^fuzz_shm: //; s/^.*\(Address\|Thread\)San/\1San/; s/ (pc.*//'
}

run() { # ARGUMENT...: fails as the program does; what it writes stays in the work folder
	mkdir -p "$work/learnt"
	(cd "$work" && timeout --foreground "$patience" ./program "$@") >"$work/log" 2>&1
}

one_fault() { # PATCH ARGUMENT...
	local name=$1 fault
	shift
	fault=$(sed -n 's/^Fault: //p' "$patches/$name.patch")
	fresh_copy
	if ! patch -s -p1 -d "$work" <"$patches/$name.patch" >"$work/log" 2>&1 || ! build >"$work/log" 2>&1; then
		result 1 "$name: the patch does not fit the library, make it anew"
		return
	fi
	! run "$@"
	result $? "$name: $fault [$(reason)]"
}

fresh_copy
build >"$work/log" 2>&1 && run "$@"
result $? "the library as it is"
for patch in "$patches"/*.patch; do
	name=$(basename "$patch" .patch)
	case " ${FAULTS_ONLY:-$name} " in
	*" $name "*) one_fault "$name" "$@" ;;
	esac
done
echo "1..$count"
exit $failed
