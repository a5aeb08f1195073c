# SPDX-License-Identifier: Apache-2.0
#
# The soak: both VMs send each other messages of every kind beside a load (tests/system/test_soak.py).
# The messages are tests/stress's.

SOAK_DIR := $(B)/tests/soak
SOAK_SRC := tests/stress/message.c $(addprefix tests/system/soak/,end.c crc32.c)
SOAK_INCLUDE := -Itests/system/soak -Itests/stress

$(SOAK_DIR)/linux/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(LINUX_CFLAGS) $(SOAK_INCLUDE) $(DEPS) -c -o $@ $<

$(SOAK_DIR)/uniproton/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(UNIPROTON_CFLAGS) $(SOAK_INCLUDE) $(DEPS) -c -o $@ $<

# VM 0's program.
SOAK_TRAFFIC := $(SOAK_DIR)/traffic
$(SOAK_TRAFFIC): $(patsubst %.c,$(SOAK_DIR)/linux/%.o,$(SOAK_SRC) tests/system/soak/linux.c) $(LINUX_SHM)
	@printf '  %-8s %s\n' LINK $@
	@$(A64CC) -static -pthread -s -o $@ $^

# VM 1's image: the port and the library for UniProton on the stand-in kernel, as the demonstration is.
SOAK_IMAGE := $(SOAK_DIR)/uniproton.bin
SOAK_IMAGE_OBJ := $(UNIPROTON_STANDIN_OBJ) $(patsubst uniproton/%,$(B)/uniproton/%.o,$(wildcard uniproton/port/*.c)) \
	$(patsubst %.c,$(SOAK_DIR)/uniproton/%.o,$(SOAK_SRC) tests/system/soak/uniproton.c)

$(SOAK_IMAGE:.bin=.elf): $(SOAK_IMAGE_OBJ) $(SHM_LIB_UNIPROTON) $(UNIPROTON_LDS)
	@printf '  %-8s %s\n' LD $@
	@$(A64CC) $(UNIPROTON_LDFLAGS) -Wl,-T,$(UNIPROTON_LDS) -o $@ $(SOAK_IMAGE_OBJ) $(SHM_LIB_UNIPROTON)

$(SOAK_IMAGE): $(SOAK_IMAGE:.bin=.elf)
	@printf '  %-8s %s\n' OBJCOPY $@
	@$(A64OBJCOPY) -O binary $< $@

$(B)/systems/soak.itb: BUNDLE_UNIPROTON = $(SOAK_IMAGE)
$(B)/systems/soak.itb: $(SOAK_IMAGE)

# The long runs: SOAK_TESTS one after the other, each told in its environment how long. SOAK_PROGRAMS is
# what they need.
SOAK_MESSAGES ?= 200000
SOAK_TESTS += tests/system/test_soak.py tests/system/test_smp.py
SOAK_PROGRAMS += base $(foreach s,soak smp2 smp3,$(B)/systems/$s.itb)
SOAK_VARIABLES += SOAK_MESSAGES=$(SOAK_MESSAGES) SOAK_SECONDS=$(SOAK_SECONDS)

## soak: long runs in QEMU: SOAK_MESSAGES= (200000) both ways beside a load, soak-smp, SOAK_KILLS= (200) of VM 1
.PHONY: soak
.SECONDEXPANSION:
soak: $$(SOAK_PROGRAMS)
	@BUILD=$(B) $(SOAK_VARIABLES) prove --timer --verbose -e '' $(SOAK_TESTS)
