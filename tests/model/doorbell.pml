/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The doorbell: HVC -> posted bit -> interrupt -> counter or semaphore -> the task that waits.
 * Rings are joined in three places: a posted bit that is set, an interrupt that is pending,
 * a counter or a semaphore that nobody has looked at.
 *
 * LINUX is linux/mcs_km/mcs_doorbell.c and mcs_wait.c, else it is
 * uniproton/port/uniproton_shmIpi.c. A reader that polls does not wait here; it is rung all
 * the same. WOKEN(a) of the scenario: the task of core a waits no longer.
 *
 * Variants: NO_DSB_LIBRARY, NO_DSB_BASE, NO_POST_RELEASE, POSTED_CLEARED_LATE,
 * WAKE_BEFORE_COUNT, NO_SECOND_CHECK, RINGING_CLEARED_LATE, NO_ORDER_AFTER_WAIT.
 */
typedef vm_t {
	bit posted;	/* struct vm.posted, bit of the vector */
	bit line;	/* pending in the virtual GIC */
	byte rings;	/* struct mcs.rings */
	bit asleep;	/* on the driver's wait queue */
	bit ringing;	/* of the UniProton port */
	bit sem;
};

vm_t vm[REGIONS]; /* the VM that reads region r */

/* A reader that polls need not be rung, so that there are fewer states. */
#ifdef UNHEARD
#define RING(r) skip
#else
#define RING(r) vm[r].posted = 1
#endif

/* shm_send_ipi() and the port, then doorbell_ring() and vm_post() of the base. */
inline send_ipi(a, r)
{
	/*
	 * The base runs on the same core: its DSB, too, waits for what the guest has stored. Two
	 * in a row with nothing between them are one.
	 */
#if !defined(NO_DSB_LIBRARY) || !defined(NO_DSB_BASE)
	barrier_full(a);
#endif
	atomic {
#ifndef NO_POST_RELEASE
		core[a].late == 0 && core[a].pending == 0 ->
#endif
			RING(r)
	}
}

#ifdef AT_ONCE
/* Both of what follows in one step, for runs that are about something else. UniProton's. */
proctype rung(byte r)
{
	do
	:: atomic {
		vm[r].posted && HANDLER_IS_ON(r) ->
			vm[r].posted = 0;
			vm[r].sem = vm[r].sem || !vm[r].ringing;
			vm[r].ringing = 1
	   }
	od
}
#else
/* vm_take_posted(), on one core of the target VM ... */
proctype take_posted(byte r)
{
	do
	:: vm[r].posted ->
#ifdef POSTED_CLEARED_LATE
		vm[r].line = 1;
		vm[r].posted = 0
#else
		vm[r].posted = 0;
		vm[r].line = 1
#endif
	od
}

/* ... and the guest's interrupt, perhaps on another: what its handler does. */
proctype interrupts(byte r)
{
	do
	:: vm[r].line && HANDLER_IS_ON(r) ->
#ifdef LINUX
		/* mcs_doorbell_hard(): a full barrier between the count and the sleepers. */
		vm[r].line = 0;
#ifdef WAKE_BEFORE_COUNT
		vm[r].asleep = 0;
		vm[r].rings++
#else
		vm[r].rings++;
		vm[r].asleep = 0
#endif
#else
		atomic { /* doorbell_handler(), which no task of its core can come between */
			vm[r].line = 0;
			if
			:: !vm[r].ringing ->
				vm[r].ringing = 1;
				vm[r].sem = 1
			:: else -> skip
			fi
		}
#endif
	od
}
#endif

/*
 * What the task looks at after the wait, it looks at after the wait: the DMB of the UniProton
 * port; in Linux the compare-and-swap that takes the count, and the return from the call.
 */
#ifdef NO_ORDER_AFTER_WAIT
#define AFTER_WAIT(a) skip
#else
#define AFTER_WAIT(a) d_step { forget(a, PAST, ANY_PLACE) }
#endif

#ifdef LINUX
/* mcs_wait_take() of a file; `taken` is the file's. */
inline wait_ipi(a, r)
{
	do
	:: atomic {
		vm[r].rings != taken ->
			taken = vm[r].rings;
			WOKEN(a);
			break
	   }
	:: vm[r].rings == taken ->
		vm[r].asleep = 1; /* prepare_to_swait_event(), which ends with a full barrier */
#ifndef NO_SECOND_CHECK
		if
		:: vm[r].rings != taken -> vm[r].asleep = 0
		:: else -> skip
		fi;
#endif
		vm[r].asleep == 0 /* schedule() */
	od;
	skip; /* a break cannot lead into the d_step that follows */
	AFTER_WAIT(a)
}
#else
/* shm_wait_ipi() of the UniProton port. */
inline wait_ipi(a, r)
{
	atomic {
		vm[r].sem -> vm[r].sem = 0;
		WOKEN(a)
	};
#ifndef RINGING_CLEARED_LATE
	vm[r].ringing = 0;
#endif
	AFTER_WAIT(a)
}
#endif
