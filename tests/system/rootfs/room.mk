# SPDX-License-Identifier: Apache-2.0
#
# VM 0's root file system for the system tests: the usual one, the programs of this folder, and what
# scripts/fetch-debian test supplies. Which of the test systems have it, and which guest beside it.

TEST_FILES ?= $(DEBIAN)/test
TEST_FILES_STAMP := $(DEBIAN)/test/.stamp
TEST_ROOTFS := $(B)/tests/rootfs.cpio.gz
TEST_ROOTFS_DIR := $(B)/tests/rootfs

TEST_LIBRARIES := ld-linux-aarch64.so.1 libc.so.6 libpthread.so.0 librt.so.1 libnuma.so.1
# In the order of insmod.
TEST_MODULES := crc32c_generic crc16 mbcache jbd2 ext4 virtio_mmio virtio_blk failover net_failover \
	virtio_net
TEST_PROGRAMS := $(patsubst tests/system/rootfs/%.c,%,$(wildcard tests/system/rootfs/*.c))
TEST_SCRIPTS := smp devices soak
include tests/system/soak/room.mk
TEST_ROOTFS_FILES := $(ROOTFS_FILES) \
	$(foreach p,cyclictest hackbench,$(TEST_FILES)/$p=/bin/$p) \
	$(foreach l,$(TEST_LIBRARIES),$(TEST_FILES)/$l=/lib/$l) \
	$(foreach m,$(TEST_MODULES),$(TEST_FILES)/$m.ko=/lib/modules/$m.ko:0644) \
	$(foreach p,$(TEST_PROGRAMS),$(TEST_ROOTFS_DIR)/$p=/bin/$p) $(SOAK_TRAFFIC)=/bin/traffic \
	$(foreach s,$(TEST_SCRIPTS),tests/system/rootfs/$s=/bin/$s)

# The stamp is of what is fetched; files of one's own (TEST_FILES=) need no fetching.
$(TEST_FILES_STAMP):
	@scripts/fetch-debian test

$(TEST_ROOTFS_DIR)/%.o: tests/system/rootfs/%.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(LINUX_CFLAGS) $(DEPS) -c -o $@ $<

$(TEST_ROOTFS_DIR)/%: $(TEST_ROOTFS_DIR)/%.o $(LINUX_SHM)
	@printf '  %-8s %s\n' LINK $@
	@$(A64CC) -static -pthread -s -o $@ $^

$(TEST_ROOTFS_DIR)/files: FORCE
	$(call record,$(TEST_ROOTFS_FILES))

$(TEST_ROOTFS): linux/rootfs/mkrootfs $(TEST_ROOTFS_DIR)/files $(filter-out $(BUSYBOX),$(ROOTFS_HOST_FILES)) \
		$(TEST_PROGRAMS:%=$(TEST_ROOTFS_DIR)/%) $(SOAK_TRAFFIC) $(TEST_SCRIPTS:%=tests/system/rootfs/%) \
		| $(DEBIAN_STAMP) $(TEST_FILES_STAMP)
	@printf '  %-8s %s\n' CPIO $@
	@linux/rootfs/mkrootfs $@ $(TEST_ROOTFS_FILES)

# $(1): systems, $(2): guest in the place of UniProton, or nothing.
define test_rootfs_bundles
$(1:%=$(B)/systems/%.itb): BUNDLE_ROOTFS = $(TEST_ROOTFS)
$(1:%=$(B)/systems/%.itb): $(TEST_ROOTFS)
ifneq ($(2),)
$(1:%=$(B)/systems/%.itb): BUNDLE_UNIPROTON = $(B)/tests/guests/$(2).bin
$(1:%=$(B)/systems/%.itb): $(B)/tests/guests/$(2).bin
endif
endef

$(eval $(call test_rootfs_bundles,smp2 smp3 memory-type,answer))
$(eval $(call test_rootfs_bundles,devices soak))
$(eval $(call test_rootfs_bundles,several,several))

# The long run of the SMP test.
SOAK_SECONDS ?= 300
.PHONY: soak-smp
## soak-smp: Linux on three cores under cyclictest, hackbench and doorbells (SOAK_SECONDS=300)
soak-smp: $(B)/base/fusiondock.bin $(B)/systems/smp2.itb $(B)/systems/smp3.itb
	@BUILD=$(B) SOAK_SECONDS=$(SOAK_SECONDS) prove --timer --verbose -e '' tests/system/test_smp.py
