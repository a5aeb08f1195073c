# SPDX-License-Identifier: Apache-2.0
#
# stress: real traffic through the library as it is shipped, between two processes, and
# between threads under the thread sanitizer.

STRESS_DIR := $(B)/tests/stress
STRESS_CFLAGS := $(CSTD) $(WARN) $(OPT) -D_GNU_SOURCE -pthread -Iinclude -Ishm -Itests/stress
STRESS_COMMON := message port end writer reader
STRESS_MESSAGES ?= 10000000

STRESS_PROCESSES := $(STRESS_DIR)/processes
STRESS_PROCESSES_OBJ := $(SHM_SRC:%.c=$(STRESS_DIR)/plain/%.o) \
	$(patsubst %,$(STRESS_DIR)/plain/tests/stress/%.o,processes $(STRESS_COMMON))

$(STRESS_DIR)/plain/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(STRESS_CFLAGS) $(DEPS) -c -o $@ $<

$(STRESS_PROCESSES): $(STRESS_PROCESSES_OBJ)
	@printf '  %-8s %s\n' HOSTLD $@
	@$(HOSTCC) -pthread -o $@ $^ -lz

# Clang's thread sanitizer, without suppressions.
TSANCC ?= clang
TSAN_CFLAGS := $(STRESS_CFLAGS) -O1 -fsanitize=thread -fno-omit-frame-pointer
STRESS_THREADS := $(STRESS_DIR)/threads
STRESS_THREADS_OBJ := $(SHM_SRC:%.c=$(STRESS_DIR)/tsan/%.o) \
	$(patsubst %,$(STRESS_DIR)/tsan/tests/stress/%.o,threads giving_up $(STRESS_COMMON))

$(STRESS_DIR)/tsan/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' TSANCC $<
	@$(TSANCC) $(TSAN_CFLAGS) $(DEPS) -c -o $@ $<

$(STRESS_THREADS): $(STRESS_THREADS_OBJ)
	@printf '  %-8s %s\n' TSANLD $@
	@$(TSANCC) -fsanitize=thread -pthread -o $@ $^ -lz

# In `make test`: a fiftieth of the messages, and twelve seconds of threads.
STRESS_TEST := $(STRESS_DIR)/processes_test
EXTRA_PROGRAMS += $(STRESS_TEST) $(STRESS_THREADS)
EXTRA_TESTS += $(STRESS_TEST) $(STRESS_THREADS)

$(STRESS_TEST): $(STRESS_PROCESSES)
	@printf '  %-8s %s\n' GEN $@
	@printf '#!/bin/sh\nexec %s 200000\n' $< > $@
	@chmod +x $@

## stress: 10 million messages each way between two processes, checksums; STRESS_MESSAGES=
.PHONY: stress
stress: $(STRESS_PROCESSES)
	@$(STRESS_PROCESSES) $(STRESS_MESSAGES) $$RANDOM

## stress-faults: the same for the threads under the sanitizer and the two processes
.PHONY: stress-faults
stress-faults: $(STRESS_THREADS) $(STRESS_PROCESSES)
	@FAULTS_COMPILE='$(TSANCC) $(TSAN_CFLAGS)' FAULTS_LINK='$(TSANCC) -fsanitize=thread -pthread' \
		FAULTS_OBJECTS='$(filter-out $(STRESS_DIR)/tsan/shm/%,$(STRESS_THREADS_OBJ))' \
		FAULTS_LIBS=-lz tests/fuzz/faults.sh tests/stress/faults/threads 8
	@FAULTS_COMPILE='$(HOSTCC) $(STRESS_CFLAGS)' FAULTS_LINK='$(HOSTCC) -pthread' \
		FAULTS_OBJECTS='$(filter-out $(STRESS_DIR)/plain/shm/%,$(STRESS_PROCESSES_OBJ))' \
		FAULTS_LIBS=-lz tests/fuzz/faults.sh tests/stress/faults/processes 50000
