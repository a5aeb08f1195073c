# SPDX-License-Identifier: Apache-2.0
#
# For the tests beside it: TAP, and what packages of both kinds are asked. Sourced by bash in the tree's root.
# shellcheck shell=bash

build=${BUILD:-build}
version=$(sed -n 's/^VERSION := //p' Makefile)
cross=${CROSS_COMPILE:-aarch64-linux-gnu-}
# What packs here is not part of the make that runs the test.
unset B MAKEFLAGS MFLAGS LINUX_IMAGE BUSYBOX LIBFDT UNIPROTON_IMAGE
count=0
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

report() { # status name; what is in $scratch/log explains
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		[ ! -s "$scratch/log" ] || sed 's/^/# /' "$scratch/log"
		failed=1
	fi
	: >"$scratch/log"
}

skip() { # name reason
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

the_end() {
	echo "1..$count"
	exit $failed
}

# Two lists, one file a line: what the first has and the second has not, and the other way round.
same() { # WANTED HAVE
	diff <(sort <<<"$1") <(sort <<<"$2") | sed -n 's/^</not there:/p; s/^>/not expected:/p' >"$scratch/log"
	[ ! -s "$scratch/log" ]
}

# What the tree says the packages hold.
headers() {
	printf '/usr/include/%s\n' shm_pub.h linux_shm.h
	find include/fusiondock -name '*.h' -printf '/usr/include/fusiondock/%f\n'
}

pages() { # SECTION SUFFIX
	find "docs/man/man$1" -type f -printf "/usr/share/man/man$1/%f$2\n"
}

driver_sources() {
	find linux/mcs_km -name '*.[ch]' -printf "/usr/src/fusiondock-mcs-$version/%f\n"
	find include/fusiondock -name '*.h' -printf "/usr/src/fusiondock-mcs-$version/include/fusiondock/%f\n"
	printf "/usr/src/fusiondock-mcs-$version/%s\n" Kbuild dkms.conf GPL-2.0-only.txt
}

# A program is built with what the packages have put into $root, by pkg-config, and run.
flags() {
	PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_LIBDIR=$root$libdir/pkgconfig pkg-config "$@" shm_pub
}

links() { # NAME OPTION...
	local name=$1
	shift
	# shellcheck disable=SC2046 # words
	"${cross}gcc" -std=c11 -Wall -Wextra -Werror "$@" -o "$scratch/$name" tests/unit/shm_install_program.c \
		$(flags --cflags --libs) >"$scratch/log" 2>&1
}

run() { # PROGRAM ARGUMENT...
	if [ "$(uname -m)" = aarch64 ]; then
		LD_LIBRARY_PATH=$root$libdir "$@"
	else
		qemu-aarch64 -L "$(dirname "$(dirname "$("${cross}gcc" -print-file-name=libc.so.6)")")" \
			-E "LD_LIBRARY_PATH=$root$libdir" "$@"
	fi
}

runs() { # name expected-text PROGRAM ARGUMENT...
	local name=$1 text=$2
	shift 2
	if [ "$(uname -m)" != aarch64 ] && ! command -v qemu-aarch64 >/dev/null; then
		skip "$name" "no qemu-aarch64 here"
		return
	fi
	run "$@" >"$scratch/log" 2>&1
	grep -q -- "$text" "$scratch/log"
	report $? "$name"
}

aarch64_elf() { # FILE
	"${cross}readelf" -h "$1" 2>"$scratch/log" | grep -q 'Machine: *AArch64'
}

needs() { # FILE: the libraries it asks for, one a line
	"${cross}readelf" -d "$1" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p'
}

check_use() {
	[ "$(flags --modversion)" = "$version" ]
	report $? "pkg-config knows version $version"
	! grep -r '@[A-Z]*@\|/usr/local' "$root$libdir/pkgconfig" >"$scratch/log"
	report $? "its file is filled in, for /usr"
	[ "$(readlink "$root$libdir/libshm_pub.so")" = libshm_pub.so.1 ] &&
		[ "$(readlink "$root$libdir/libshm_pub.so.1")" = "libshm_pub.so.$version" ] &&
		"${cross}readelf" -d "$root$libdir/libshm_pub.so" | grep -q 'SONAME.*\[libshm_pub\.so\.1\]'
	report $? "the links lead from libshm_pub.so by the soname to the library"
	aarch64_elf "$root$libdir/libshm_pub.so" && aarch64_elf "$root/usr/bin/shmctl"
	report $? "library and shmctl are for AArch64"
	links dynamic && [ "$(needs "$scratch/dynamic" | grep shm_pub)" = libshm_pub.so.1 ]
	report $? "a program is linked with the shared library, and asks for it by its soname"
	runs "and runs" '^message came through$' "$scratch/dynamic"
	links static -static
	report $? "a program is linked with the static library"
	[ "$(needs "$root/usr/bin/shmctl" | grep shm_pub)" = libshm_pub.so.1 ]
	report $? "shmctl asks for the shared library"
	runs "and runs" '^usage: shmctl' "$root/usr/bin/shmctl" --help
	bash -n "$root/usr/share/bash-completion/completions/shmctl" 2>"$scratch/log"
	report $? "its completion is a script"
}

# Nothing of the machine that built it is in the result.
check_traces() { # DIRECTORY...
	! grep -rlF -- "$PWD" "$@" >"$scratch/log"
	report $? "no file names the directory where it was built"
}
