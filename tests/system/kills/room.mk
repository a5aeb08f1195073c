# SPDX-License-Identifier: Apache-2.0
#
# VM 1 is killed while both VMs send (tests/system/test_kills.py). The messages are tests/stress's.

KILLS_DIR := $(B)/tests/kills
KILLS_SRC := tests/stress/message.c tests/system/soak/crc32.c
KILLS_INCLUDE := -Itests/system/kills -Itests/system/soak -Itests/stress

$(KILLS_DIR)/linux/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(LINUX_CFLAGS) $(KILLS_INCLUDE) $(DEPS) -c -o $@ $<

$(KILLS_DIR)/uniproton/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(UNIPROTON_CFLAGS) $(KILLS_INCLUDE) $(DEPS) -c -o $@ $<

# VM 0's program.
KILLS_PROGRAM := $(KILLS_DIR)/kills
$(KILLS_PROGRAM): $(patsubst %.c,$(KILLS_DIR)/linux/%.o,$(KILLS_SRC) tests/system/kills/linux.c) $(LINUX_SHM)
	@printf '  %-8s %s\n' LINK $@
	@$(A64CC) -static -pthread -s -o $@ $^

# VM 1's image.
KILLS_IMAGE := $(KILLS_DIR)/uniproton.bin
KILLS_IMAGE_OBJ := $(UNIPROTON_STANDIN_OBJ) $(patsubst uniproton/%,$(B)/uniproton/%.o,$(wildcard uniproton/port/*.c)) \
	$(patsubst %.c,$(KILLS_DIR)/uniproton/%.o,$(KILLS_SRC) tests/system/kills/uniproton.c)

$(KILLS_IMAGE:.bin=.elf): $(KILLS_IMAGE_OBJ) $(SHM_LIB_UNIPROTON) $(UNIPROTON_LDS)
	@printf '  %-8s %s\n' LD $@
	@$(A64CC) $(UNIPROTON_LDFLAGS) -Wl,-T,$(UNIPROTON_LDS) -o $@ $(KILLS_IMAGE_OBJ) $(SHM_LIB_UNIPROTON)

$(KILLS_IMAGE): $(KILLS_IMAGE:.bin=.elf)
	@printf '  %-8s %s\n' OBJCOPY $@
	@$(A64OBJCOPY) -O binary $< $@

KILLS_ROOTFS := $(KILLS_DIR)/rootfs.cpio.gz
$(KILLS_ROOTFS): $(ROOTFS) $(KILLS_PROGRAM)
	@printf '  %-8s %s\n' CPIO $@
	@linux/rootfs/mkrootfs $@ $(ROOTFS_FILES) $(KILLS_PROGRAM)=/bin/kills

$(B)/systems/kills.itb: BUNDLE_ROOTFS = $(KILLS_ROOTFS)
$(B)/systems/kills.itb: BUNDLE_UNIPROTON = $(KILLS_IMAGE)
$(B)/systems/kills.itb: $(KILLS_IMAGE) $(KILLS_ROOTFS)

# In `make soak` too, longer.
SOAK_KILLS ?= 200
SOAK_TESTS += tests/system/test_kills.py
SOAK_PROGRAMS += $(B)/systems/kills.itb
SOAK_VARIABLES += SOAK_KILLS=$(SOAK_KILLS)
