/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shm_write.c and shm_read.c, step by step. A loop that waits is written as "block until a
 * look could end it": a look that does not end the loop changes nothing, and so a side that
 * can never go on is seen as a deadlock and not as an endless loop.
 *
 * A length is counted in parts, max_size is one part. The payload of part p of message m is
 * the word TAG(m, p), twice, or ONE_WORD. Message m has LEN0, LEN1 or LEN2 parts; its type is its number,
 * or SAME_TYPE.
 *
 * The NO_ variants take one thing away each; tests/model/variants lists them.
 */
#ifndef LEN1
#define N 1
#define LEN(m) (LEN0)
#elif !defined(LEN2)
#define N 2
#define LEN(m) ((m) == 0 -> LEN0 : LEN1)
#else
#define N 3
#define LEN(m) ((m) == 0 -> LEN0 : ((m) == 1 -> LEN1 : LEN2))
#endif
#ifdef SAME_TYPE
#define TYPE(m) 1
#else
#define TYPE(m) ((m) + 1)
#endif

#define TAG(m, p) (4 * (m) + (p) + 1)
#ifdef ONE_WORD
#define WORDS 1 /* one bit each */
#else
#define WORDS 3
#endif
#define MESSAGE_OF(tag) (((tag) - 1) / 4)
#define PART_OF(tag) (((tag) - 1) % 4)

/* Results of the calls. */
#define OK 0
#define PARTIAL 1
#define EMPTY 2
#define TIME_IS_OVER 3
#define PEER_LOST 4

#define NOT_READY(x) ((x) != READY)
#define IS_READY(x) ((x) == READY)
#define NOT_TOTAL(x) ((x) != total)
#define NOT_TYPE(x) ((x) != type)

/* Which look ended a wait. */
#define BY_STATE 0
#define BY_USED_SIZE 1
#define BY_TYPE 2
#define BY_TIME 3
#define BY_LIFE 4

/*
 * Putting stores in the buffer at once allows every order of leaving it that putting them
 * there one by one does. Only who can die between two of them has to take single steps.
 */
#ifdef STEPS
#define TOGETHER
#else
#define TOGETHER atomic
#endif

#ifdef NO_ACQUIRE_READER
#define after_look_r after_load
#else
#define after_look_r after_acquire
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
	store(a, AT(r, ST), START);
#else
	store_release(a, r, START);
#endif
#ifndef NO_DSB_AFTER_START
	barrier_full(a)
#endif
}

/*
 * --- The life of the peer: of the two VMs one ends (WRITER_ENDS, READER_ENDS), so the other
 * one watches. Its local: life, what the word was when its call began.
 */
#define OFF_1 2
#define RUNNING_1 3
#define RUNNING_2 5
#define RUNS(word) ((word) % 2 == 1)
#define IS_LOST(word) ((word) != life && (RUNS(life) || (word) != life + 3))

#ifdef READER_ENDS
#define VIEW_OPEN_W(a, r) LOAD_ACQUIRE(a, AT(r, LF), life)
#define VIEW_CLOSE_W life = 0
/* write_long(), behind the doorbell of the first part */
#ifdef NO_WATCH_ANEW
#define WATCH_ANEW_W(a, r) skip
#else
#define WATCH_ANEW_W(a, r)                                                                         \
	barrier_load(a);                                                                           \
	LOAD_ACQUIRE(a, AT(r, LF), v);                                                             \
	if                                                                                         \
	:: IS_LOST(v) -> LOAD_ACQUIRE(a, AT(r, LF), life)                                          \
	:: else -> skip                                                                            \
	fi;                                                                                        \
	v = 0
#endif
#ifdef NO_LOST_WAIT
#define SEES_LOST_W(a, r)
#else
#define SEES_LOST_W(a, r) SEES(a, AT(r, LF), IS_LOST, v, w_ = BY_LIFE)
#endif
#else
#define VIEW_OPEN_W(a, r) skip
#define VIEW_CLOSE_W skip
#define WATCH_ANEW_W(a, r) skip
#define SEES_LOST_W(a, r)
#endif

