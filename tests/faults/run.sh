#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Brings each known fault back and sees that its test, and no other, catches it. Started by
# build/tests/faults/faults_test, which sets FAULTS_*. Output is TAP.
#
# A variant is a patch of this directory. Above the diff it says
#	Fault:      what goes wrong, in one sentence
#	Program:    field or huge (tests of this directory), barriers (tests/unit/shm_barriers.sh)
#	            or port (tests/unit/uniproton_port_test.c)
#	Caught-by:  the test that must fail; once for each, if one fault shows in several objects
#
#   faults_test                 the tests on the library as it is, then every variant
#   faults_test NAME...         these variants (file names without .patch), with what failed
set -u

# A leak is no fault of these, and looking for one takes long.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"

here=$(dirname "$0")
scratch=$FAULTS_DIR/variants

field() { # name, patch
	sed -n -e '/^---/q' -e "s/^$1: *//p" "$2"
}

failing() { # reads TAP
	sed -n 's/^not ok [0-9]* - //p' | sort
}

# The objects a patch affects: the files it names, or all when it changes a header.
affected() { # patch, directory
	changed=$(sed -n 's|^+++ b/||p' "$1")
	case $changed in
	*.h*) (cd "$2" && echo shm/*.c) ;;
	*) echo "$changed" ;;
	esac
}

prepare() { # patch, directory
	rm -rf "$2"
	mkdir -p "$2/uniproton" && cp -r shm "$2/shm" && cp -r uniproton/port "$2/uniproton/port" &&
		patch -s -p1 -F0 -d "$2" --no-backup-if-mismatch <"$1"
}

build_host() { # program, patch, directory
	eval "cflags=\$FAULTS_CFLAGS_$1 ldflags=\$FAULTS_LDFLAGS_$1 tests=\$FAULTS_TESTS_$1"
	objects=''
	for source in $(affected "$2" "$3"); do
		$FAULTS_HOSTCC -I"$3/shm" $cflags -c -o "$3/${source%.c}.o" "$3/$source" || return 1
	done
	for source in shm/*.c; do
		object=$3/${source%.c}.o
		[ -f "$object" ] || object=$FAULTS_DIR/$1/${source%.c}.o
		objects="$objects $object"
	done
	$FAULTS_HOSTCC $cflags $ldflags -o "$3/faults" $objects $tests -lcmocka
}

build_arm64() { # patch, directory
	for side in linux uniproton; do
		eval "cflags=\$FAULTS_CFLAGS_$side"
		mkdir -p "$2/objects/$side"
		cp "$FAULTS_BUILD/shm/$side"/*.o "$2/objects/$side/"
		for source in $(affected "$1" "$2"); do
			object=$2/objects/$side/$(basename "$source" .c).o
			case $source in
			shm/*) $FAULTS_A64CC -I"$2/shm" $cflags -c -o "$object" "$2/$source" ;;
			*) $FAULTS_A64CC $FAULTS_CFLAGS_port -c -o "$2/port.o" "$2/$source" ;;
			esac || return 1
		done
	done
}

run_variant() { # program, patch, directory
	case $1 in
	field | huge) build_host "$1" "$2" "$3" && "$3/faults" ;;
	barriers)
		build_arm64 "$2" "$3" || return
		[ ! -f "$3/port.o" ] || export SHM_PORT_OBJECT="$3/port.o"
		SHM_OBJECTS=$3/objects "$FAULTS_BARRIERS"
		;;
	port)
		# shellcheck disable=SC2086 # lists
		$FAULTS_A64CC $FAULTS_CFLAGS_port -c -o "$3/port.o" "$3/$(affected "$2" "$3")" &&
			$FAULTS_A64CC -static -o "$3/faults" "$3/port.o" $FAULTS_PORT_WITH &&
			$FAULTS_PORT_RUN "$3/faults"
		;;
	*) echo "Program: $1 is none of field, huge, barriers, port" >&2 ;;
	esac
}

# One variant, its verdict in $scratch/NAME.tap: "ok - ..." or "not ok - ..." and remarks.
judge() { # patch
	name=$(basename "$1" .patch)
	dir=$scratch/$name
	program=$(field Program "$1")
	expected=$(field Caught-by "$1" | sort)
	if ! prepare "$1" "$dir" >"$dir.log" 2>&1; then
		verdict='not ok'
		text="$name: the patch no longer applies; renew it for the source as it is now"
	elif [ "$program" = port ] && ! command -v "$FAULTS_PORT_RUN" >/dev/null; then
		verdict=ok
		text="$name # SKIP no $FAULTS_PORT_RUN here"
	else
		run_variant "$program" "$1" "$dir" >"$dir.out" 2>>"$dir.log"
		failed=$(failing <"$dir.out")
		if ! grep -q '^1\.\.' "$dir.out"; then
			verdict='not ok'
			text="$name: could not be built or run"
		elif [ -n "$expected" ] && [ "$failed" = "$expected" ]; then
			verdict=ok
			text="$name: caught by $(echo "$expected" | paste -sd, | sed 's/,/, /g')"
		else
			verdict='not ok'
			text="$name: not caught by exactly its test"
		fi
	fi
	{
		echo "$verdict - $text"
		if [ "$verdict" != ok ]; then
			echo "$expected" | sed 's/^/# must fail: /'
			echo "${failed-}" | sed 's/^/# failed:    /'
			grep -v '^\[' "$dir.log" | tail -n 12 | sed 's/^/# /'
		fi
	} >"$dir.tap"
	[ "$verdict" != ok ] || rm -rf "$dir"
}

if [ "${1-}" = --judge ]; then
	judge "$2"
	exit 0
fi

mkdir -p "$scratch"
rm -rf "$scratch"/*
patches=${*:-$(cd "$here" && ls ./*.patch | sed 's|^\./||; s|\.patch$||')}
count=0
failed=0
tap() { # reads "ok - text" lines and remarks, numbers them
	while IFS= read -r line; do
		case $line in
		'ok '* | 'not ok '*)
			count=$((count + 1))
			echo "${line%% - *} $count - ${line#* - }"
			[ "${line%%ok*}" = '' ] || failed=1
			;;
		*) echo "$line" ;;
		esac
	done
}

if [ $# -eq 0 ]; then
	for program in field huge; do
		"$FAULTS_DIR/$program/faults" >"$scratch/$program.tap" 2>"$scratch/$program.log" ||
			sed 's/^/# /' "$scratch/$program.log"
		grep -q '^1\.\.' "$scratch/$program.tap" ||
			echo "not ok - $program: the tests did not come to their end" >>"$scratch/$program.tap"
		sed -i -e '/^1\.\./d' -e 's/ [0-9]* - / - /' "$scratch/$program.tap"
		tap <"$scratch/$program.tap"
	done
fi
# shellcheck disable=SC2086 # a list
for name in $patches; do echo "$here/$name.patch"; done | xargs -P 2 -n 1 "$0" --judge
for name in $patches; do
	if [ -f "$scratch/$name.tap" ]; then
		tap <"$scratch/$name.tap"
	else
		echo "not ok - $name: no such patch, or it was not judged" >"$scratch/$name.tap"
		tap <"$scratch/$name.tap"
	fi
done
echo "1..$count"
exit $failed
