#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What `make install` and `make install-sim` put into a DESTDIR is complete: programs are
# built with it and nothing else, both ways, and run where this machine can run them.
# Output is TAP.

prefix='@PREFIX@'
flavour=''
count=0
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

report() { # status, text
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $flavour: $2"
	else
		echo "not ok $count - $flavour: $2"
		[ ! -s "$scratch/log" ] || sed 's/^/# /' "$scratch/log"
		failed=1
	fi
	: >"$scratch/log"
}

skip() { # text, reason
	count=$((count + 1))
	echo "ok $count - $flavour: $1 # SKIP $2"
}

flags() { # pkg-config options
	PKG_CONFIG_SYSROOT_DIR=$stage PKG_CONFIG_LIBDIR=$stage$prefix/lib/pkgconfig \
		pkg-config "$@" shm_pub 2>>"$scratch/log"
}

build() { # output, source, options
	output=$1 source=$2
	shift 2
	# shellcheck disable=SC2046 # words
	$cc -o "$scratch/$output" "$@" "$source" $(flags --cflags --libs) >>"$scratch/log" 2>&1
}

# Names that an installed header declares. UniProton's object is not Linux's.
declared() { # header
	# shellcheck disable=SC2046 # words
	printf '#include "%s"\n' "$1" |
		$cc -E -P -std=c11 $(flags --cflags) - |
		grep -oE '\b(linux_)?shm_[a-z_]+ ?\(|linux_shmIpi' | tr -d ' (' | sort -u
}

exported() {
	$nm -D --defined-only "$stage$prefix/lib/libshm_pub.so" |
		sed -n 's/^[0-9a-f]* [TDBR] \([^@]*\).*/\1/p' | sort -u
}

run() { # text, program
	if [ -z "$runner" ]; then
		skip "$1" "no qemu-aarch64 here"
		return
	fi
	# Without a driver the port says so on stderr.
	$runner "$scratch/$2" >"$scratch/out" 2>"$scratch/log"
	grep -q '^message came through$' "$scratch/out"
	report $? "$1"
}

check() { # name, stage, cc, nm, readelf, command to run a program, its option for libraries,
# the list of names it must show
	flavour=$1 stage=$2 cc=$3 nm=$4 readelf=$5 runner=$6 library_path=$7 needed=$8
	lib=$stage$prefix/lib

	missing=''
	for file in include/shm_pub.h include/linux_shm.h include/fusiondock/hypercall.h \
		include/fusiondock/mcs.h lib/libshm_pub.a lib/libshm_pub.so lib/libshm_pub.so.1 \
		lib/libshm_pub.so.@VERSION@ lib/pkgconfig/shm_pub.pc share/man/man3/shm_write.3; do
		[ -e "$stage$prefix/$file" ] || missing="$missing $file"
	done
	[ -z "$missing" ]
	report $? "every file is there${missing:+, but not$missing}"

	[ "$(flags --modversion)" = '@VERSION@' ]
	report $? 'pkg-config knows it by its version'
	! grep -rqE '@[A-Z]+@' "$lib/pkgconfig"
	report $? 'the pkg-config file is filled in'

	$readelf -d "$lib/libshm_pub.so" | grep -q 'SONAME.*\[libshm_pub\.so\.1\]'
	report $? 'the soname is libshm_pub.so.1'
	declared linux_shm.h >"$scratch/declared"
	declared shm_pub.h >"$scratch/portable"
	exported >"$scratch/exported"
	comm -13 "$scratch/declared" "$scratch/exported" >"$scratch/log"
	[ ! -s "$scratch/log" ]
	report $? 'the shared library shows nothing that the headers do not declare'
	# The simulation need not have all that is Linux's own.
	comm -23 "$scratch/$needed" "$scratch/exported" >"$scratch/log"
	[ ! -s "$scratch/log" ] && [ "$(wc -l <"$scratch/$needed")" -ge 17 ]
	report $? 'and all calls that it has to have'

	build dynamic tests/unit/shm_install_program.c -std=c11 -Wall -Wextra -Werror
	report $? 'a program is linked with the shared library'
	$readelf -d "$scratch/dynamic" | grep -q 'NEEDED.*\[libshm_pub\.so\.1\]'
	report $? 'and asks for it by its soname'
	build static tests/unit/shm_install_program.c -std=c11 -static
	report $? 'a program is linked with the static library'
	! $readelf -d "$scratch/static" 2>/dev/null | grep -q NEEDED
	report $? 'and asks for no other file'
	for std in c11 gnu11 gnu99; do
		build original tests/unit/shm_original_source.c -std=$std
		report $? "source for the original headers is built unchanged ($std)"
	done

	run 'the static program runs' static
	runner=${runner:+$runner $library_path$lib}
	run 'the dynamic program runs' dynamic
}

# A program of VM 0 runs here if this is arm64, or with QEMU's user mode.
if [ "$(uname -m)" = aarch64 ]; then
	arm64_runner=env arm64_library_path=LD_LIBRARY_PATH=
elif command -v qemu-aarch64 >/dev/null; then
	# The loader and libc of the cross compiler.
	arm64_runner="qemu-aarch64 -L $(dirname "$(dirname "$(@A64CC@ -print-file-name=libc.so.6)")")"
	arm64_library_path='-E LD_LIBRARY_PATH='
else
	arm64_runner='' arm64_library_path=''
fi

check linux '@STAGE@/linux' '@A64CC@' '@A64NM@' '@READELF@' "$arm64_runner" \
	"$arm64_library_path" declared
check sim '@STAGE@/sim' '@HOSTCC@' nm readelf env LD_LIBRARY_PATH= portable

flavour=uninstall
[ -z "$(find '@STAGE@/removed' -type f -o -type l)" ]
report $? 'leaves no file'

echo "1..$count"
exit $failed