#ifdef WRITER_ENDS
/* wait_for_message(): while the peer does not run, anew before each look */
#ifdef NO_WATCH_ANEW
#define HAS_TO_OPEN (life == 0)
#else
#define HAS_TO_OPEN (life == 0 || !RUNS(life))
#endif
#define VIEW_OPEN_R(a, r)                                                                          \
	if                                                                                         \
	:: HAS_TO_OPEN -> LOAD_ACQUIRE(a, AT(r, LF), life)                                         \
	:: else -> skip                                                                            \
	fi
#define VIEW_CLOSE_R life = 0
#ifdef NO_LOST_WAIT
#define SEES_LOST_R(a, r)
#else
#define SEES_LOST_R(a, r) SEES(a, AT(r, LF), IS_LOST, v, w_ = BY_LIFE)
#endif
#else
#define VIEW_OPEN_R(a, r) skip
#define VIEW_CLOSE_R skip
#define SEES_LOST_R(a, r)
#endif

/* shm_view_is_lost(), of the reader behind the copy of a part */
#ifdef NO_DMB_LOST
#define BARRIER_LOST(a) skip
#else
#define BARRIER_LOST(a) barrier_load(a)
#endif
/* PROMPT: no VM is ended and started again while a reader is between this look and its READ_END. */
#ifdef PROMPT
#define ACKNOWLEDGES(yes) acknowledges = yes
#else
#define ACKNOWLEDGES(yes) skip
#endif
#if defined(WRITER_ENDS) && !defined(NO_LOST_CHECK)
#define NOT_LOST(a, r)                                                                             \
	if                                                                                         \
	:: result == OK ->                                                                         \
		atomic {                                                                           \
			BARRIER_LOST(a);                                                           \
			ACKNOWLEDGES(1)                                                            \
		};                                                                                 \
		LOAD_ACQUIRE(a, AT(r, LF), v);                                                     \
		if                                                                                 \
		:: IS_LOST(v) ->                                                                   \
			result = PEER_LOST;                                                        \
			ACKNOWLEDGES(0)                                                            \
		:: else -> skip                                                                    \
		fi;                                                                                \
		v = 0                                                                              \
	:: else -> ACKNOWLEDGES(0)                                                                 \
	fi
#else
#define NOT_LOST(a, r) skip
#endif

/* --- The writer. Its locals: m, total, p, v, result, life. */

/*
 * wait_for_room(). SHM_E_BUSY and SHM_E_TIMEOUT change nothing, so calling again is waiting.
 * WAIT_OFF shows it at length.
 */
inline wait_for_room(a, r)
{
#ifdef WAIT_OFF
	do
	:: LOAD_ACQUIRE(a, AT(r, ST), v);
	   if
	   :: v != READY -> break
	   :: else ->
		/* SHM_E_BUSY. The caller comes again, at the latest when that has changed. */
		NOW(a, AT(r, ST)) != READY
	   fi
	od;
	v = 0
#elif defined(NO_WAIT_FOR_ROOM)
	skip
#else
	atomic {
		RELEASES_ARE_OUT(a);
		if
		SEES(a, AT(r, ST), NOT_READY, v, w_ = BY_STATE)
		SEES_LOST_W(a, r)
		fi;
		if
		:: w_ == BY_STATE -> after_look_w(a, AT(r, ST))
#ifdef READER_ENDS
		:: w_ == BY_LIFE -> after_acquire(a, AT(r, LF)); result = PEER_LOST
#endif
		fi;
		v = 0;
		w_ = 0
	}
#endif
}

/* publish(), and the header before the first part */
inline publish(a, r)
{
	TOGETHER {
#ifdef NO_HEADER_FIRST
		store(a, AT(r, D0), TAG(m, p));
		store(a, AT(r, D1), TAG(m, p));
		store_release(a, r, READY);
		if
		:: p == 0 ->
			store(a, AT(r, TY), TYPE(m));
			store(a, AT(r, US), total)
		:: else -> skip
		fi
#else
		if
		:: p == 0 ->
			store(a, AT(r, TY), TYPE(m));
			store(a, AT(r, US), total)
		:: else -> skip
		fi;
		if
		:: total > 0 ->
			store(a, AT(r, D0), TAG(m, p));
#ifndef ONE_WORD
			store(a, AT(r, D1), TAG(m, p))
#endif
		:: else -> skip
		fi;
#ifdef NO_RELEASE_READY
		store(a, AT(r, ST), READY)
#else
		store_release(a, r, READY)
#endif
#endif
	}
}

