/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the programs do with the messages, and what has to be true of them.
 */

byte sent[REGIONS];	/* messages whose shm_write() returned OK */
byte received[REGIONS];	/* messages that shm_receive() returned */
byte told[REGIONS];	/* messages whose shm_receive() returned SHM_E_PARTIAL */

/* A call of shm_write() for message m has returned; on to the next. */
inline next_message(r)
{
	d_step {
		if
		:: result == OK -> sent[r] = sent[r] | BIT(m)
		:: else -> skip
		fi;
		m++;
		result = OK;
		p = 0;
		total = 0;
		v = 0
	}
}

/* What a call that returned OK has to have returned. */
inline check_message(r)
{
	d_step {
		if
		:: total == 0 -> p = next
		:: else -> p = MESSAGE_OF(first)
		fi;
		REQUIRE_HERE(no_half_written, !torn);
		REQUIRE_HERE(no_mixed_message,
			!mixed && p < N && total == LEN(p) && type == TYPE(p));
		REQUIRE_HERE(no_repeat, p >= next);
		received[r] = received[r] | BIT(p);
		next = p + 1
	}
}

inline forget_message()
{
	d_step {
		total = 0;
		type = 0;
		p = 0;
		first = 0;
		v = 0;
		result = OK;
		torn = 0;
		mixed = 0
#ifdef TAKING
		; taking = 0
#endif
	}
}

inline receive(a, r)
{
	look(a, r);
	if
	:: result == OK ->
		take(a, r);
		if
		:: result == OK -> check_message(r)
#ifdef WRITER_ENDS
		/* What was copied is not of this message, perhaps, and no part was acknowledged. */
		:: result != OK && !taking -> skip
		:: result != OK && taking -> told[r] = told[r] | BIT(MESSAGE_OF(first))
#else
		:: else -> told[r] = told[r] | BIT(MESSAGE_OF(first))
#endif
		fi
	:: else -> skip
	fi;
#ifdef WRITER_ENDS
	/* A look that found nothing is not the end of its call. */
	life = (result == EMPTY -> life : 0);
#endif
	forget_message()
}
