#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The packages of `make rpm`: what is in them, for whom they are, what they ask for, what their scripts do,
# whether a program can be built with them. TAP. BUILD: the build directory (build).
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/packages/common.sh
packages=$build/packages/rpm
libdir=/usr/lib64
root=$scratch/root
all="libshm_pub libshm_pub-devel fusiondock-tools fusiondock-mcs fusiondock-mcs-dkms"

rpm_of() { # PACKAGE
	printf '%s\n' "$packages"/RPMS/*/"$1-$version"-*.rpm
}

query() { # PACKAGE OPTION...
	local package=$1
	shift
	rpm --dbpath "$scratch/db" -qp "$@" "$(rpm_of "$package")"
}

files() { # PACKAGE: without directories, documents, licences, links by build id
	query "$1" --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' |
		sed -n '/^d/d; / \/usr\/share\/\(doc\|licenses\)\//d; / \/usr\/lib\/\.build-id\//d; s/^[^ ]* //p'
}

scriptlet() { # PACKAGE TAG: with stand-ins of the programs it calls, that say what they are called with
	query "$1" --qf "%{$2}" >"$scratch/scriptlet"
	PATH=$scratch/bin /bin/sh -e "$scratch/scriptlet" >"$scratch/log" 2>&1
}

stand_in() { # NAME STATUS
	printf '#!/bin/sh\necho %s "$@" >>%s\nexit %s\n' "$1" "$scratch/calls" "$2" >"$scratch/bin/$1"
	chmod +x "$scratch/bin/$1"
	: >"$scratch/calls"
}

if ! ls "$packages"/RPMS/*/*.rpm >/dev/null 2>&1; then
	echo "Bail out! there are no packages, run: make rpm"
	exit 1
fi
mkdir -p "$scratch/bin" "$root"

for package in libshm_pub libshm_pub-devel fusiondock-tools; do
	[ "$(query $package --qf '%{ARCH}')" = aarch64 ]
	report $? "$package is for aarch64"
done
[ "$(query fusiondock-mcs --qf '%{ARCH}') $(query fusiondock-mcs-dkms --qf '%{ARCH}')" = "noarch noarch" ]
report $? "fusiondock-mcs and fusiondock-mcs-dkms are for all"
ls "$packages"/SRPMS/fusiondock-"$version"-*.src.rpm >"$scratch/log" 2>&1
report $? "there is a source package"

same "$(printf "$libdir/libshm_pub.so.%s\n" 1 "$version")" "$(files libshm_pub)"
report $? "libshm_pub holds the library and its soname, nothing else"
same "$(headers; pages 3 .gz; printf "$libdir/%s\n" libshm_pub.a libshm_pub.so pkgconfig/shm_pub.pc)" \
	"$(files libshm_pub-devel)"
report $? "libshm_pub-devel holds every header, both libraries to link with, every man page"
same "$(pages 1 .gz; printf '%s\n' /usr/bin/shmctl /usr/share/bash-completion/completions/shmctl)" \
	"$(files fusiondock-tools)"
report $? "fusiondock-tools holds shmctl, man page, completion"
same "$(printf '/usr/lib/%s\n' udev/rules.d/90-mcs.rules sysusers.d/mcs.conf)" "$(files fusiondock-mcs)"
report $? "fusiondock-mcs holds udev rule and group"
same "$(driver_sources)" "$(files fusiondock-mcs-dkms)"
report $? "fusiondock-mcs-dkms holds the driver's sources"
for package in $all; do
	query "$package" --qf '[%{FILEUSERNAME} %{FILEGROUPNAME} %{FILEMODES:perms} %{FILENAMES}\n]'
done | grep -vE '^root root (drwxr-xr-x|-rw-r--r--|-rwxr-xr-x|lrwxrwxrwx) ' >"$scratch/log"
[ ! -s "$scratch/log" ]
report $? "all files are root's, for all to read"
for package in $all; do
	query "$package" --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' | grep -v '^d'
done | sort | uniq -d >"$scratch/log"
[ ! -s "$scratch/log" ]
report $? "no file is in two packages"

query libshm_pub --provides | grep -qx 'libshm_pub\.so\.1()(64bit)'
report $? "the library provides its soname"
query libshm_pub-devel --requires | grep -qE "^libshm_pub\(aarch-64\) = $version-"
report $? "the headers ask for the library of the same build"
query libshm_pub-devel --provides | grep -qx "pkgconfig(shm_pub) = $version"
report $? "and provide the pkg-config module"
query fusiondock-tools --requires | grep -qx 'libshm_pub\.so\.1()(64bit)'
report $? "shmctl asks for the library"
query fusiondock-mcs-dkms --requires | tr '\n' ' ' | grep -q "dkms .*fusiondock-mcs = $version-"
report $? "the driver asks for DKMS, and for rule and group"

stand_in groupadd 0
stand_in getent 2
scriptlet fusiondock-mcs PREIN && grep -qx 'groupadd -r mcs' "$scratch/calls"
report $? "a system without the group gets it before the rule comes"
stand_in getent 0
scriptlet fusiondock-mcs PREIN && ! grep groupadd "$scratch/calls" >"$scratch/log"
report $? "one that has it keeps it"
stand_in udevadm 1
scriptlet fusiondock-mcs POSTIN && grep -q 'control --reload' "$scratch/calls"
report $? "udev is told of the rule, and need not be there"
stand_in dkms 1
scriptlet fusiondock-mcs-dkms POSTIN && [ "$(awk '{ print $2, $4, $6 }' "$scratch/calls" | tr '\n' ';')" = \
	"add fusiondock-mcs $version;build fusiondock-mcs $version;install fusiondock-mcs $version;" ]
report $? "DKMS adds, builds, installs; a kernel without headers does not stop the installation"
: >"$scratch/calls"
scriptlet fusiondock-mcs-dkms PREUN && grep -q "^dkms remove -m fusiondock-mcs -v $version .*--all" "$scratch/calls"
report $? "and removes it from every kernel before the sources go"

for package in $all; do
	rpm2cpio "$(rpm_of "$package")" | (cd "$root" && cpio -idm --quiet --no-absolute-filenames) >"$scratch/log" 2>&1
done
check_use
! "${cross}readelf" -S "$root/usr/bin/shmctl" | grep '\.debug_info' >"$scratch/log"
report $? "shmctl carries no debug information"
check_traces "$root"
the_end