inline wait_for_next_part(a, r)
{
	atomic {
		RELEASES_ARE_OUT(a);
		if
		SEES(a, AT(r, ST), NOT_READY, v, w_ = BY_STATE)
#ifndef NO_MARK_CHECK_WRITER
		SEES(a, AT(r, US), NOT_TOTAL, v, w_ = BY_USED_SIZE)
#endif
#ifdef WRITER_BOUNDED
		:: total > 1 -> w_ = BY_TIME
#endif
		SEES_LOST_W(a, r)
		fi;
		if
		:: w_ == BY_STATE -> after_look_w(a, AT(r, ST))
		:: w_ == BY_USED_SIZE -> after_load(a, AT(r, US)); result = PARTIAL
		:: w_ == BY_TIME -> result = PARTIAL
#ifdef READER_ENDS
		:: w_ == BY_LIFE -> after_acquire(a, AT(r, LF)); result = PARTIAL
#endif
		fi;
		v = 0;
		w_ = 0
	};
#ifndef NO_MARK_CHECK_WRITER
	if
	:: result == OK ->
		LOAD(a, AT(r, US), v);
		result = (v == total -> OK : PARTIAL);
		v = 0
	:: else -> skip
	fi
#endif
}

/* write_rest() */
inline write_rest(a, r)
{
	do
	:: result == OK && p < total ->
		wait_for_next_part(a, r);
		if
		:: result == OK ->
			publish(a, r);
#ifndef NO_DSB_PART
			barrier_full(a);
#endif
			p++
		:: else -> skip
		fi
	:: else -> break
	od;
#ifndef NO_LAST_CHECK_WRITER
	if
	:: result == OK ->
		LOAD(a, AT(r, US), v);
		result = (v == total -> OK : PARTIAL);
		v = 0
	:: else -> skip
	fi;
#endif
	if
	:: result == PARTIAL -> give_up(a, r)
	:: else -> skip
	fi
}

inline shm_write(a, r)
{
	result = OK;
	p = 0;
	total = LEN(m);
	VIEW_OPEN_W(a, r);
	wait_for_room(a, r);
	if
	:: result == OK ->
		publish(a, r);
#ifndef NO_RING
		send_ipi(a, r);
#endif
		p = 1;
		if
		:: total > 1 ->
			WATCH_ANEW_W(a, r);
			write_rest(a, r)
		:: else -> skip
		fi
	:: else -> skip
	fi;
	VIEW_CLOSE_W
}

/* --- The reader. Its locals: total, type, p, first, v, result, torn, mixed, life. */

/* is_unchanged() */
#define IS_UNCHANGED(a, r)                                                                         \
	LOAD(a, AT(r, US), v);                                                                     \
	if                                                                                         \
	:: v == total ->                                                                           \
		LOAD(a, AT(r, TY), v);                                                             \
		result = (v == type -> OK : PARTIAL)                                               \
	:: else -> result = PARTIAL                                                                \
	fi;                                                                                        \
	v = 0

#ifdef NO_DMB_STILL_STANDS
#define BARRIER_STILL_STANDS(a) skip
#else
#define BARRIER_STILL_STANDS(a) barrier_load(a)
#endif

/* still_stands() */
#define STILL_STANDS(a, r)                                                                         \
	BARRIER_STILL_STANDS(a);                                                                   \
	LOAD_ACQUIRE(a, AT(r, ST), v);                                                             \
	result = (v == READY -> OK : PARTIAL);                                                     \
	v = 0;                                                                                     \
	if                                                                                         \
	:: result == OK -> IS_UNCHANGED(a, r)                                                      \
	:: else -> skip                                                                            \
	fi

