/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory as AArch64 orders it, small enough to be explored whole. docs/model.md explains it.
 *
 * A store waits in its core's buffer, one slot a location, and leaves it in any order. A
 * load returns what the location holds, or held at any moment since the core's last point of
 * order: the core may have made the load early. A load of the payload may also be made late.
 */
#define ST 0 /* op_type */
#define US 1 /* used_size */
#define TY 2 /* resevered */
#define D0 3 /* the payload has two words, so that it can be half written */
#define D1 4
#ifdef VM_ENDS
#define LF 5 /* not of the region: the word of the state view, of the VM that ends */
#define FIELDS 6
#else
#define FIELDS 5
#endif

#define START 0
#define READY 1
#define READ_END 2
#define MARK 255 /* used_size of a message that was given up */

#define LOCATIONS (FIELDS * REGIONS)
#define AT(r, field) (FIELDS * (r) + (field))
#define BIT(l) (1 << (l))
#ifndef PAST
#define PAST 8 /* changes a core remembers; remember() asserts that they are enough */
#endif
#define ANY_PLACE 255

typedef core_t {
	short pending;		/* stores in the buffer, one bit a location */
	short behind[REGIONS];	/* those that a pending release store has to wait for */
	byte value[LOCATIONS];	/* of the pending stores */
	bit waits[REGIONS];	/* the pending store of op_type is a release */
	byte changes;		/* by the peer since this core's last point of order ... */
	byte place[PAST];	/* ... where, oldest first ... */
	byte old[PAST];		/* ... and what was there before */
	byte late;		/* loads of the payload that are not made yet, one bit a word */
	byte got[2];		/* what those that are made returned */
};

core_t core[CORES];
byte mem[LOCATIONS];

/* Scratch inside one d_step or atomic, never part of a state. */
hidden byte i_, j_, k_, p_, w_;

/* The properties. A broken one shows its name. -DONLY=P_name asks for that one alone. */
bit no_deadlock, no_lost_message, no_lost_wake_up, no_half_written, no_mixed_message;
bit no_repeat, no_missed_give_up;
/* Of the model itself, always asked for. */
bit past_is_large_enough, buffer_is_large_enough;

#define P_no_deadlock 1
#define P_no_lost_message 2
#define P_no_lost_wake_up 3
#define P_no_half_written 4
#define P_no_mixed_message 5
#define P_no_repeat 6
#define P_no_missed_give_up 7
#define P_outcome_is_not_seen 8 /* litmus.pml */
#define P_past_is_large_enough ONLY
#define P_buffer_is_large_enough ONLY

#ifdef ONLY
#define ASKED_FOR(name) (P_##name == ONLY)
#else
#define ASKED_FOR(name) true
#endif

/* Inside d_step. */
#define REQUIRE_HERE(name, condition)                                                              \
	name = (condition) || !ASKED_FOR(name);                                                    \
	assert(name);                                                                              \
	name = 0

#define REQUIRE(name, condition) d_step { REQUIRE_HERE(name, condition) }

/* Forgets the changes before number upto, at one place or at ANY_PLACE. Inside d_step. */
inline forget(a, upto, l)
{
	i_ = 0;
	j_ = 0;
	do
	:: i_ < core[a].changes ->
		if
		:: i_ < (upto) && ((l) == ANY_PLACE || core[a].place[i_] == (l)) -> skip
		:: else ->
			core[a].place[j_] = core[a].place[i_];
			core[a].old[j_] = core[a].old[i_];
			j_++
		fi;
		i_++
	:: else -> break
	od;
	i_ = j_;
	do
	:: i_ < core[a].changes ->
		core[a].place[i_] = 0;
		core[a].old[i_] = 0;
		i_++
	:: else -> break
	od;
	core[a].changes = j_
}

/* The peer of core a sees location l change. Inside d_step. */
inline remember(a, l, was)
{
	REQUIRE_HERE(past_is_large_enough, core[(a) ^ 1].changes < PAST);
	core[(a) ^ 1].place[core[(a) ^ 1].changes] = l;
	core[(a) ^ 1].old[core[(a) ^ 1].changes] = was;
	core[(a) ^ 1].changes++
}

