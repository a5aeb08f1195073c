/* SPDX-License-Identifier: Apache-2.0 */
#include "bench.h"

const struct bench_workload bench_workloads[BENCH_WORKLOADS] = {
	[BENCH_PINGPONG] = {"cache line ping-pong", bench_pingpong_driver, bench_pingpong_partner,
			    false},
	[BENCH_MESSAGE_ROUND] = {"message round trip, spinning", bench_message_round_driver,
				 bench_message_round_partner, false},
	[BENCH_FUTEX_ROUND] = {"futex wake-up pair", bench_futex_round_driver,
			       bench_futex_round_partner, true},
	[BENCH_BELL_ROUND] = {"message round trip, doorbell", bench_bell_round_driver,
			      bench_bell_round_partner, true},
	[BENCH_MEMCPY_STREAM] = {"memcpy stream", bench_memcpy_stream_driver,
				 bench_memcpy_stream_partner, false},
	[BENCH_MESSAGE_STREAM] = {"message stream", bench_message_stream_driver,
				  bench_message_stream_partner, false},
	[BENCH_MEMCPY_SKEW] = {"memcpy stream, skewed", bench_memcpy_skew_driver,
			       bench_memcpy_skew_partner, false},
	[BENCH_MESSAGE_SKEW] = {"message stream, skewed", bench_message_skew_driver,
				bench_message_skew_partner, false},
	[BENCH_MEMCPY] = {"memcpy", bench_memcpy, NULL, false},
	[BENCH_COPY_NORMAL] = {"copy, Normal memory", bench_copy_normal, NULL, false},
	[BENCH_COPY_DEVICE] = {"copy, Device memory", bench_copy_device, NULL, false},
	[BENCH_WORK_ALONE] = {"work of one core", bench_compute_alone, NULL, false},
	[BENCH_WORK_BOTH] = {"work of both cores", bench_compute_driver, bench_compute_partner, false},
};
