# SPDX-License-Identifier: Apache-2.0
#
# fuzz/base: the base's pure parts against loaders and guests that are the input of libFuzzer. The machine is
# that of the unit tests (tests/unit/base_fakes.c).

FUZZ_BASE_DIR := $(B)/tests/fuzz/base
FUZZ_BASE_TARGETS := description gic calls tables
FUZZ_BASE_PROGRAMS := $(FUZZ_BASE_TARGETS:%=$(FUZZ_BASE_DIR)/fuzz_%)
FUZZ_BASE_CFLAGS := $(CSTD) $(WARN) -O1 -g -D_GNU_SOURCE -Itests/unit/base_arch -Ibase -Iinclude \
	-Itests/unit -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
FUZZ_BASE_LIB := $(FUZZ_BASE_DIR)/libbase.a

$(FUZZ_BASE_DIR)/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' FUZZCC $<
	@$(FUZZCC) $(FUZZ_BASE_CFLAGS) $(DEPS) -c -o $@ $<

$(FUZZ_BASE_LIB): $(BASE_TEST_SRC:%.c=$(FUZZ_BASE_DIR)/%.o) \
		$(BASE_TEST_SUPPORT:%=$(FUZZ_BASE_DIR)/tests/unit/%.o)
	@rm -f $@
	@ar rcs $@ $^

$(FUZZ_BASE_PROGRAMS): $(FUZZ_BASE_DIR)/fuzz_%: $(FUZZ_BASE_DIR)/tests/fuzz/base/fuzz_%.o $(FUZZ_BASE_LIB)
	@printf '  %-8s %s\n' FUZZLD $@
	@$(FUZZCC) $(FUZZ_BASE_CFLAGS) -fsanitize=fuzzer -o $@ $^ -lcmocka -lfdt

EXTRA_PROGRAMS += $(FUZZ_BASE_PROGRAMS)
EXTRA_TESTS += tests/fuzz/base/run.sh
FUZZ_BASE_SECONDS ?= $(FUZZ_SECONDS)

## fuzz-base: FUZZ_BASE_SECONDS= (600) of each target of the base; part of `make fuzz`
.PHONY: fuzz-base
fuzz: fuzz-base
fuzz-base: $(FUZZ_BASE_PROGRAMS)
	@BUILD=$(B) tests/fuzz/base/run.sh $(FUZZ_BASE_SECONDS)
