#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# What a test on the development host cannot see, because its memory ordering is stronger
# than Arm's: that the arm64 library is made of the instructions the protocol rests on, and
# that the freestanding one asks for nothing its guest does not have. Output is TAP.

objdump='@OBJDUMP@'
nm='@NM@'
shm='@SHM@'
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

code() { # objects: instructions and operands only
	"$objdump" -d --no-show-raw-insn "$@" | sed -n 's/^ *[0-9a-f]*:\t//p'
}

has() { # side, object, instruction, purpose
	code "$shm/$1/$2.o" | grep -Eq "^$3"
	report $? "$1 $2: $4"
}

for side in linux uniproton; do
	has $side shm_write 'ldar\b' 'state is loaded with acquire'
	has $side shm_write 'stlr\b' 'READY is stored with release'
	has $side shm_write 'dsb\s+sy' 'full barrier behind each part of a long message'
	has $side shm_read 'ldar\b' 'state is loaded with acquire'
	has $side shm_read 'stlr\b' 'READ_END is stored with release'
	has $side shm_read 'dmb\s+ld' 'copy is made before the look whether it is valid'
	has $side shm_ipi 'dsb\s+sy' 'full barrier before the doorbell'
	has $side shm_region 'dsb\s+sy' 'full barrier between mark and START'
	for object in shm_read shm_write shm_copy; do
		! code "$shm/$side/$object.o" | grep -Eq '^(ldx|ldax|stx|stlx|cas|swp|ldadd)'
		report $? "$side $object: no exclusives and no atomics on a region"
	done
done

# The ending keeps branch targets such as "d4 <symbol>" out.
! code "$shm"/uniproton/*.o | grep -Pq '(\t|, |\{)[bhsdqv][0-9]+(\.|,|\]|\}|$)'
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
