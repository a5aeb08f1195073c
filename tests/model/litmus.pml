/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is memory.pml AArch64? Classic tests, each with the outcome that the architecture allows or
 * forbids. An allowed one has to be seen, a forbidden one not.
 *
 * MP: core 0 stores data, then a flag; core 1 loads the flag, then the data. New flag, old data?
 * SB: each core stores its own and loads the other's. Both old?
 * LB: core 1 loads data, then stores a flag; core 0 stores data once it sees that. New data?
 * CO: core 1 loads one field twice. First new, then old?
 */
#define REGIONS 1
#define CORES 2
#define READS(a) 0

#include "memory.pml"

bit done0, done1, outcome_is_not_seen;
byte x, y;

#ifdef DSB_0
#define BETWEEN_0 barrier_full(0)
#else
#define BETWEEN_0 skip
#endif
#ifdef DSB_1
#define BETWEEN_1 barrier_full(1)
#elif defined(DMB_LD_1)
#define BETWEEN_1 barrier_load(1)
#else
#define BETWEEN_1 skip
#endif

#ifdef RELEASE
#define STORE_FLAG(a) store_release(a, 0, 1)
#else
#define STORE_FLAG(a) store(a, AT(0, ST), 1)
#endif
#ifdef ACQUIRE
#define LOAD_ORDERED(a, l, out) LOAD_ACQUIRE(a, l, out)
#else
#define LOAD_ORDERED(a, l, out) LOAD(a, l, out)
#endif

proctype core0()
{
#if defined(MP)
	store(0, AT(0, US), 1);
	BETWEEN_0;
	STORE_FLAG(0);
#elif defined(SB)
	STORE_FLAG(0);
	BETWEEN_0;
	LOAD_ORDERED(0, AT(0, US), x);
#elif defined(LB)
	LOAD_ACQUIRE(0, AT(0, ST), x);
	if
	:: x == 1 -> store(0, AT(0, D0), 1)
	:: else -> skip
	fi;
#else
	store(0, AT(0, US), 1);
#endif
	done0 = 1
}

proctype core1()
{
#if defined(MP)
	LOAD_ORDERED(1, AT(0, ST), x);
	BETWEEN_1;
	LOAD(1, AT(0, US), y);
#elif defined(SB)
	store(1, AT(0, US), 1);
	BETWEEN_1;
	LOAD_ORDERED(1, AT(0, ST), y);
#elif defined(LB)
	core[1].late = 1;
	BETWEEN_1;
	STORE_FLAG(1);
	core[1].late == 0;
	y = core[1].got[0];
#else
	LOAD(1, AT(0, US), x);
	LOAD(1, AT(0, US), y);
#endif
	done1 = 1
}

#if defined(MP) || defined(CO)
#define OUTCOME (x == 1 && y == 0)
#elif defined(SB)
#define OUTCOME (x == 0 && y == 0)
#else
#define OUTCOME (y == 1)
#endif

init
{
	atomic {
		run buffers(0);
		run buffers(1);
		run core0();
		run core1()
	};
	done0 && done1 ->
		d_step {
			outcome_is_not_seen = !OUTCOME;
			assert(outcome_is_not_seen)
		}
}
