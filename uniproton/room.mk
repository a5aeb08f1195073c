# SPDX-License-Identifier: Apache-2.0
#
# uniproton: the port and the demonstration for UniProton, linked with the stand-in kernel
# to a flat image.

# The directory with the board.h of the machine to build for.
UNIPROTON_BOARD ?= uniproton/standin

# FP stays trapped and the MMU off: general registers only, nothing unaligned.
UNIPROTON_CFLAGS := $(CSTD) $(WARN) $(OPT) -ffreestanding -fno-stack-protector -fno-pie \
	-mgeneral-regs-only -mstrict-align -Iinclude -Ishm -Iuniproton/demo \
	-I$(UNIPROTON_BOARD) -Iuniproton/standin/include -Iuniproton/standin/arch \
	-Iuniproton/standin/board -Iuniproton/standin/kernel

UNIPROTON_STANDIN_SRC := $(wildcard uniproton/standin/arch/*.[cS] uniproton/standin/board/*.c \
	uniproton/standin/kernel/*.c)
UNIPROTON_STANDIN_OBJ := $(patsubst uniproton/%,$(B)/uniproton/%.o,$(UNIPROTON_STANDIN_SRC))
UNIPROTON_OBJ := $(UNIPROTON_STANDIN_OBJ) $(patsubst uniproton/%,$(B)/uniproton/%.o, \
	$(wildcard uniproton/port/*.c uniproton/demo/*.c))
UNIPROTON_LDS := $(B)/uniproton/standin/standin.lds
UNIPROTON_LDFLAGS := -nostdlib -static -Wl,--build-id=none -Wl,-z,max-page-size=4096

.PHONY: uniproton
uniproton: $(B)/uniproton/uniproton.bin

$(B)/uniproton/%.c.o: uniproton/%.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(UNIPROTON_CFLAGS) $(DEPS) -c -o $@ $<

$(B)/uniproton/%.S.o: uniproton/%.S
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' AS $<
	@$(A64CC) $(UNIPROTON_CFLAGS) $(DEPS) -c -o $@ $<

$(UNIPROTON_LDS): uniproton/standin/standin.lds.S $(UNIPROTON_BOARD)/board.h
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CPP $<
	@$(A64CC) -E -P -x assembler-with-cpp -iquote $(UNIPROTON_BOARD) -o $@ - <$<

$(B)/uniproton/uniproton.elf: $(UNIPROTON_OBJ) $(SHM_LIB_UNIPROTON) $(UNIPROTON_LDS)
	@printf '  %-8s %s\n' LD $@
	@$(A64CC) $(UNIPROTON_LDFLAGS) -Wl,-T,$(UNIPROTON_LDS) -o $@ $(UNIPROTON_OBJ) \
		$(SHM_LIB_UNIPROTON)

$(B)/uniproton/uniproton.bin: $(B)/uniproton/uniproton.elf
	@printf '  %-8s %s\n' OBJCOPY $@
	@$(A64OBJCOPY) -O binary $< $@

# The stand-in's own test, on QEMU's bare board.
UNIPROTON_TEST := $(B)/uniproton-test
UNIPROTON_TEST_SRC := $(UNIPROTON_STANDIN_SRC) $(wildcard uniproton/standin/test/*.c)
UNIPROTON_TEST_OBJ := $(patsubst uniproton/%,$(UNIPROTON_TEST)/%.o,$(UNIPROTON_TEST_SRC))

# `uniproton-test` builds and runs it, `uniproton-test-program` builds.
.PHONY: uniproton-test uniproton-test-program
uniproton-test: uniproton-test-program
	@BUILD=$(B) prove -e '' uniproton/standin/test/run.sh
uniproton-test-program: $(UNIPROTON_TEST)/test.elf

$(UNIPROTON_TEST)/%.c.o: uniproton/%.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(UNIPROTON_CFLAGS) -iquote uniproton/standin/test/virt $(DEPS) -c -o $@ $<

$(UNIPROTON_TEST)/%.S.o: uniproton/%.S
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' AS $<
	@$(A64CC) $(UNIPROTON_CFLAGS) -iquote uniproton/standin/test/virt $(DEPS) -c -o $@ $<

$(UNIPROTON_TEST)/standin.lds: uniproton/standin/standin.lds.S uniproton/standin/test/virt/board.h
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CPP $<
	@$(A64CC) -E -P -x assembler-with-cpp -iquote uniproton/standin/test/virt -o $@ - <$<

$(UNIPROTON_TEST)/test.elf: $(UNIPROTON_TEST_OBJ) $(UNIPROTON_TEST)/standin.lds
	@printf '  %-8s %s\n' LD $@
	@$(A64CC) $(UNIPROTON_LDFLAGS) -Wl,-T,$(UNIPROTON_TEST)/standin.lds -o $@ \
		$(UNIPROTON_TEST_OBJ)
