/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the base does when a VM has ended: ended() and run_start_vm() of base/svc/run.c, with
 * life_ended() and life_started() of base/svc/life.c, and base/svc/region.c.
 *
 * Variants: NO_RESET, RESET_BY_STORES, WORD_AFTER_RESET, NO_DSB_WORD, NO_LIFE_RING.
 */
byte life;	/* what the one that watches found in the word when its call began */
bit reader_is_off; /* for good */
bit tells;	/* the base is about to ring the peer */
#ifdef PROMPT
bit acknowledges; /* the reader does */
#endif

/* A whole message, also one whose writer ended before it knew, has to be received. */
inline whole_stays(r)
{
	d_step {
		if
		:: mem[AT(r, ST)] == READY && mem[AT(r, US)] == 1 ->
			sent[r] = sent[r] | BIT(MESSAGE_OF(mem[AT(r, D0)]))
		:: else -> skip
		fi
	}
}

/* reset(), on a core of the VM. The whole of a short message stays. */
inline reset(a, r)
{
#if defined(NO_RESET)
	skip
#elif defined(RESET_BY_STORES)
	if
	:: mem[AT(r, US)] > 1 ->
		store(a, AT(r, US), MARK);
		store_release(a, r, START)
	:: else -> skip
	fi
#else
	if
	:: atomic {
		mem[AT(r, US)] > 1 && core[a].pending == 0 -> /* STLXP is a release, too */
			d_step {
				remember(a, AT(r, US), mem[AT(r, US)]);
				mem[AT(r, US)] = MARK;
				remember(a, AT(r, ST), mem[AT(r, ST)]);
				mem[AT(r, ST)] = START;
				printf("        core %d: base resets the region\n", a)
			}
	   }
	:: mem[AT(r, US)] <= 1
	fi
#endif
}

/*
 * publish(). A release, but what the VM had stored is visible (the last core's release). What
 * stands in the buffer is of the same word, and need not be seen.
 */
inline publish_life(a, r, word)
{
	d_step {
		put(a, AT(r, LF), word);
		printf("core %d: base stores word %d\n", a, word)
	}
}

/* Behind the core's barrier_full(). */
inline vm_ends(a, r)
{
	whole_stays(r);
#ifdef WORD_AFTER_RESET
	reset(a, r);
	barrier_full(a);
	publish_life(a, r, OFF_1);
	barrier_full(a);
#else
	publish_life(a, r, OFF_1);
#ifndef NO_DSB_WORD
	barrier_full(a);
#endif
	reset(a, r);
#endif
#ifndef STAYS_OFF
#ifdef PROMPT
	!acknowledges && !OWN(R, AT(r, ST));
#endif
	publish_life(a, r, RUNNING_2);
#endif
#if !defined(NO_LIFE_RING) && !defined(UNHEARD)
	tells = 1
#endif
}

/* tell_peers(): vm_post() is a release, for which the VM's first instruction does not wait. */
proctype tell_peers(byte r)
{
	atomic {
		tells && !OWN(W, AT(r, LF)) && !OWN(R, AT(r, LF)) ->
			tells = 0;
			RING(r)
	}
}
