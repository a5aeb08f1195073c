# SPDX-License-Identifier: Apache-2.0
#
# Which lines and branches of shm/ its tests reach: unit tests and the tests of tests/faults.

## coverage: lines and branches of shm/ that its tests reach (needs gcovr)

COVERAGE := $(B)/coverage
COVERAGE_CFLAGS := $(CSTD) $(WARN) -O0 -g -D_GNU_SOURCE -Iinclude -Ishm -Itests/unit -Itests/faults \
	--coverage -fprofile-update=atomic
COVERAGE_GROUPS := $(foreach g,$(FAULTS_GROUPS_field),&field_$g$(faults_comma))
COVERAGE_PROGRAMS := $(SHM_TESTS_HOOKED:%=$(COVERAGE)/shm_%_test) \
	$(SHM_TESTS_PLAIN:%=$(COVERAGE)/shm_%_test) $(COVERAGE)/faults

$(COVERAGE)/hooked/%.o: %.c tests/unit/coverage.mk
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(COVERAGE_CFLAGS) $(SHM_TEST_HOOK) '-DFIELD_GROUPS=$(COVERAGE_GROUPS)' $(DEPS) \
		-c -o $@ $<

$(COVERAGE)/plain/%.o: %.c tests/unit/coverage.mk
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(COVERAGE_CFLAGS) $(DEPS) -c -o $@ $<

$(SHM_TESTS_HOOKED:%=$(COVERAGE)/shm_%_test): $(COVERAGE)/%: $(COVERAGE)/hooked/tests/unit/%.o
$(SHM_TESTS_PLAIN:%=$(COVERAGE)/shm_%_test): $(COVERAGE)/%: $(COVERAGE)/plain/tests/unit/%.o
$(COVERAGE)/faults: $(patsubst %,$(COVERAGE)/hooked/tests/faults/%.o,field_main field \
	$(FAULTS_GROUPS_field:%=field_%))
$(filter-out $(SHM_TESTS_PLAIN:%=$(COVERAGE)/shm_%_test),$(COVERAGE_PROGRAMS)): \
	$(patsubst %.c,$(COVERAGE)/hooked/%.o,$(SHM_SRC) $(SHM_TEST_SUPPORT))
$(SHM_TESTS_PLAIN:%=$(COVERAGE)/shm_%_test): \
	$(patsubst %.c,$(COVERAGE)/plain/%.o,$(SHM_SRC) $(SHM_TEST_SUPPORT))

$(COVERAGE_PROGRAMS):
	@printf '  %-8s %s\n' HOSTLD $@
	@$(HOSTCC) --coverage -o $@ $^ -lcmocka -lpthread

.PHONY: coverage
coverage: $(COVERAGE_PROGRAMS)
	@command -v gcovr >/dev/null || \
		{ echo 'coverage: gcovr is missing: apt-get install gcovr' >&2; exit 1; }
	@find $(COVERAGE) -name '*.gcda' -delete
	@for program in $(COVERAGE_PROGRAMS); do \
		CMOCKA_MESSAGE_OUTPUT=TAP $$program > $$program.tap 2>&1 || \
			{ cat $$program.tap; exit 1; }; \
	done
	@mkdir -p $(COVERAGE)/html
	@cd $(COVERAGE) && gcovr --root $(CURDIR) --filter '$(CURDIR)/shm/' --exclude-throw-branches \
		--html-details html/index.html --json all.json --txt lines.txt .
	@cd $(COVERAGE) && gcovr --root $(CURDIR) --add-tracefile all.json --branches | \
		tee branches.txt | sed -n '/^File/p; /^shm/p; /^TOTAL/s/^/branches /p'
	@sed -n '/^TOTAL/s/^/lines    /p' $(COVERAGE)/lines.txt
	@echo "pages: $(COVERAGE)/html/index.html"
