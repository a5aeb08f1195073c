/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shm_write.c and shm_read.c, step by step. A loop that waits is written as "block until a
 * look could end it": a look that does not end the loop changes nothing, and so a side that
 * can never go on is seen as a deadlock and not as an endless loop.
 *
 * A length is counted in parts, max_size is one part. The payload of part p of message m is
 * the word TAG(m, p), twice. The model's user gives N, LEN(m) and TYPE(m).
 *
 * Variants: see tests/model/variants.
 */
#define TAG(m, p) (4 * (m) + (p) + 1)
#define MESSAGE_OF(tag) (((tag) - 1) / 4)
#define PART_OF(tag) (((tag) - 1) % 4)

mtype = {OK, PARTIAL, WAIT_OFF};

#define NOT_READY(x) ((x) != READY)
#define IS_READY(x) ((x) == READY)
#define NOT_TOTAL(x) ((x) != total)
#define NOT_TYPE(x) ((x) != type)

#ifdef STEPS /* a side can die between any two stores */
#define TOGETHER
#else /* putting stores in the buffer one by one allows no other order of leaving it */
#define TOGETHER atomic
#endif

#ifdef NO_ACQUIRE
#define after_look after_load
#else
#define after_look after_acquire
#endif
#ifdef NO_ACQUIRE_WRITER
#define after_look_w after_load
#else
#define after_look_w after_acquire
#endif

/* shm_view_give_up() */
inline give_up(a, r)
{
#ifndef NO_MARK
	store(a, AT(r, US), MARK);
#endif
#ifndef NO_DSB_GIVE_UP
	barrier_full(a);
#endif
#ifdef NO_RELEASE_GIVE_UP
	store(a, AT(r, ST), START)
#else
	store_release(a, r, START)
#endif
}

/* --- The writer */

/* wait_for_room(). BUSY and TIMEOUT leave the region as it is: calling again is waiting. */
inline wait_for_room(a, r)
{
#ifdef NO_WAIT_FOR_ROOM
	skip
#else
	atomic {
		if
		SEES(a, AT(r, ST), NOT_READY, v)
		fi;
		after_look_w(a, AT(r, ST));
		v = 0
	}
#endif
}

/* shm_store_type() and shm_store_used_size() */
inline store_header(a, r, m)
{
	store(a, AT(r, TY), TYPE(m));
	store(a, AT(r, US), LEN(m))
}

/* publish() */
inline publish(a, r, m, p)
{
	store(a, AT(r, D0), TAG(m, p));
	store(a, AT(r, D1), TAG(m, p));
#ifdef NO_RELEASE_READY
	store(a, AT(r, ST), READY)
#else
	store_release(a, r, READY)
#endif
}

/* wait_for_next_part(). A look at used_size that ends the wait may follow any look at the state. */
inline wait_for_next_part(a, r)
{
	atomic {
		if
		SEES(a, AT(r, ST), NOT_READY, v);
			after_look_w(a, AT(r, ST))
#ifndef NO_USED_CHECK_WRITER
		:: true -> v = READY
#endif
#ifdef WRITER_BOUNDED
		:: true -> v = MARK
#endif
		fi
	};
#ifndef NO_USED_CHECK_WRITER
	if
	:: v == MARK -> result = PARTIAL
	:: v == READY -> 
		atomic {
			if
			SEES(a, AT(r, US), NOT_TOTAL, v)
			fi;
			after_load(a, AT(r, US))
		};
		result = PARTIAL
	:: else ->
		LOAD(a, AT(r, US), v);
		result = (v == total -> OK : PARTIAL)
	fi;
#endif
	v = 0
}
