# SPDX-License-Identifier: Apache-2.0
#
# bench: the library between two cores of this machine against bare memcpy, cache lines and
# futexes. docs/bench.md. Run it on a quiet machine; `make test` only sees that it works.
#
## bench: measure the library on two cores: table, JSON and plots in build/bench/

BENCH := $(B)/bench
BENCH_CFLAGS := $(CSTD) $(WARN) $(OPT) -Iinclude -Ishm -Isim -Ibench
BENCH_SRC := $(wildcard bench/*.c) $(addprefix sim/,sim_port.c sim_fault.c bell.c life.c objects.c)
BENCH_OBJ := $(BENCH_SRC:%.c=$(BENCH)/%.o)
GNUPLOT ?= gnuplot

.PHONY: bench bench-programs
bench-programs: $(BENCH)/shm_bench

# The plots are drawn also when a floor is not reached; the status is the program's.
bench: $(BENCH)/shm_bench
	@status=0; $(BENCH)/shm_bench --output $(BENCH) $(BENCH_OPTIONS) || status=$$?; \
	[ $$status -gt 1 ] || { \
		if command -v $(GNUPLOT) >/dev/null; then \
			$(GNUPLOT) -e "dir='$(BENCH)'" bench/plot.gp && \
			echo "bench: $(BENCH)/bench.json bench.txt throughput.svg latency.svg"; \
		else \
			echo "bench: no plots: $(GNUPLOT) is missing (Debian package gnuplot-nox)"; \
		fi; }; \
	exit $$status

$(BENCH)/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(BENCH_CFLAGS) $(DEPS) -c -o $@ $<

$(BENCH)/shm_bench: $(BENCH_OBJ) $(SHM_LIB_HOST)
	@printf '  %-8s %s\n' LINK $@
	@$(HOSTCC) -pthread -o $@ $^ -lrt -lm

EXTRA_TESTS += bench/tests/smoke.t bench/tests/device_copy.t
EXTRA_PROGRAMS += bench-programs $(SHM_LIB_LINUX) $(SHM_LIB_UNIPROTON)
