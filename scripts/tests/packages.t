#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# TAP: scripts/packages on a made-up system. PATH holds a few real tools and fakes of dpkg-query,
# apt-get, apt-cache, sudo and id; what is installed and what can be had is in two files.
set -u
script=$(realpath "$(dirname "$0")/../packages")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0

fake() { # NAME, body on standard input
	{ echo '#!/bin/bash'; cat; } >"$scratch/bin/$1"
	chmod +x "$scratch/bin/$1"
}

# A fresh system: nothing installed, everything the table names can be had, root.
fresh() {
	local tool
	rm -rf "${scratch:?}"/*
	mkdir "$scratch/bin"
	for tool in bash env sed sort mkdir flock dirname cat grep dpkg true; do
		ln -s "$(type -P "$tool")" "$scratch/bin/$tool"
	done
	: >"$scratch/installed"
	sed -n '/cat <<-EOT/,/EOT$/s/^\t*\(sim\|build\|test\|deb\|rpm\|lint-packages\) *\([^ ]*\).*/\2/p' "$script" >"$scratch/known"
	printf '%s\n' linux-kbuild-6.1 linux-headers-6.1.0-1-common-rt=6.1.9-2 >>"$scratch/known"
	fake dpkg-query <<-'E'
		here=${0%/bin/*}; shift 3
		for name in "$@"; do grep "^$name " "$here/installed"; done
		true
	E
	fake apt-cache <<-'E'
		grep -xF -- "${!#}" "${0%/bin/*}/known" || [[ ${!#} == *=* ]]
	E
	fake apt-get <<-'E'
		here=${0%/bin/*}; echo "$*" >>"$here/calls"
		case " $* " in
		*" update "*) exit "$(cat "$here/update-status" 2>/dev/null || echo 0)" ;;
		*" install "*)
			for name in "$@"; do
				grep -qxF -- "$name" "$here/known" || continue
				version=1; [[ $name != *=* ]] || version=${name#*=}
				[ "$name" != linux-kbuild-6.1 ] || version=6.1.9-2
				sed -i "/^${name%%=*} /d" "$here/installed"
				echo "${name%%=*} $version installed" >>"$here/installed"
			done ;;
		esac
	E
	fake id <<-'E'
		echo "${FAKE_UID:-0}"
	E
}

packages() { # arguments; leaves $out and $status
	out=$(PATH=$scratch/bin B=$scratch/build "$scratch/bin/bash" "$script" "$@" 2>&1 </dev/null)
	status=$?
}

calls() {
	cat "$scratch/calls" 2>/dev/null
}

installed_all_but() { # PATTERN
	sed "/$1/d; s/\$/ 1 installed/" "$scratch/known" >"$scratch/installed"
}

ok() { # NAME CONDITION...
	local name=$1
	shift
	number=$((number + 1))
	if "$@"; then
		echo "ok $number - $name"
	else
		echo "not ok $number - $name"
		printf '%s\n' "status $status" "$out" "$(calls)" | sed 's/^/#   /'
	fi
}

says() { [[ $out == *"$1"* ]]; }
called() { [[ $(calls) == *"$1"* ]]; }
nothing_done() { [ "$status" -eq 0 ] && [ -z "$out" ] && [ -z "$(calls)" ]; }
status_is() { [ "$status" -eq "$1" ]; }
not() { ! "$@"; }

fresh
packages build
ok "a bare system gets everything" status_is 0
ok "what is missing is named" says "missing: cpio device-tree-compiler gcc "
ok "news is asked for once, before the installation" \
	[ "$(calls | grep -oE ' update| install' | tr -d '\n')" = " update install" ]
ok "without questions, without recommendations" called "APT::Install-Recommends=false install -y"
packages build
ok "the second time there is nothing to do" status_is 0
ok "and nothing is said" [ -z "$out" ]

fresh
installed_all_but nothing
packages sim build test
ok "all there: no apt-get, no word" nothing_done

fresh
installed_all_but qemu
fake qemu-system-aarch64 </dev/null
packages build
ok "a command in PATH is as good as its package" nothing_done

fresh
installed_all_but qemu
packages build
ok "only what is missing is installed" called "install -y qemu-system-arm"

fresh
installed_all_but libcmocka
packages build
ok "a part does not ask for what another needs" nothing_done
packages test
ok "the part that needs it does" called "install -y libcmocka-dev"

fresh
installed_all_but '^\(debhelper\|rpm\|lintian\)$'
packages build test
ok "building and testing does not ask for what packing needs" nothing_done
packages deb rpm
ok "packing does, and not for what looks over packages" called "install -y debhelper rpm"
packages lint-packages
ok "that is a part of its own" called "install -y lintian"

fresh
sed -i '/gcc-aarch64/d' "$scratch/known"
packages build
ok "a package that cannot be had: status 1" status_is 1
ok "it is named with the variable and with what still works" \
	says "missing: gcc-aarch64-linux-gnu (another cross compiler: CROSS_COMPILE=<prefix>; without one 'make sim' works)"
ok "the others are installed" grep -q '^qemu-system-arm ' "$scratch/installed"

fresh
echo 100 >"$scratch/update-status"
packages build
ok "offline, what is cached is installed all the same" status_is 0
ok "and the failure is told" says "apt-get update failed"

fresh
FAKE_UID=1000 packages sim
ok "no root and no sudo: status 1" status_is 1
ok "the command to type is shown" says "apt-get install --no-install-recommends gcc libc6-dev make"
ok "nothing is tried" [ -z "$(calls)" ]

fresh
fake sudo <<-'E'
	[ "$1" != -n ] || shift
	exec "$@"
E
export FAKE_UID=1000
packages sim
unset FAKE_UID
ok "sudo is used where it is there" status_is 0

fresh
fake sudo <<-'E'
	exit 1
E
export FAKE_UID=1000
packages sim
unset FAKE_UID
ok "a sudo that asks for a password without a terminal: status 1" status_is 1
ok "and the reason" says "password"

fresh
echo "linux-headers-6.1.0-1-common-rt 6.1.8-1 installed" >>"$scratch/installed"
echo "linux-kbuild-6.1 6.1.8-1 installed" >>"$scratch/installed"
packages host 'linux-headers-6.1.0-1-common-rt=6.1.9-2' 'linux-kbuild-6.1>=6.1.9-2'
ok "another version than the wanted one is replaced" status_is 0
ok "an exact version is asked for as such, a least one by name" \
	called "install -y linux-headers-6.1.0-1-common-rt=6.1.9-2 linux-kbuild-6.1"
packages host 'linux-headers-6.1.0-1-common-rt=6.1.9-2' 'linux-kbuild-6.1>=6.1.7-1'
ok "a newer one than the least is good" [ -z "$out" ]

fresh
packages host 'linux-headers-6.1.0-7-common-rt=6.1.9-9'
ok "kernel headers that cannot be had name LINUX_HEADERS" says "LINUX_HEADERS="
ok "and are not tried" not called "install"

fresh
packages everything
ok "an unknown part is a usage error" status_is 2

fresh
rm "$scratch/bin/apt-get" "$scratch/bin/dpkg-query"
packages sim
ok "a system without apt-get is told what to install" says "there is no apt-get here"
for tool in make gcc; do fake $tool </dev/null; done
packages sim
ok "and goes on when the commands are there" nothing_done

echo "1..$number"
