# SPDX-License-Identifier: Apache-2.0
#
# Programs that run in VM 0 to test driver and port, and a root file system that has them.

LINUX_TEST_DIR := $(B)/tests/linux
LINUX_TESTS := $(LINUX_TEST_DIR)/mcs_check $(LINUX_TEST_DIR)/mcs_fuzz $(LINUX_TEST_DIR)/mcs_cost
LINUX_TEST_CFLAGS := $(LINUX_CFLAGS) -Itests/system/guests -Itests/system/linux

$(LINUX_TEST_DIR)/%.o: tests/system/linux/%.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(LINUX_TEST_CFLAGS) $(DEPS) -c -o $@ $<

LINUX_TEST_COMMON := $(LINUX_TEST_DIR)/peer.o
$(LINUX_TEST_DIR)/mcs_check: $(patsubst tests/system/linux/%.c,$(LINUX_TEST_DIR)/%.o,\
	$(wildcard tests/system/linux/check*.c tests/system/linux/crowd.c))

$(LINUX_TESTS): $(LINUX_TEST_DIR)/%: $(LINUX_TEST_DIR)/%.o $(LINUX_TEST_COMMON) $(LINUX_SHM)
	@printf '  %-8s %s\n' LINK $@
	@$(A64CC) -static -pthread -s -o $@ $(filter %.o,$^) $(filter %.a,$^)

DRIVER_ROOTFS := $(LINUX_TEST_DIR)/rootfs.cpio.gz
DRIVER_ROOTFS_FILES := $(ROOTFS_FILES) $(foreach t,$(LINUX_TESTS),$t=/bin/$(notdir $t))

$(DRIVER_ROOTFS): $(ROOTFS) $(LINUX_TESTS)
	@printf '  %-8s %s\n' CPIO $@
	@linux/rootfs/mkrootfs $@ $(DRIVER_ROOTFS_FILES)

# The system `driver` has that root file system, and guests/ringer.c as VM 1.
$(B)/systems/driver.itb: ROOTFS = $(DRIVER_ROOTFS)
$(B)/systems/driver.itb: BUNDLE_UNIPROTON = $(B)/tests/guests/ringer.bin
$(B)/systems/driver.itb: $(B)/tests/guests/ringer.bin $(DRIVER_ROOTFS)

# Nothing to do for VM 1, and so it sleeps.
$(B)/systems/watchdog.itb: BUNDLE_UNIPROTON = $(B)/tests/guests/ringer.bin
$(B)/systems/watchdog.itb: $(B)/tests/guests/ringer.bin

## fuzz-driver: FUZZ_SECONDS= (600) of random calls to /dev/mcs in the VM, by our fuzzer
.PHONY: fuzz-driver
fuzz-driver: base $(B)/systems/driver.itb
	@BUILD=$(B) FUZZ_SECONDS=$(FUZZ_SECONDS) tests/system/test_driver.py fuzz

## measure-driver: exits to the base and context switches a message, blocking and spinning
.PHONY: measure-driver
measure-driver: base $(B)/systems/driver.itb
	@BUILD=$(B) tests/system/test_driver.py measure
