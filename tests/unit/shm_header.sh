#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Each header that is installed compiles alone, in every language and environment it is
# made for, and means the same there. Output is TAP. A compiler that is missing is skipped.

compilers='@HOSTCC@ clang @A64CC@ clang:--target=aarch64-linux-gnu'
warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror'
count=0
failed=0

# Everything a user can say about the layout at compile time; C++ spells the assertion so, too.
cat_checks() { # header
	printf '#include "%s"\n#include "%s"\nextern int not_empty;\n' "$1" "$1"
	case $1 in
	shm_pub.h)
		cat <<-'EOT'
			#ifndef __cplusplus
			#define static_assert _Static_assert
			#endif
			static_assert(sizeof(shm_info_s) == 16, "header");
			static_assert(offsetof(shm_info_s, max_size) == 0, "max_size");
			static_assert(offsetof(shm_info_s, used_size) == 4, "used_size");
			static_assert(offsetof(shm_info_s, op_type) == 8, "op_type");
			static_assert(offsetof(shm_info_s, resevered) == 12, "resevered");
			static_assert(offsetof(shm_info_s, data) == 16, "data");
			static_assert(SHM_OP_READY_TO_READ == 1 && SHM_OP_READ_END == 2, "states");
			static_assert(sizeof(struct cpu_info) == 8, "cpu_info");
			static_assert(sizeof(struct shm_ipi_func) == 2 * sizeof(void *), "shm_ipi_func");
			static_assert(sizeof(struct shm_region) == 32, "shm_region");
		EOT
		;;
	esac
}

try() { # header, compiler, options, what
	command=$(echo "$2" | tr : ' ')
	count=$((count + 1))
	if ! command -v "${command%% *}" >/dev/null; then
		echo "ok $count - $1: $command $4 # SKIP no ${command%% *} here"
		return
	fi
	# shellcheck disable=SC2086 # words
	if message=$(cat_checks "$1" | $command $3 $warnings -Iinclude -Ilinux/port -fsyntax-only - 2>&1); then
		echo "ok $count - $1: $command $4"
	else
		echo "not ok $count - $1: $command $4"
		echo "$message" | sed 's/^/# /'
		failed=1
	fi
}

for compiler in $compilers; do
	for header in shm_pub.h linux_shm.h fusiondock/hypercall.h; do
		try $header "$compiler" '-x c -std=c11' 'C11'
		try $header "$compiler" '-x c -std=c11 -ffreestanding' 'C11 freestanding'
		try $header "$compiler" '-x c -std=gnu17' 'GNU C17'
	done
	try fusiondock/mcs.h "$compiler" '-x c -std=c11' 'C11'
done
for compiler in g++ clang++ @A64CXX@ clang++:--target=aarch64-linux-gnu; do
	for header in shm_pub.h linux_shm.h; do
		try $header "$compiler" '-x c++ -std=c++11' 'C++11'
		try $header "$compiler" '-x c++ -std=c++17' 'C++17'
		try $header "$compiler" '-x c++ -std=c++17 -ffreestanding' 'C++17 freestanding'
	done
done

echo "1..$count"
exit $failed
