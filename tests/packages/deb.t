#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The packages of `make deb`: what is in them, for whom they are, what they ask for, whether a program can be
# built with them. TAP. BUILD: the build directory (build).
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/packages/common.sh
packages=$build/packages/deb
libdir=/usr/lib/aarch64-linux-gnu
root=$scratch/root

deb() { # PACKAGE
	printf '%s\n' "$packages/${1}_$version"-*_*.deb
}

field() { # PACKAGE FIELD
	dpkg-deb -f "$(deb "$1")" "$2"
}

files() { # PACKAGE: without directories, and without what Debian wants in each
	dpkg-deb --fsys-tarfile "$(deb "$1")" | tar -t | sed 's/^\.//' |
		grep -vE "/$|^/usr/share/doc/$1/(copyright|changelog\.Debian\.gz)\$"
}

script() { # PACKAGE NAME
	dpkg-deb -I "$(deb "$1")" "$2" >"$scratch/$1.$2" 2>"$scratch/log"
}

if ! ls "$packages"/*.deb >/dev/null 2>&1; then
	echo "Bail out! there are no packages, run: make deb"
	exit 1
fi

for package in libshm-pub1 libshm-pub-dev fusiondock-tools; do
	[ "$(field $package Architecture)" = arm64 ]
	report $? "$package is for arm64"
done
[ "$(field fusiondock-mcs-dkms Architecture)" = all ]
report $? "fusiondock-mcs-dkms is for all"
[ "$(field libshm-pub1 Multi-Arch) $(field libshm-pub-dev Multi-Arch)" = "same same" ]
report $? "library and headers go beside those of another architecture"

same "$(printf "$libdir/libshm_pub.so.%s\n" 1 "$version")" "$(files libshm-pub1)"
report $? "libshm-pub1 holds the library and its soname, nothing else"
same "$(headers; pages 3 .gz; printf "$libdir/%s\n" libshm_pub.a libshm_pub.so pkgconfig/shm_pub.pc)" \
	"$(files libshm-pub-dev | grep -v '^/usr/share/doc/')"
report $? "libshm-pub-dev holds every header, both libraries to link with, every man page"
same "$(find docs -maxdepth 1 -name '*.md' -printf '/usr/share/doc/libshm-pub-dev/%f\n'
	find linux/demo -name '*.c' -printf '/usr/share/doc/libshm-pub-dev/examples/%f\n')" \
	"$(files libshm-pub-dev | grep '^/usr/share/doc/')"
report $? "and the documents, which name each other, and the demo's source"
same "$(pages 1 .gz; printf '%s\n' /usr/bin/shmctl /usr/share/bash-completion/completions/shmctl)" \
	"$(files fusiondock-tools)"
report $? "fusiondock-tools holds shmctl, man page, completion"
same "$(driver_sources; printf '/usr/lib/%s\n' udev/rules.d/90-mcs.rules sysusers.d/mcs.conf)" \
	"$(files fusiondock-mcs-dkms | grep -v '^/usr/share/doc/')"
report $? "fusiondock-mcs-dkms holds the driver's sources, udev rule, group"
for package in libshm-pub1 libshm-pub-dev fusiondock-tools fusiondock-mcs-dkms; do
	dpkg-deb -c "$(deb $package)"
done | awk '$2 != "root/root" || $1 !~ /^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x|lrwxrwxrwx)$/' >"$scratch/log"
[ ! -s "$scratch/log" ]
report $? "all files are root's, for all to read"

field libshm-pub1 Depends | grep -qx 'libc6 (>= [0-9.]*)'
report $? "the library asks for libc6"
field libshm-pub-dev Depends | grep -qE "^libshm-pub1 \(= $version-[0-9]+\)$"
report $? "the headers ask for the library of the same build"
field fusiondock-tools Depends | grep -q "libshm-pub1 (>= "
report $? "shmctl asks for the library"
field fusiondock-mcs-dkms Depends | grep -q '^dkms .*, systemd | .*systemd-sysusers$'
report $? "the driver asks for DKMS, and for what makes the group"

for name in postinst prerm; do
	script fusiondock-mcs-dkms $name && sh -n "$scratch/fusiondock-mcs-dkms.$name" 2>"$scratch/log" &&
		grep -qx "DKMS_NAME=fusiondock-mcs" "$scratch/fusiondock-mcs-dkms.$name" &&
		grep -qx "DKMS_VERSION=$version" "$scratch/fusiondock-mcs-dkms.$name"
	report $? "the $name of the driver names what lies in /usr/src"
done
grep -n 'systemd-sysusers .*mcs\.conf\|^DKMS_NAME' "$scratch/fusiondock-mcs-dkms.postinst" | sed -n 1p | grep -q sysusers
report $? "its postinst makes the group first"
script libshm-pub1 triggers && grep -q '^activate-noawait ldconfig$' "$scratch/libshm-pub1.triggers"
report $? "the library has the linker's cache renewed"

for package in libshm-pub1 libshm-pub-dev fusiondock-tools fusiondock-mcs-dkms; do
	dpkg-deb -x "$(deb $package)" "$root"
done
check_use
check_traces "$root"
the_end
