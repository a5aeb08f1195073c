# SPDX-License-Identifier: Apache-2.0
#
# `make test`: unit tests on this machine, the simulation, and the real thing in QEMU.

UNIT_TESTS :=
include tests/unit/shm.mk
include tests/unit/base.mk

# What the other folders of tests/ and the other rooms add.
EXTRA_TESTS ?=
EXTRA_PROGRAMS ?=
include $(wildcard tests/fuzz/room.mk tests/fuzz/base/room.mk tests/stress/room.mk tests/model/room.mk tests/faults/room.mk tests/packages/room.mk)
include tests/system/rootfs/room.mk tests/system/kills/room.mk

# The longest first, so that all hands are busy to the end.
LONGEST_TESTS := $(patsubst %,tests/system/test_%.py,smp attacks soak driver life)
SYSTEM_TESTS := $(LONGEST_TESTS) $(filter-out $(LONGEST_TESTS),$(sort $(wildcard tests/system/test_*.py)))
TEST_SYSTEMS := $(patsubst tests/system/systems/%.dts,%,$(wildcard tests/system/systems/*.dts))
TEST_BUNDLES := $(TEST_SYSTEMS:%=$(B)/systems/%.itb)

# Guests of the tests, flat images in UniProton's place.
GUEST_FLAGS := $(CSTD) $(WARN) $(OPT) $(DEPS) -Iinclude -ffreestanding -fno-stack-protector -fno-pie \
	-mgeneral-regs-only -mstrict-align
GUESTS := $(patsubst tests/system/guests/%.c,%,$(filter-out %/guest.c,$(wildcard tests/system/guests/*.c)))
GUEST_COMMON := $(B)/tests/guests/start.o $(B)/tests/guests/guest.o

$(B)/tests/guests/%.o: tests/system/guests/%.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(GUEST_FLAGS) -c $< -o $@

$(B)/tests/guests/%.o: tests/system/guests/%.S
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' AS $<
	@$(A64CC) $(GUEST_FLAGS) -c $< -o $@

$(B)/tests/guests/%.bin: $(B)/tests/guests/%.o $(GUEST_COMMON) tests/system/guests/guest.ld
	@printf '  %-8s %s\n' LD $@
	@$(A64LD) --build-id=none -z noexecstack --no-warn-rwx-segments -T tests/system/guests/guest.ld \
		$(GUEST_COMMON) $< -o $(@:.bin=.elf)
	@$(A64OBJCOPY) -O binary $(@:.bin=.elf) $@

.PHONY: test-guests
test-guests: $(GUESTS:%=$(B)/tests/guests/%.bin)

# A test system named after a guest has it as VM 1. One that is refused needs no kernel.
define guest_bundle
$(B)/systems/$(1).itb: BUNDLE_UNIPROTON = $(B)/tests/guests/$(1).bin
$(B)/systems/$(1).itb: $(B)/tests/guests/$(1).bin
endef
$(foreach g,$(GUESTS),$(eval $(call guest_bundle,$g)))
$(filter $(B)/systems/refused-% %/observe.itb %/panic.itb,$(TEST_BUNDLES)): BUNDLE_LINUX = $(UNIPROTON_IMAGE)

.PHONY: test test-programs test-run
.SECONDEXPANSION:
test-programs: $(CHECK_SYSTEMS) $(MACHINE) $(UNIT_TESTS) $$(EXTRA_PROGRAMS) sim-programs uniproton-test-program base $(TEST_BUNDLES) bundles

test:
	@scripts/packages build
	@scripts/packages test deb rpm
	@scripts/fetch-debian
	@$(MAKE) --no-print-directory $(JOBS) test-programs
	@$(MAKE) --no-print-directory test-run

# Each test is a program that speaks TAP. TESTS= chooses some of them; TEST_JOBS= at a time: most wait for a
# guest most of their time.
TEST_JOBS ?= 2
TESTS ?= $(LONGEST_TESTS) $(UNIT_TESTS) tests/unit/base_stack.py tests/unit/base_trace.py tests/unit/base_small.py tests/unit/check_systems.sh \
	tests/unit/clang.sh tests/unit/docs_examples.sh tests/unit/driver_sparse.sh \
	$(filter-out $(LONGEST_TESTS),$(SYSTEM_TESTS)) $(EXTRA_TESTS) scripts/tests/packages.t scripts/tests/run.t tests/sim/demo.sh \
	uniproton/standin/test/run.sh
test-run:
	@CMOCKA_MESSAGE_OUTPUT=TAP BUILD=$(B) prove -j $(TEST_JOBS) --timer --failures -e '' $(TESTS)