/*
 * A plain load of l that returned the value of before change k: an older one is out of the
 * question from now on (one location is coherent).
 */
inline after_load(a, l)
{
	d_step {
		printf("core %d: LDR %d sees change %d of %d\n", a, l, k_, core[a].changes);
		forget(a, k_, l);
		k_ = 0
	}
}

/*
 * An acquire that returned the value of before change k was made, at the earliest, right
 * behind the change of l before that. Everything behind the acquire is made later still.
 */
inline after_acquire(a, l)
{
	d_step {
		printf("core %d: LDAR %d sees change %d of %d\n", a, l, k_, core[a].changes);
		p_ = 0;
		i_ = 0;
		do
		:: i_ < k_ ->
			if
			:: core[a].place[i_] == (l) -> p_ = i_ + 1
			:: else -> skip
			fi;
			i_++
		:: else -> break
		od;
		forget(a, p_, ANY_PLACE);
		k_ = 0;
		p_ = 0
	}
}

#define OWN(a, l) ((core[a].pending & BIT(l)) != 0)
#define NOW(a, l) (OWN(a, l) -> core[a].value[l] : mem[l])
#define WAS(a, l, n) (!OWN(a, l) && (n) < core[a].changes && core[a].place[n] == (l))

/*
 * The options of an `if`: every value that a load of l can return and for which P holds.
 * `then` says what is done with it; k_ is the argument of after_load() or after_acquire().
 */
#define SEES_PAST(a, l, P, out, then, n)                                                           \
	:: WAS(a, l, n) && P(core[a].old[n]) -> out = core[a].old[n]; k_ = n; then
#define SEES(a, l, P, out, then)                                                                   \
	:: P(NOW(a, l)) -> out = NOW(a, l); k_ = (OWN(a, l) -> 0 : core[a].changes); then          \
	SEES_PAST(a, l, P, out, then, 0)                                                           \
	SEES_PAST(a, l, P, out, then, 1)                                                           \
	SEES_PAST(a, l, P, out, then, 2)                                                           \
	SEES_PAST(a, l, P, out, then, 3)                                                           \
	SEES_PAST(a, l, P, out, then, 4)                                                           \
	SEES_PAST(a, l, P, out, then, 5)                                                           \
	SEES_PAST(a, l, P, out, then, 6)                                                           \
	SEES_PAST(a, l, P, out, then, 7)                                                           \
	SEES_MORE(a, l, P, out, then)

#if PAST > 8
#define SEES_MORE(a, l, P, out, then)                                                              \
	SEES_PAST(a, l, P, out, then, 8)                                                           \
	SEES_PAST(a, l, P, out, then, 9)                                                           \
	SEES_PAST(a, l, P, out, then, 10)                                                          \
	SEES_PAST(a, l, P, out, then, 11)                                                          \
	SEES_PAST(a, l, P, out, then, 12)                                                          \
	SEES_PAST(a, l, P, out, then, 13)                                                          \
	SEES_PAST(a, l, P, out, then, 14)                                                          \
	SEES_PAST(a, l, P, out, then, 15)
#else
#define SEES_MORE(a, l, P, out, then)
#endif

#define ANYTHING(x) true

/* LDR */
#define LOAD(a, l, out) atomic { if SEES(a, l, ANYTHING, out, skip) fi; after_load(a, l) }

/*
 * LDAR waits for the core's own STLRs to be visible. LDAPR, what a compiler may make of the
 * same C11 acquire on newer cores, does not: variant LDAPR.
 */
#ifdef LDAPR
#define RELEASES_ARE_OUT(a) true
#elif REGIONS == 2
#define RELEASES_ARE_OUT(a) (!core[a].waits[0] && !core[a].waits[1])
#else
#define RELEASES_ARE_OUT(a) (!core[a].waits[0])
#endif