/* look() after a load-acquire that returned READY. */
inline look(a, r)
{
	LOAD(a, AT(r, US), total);
	LOAD(a, AT(r, TY), type);
#ifdef LOOK_ONCE
	result = OK;
#else
	STILL_STANDS(a, r);
	result = (result == OK -> OK : EMPTY);
#endif
#if defined(WRITER_ENDS) && !defined(NO_WATCH_ANEW)
	/* is_left_over() */
	if
	:: result == OK && total > 1 && total != MARK && !RUNS(life) -> result = EMPTY
	:: else -> skip
	fi;
#endif
#ifndef NO_MARK_CHECK_READER
	if
	:: result == OK && total == MARK ->
		/* The rest of a message that was given up. */
		store_release(a, r, READ_END);
		result = EMPTY
	:: else -> skip
	fi
#endif
}

/* The words of a part are there: are they those that belong there? */
inline check_part(a)
{
	d_step {
		if
		:: (WORDS == 3 && core[a].got[0] != core[a].got[1]) || core[a].got[0] == 0 -> torn = 1
		:: else -> skip
		fi;
		if
		:: p == 0 -> first = core[a].got[0]
		:: else -> skip
		fi;
		if
		:: core[a].got[0] != 0 &&
		   (PART_OF(core[a].got[0]) != p ||
		    MESSAGE_OF(core[a].got[0]) != MESSAGE_OF(first)) -> mixed = 1
		:: else -> skip
		fi;
		core[a].got[0] = 0;
		core[a].got[1] = 0
	}
}

/* read_short() is the whole of it for a message of no more than one part. */
inline read_part(a, r)
{
	if
	:: total > 0 -> core[a].late = WORDS /* the copy begins */
	:: else -> skip
	fi;
	if
	:: total > 1 ->
#ifdef NO_DMB_LOST
		ACKNOWLEDGES(1); /* the look at the word can be made that early */
#endif
#ifndef NO_CHECK_AFTER_COPY
		STILL_STANDS(a, r);
#endif
		NOT_LOST(a, r)
	:: else -> skip
	fi;
	if
	:: result == OK ->
		TAKEN_BY_READER;
#if defined(NO_READ_END)
		skip
#elif defined(NO_RELEASE_READ_END)
		store(a, AT(r, ST), READ_END)
#else
		atomic {
			store_release(a, r, READ_END);
			ACKNOWLEDGES(0)
		}
#endif
	:: else -> skip
	fi;
	/* The caller looks at the words when the copy has been made. */
	core[a].late == 0;
	if
	:: total > 0 -> check_part(a)
	:: else -> skip
	fi
}

inline wait_for_part(a, r)
{
	atomic {
		RELEASES_ARE_OUT(a);
		if
		SEES(a, AT(r, ST), IS_READY, v, w_ = BY_STATE)
		SEES(a, AT(r, US), NOT_TOTAL, v, w_ = BY_USED_SIZE)
		SEES(a, AT(r, TY), NOT_TYPE, v, w_ = BY_TYPE)
#ifdef READER_BOUNDED
		:: true -> w_ = BY_TIME
#endif
		SEES_LOST_R(a, r)
		fi;
		if
		:: w_ == BY_STATE -> after_look_r(a, AT(r, ST))
		:: w_ == BY_USED_SIZE -> after_load(a, AT(r, US)); result = PARTIAL
		:: w_ == BY_TYPE -> after_load(a, AT(r, TY)); result = PARTIAL
		:: w_ == BY_TIME -> result = TIME_IS_OVER
#ifdef WRITER_ENDS
		:: w_ == BY_LIFE -> after_acquire(a, AT(r, LF)); result = PEER_LOST
#endif
		fi;
		v = 0;
		w_ = 0
	};
	if
	:: result == OK -> IS_UNCHANGED(a, r)
	:: result == TIME_IS_OVER ->
		give_up(a, r);
		result = PARTIAL
	:: else -> skip
	fi
}

/* take(), after a look() that was OK */
inline take(a, r)
{
	d_step {
		p = 0;
		first = 0;
		torn = 0;
		mixed = 0
	};
	read_part(a, r);
	p = 1;
	do
	:: result == OK && p < total ->
		wait_for_part(a, r);
		if
		:: result == OK ->
			read_part(a, r);
			p++
		:: else -> skip
		fi
	:: else -> break
	od
}
