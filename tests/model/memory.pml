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
#define FIELDS 5

#define START 0
#define READY 1
#define READ_END 2
#define MARK 255 /* used_size of a message that was given up */

#define LOCATIONS (FIELDS * REGIONS)
#define AT(r, field) (FIELDS * (r) + (field))
#define BIT(l) (1 << (l))
#define PAST 8 /* changes a core remembers; more is an error of the model, see remember() */
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
hidden byte i_, j_, k_, p_;

/* The properties. A broken one shows its name in the trail. */
bit no_deadlock, no_lost_message, no_lost_wake_up, no_half_written, no_mixed_message;
bit no_repeat, no_missed_give_up, model_is_large_enough;

#define REQUIRE(name, condition) d_step { name = (condition); assert(name); name = 0 }

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
	model_is_large_enough = core[(a) ^ 1].changes < PAST;
	assert(model_is_large_enough);
	model_is_large_enough = 0;
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

/* The options of an `if`: every value that a load of l can return and for which P holds. */
#define SEES(a, l, P, out)                                                                         \
	:: P(NOW(a, l)) -> out = NOW(a, l); k_ = (OWN(a, l) -> 0 : core[a].changes)                \
	:: WAS(a, l, 0) && P(core[a].old[0]) -> out = core[a].old[0]; k_ = 0                       \
	:: WAS(a, l, 1) && P(core[a].old[1]) -> out = core[a].old[1]; k_ = 1                       \
	:: WAS(a, l, 2) && P(core[a].old[2]) -> out = core[a].old[2]; k_ = 2                       \
	:: WAS(a, l, 3) && P(core[a].old[3]) -> out = core[a].old[3]; k_ = 3                       \
	:: WAS(a, l, 4) && P(core[a].old[4]) -> out = core[a].old[4]; k_ = 4                       \
	:: WAS(a, l, 5) && P(core[a].old[5]) -> out = core[a].old[5]; k_ = 5                       \
	:: WAS(a, l, 6) && P(core[a].old[6]) -> out = core[a].old[6]; k_ = 6                       \
	:: WAS(a, l, 7) && P(core[a].old[7]) -> out = core[a].old[7]; k_ = 7

#define ANYTHING(x) true

/* LDR */
#define LOAD(a, l, out) atomic { if SEES(a, l, ANYTHING, out) fi; after_load(a, l) }

/* LDAPR, the weaker of the two instructions that a C11 acquire may become; LDAR is another. */
#define LOAD_ACQUIRE(a, l, out) atomic { if SEES(a, l, ANYTHING, out) fi; after_acquire(a, l) }

/* A location has one slot: no core here stores twice without a barrier between. */
inline put(a, l, v)
{
	model_is_large_enough = !OWN(a, l);
	assert(model_is_large_enough);
	model_is_large_enough = 0;
	core[a].value[l] = v;
	core[a].pending = core[a].pending | BIT(l)
}

/* STR */
inline store(a, l, v)
{
	d_step {
		put(a, l, v)
	}
}

/* STLR of op_type: leaves the buffer behind all that is in it now and behind late loads. */
inline store_release(a, r, v)
{
	d_step {
		core[a].behind[r] = core[a].pending;
		core[a].waits[r] = 1;
		put(a, AT(r, ST), v)
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