#define LOAD_ACQUIRE(a, l, out)                                                                    \
	atomic {                                                                                   \
		RELEASES_ARE_OUT(a);                                                               \
		if SEES(a, l, ANYTHING, out, skip) fi;                                             \
		after_acquire(a, l)                                                                \
	}

inline put(a, l, v)
{
	core[a].value[l] = v;
	core[a].pending = core[a].pending | BIT(l)
}

/* STR. A field has one slot, and no core here stores twice without a barrier between. */
inline store(a, l, v)
{
	d_step {
		REQUIRE_HERE(buffer_is_large_enough, !OWN(a, l));
		put(a, l, v);
		printf("core %d: STR %d = %d\n", a, l, v)
	}
}

/*
 * STLR of op_type: leaves the buffer behind all that is in it now and behind late loads.
 * One behind another: both go out in their order, so the second can as well be put late.
 */
inline store_release(a, r, v)
{
	atomic {
		!OWN(a, AT(r, ST)) ->
			d_step {
				core[a].behind[r] = core[a].pending;
				core[a].waits[r] = 1;
				put(a, AT(r, ST), v);
				printf("core %d: STLR %d = %d\n", a, AT(r, ST), v)
			}
	}
}

/* DMB LD: earlier loads are made; what follows is not made early. */
inline barrier_load(a)
{
	atomic {
		core[a].late == 0 -> d_step { forget(a, PAST, ANY_PLACE) }
	}
}

/* DSB SY: earlier loads are made, earlier stores are visible. */
inline barrier_full(a)
{
	atomic {
		core[a].late == 0 && core[a].pending == 0 ->
			d_step { forget(a, PAST, ANY_PLACE) }
	}
}

#define MAY_LEAVE(a, l)                                                                            \
	(OWN(a, l) && ((l) % FIELDS != ST || !core[a].waits[(l) / FIELDS] ||                       \
		       (core[a].behind[(l) / FIELDS] == 0 && core[a].late == 0)))

/* A store becomes visible to everyone at once: Armv8 is multi-copy atomic. */
inline leave(a, l)
{
	d_step {
		if
		:: mem[l] != core[a].value[l] -> remember(a, l, mem[l])
		:: else -> skip
		fi;
		mem[l] = core[a].value[l];
		printf("        core %d: visible %d = %d\n", a, l, mem[l]);
		core[a].value[l] = 0;
		core[a].pending = core[a].pending & ~BIT(l);
		core[a].behind[(l) / FIELDS] = core[a].behind[(l) / FIELDS] & ~BIT(l);
#if REGIONS == 2
		core[a].behind[1 - (l) / FIELDS] = core[a].behind[1 - (l) / FIELDS] & ~BIT(l);
#endif
		if
		:: (l) % FIELDS == ST -> core[a].waits[(l) / FIELDS] = 0
		:: else -> skip
		fi;
		forget(a, PAST, l)
	}
}

#define LEAVES(a, l) :: MAY_LEAVE(a, l) -> leave(a, l)

#define LOADS_LATE(a, w)                                                                           \
	:: (core[a].late & BIT(w)) != 0 ->                                                         \
		LOAD(a, AT(READS(a), D0 + w), core[a].got[w]);                                     \
		core[a].late = core[a].late & ~BIT(w)

/* What a core does by itself, at any time. */
proctype buffers(byte a)
{
	do
	:: atomic {
		if
		LEAVES(a, AT(0, ST))
		LEAVES(a, AT(0, US))
		LEAVES(a, AT(0, TY))
		LEAVES(a, AT(0, D0))
		LEAVES(a, AT(0, D1))
#ifdef VM_ENDS
		LEAVES(a, AT(0, LF))
#endif
#if REGIONS == 2
		LEAVES(a, AT(1, ST))
		LEAVES(a, AT(1, US))
		LEAVES(a, AT(1, TY))
		LEAVES(a, AT(1, D0))
		LEAVES(a, AT(1, D1))
#endif
		LOADS_LATE(a, 0)
		LOADS_LATE(a, 1)
		fi
	   }
	od
}
