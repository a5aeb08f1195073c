#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The guides: their C examples compile against the headers of this tree, both languages have the
# same sections and the same code, and every relative link of the documents leads to a file. TAP.
#
# A C block that begins with #include is a file; any other is the body of a function that finds the
# names of the prelude below declared. What uses PRT_ gets the headers of the UniProton stand-in.
set -u
cd "$(dirname "$0")/../.." || exit 1
english=docs/guide.md
chinese=docs/guide.zh.md
compile=(gcc -std=gnu11 -Wall -Werror -fsyntax-only -Iinclude -Ilinux/port -x c)
compiled=
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
		sed 's/^/# /' "$scratch/log"
		failed=1
	fi
	: >"$scratch/log"
}

prelude() { # linux|uniproton
	if [ "$1" = uniproton ]; then
		printf '#include "%s"\n' prt_config.h prt_task.h prt_sem.h prt_hwi.h shm_pub.h
		echo 'extern U32 PRT_Printf(const char *text, ...);'
	else
		printf '#include <%s>\n' errno.h fcntl.h poll.h stdio.h stdlib.h string.h unistd.h \
			sys/ioctl.h sys/mman.h fusiondock/hypercall.h fusiondock/mcs.h fusiondock/state.h linux_shm.h
	fi
	echo 'extern shm_info_s *shm_rd, *shm_wr;'
}

# Writes every block of a language into $scratch/NAME.NUMBER and prints the number of blocks.
blocks() { # document language NAME
	awk -v language="$2" -v out="$scratch/$3" '
		/^```/ { if (on) on = 0; else if ($0 == "```" language) { on = 1; file = out "." ++n }; next }
		on { print > file }
		END { print n + 0 }' "$1"
}

compiles() { # file with a block
	local side=linux include=()
	if grep -qE 'PRT_|prt_' "$1"; then
		side=uniproton
		include=(-Iuniproton/standin/include)
	fi
	if [ "$(head -c 8 "$1")" = '#include' ]; then
		cat "$1"
	else
		prelude $side
		printf 'int example(void);\nint example(void)\n{\n#line 1 "example"\n'
		cat "$1"
		printf 'return 0;\n}\n'
	fi | "${compile[@]}" "${include[@]}" - >"$scratch/log" 2>&1
}

# The other language has the same block as a rule: what has compiled is not compiled again.
compiles_or_did() { # file with a block
	local sum
	sum=$(cksum <"$1")
	case " $compiled " in
	*" $sum; "*) return 0 ;;
	esac
	compiles "$1" || return 1
	compiled="$compiled $sum; "
}

check_examples() { # document
	local n i
	n=$(blocks "$1" c "${1//\//_}")
	[ "$n" -ge 5 ] || echo "only $n C blocks were found" >"$scratch/log"
	[ "$n" -ge 5 ]
	report $? "$1: has C examples"
	for ((i = 1; i <= n; i++)); do
		compiles_or_did "$scratch/${1//\//_}.$i"
		report $? "$1: C example $i compiles"
	done
}

# A checker that accepts everything would pass every document.
refuses() { # name, a wrong example
	printf '%s\n' "$2" >"$scratch/wrong"
	echo "it was accepted: $2" >"$scratch/verdict"
	! compiles "$scratch/wrong"
	local status=$?
	cp "$scratch/verdict" "$scratch/log"
	report $status "refused: $1"
}

sections() { # document: the level of each heading, in order
	awk '/^```/ { on = !on; next } !on && /^#+ / { print length($1), ($2 ~ /^[0-9]+\.$/ ? $2 : "") }' "$1"
}

all_code() { # document: every block with its fences
	awk '/^```/ { print; on = !on; next } on' "$1"
}

# Relative targets of inline links outside code, without the part behind #.
links() { # document
	awk '/^```/ { on = !on; next } !on' "$1" | sed 's/`[^`]*`//g' |
		grep -oE '\]\([^) ]+\)' | sed -E 's/^\]\(//; s/\)$//' |
		grep -vE '^([a-z]+:|#)' | sed 's/#.*//'
}

missing() { # document: the links that lead nowhere
	local target
	links "$1" >"$scratch/links"
	while read -r target; do
		[ -e "${1%/*}/$target" ] || echo "$1: $target is not there"
	done <"$scratch/links"
}

: >"$scratch/log"
check_examples "$english"
check_examples "$chinese"
refuses 'the parenthesis of the specification' 'char b[4]; if (shm_read(shm_rd, b, sizeof(b) < 0) { return -1; }'
refuses 'a call with too few arguments' 'shm_write(NULL, 0, 0, shm_wr);'
refuses 'a PRT_ name that does not exist' 'PRT_TaskSleep(1);'

diff <(sections "$english") <(sections "$chinese") >"$scratch/log"
report $? "both guides have the same $(sections "$english" | wc -l) headings"
diff <(all_code "$english") <(all_code "$chinese") >"$scratch/log"
report $? 'both guides have the same code blocks'

for document in ./README.md docs/*.md; do
	missing "$document" >"$scratch/log"
	[ ! -s "$scratch/log" ]
	report $? "$document: its $(wc -l <"$scratch/links") relative links lead to files"
done
printf 'see [nothing](no-such-file.md)\n' >"$scratch/planted.md"
[ -n "$(missing "$scratch/planted.md")" ]
report $? 'a link that leads nowhere is found'

echo "1..$count"
exit $failed
