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

# The library's branches lead the fuzzer. Of the judge's, there is nothing to discover.
$(FUZZ_DIR)/shm/%.o: FUZZ_CFLAGS += -fsanitize=fuzzer-no-link
$(FUZZ_DIR)/tests/fuzz/fuzz_peer.o $(FUZZ_DIR)/tests/fuzz/fuzz_shm.o: \
	FUZZ_CFLAGS += -fsanitize=fuzzer-no-link

$(FUZZ_DIR)/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' FUZZCC $<
	@$(FUZZCC) $(FUZZ_CFLAGS) $(DEPS) -c -o $@ $<

$(FUZZ_SHM): $(FUZZ_OBJ)
	@printf '  %-8s %s\n' FUZZLD $@
	@$(FUZZCC) $(FUZZ_SANITIZE) -fsanitize=fuzzer -o $@ $^
