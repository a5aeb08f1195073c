#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What a test on the development host cannot see, because its memory ordering is stronger
# than Arm's: that the arm64 library and its ports are made of the instructions the protocol
# rests on, where the source says, and that the freestanding one asks for nothing its guest
# does not have. Output is TAP.
#
# SHM_OBJECTS and SHM_PORT_OBJECT name other objects than those of the build.

objdump='@OBJDUMP@'
nm='@NM@'
shm=${SHM_OBJECTS:-'@SHM@'}
uniproton_port=${SHM_PORT_OBJECT:-'@UNIPROTON_PORT@'}
linux_port='@LINUX_PORT@'
count=0
failed=0

report() { # status, text
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		failed=1
	fi
}

listings=$(mktemp -d)
trap 'rm -rf "$listings"' EXIT

# The disassembly of an object, made once.
listing() { # object
	list=$listings/$(echo "$1" | tr / _)
	[ -f "$list" ] || "$objdump" -d --no-show-raw-insn "$1" >"$list"
	cat "$list"
}

code() { # object: instructions and operands only
	listing "$1" | sed -n 's/^ *[0-9a-f]*:\t//p'
}

has() { # side, object, instruction, purpose
	code "$shm/$1/$2.o" | grep -Eq "^$3"
	report $? "$1 $2: $4"
}

body() { # object, function: its instructions and operands
	listing "$1" | awk -v f="<$2>:" '/^[0-9a-f]+ </ { on = $2 == f } on' |
		sed -n 's/^ *[0-9a-f]*:\t//p'
}

# Each B of the function comes directly behind an A; and there is one.
directly() { # object, function, A, B, text
	body "$1" "$2" | awk -v a="$3" -v b="$4" '
		$0 ~ b { seen = 1; if (last !~ a) wrong = 1 }
		{ last = $0 }
		END { exit !seen || wrong }'
	report $? "$5"
}

# Each B of the function comes behind an A, and no store of its own between the two.
before() { # object, function, A, B, text
	body "$1" "$2" | awk -v a="$3" -v b="$4" '
		$0 ~ a { after = 1 }
		/^st/ { after = 0 }
		$0 ~ b { seen = 1; if (!after) wrong = 1 }
		END { exit !seen || wrong }'
	report $? "$5"
}

# A load barrier stands before a look at the header (its fields are 32 bits, the word of a life has 64).
look_behind_barrier() { # side, object, purpose
	code "$shm/$1/$2.o" | awk '
		/^dmb[ \t]+ld/ { behind = 1 }
		/^ld/ && $2 ~ /^w/ { if (behind) seen = 1; behind = 0 }
		/^ldar/ { behind = 0 }
		END { exit !seen }'
	report $? "$1 $2: $3"
}

# The function makes these stores and barriers one directly behind the other.
sequence() { # object, function, mnemonics, text
	body "$1" "$2" | awk '/^(st|dsb|dmb)/ { all = all " " $1 } END { print all " " }' |
		grep -q " $3"
	report $? "$4"
}

for side in linux uniproton; do
	# For room, for the next part; and the mark at both ends of a long message.
	[ "$(code "$shm/$side/shm_write.o" | grep -Ec '^ldar\s+w')" -ge 4 ]
	report $? "$side shm_write: state and mark are loaded with acquire"
	has $side shm_write 'stlr\b' 'READY is stored with release'
	has $side shm_write 'dsb\s+sy' 'full barrier behind each part of a long message'
	has $side shm_read 'ldar\s+w' 'state is loaded with acquire'
	has $side shm_read 'stlr\b' 'READ_END is stored with release'
	look_behind_barrier $side shm_read 'copy is made before the look whether it is valid'
	sequence "$shm/$side/shm_region.o" shm_view_give_up 'stlr dsb stlr ' \
		"$side shm_region: full barrier between mark and START"
	sequence "$shm/$side/shm_region.o" shm_view_give_up 'stlr dsb $' \
		"$side shm_region: full barrier behind START"
	before "$shm/$side/shm_ipi.o" shm_send_ipi '^dsb[ \t]+sy' '^blr' \
		"$side shm_ipi: full barrier before the port rings"
	for object in shm_read shm_write shm_copy; do
		! code "$shm/$side/$object.o" | grep -Eq '^(ldx|ldax|stx|stlx|cas|swp|ldadd)'
		report $? "$side $object: no exclusives and no atomics on a region"
	done
done

# The ports. The doorbell in is as good as its barrier: what is read after it is no older.
directly "$uniproton_port" uniproton_send_ipi '^dsb[ \t]+sy' '^hvc' \
	'uniproton port: full barrier directly before the HVC that rings'
body "$uniproton_port" shm_wait_ipi | grep -Eq '^dmb\s+sy'
report $? 'uniproton port: full barrier behind a doorbell taken'
for port in "$linux_port" "$uniproton_port"; do
	directly "$port" shm_counter '^isb' '^mrs.*cnt[pv]ct_el0' \
		"${port##*/}: the counter is not read ahead of what precedes it"
done

# The ending keeps branch targets such as "d4 <symbol>" out.
! for object in "$shm"/uniproton/*.o; do code "$object"; done | grep -Pq '(\t|, |\{)[bhsdqv][0-9]+(\.|,|\]|\}|$)'
report $? 'uniproton: no floating point or vector registers'

needs=$("$nm" -u "$shm"/uniproton/*.o | sed -n 's/^ *U //p' | sort -u)
gives=$("$nm" --defined-only "$shm"/uniproton/*.o | sed -n 's/^[0-9a-f]* [A-Z] //p' | sort -u)
port='memcpy shm_counter shm_counter_frequency shm_port_ipi shm_port_pause'
missing=''
for symbol in $needs; do
	case " $(echo $gives) $port " in
	*" $symbol "*) ;;
	*) missing="$missing $symbol" ;;
	esac
done
[ -z "$missing" ]
report $? "uniproton: needs memcpy and the port only${missing:+, but also:$missing}"

echo "1..$count"
exit $failed
