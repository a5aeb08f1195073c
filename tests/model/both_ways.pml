/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two regions, two VMs, one task in each, which writes to region out(a) and reads from the
 * other. ECHO: VM 0 asks, VM 1 answers. Else both write first and then read, so that both
 * regions and both doorbells are in use at once.
 */
#define REGIONS 2
#define CORES 2
#define OUT(a) (a)
#define IN(a) (1 - (a))
#define READS(a) IN(a)
#define HANDLER_IS_ON(r) true
#define TAKEN_BY_READER skip

#define WOKEN(a) waiting = waiting & ~BIT(a)

byte done;	/* VMs that have sent and received all */
byte waiting;	/* VMs that wait for a message, one bit each */

#include "memory.pml"
#include "doorbell.pml"
#include "library.pml"
#include "user.pml"


/* shm_wait_ipi() and shm_receive() until one message has come. Looks before it waits. */
inline receive_one()
{
	do
	:: LOAD_ACQUIRE(a, AT(IN(a), ST), v);
	   if
	   :: v == READY ->
		receive(a, IN(a));
		break
	   :: else ->
		v = 0;
		waiting = waiting | BIT(a);
		wait_ipi(a, IN(a))
	   fi
	od
}

proctype side(byte a)
{
	byte m, total, type, p, first, v, result, next, taken;
	bit torn, mixed;

	do
	:: m < N ->
#ifdef ECHO
		if
		:: a == 1 -> receive_one()
		:: else -> skip
		fi;
#endif
		shm_write(a, OUT(a));
		next_message(OUT(a));
#ifdef ECHO
		if
		:: a == 0 -> receive_one()
		:: else -> skip
		fi
#else
		receive_one()
#endif
	:: else -> break
	od;
	done++
}

proctype watchdog()
{
	timeout ->
		REQUIRE(no_lost_wake_up,
			!((waiting & 1) != 0 && mem[AT(1, ST)] == READY) &&
			!((waiting & 2) != 0 && mem[AT(0, ST)] == READY));
		REQUIRE(no_deadlock, done == 2);
		REQUIRE(no_lost_message, received[0] == sent[0] && received[1] == sent[1])
}

init
{
	atomic {
		run buffers(0);
		run buffers(1);
		run take_posted(0);
		run take_posted(1);
		run interrupts(0);
		run interrupts(1);
		run side(0);
		run side(1);
		run watchdog()
	}
}
