#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The driver as the packages bring it: DKMS builds and installs the .deb's sources for the arm64 kernel of
# build/debian; the spec file makes a kmod package for it; both kinds hold the same sources; the group is made.
# TAP. BUILD: the build directory (build).
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/packages/common.sh
headers=$(realpath "${LINUX_HEADERS:-$build/debian/linux-headers}")
kernel=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"/\1/p' "$headers/include/generated/utsrelease.h")
root=$scratch/root
unset LINUX_HEADERS
export ARCH=arm64 CROSS_COMPILE=$cross
# DKMS signs nothing here: for that it would make a key of this machine's.
export sign_file=none
PATH=$PATH:/usr/sbin:/sbin

# The driver in a tree, as its kernel wants it compressed.
module() { # DIRECTORY
	find "$1" -name 'mcs_km.ko*' -type f -printf '%P\n'
}

is_the_driver() { # MODULE
	[ "$(modinfo -F version "$1")" = "$version" ] && modinfo -F vermagic "$1" | grep -q "^$kernel " &&
		modinfo -F alias "$1" | grep -q '^of:N\*T\*Cfusiondock,mcs$'
}

by_dkms() { # COMMAND
	dkms "$1" -m fusiondock-mcs -v "$version" -k "$kernel" -a aarch64 --kernelsourcedir "$headers" \
		--sourcetree "$root/usr/src" --dkmstree "$scratch/dkms" --installtree "$scratch/lib/modules" \
		--no-depmod >"$scratch/log" 2>&1
}

mkdir -p "$root" "$scratch/dkms" "$scratch/lib/modules/$kernel"
dpkg-deb -x "$build/packages/deb/fusiondock-mcs-dkms_$version"-*_all.deb "$root"
by_dkms add
report $? "DKMS takes the sources of the .deb"
by_dkms build
report $? "it builds them for $kernel"
is_the_driver "$(echo "$scratch"/dkms/fusiondock-mcs/"$version"/*/*/module/mcs_km.ko*)"
report $? "into mcs_km $version, which binds to the base's node"
if [ "$(id -u)" -eq 0 ]; then
	by_dkms install && [ -n "$(module "$scratch/lib/modules/$kernel/updates")" ]
	report $? "and installs the module"
	by_dkms remove && [ -z "$(module "$scratch/lib/modules/$kernel")" ]
	report $? "and removes it again"
else
	skip "and installs and removes it" "DKMS does that for root only"
fi

mkdir "$scratch/unpacked"
rpm2cpio "$build/packages/rpm/RPMS/noarch/fusiondock-mcs-dkms-$version"-*.rpm |
	(cd "$scratch/unpacked" && cpio -idm --quiet --no-absolute-filenames)
diff -r "$root/usr/src" "$scratch/unpacked/usr/src" >"$scratch/log"
report $? ".deb and .rpm hold the same sources"

# Debian's name of a kernel is no version to rpm; openEuler's is.
rpmbuild -bb --nodeps --with kmod --target aarch64-linux --define "_topdir $scratch/rpm" \
	--define "_sourcedir $(realpath "$build/packages")" --define "cross_compile $cross" \
	--define "kernel_release $kernel" --define "kernel_dir $headers" --define "kernel_requires kernel-uname-r" \
	"$build/packages/fusiondock.spec" >"$scratch/log" 2>&1
report $? "the spec file makes a kmod package"
kmod=$(echo "$scratch/rpm/RPMS/aarch64/kmod-fusiondock-mcs-$version"-*.aarch64.rpm)
rpm2cpio "$kmod" | (cd "$scratch/unpacked" && cpio -idm --quiet --no-absolute-filenames)
is_the_driver "$scratch/unpacked/lib/modules/$kernel/extra/fusiondock-mcs/mcs_km.ko"
report $? "with mcs_km in the kernel's extra/"
depmod -b "$scratch/unpacked" "$kernel" 2>"$scratch/log" &&
	grep -qx 'alias of:N\*T\*Cfusiondock,mcs mcs_km' "$scratch/unpacked/lib/modules/$kernel/modules.alias" &&
	modprobe -d "$scratch/unpacked" -S "$kernel" --show-depends mcs_km 2>"$scratch/log" |
	grep -q 'extra/fusiondock-mcs/mcs_km.ko'
report $? "depmod lists it, modprobe finds it by its node"
[ "$(rpm -qp --scripts "$kmod" | grep -cF "depmod -a $kernel")" -eq 2 ]
report $? "and depmod run for it when it comes and goes"
rpmspec -q --with kmod --define "kernel_release 5.10.0-136.12.0.oe2203sp1.aarch64" --define "kernel_dir /" --requires \
	--target aarch64-linux "$build/packages/fusiondock.spec" 2>"$scratch/log" |
	grep -qxF "kernel-uname-r = 5.10.0-136.12.0.oe2203sp1.aarch64"
report $? "on openEuler it asks for the kernel it was built for"

if command -v systemd-sysusers >/dev/null; then
	mkdir -p "$root/etc"
	systemd-sysusers --root="$root" mcs.conf >"$scratch/log" 2>&1 && grep -q '^mcs:' "$root/etc/group"
	report $? "systemd-sysusers makes the group mcs"
else
	skip "systemd-sysusers makes the group mcs" "no systemd here"
fi
grep -q 'KERNEL=="mcs".*GROUP="mcs"' "$root/usr/lib/udev/rules.d/90-mcs.rules"
report $? "to which the rule gives /dev/mcs"
the_end
