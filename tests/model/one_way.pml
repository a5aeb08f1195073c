/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One region: a writer that sends N messages of LEN0, LEN1, ... parts, and a reader that
 * receives for ever. The reader polls (POLL), waits by /dev/mcs (LINUX) or by the UniProton
 * port (neither).
 *
 * WRITER_BOUNDED, READER_BOUNDED: its bound may run out in every wait inside a long message.
 * RESTART_WRITER, RESTART_READER: it dies once, at any step, and begins anew. VM_ENDS: its VM
 * does, and the base and the library's other side do what they do then; STAYS_OFF: for good.
 * PROMPT: library.pml. UNHEARD, AT_ONCE: doorbell.pml; they and ONE_WORD keep the states few.
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
#if defined(VM_ENDS) && defined(RESTART_WRITER)
#define WRITER_ENDS
#elif defined(VM_ENDS)
#define READER_ENDS
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
#if defined(RESTART_READER) || defined(WRITER_ENDS)
#define TAKING
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
#ifdef VM_ENDS
#include "life.pml"
#endif

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
#if !defined(DIES_LAST) && !defined(VM_ENDS)
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
#if defined(NO_RING_AT_START) || defined(VM_ENDS)
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

/* A VM can end when its program has nothing to do any more. */
#ifdef WRITER_ENDS
#define WRITER_ENDS_LATER false
#else
#define WRITER_ENDS_LATER break
#endif

proctype writer()
{
	byte m, total, p, v, result;

#ifdef RESTART_WRITER
	do
	:: {
		ring_what_is_there();
		write_all();
		WRITER_ENDS_LATER
	   } unless {
		kill_writer -> kill_writer = 0
	   };
	   /* What it had stored reaches memory before it lives again; what it had not, never. */
	   barrier_full(W);
#ifdef WRITER_ENDS
	   vm_ends(W, 0);
#ifdef STAYS_OFF
	   writer_done = 1;
	   break;
#endif
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
	:: VIEW_CLOSE_R;
	   VIEW_OPEN_R(R, 0);
	   LOAD_ACQUIRE(R, AT(0, ST), v);
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
	   VIEW_OPEN_R(R, 0);
	   atomic { /* wait_for_message() */
		RELEASES_ARE_OUT(R);
		if
		SEES(R, AT(0, ST), IS_READY, v, w_ = BY_STATE)
		SEES_LOST_R(R, 0)
		fi;
		if
		:: w_ == BY_STATE -> after_look_r(R, AT(0, ST)); result = OK
#ifdef WRITER_ENDS
		:: w_ == BY_LIFE -> after_acquire(R, AT(0, LF)); VIEW_CLOSE_R; result = PEER_LOST
#endif
		fi;
		v = 0;
		w_ = 0;
		idle = 0
	   };
	   if
	   :: result == OK -> receive(R, 0)
	   :: else -> result = OK
	   fi
	od
#else
#ifdef WAIT_FIRST
	idle = 1;
	wait_ipi(R, 0);
#endif
	do
	:: VIEW_CLOSE_R;
	   VIEW_OPEN_R(R, 0);
	   LOAD_ACQUIRE(R, AT(0, ST), v);
	   if
	   :: v == READY -> receive(R, 0)
	   :: else ->
		VIEW_CLOSE_R;
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
#ifdef READER_ENDS
	   vm_ends(R, 0);
#ifdef STAYS_OFF
	   reader_is_off = 1;
	   break;
#endif
#endif
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

/* A call that began while the peer did not run waits for it to be started. */
#ifdef READER_ENDS
#define WAITS_FOR_VM (life == OFF_1)
#define READER_IS_OFF reader_is_off
#else
#define WAITS_FOR_VM false
#define READER_IS_OFF false
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
	REQUIRE(no_deadlock, (writer_done || WAITS_FOR_VM) && (idle || READER_IS_OFF));
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
#ifdef AT_ONCE
		run rung(0);
#else
		run take_posted(0);
		run interrupts(0);
#endif
#ifdef VM_ENDS
		mem[AT(0, LF)] = RUNNING_1;
		run tell_peers(0);
#endif
		run writer();
		run reader();
#if defined(RESTART_WRITER) || defined(RESTART_READER)
		run killer();
#endif
		run watchdog()
	}
}
