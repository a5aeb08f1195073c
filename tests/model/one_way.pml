/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One region: a writer that sends N messages of LEN0, LEN1, ... parts, and a reader that
 * receives for ever. The reader polls (POLL), waits by /dev/mcs (LINUX) or by the UniProton
 * port (neither).
 *
 * WRITER_BOUNDED, READER_BOUNDED: its bound may run out in every wait inside a long message.
 * RESTART_WRITER, RESTART_READER: it dies once, at any step, and begins anew. BASE_TELLS: the
 * base rings the reader then.
 * LOSS: whether a message was lost is not asked.
 */
#define REGIONS 1
#define CORES 2
#define READS(a) 0
#define W 0 /* cores */
#define R 1

#if defined(RESTART_WRITER) || defined(RESTART_READER)
#define STEPS
#endif

bit writer_done;
bit idle;	/* the reader waits for a message, not for a part */
bit kill_writer, kill_reader;
bit resting;	/* the writer does, the watchdog ends it */
bit last;	/* the writer does not die any more: after this message none will come */
bit on; /* the reader has enabled its interrupt */
#ifdef LINUX
#define HANDLER_IS_ON(r) true /* the driver is there before the program */
#else
#define HANDLER_IS_ON(r) on
#endif

/* A message that a reader had taken when it died is lost with it, and no other. */
#ifdef RESTART_READER
bit taking, lost_with_reader;
#define TAKEN_BY_READER taking = 1
#else
#define TAKEN_BY_READER skip
#endif

#define WOKEN(a) idle = 0

#include "memory.pml"
#include "doorbell.pml"
#include "library.pml"
#include "user.pml"

/* --- The writer's program */

/* REST: whoever gave up, the next message begins when everything has come to rest. */
inline rest_after_partial()
{
#ifdef REST
	resting = (result == PARTIAL);
	!resting
#else
	skip
#endif
}

inline write_all()
{
	do
	:: m < N ->
#ifdef RESTART_WRITER
#ifndef DIES_LAST
		last = (m == N - 1);
#endif
		skip;
#endif
		shm_write(W, 0);
		rest_after_partial();
		next_message(0)
	:: else -> break
	od;
	writer_done = 1
}

/* A program that finds a message it may have died beside rings for it. */
inline ring_what_is_there()
{
#ifdef NO_RING_AT_START
	skip
#else
	LOAD_ACQUIRE(W, AT(0, ST), v);
	if
	:: v == READY -> send_ipi(W, 0)
	:: else -> skip
	fi;
	v = 0
#endif
}

proctype writer()
{
	byte m, total, p, v, result;

#ifdef RESTART_WRITER
	do
	:: {
		ring_what_is_there();
		write_all();
		break
	   } unless {
		kill_writer -> kill_writer = 0
	   };
	   /* What it had stored reaches memory before it lives again; what it had not, never. */
	   barrier_full(W);
#ifdef BASE_TELLS
	   vm[0].posted = 1; /* life_tell_peers(): its VM was restarted, not its program alone */
#endif
	   d_step {
		m++;
		result = OK;
		p = 0;
		total = 0;
		v = 0
	   }
	od
#else
	write_all()
#endif
}

/* --- The reader's program */

inline read_all()
{
#ifdef WAIT_OFF
	do
	:: LOAD_ACQUIRE(R, AT(0, ST), v);
	   if
	   :: v == READY -> receive(R, 0)
	   :: else -> /* SHM_E_EMPTY. The caller comes again, as above. */
		v = 0;
		idle = 1;
		NOW(R, AT(0, ST)) == READY;
		idle = 0
	   fi
	od
#elif defined(POLL)
	do
	:: idle = 1;
	   atomic { /* wait_for_message() */
		RELEASES_ARE_OUT(R);
		if
		SEES(R, AT(0, ST), IS_READY, v, skip)
		fi;
		after_look_r(R, AT(0, ST));
		idle = 0
	   };
	   receive(R, 0)
	od
#else
#ifdef WAIT_FIRST
	idle = 1;
	wait_ipi(R, 0);
#endif
	do
	:: LOAD_ACQUIRE(R, AT(0, ST), v);
	   if
	   :: v == READY -> receive(R, 0)
	   :: else ->
#ifdef RINGING_CLEARED_LATE
		vm[0].ringing = 0;
#endif
		v = 0;
		idle = 1;
		wait_ipi(R, 0)
	   fi
	od
#endif
}

/* shm_ipi_init(); of the driver, open() */
inline start_port()
{
	on = 1;
#ifdef LINUX
	taken = vm[0].rings;
	AFTER_WAIT(R)
#endif
}

proctype reader()
{
	byte total, type, p, first, v, result, next, taken;
	bit torn, mixed;

#ifdef RESTART_READER
	do
	:: {
		start_port();
		read_all()
	   } unless {
		kill_reader -> kill_reader = 0
	   };
	   d_step {
		core[R].late = 0;
		core[R].got[0] = 0;
		core[R].got[1] = 0;
		idle = 0;
		on = 0;
		lost_with_reader = taking
	   };
	   barrier_full(R);
	   forget_message();
	   d_step { /* run_start_vm(): posted and the virtual GIC are cleared */
		vm[0].posted = 0;
		vm[0].line = 0;
		vm[0].rings = 0;
		vm[0].asleep = 0;
		vm[0].ringing = 0;
		vm[0].sem = 0;
		taken = 0;
		next = 0
	   };
	   barrier_full(R)
	od
#else
	start_port();
	read_all()
#endif
}

/* --- Around them */

#if defined(RESTART_WRITER) || defined(RESTART_READER)
proctype killer()
{
	if
#ifdef RESTART_WRITER
	:: atomic { !last -> kill_writer = 1 }
#endif
#ifdef RESTART_READER
	:: true -> kill_reader = 1
#endif
	:: true -> skip
	fi
}
#endif

/* Nobody can do anything any more. Is that a good end? */
proctype watchdog()
{
	do
	:: timeout ->
		if
		:: resting -> resting = 0
		:: else -> break
		fi
	od;
	skip; /* a break cannot lead into the d_step that follows */
	REQUIRE(no_lost_wake_up,
		!(idle && mem[AT(0, ST)] == READY && mem[AT(0, US)] != MARK));
	REQUIRE(no_missed_give_up, !(mem[AT(0, ST)] == READY && mem[AT(0, US)] == MARK));
	REQUIRE(no_deadlock, writer_done && idle);
#if defined(LOSS)
	skip
#elif defined(RESTART_READER)
	REQUIRE(no_lost_message, (sent[0] & ~received[0]) == 0 ||
		(lost_with_reader && ((sent[0] & ~received[0]) & ((sent[0] & ~received[0]) - 1)) == 0))
#else
	REQUIRE(no_lost_message, (sent[0] & ~received[0] & ~told[0]) == 0)
#endif
}

init
{
	atomic {
		mem[AT(0, ST)] = START;
		run buffers(W);
		run buffers(R);
		run take_posted(0);
		run interrupts(0);
		run writer();
		run reader();
#if defined(RESTART_WRITER) || defined(RESTART_READER)
		run killer();
#endif
		run watchdog()
	}
}
