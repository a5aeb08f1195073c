#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The man pages, as installed: one for each call, whole, without warnings; the prototypes
# are those of the headers, and the examples are programs that build. Output is TAP.

cc='@A64CC@'
stage='@STAGE@/linux'
prefix='@PREFIX@'
pages=$stage$prefix/share/man/man3
count=0
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
flags="-std=gnu11 -Wall -Wextra -Wconversion -Wshadow -Werror -I$stage$prefix/include"

report() { # status, text
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

# The quiet way: one line for a property all pages have, and the pages that do not.
each() { # text, function of a page
	for page in "$pages"/*.3; do
		name=$(basename "$page" .3)
		"$2" "$page" "$name" >"$scratch/one" 2>&1 && continue
		echo "$name.3:" >>"$scratch/log"
		cat "$scratch/one" >>"$scratch/log"
	done
	[ ! -s "$scratch/log" ]
	report $? "$1"
}

plain() { # roff escapes of code to what they stand for
	sed -e 's/\\(aq/'\''/g' -e 's/\\(ga/`/g' -e 's/\\(ha/^/g' -e 's/\\(ti/~/g' -e 's/\\-/-/g' \
		-e 's/\\&//g' -e 's/\\e/\\/g'
}

section() { # page, section
	awk -v s=".SH $2" '$0 == s { on = 1; next } /^\.SH / { on = 0 } on' "$1"
}

code_of() { # page, section: what is between .EX and .EE
	section "$1" "$2" | awk '/^\.EE/ { on = 0 } on { print } /^\.EX/ { on = 1 }' | plain
}

has_every_section() {
	printf '%s\n' NAME SYNOPSIS DESCRIPTION 'RETURN VALUE' ERRORS 'CONTEXT AND THREAD SAFETY' \
		EXAMPLE 'SEE ALSO' >"$scratch/wanted"
	sed -n 's/^\.SH //p' "$1" | diff "$scratch/wanted" -
}

names_itself() {
	section "$1" NAME | grep -qx "$2 .- .*" || { echo "NAME is not of $2" && return 1; }
	grep -q "^\.TH $(echo "$2" | tr '[:lower:]' '[:upper:]') 3 " "$1"
}

# The prototypes of all pages together; one that differs from the header's is a conflict.
prototypes() {
	sed -n 's/^\.B #include/#include/p' "$pages"/*.3 | sort -u
	for page in "$pages"/*.3; do
		section "$page" SYNOPSIS
	done | grep -E '^\.BI? ' | grep -v '#include' | sed -e 's/^\.BI* //' -e 's/"//g' | plain
}

pages_without_prototype() {
	for page in "$pages"/*.3; do
		name=$(basename "$page" .3)
		[ "$name" = shm_pub ] || grep -q "\b$name *(" "$scratch/synopsis.c" || echo "$name.3"
	done
}

example_builds() {
	code_of "$1" EXAMPLE >"$scratch/$2.c"
	[ -s "$scratch/$2.c" ] || { echo 'no example' && return 1; }
	# shellcheck disable=SC2086 # words
	if grep -q '^int main(' "$scratch/$2.c"; then
		$cc $flags -o "$scratch/$2" "$scratch/$2.c" -L"$stage$prefix/lib" -lshm_pub
	else
		$cc $flags -c -o "$scratch/$2.o" "$scratch/$2.c"
	fi
}

example_calls_what_it_shows() {
	[ "$2" = shm_pub ] || code_of "$1" EXAMPLE | grep -q "\b$2(" ||
		{ echo "the example does not call $2" && return 1; }
}

missing=''
for call in $(printf '#include <linux_shm.h>\n' | $cc -E -P -I"$stage$prefix/include" - |
	grep -oE '\b(linux_)?shm_[a-z_]+ ?\(' | tr -d ' (' | sort -u); do
	[ -f "$pages/$call.3" ] || missing="$missing $call"
done
[ -z "$missing" ]
report $? "each call has a page${missing:+, but not$missing}"
each 'each page names itself' names_itself
each 'each page has its sections, in order' has_every_section

sed -s -n '/^\.SH SEE ALSO/,$s/^\.BR \([a-z_0-9]*\) .*/\1.3/p' "$pages"/*.3 | sort -u >"$scratch/referred"
ls "$pages" | sort | comm -23 "$scratch/referred" - >"$scratch/log"
[ -s "$scratch/referred" ] && [ ! -s "$scratch/log" ]
report $? 'each page refers to pages that exist'

prototypes >"$scratch/synopsis.c"
pages_without_prototype >"$scratch/log"
[ ! -s "$scratch/log" ]
report $? 'each page has the prototype of its call'
# shellcheck disable=SC2086 # words
$cc $flags -fsyntax-only "$scratch/synopsis.c" >"$scratch/log" 2>&1
report $? 'each prototype is that of the header'

sed -n 's/^\t\(SHM_E_[A-Z_]*\) = -.*/\1/p' "$stage$prefix/include/shm_pub.h" | sort >"$scratch/results"
grep -ohE 'SHM_E_[A-Z_]+' "$pages"/*.3 | sort -u | comm -3 - "$scratch/results" >"$scratch/log"
[ ! -s "$scratch/log" ]
report $? 'the results named are those of the header, all of them'

each 'each example builds with what is installed' example_builds
each 'each example calls what it is for' example_calls_what_it_shows
if command -v mandoc >/dev/null; then
	mandoc -Tlint -W warning "$pages"/*.3 >"$scratch/log" 2>&1
	report $? 'mandoc finds nothing to warn of'
else
	count=$((count + 1))
	echo "ok $count - mandoc finds nothing to warn of # SKIP no mandoc here"
fi
if command -v groff >/dev/null; then
	groff -man -ww -z -Tutf8 "$pages"/*.3 >"$scratch/log" 2>&1 && [ ! -s "$scratch/log" ]
	report $? 'groff renders each page without a warning'
else
	count=$((count + 1))
	echo "ok $count - groff renders each page without a warning # SKIP no groff here"
fi

echo "1..$count"
exit $failed
