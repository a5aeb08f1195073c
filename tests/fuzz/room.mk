# SPDX-License-Identifier: Apache-2.0
#
# fuzz: the library against a peer that is the input of libFuzzer. docs/fuzzing.md.

FUZZCC ?= clang
FUZZ_DIR := $(B)/tests/fuzz
FUZZ_SHM := $(FUZZ_DIR)/fuzz_shm
FUZZ_SRC := $(wildcard tests/fuzz/*.c)
FUZZ_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FUZZ_CFLAGS := $(CSTD) $(WARN) -O2 -g -Iinclude -Ishm -Itests/fuzz -DSHM_ACCESS_HOOK=fuzz_access \
	$(FUZZ_SANITIZE)
FUZZ_OBJ := $(SHM_SRC:%.c=$(FUZZ_DIR)/%.o) $(FUZZ_SRC:%.c=$(FUZZ_DIR)/%.o)

# The library's branches lead the fuzzer; the judge has nothing to discover. No comparisons
# are traced: the peer's actions have the values at which the library changes its mind.
FUZZ_COVERAGE := -fsanitize-coverage=inline-8bit-counters,pc-table
$(FUZZ_DIR)/shm/%.o $(FUZZ_DIR)/tests/fuzz/fuzz_shm.o: FUZZ_CFLAGS += $(FUZZ_COVERAGE)
# And each access has to go past the hook.
$(FUZZ_DIR)/shm/%.o: FUZZ_CFLAGS += -include tests/fuzz/fuzz_hooked.h

$(FUZZ_DIR)/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' FUZZCC $<
	@$(FUZZCC) $(FUZZ_CFLAGS) $(DEPS) -c -o $@ $<

$(FUZZ_SHM): $(FUZZ_OBJ)
	@printf '  %-8s %s\n' FUZZLD $@
	@$(FUZZCC) $(FUZZ_SANITIZE) -fsanitize=fuzzer -o $@ $^

# In `make test` for a minute. FUZZ_SECONDS= is for the long run.
FUZZ_TEST := $(FUZZ_DIR)/fuzz_test
EXTRA_PROGRAMS += $(FUZZ_TEST)
EXTRA_TESTS += $(FUZZ_TEST)
FUZZ_SECONDS ?= 600

$(FUZZ_TEST): tests/fuzz/run.sh $(FUZZ_SHM)
	@printf '  %-8s %s\n' GEN $@
	@printf '#!/bin/sh\nBUILD=%s FUZZ_SHM=%s exec %s 60\n' $(B) $(FUZZ_SHM) $< > $@
	@chmod +x $@

## fuzz: FUZZ_SECONDS= (600) of the library against a hostile peer, and of the base; FUZZ_JOBS= (one a core)
## fuzz-corpus: what the fuzzing learnt, minimised, into tests/fuzz/corpus
.PHONY: fuzz fuzz-corpus
fuzz: $(FUZZ_SHM)
	@BUILD=$(B) FUZZ_SHM=$(FUZZ_SHM) tests/fuzz/run.sh --long $(FUZZ_SECONDS)

fuzz-corpus: $(FUZZ_SHM)
	@FUZZ_SHM=$(FUZZ_SHM) tests/fuzz/corpus.sh $(FUZZ_DIR)/learnt

## fuzz-faults: faults brought into the library one by one; the fuzzer must find each
.PHONY: fuzz-faults
fuzz-faults: $(FUZZ_SHM)
	@FAULTS_COMPILE='$(FUZZCC) $(FUZZ_CFLAGS) $(FUZZ_COVERAGE)' \
		FAULTS_LINK='$(FUZZCC) $(FUZZ_SANITIZE) -fsanitize=fuzzer' \
		FAULTS_OBJECTS='$(filter-out $(FUZZ_DIR)/shm/%,$(FUZZ_OBJ))' \
		tests/fuzz/faults.sh tests/fuzz/faults -max_len=96 -entropic=0 -timeout=120 \
		-max_total_time=20 learnt $(CURDIR)/tests/fuzz/corpus
