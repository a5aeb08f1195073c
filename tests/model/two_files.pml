/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /dev/mcs alone: two open files wait for the same doorbells. Each remembers what it has
 * taken, so neither takes the other's. A ring means "look", so what counts is that after the
 * last one each has taken the count as it then is.
 *
 * Variants: ONE_FLAG, which whoever comes first consumes (the fault of the existing driver);
 * WAKE_BEFORE_COUNT; NO_SECOND_CHECK.
 */
#define RINGS 3
#define FILES 2

byte rings;
byte taken[FILES];
bit asleep[FILES];
bit looks_late[FILES];	/* has not looked since the last ring */
byte rung;
bit no_lost_wake_up;

inline wake_all()
{
	d_step {
		asleep[0] = 0;
		asleep[1] = 0
	}
}

proctype interrupt()
{
	do
	:: rung < RINGS ->
		d_step {
			rung++;
			looks_late[0] = 1;
			looks_late[1] = 1
		};
#ifdef WAKE_BEFORE_COUNT
		wake_all();
#endif
#ifdef ONE_FLAG
		rings = 1;
#else
		rings++;
#endif
#ifndef WAKE_BEFORE_COUNT
		wake_all()
#endif
	:: else -> break
	od
}

#ifdef ONE_FLAG
#define PENDING(f) (rings != 0)
#define TAKE(f) rings = 0
#else
#define PENDING(f) (rings != taken[f])
#define TAKE(f) taken[f] = rings
#endif

proctype file(byte f)
{
	do
	:: atomic {
		PENDING(f) ->
			TAKE(f);
			looks_late[f] = 0
	   }
	:: !PENDING(f) ->
		asleep[f] = 1;
#ifndef NO_SECOND_CHECK
		if
		:: PENDING(f) -> asleep[f] = 0
		:: else -> skip
		fi;
#endif
		asleep[f] == 0
	od
}

init
{
	atomic {
		run interrupt();
		run file(0);
		run file(1)
	};
	timeout ->
		d_step {
			no_lost_wake_up = !looks_late[0] && !looks_late[1];
			assert(no_lost_wake_up)
		}
}
