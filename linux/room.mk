# SPDX-License-Identifier: Apache-2.0
#
# VM 0's side: the driver, the port, the demo and the root file system.

MCS_KM_SRC := $(wildcard linux/mcs_km/*.c linux/mcs_km/*.h) linux/mcs_km/Kbuild
MCS_KM_DIR := $(B)/linux/mcs_km
MCS_KM := $(MCS_KM_DIR)/mcs_km.ko

# Writes $(1) into the target, but only if it says something else: what was built by other
# variables is built again.
record = @mkdir -p $(@D) && { echo '$(1)' | cmp -s - $@ || echo '$(1)' > $@; }

$(B)/linux/headers: FORCE
	$(call record,$(abspath $(LINUX_HEADERS)))

# Kbuild writes beside its sources, so it is given links to them in the build tree. W=1 and
# -Werror: the driver compiles without a warning, or the build says so. The kernel's own
# image, which BTF would need, is not part of the headers.
$(MCS_KM): $(MCS_KM_SRC) $(wildcard include/fusiondock/*.h) linux/room.mk $(B)/linux/headers \
		| $(DEBIAN_STAMP)
	@printf '  %-8s %s\n' KBUILD $@
	@mkdir -p $(@D)
	@rm -f $(@D)/Kbuild $(@D)/*.[ch] && ln -s $(abspath $(MCS_KM_SRC)) $(@D)/
	@$(MAKE) -s --no-print-directory -C $(LINUX_HEADERS) M=$(abspath $(@D)) ARCH=arm64 \
		CROSS_COMPILE=$(CROSS_COMPILE) FUSIONDOCK_INCLUDE=$(abspath include) \
		CONFIG_DEBUG_INFO_BTF_MODULES= W=1 \
		KCFLAGS="-Werror -ffile-prefix-map=$(CURDIR)/=" modules

# What /usr/src has to hold for DKMS, to be packed or copied there.
DKMS_TREE := $(B)/linux/dkms/fusiondock-mcs-$(VERSION)

## dkms-tree: the driver's sources as DKMS wants them, in build/linux/dkms/
.PHONY: dkms-tree
dkms-tree: $(DKMS_TREE)/dkms.conf

$(DKMS_TREE)/dkms.conf: linux/mcs_km/dkms.conf $(MCS_KM_SRC) $(wildcard include/fusiondock/*.h) \
		LICENSES/GPL-2.0-only.txt linux/room.mk Makefile
	@printf '  %-8s %s\n' COPY $(@D)
	@rm -rf $(@D) && mkdir -p $(@D)/include/fusiondock
	@cp $(MCS_KM_SRC) LICENSES/GPL-2.0-only.txt $(@D)/
	@cp $(wildcard include/fusiondock/*.h) $(@D)/include/fusiondock/
	@sed 's/#MODULE_VERSION#/$(VERSION)/' $< > $@

## sparse: the driver under sparse (Debian package sparse); says nothing when all is well
.PHONY: sparse
sparse: $(MCS_KM_SRC) | $(DEBIAN_STAMP)
	@mkdir -p $(B)/linux/sparse && cp $(MCS_KM_SRC) $(B)/linux/sparse/
	@rm -f $(B)/linux/sparse/*.o
	@$(MAKE) -s --no-print-directory -C $(LINUX_HEADERS) M=$(abspath $(B))/linux/sparse ARCH=arm64 \
		CROSS_COMPILE=$(CROSS_COMPILE) FUSIONDOCK_INCLUDE=$(abspath include) \
		CONFIG_DEBUG_INFO_BTF_MODULES= W=1 C=2 CF=-Wsparse-error modules

LINUX_CFLAGS := $(CSTD) $(WARN) $(OPT) -pthread -Iinclude -Ishm -Ilinux/port

$(B)/linux/port/%.o: linux/port/%.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(LINUX_CFLAGS) $(DEPS) -c -o $@ $<

$(B)/linux/demo/%.o: linux/demo/%.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(LINUX_CFLAGS) $(DEPS) -c -o $@ $<

# A Linux program of VM 0 is linked with LINUX_SHM: the port and the library.
LINUX_SHM := $(patsubst linux/%.c,$(B)/linux/%.o,$(wildcard linux/port/*.c)) $(SHM_LIB_LINUX)
LINUX_DEMO := $(B)/linux/linux_shm_demo
.PHONY: linux-programs
linux-programs: $(LINUX_DEMO) $(SHMCTL)

$(LINUX_DEMO): $(B)/linux/demo/linux_shm_demo.o $(LINUX_SHM)
	@printf '  %-8s %s\n' LINK $@
	@$(A64CC) -static -pthread -o $@ $^

# What goes into the root file system, without its debug information.
ROOTFS_DIR := $(B)/linux/rootfs

$(ROOTFS_DIR)/mcs_km.ko: $(MCS_KM)
	@mkdir -p $(@D)
	@$(A64OBJCOPY) --strip-debug $< $@

$(ROOTFS_DIR)/linux_shm_demo: $(LINUX_DEMO)
	@mkdir -p $(@D)
	@$(A64OBJCOPY) --strip-all $< $@

# More files, as host-file=/path-in-image or host-file=/path-in-image:mode, separated by spaces.
ROOTFS_EXTRA ?=
ROOTFS_FILES := linux/rootfs/init=/init $(BUSYBOX)=/bin/busybox \
	$(ROOTFS_DIR)/mcs_km.ko=/lib/modules/mcs_km.ko:0644 \
	$(ROOTFS_DIR)/linux_shm_demo=/bin/linux_shm_demo $(ROOTFS_EXTRA)
ROOTFS_HOST_FILES := $(foreach f,$(ROOTFS_FILES),$(firstword $(subst =, ,$(f))))
ROOTFS := $(B)/linux/rootfs.cpio.gz

$(ROOTFS_DIR)/files: FORCE
	$(call record,$(ROOTFS_FILES))

$(ROOTFS): linux/rootfs/mkrootfs $(ROOTFS_DIR)/files $(filter-out $(BUSYBOX),$(ROOTFS_HOST_FILES)) \
		| $(DEBIAN_STAMP)
	@printf '  %-8s %s\n' CPIO $@
	@linux/rootfs/mkrootfs $@ $(ROOTFS_FILES)

.PHONY: linux FORCE
linux: $(MCS_KM) $(LINUX_DEMO) $(ROOTFS)

include linux/install.mk
include tests/system/linux/room.mk
