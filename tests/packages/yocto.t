#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The Yocto layer, which no bitbake has run: versions, checksums and names are those of the tree. TAP.
# BUILD: the build directory (build).
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/packages/common.sh
layer=packaging/yocto/meta-fusiondock
recipes=$(find $layer -name '*.bb')

[ "$(wc -w <<<"$recipes")" -eq 2 ]
report $? "there are two recipes"
for recipe in $recipes; do
	name=$(basename "$recipe" .bb)
	[ "${name##*_}" = "$version" ]
	report $? "$name has the version of the tree, $version"
	sed -n 's|^LIC_FILES_CHKSUM = "file://\(.*\);md5=\(.*\)"|\2  \1|p' "$recipe" >"$scratch/sums"
	[ -s "$scratch/sums" ] && md5sum -c "$scratch/sums" >"$scratch/log" 2>&1
	report $? "its licence file is there, unchanged"
	missing=
	for file in $(grep -o '\${S}/[a-z0-9_./-]*' "$recipe" | sed 's|\${S}/||'); do
		[ -e "$file" ] || missing="$missing $file"
	done
	[ -z "$missing" ]
	report $? "the files that it names are there${missing:+, but not$missing}"
	targets=$(sed -n 's/^    oe_runmake //p' "$recipe" | tr ' ' '\n' | grep -v =)
	# shellcheck disable=SC2086 # words
	[ -z "$targets" ] || make -n $targets B="$build" DESTDIR=/nowhere >/dev/null 2>"$scratch/log"
	report $? "make knows its targets${targets:+: $(xargs <<<"$targets")}"
done
dist=$(sed -n 's|^FUSIONDOCK_DIST ?= "${LAYERDIR}/\(.*\)"|\1|p' $layer/conf/layer.conf)
[ "$(realpath -m "$layer/$dist")" = "$PWD/build/packages" ]
report $? "the layer looks for the archive where make dist leaves it"
tar -tf "$build/packages/fusiondock-$version.tar.gz" >"$scratch/list" 2>"$scratch/log" &&
	! grep -v "^fusiondock-$version/" "$scratch/list" >"$scratch/log" &&
	grep -qx "fusiondock-$version/Makefile" "$scratch/list"
report $? "the archive unpacks into what the recipes have for S"
the_end
