# SPDX-License-Identifier: Apache-2.0
# The base: build/base/fusiondock.elf and .bin (arm64 Image).

BASE_SRC := $(wildcard base/*.c $(patsubst %,base/%/*.c,arch dev lib svc vm) base/*/*.S)
BASE_OBJ := $(patsubst base/%,$(B)/base/%.o,$(BASE_SRC))
BASE_FLAGS := $(CSTD) $(WARN) $(OPT) $(DEPS) -Ibase -Iinclude -isystem $(B)/libfdt -D_POSIX_C_SOURCE=200809L -ffreestanding -fpie \
	-fvisibility=hidden -mgeneral-regs-only -mstrict-align -march=armv8-a -fno-stack-protector \
	-fno-asynchronous-unwind-tables -fno-unwind-tables -fno-common -mno-outline-atomics

.PHONY: base
base: $(B)/base/fusiondock.bin

# libfdt's headers alone, beside no other header of the build machine.
LIBFDT_HEADERS := $(patsubst %,$(B)/libfdt/%,libfdt.h libfdt_env.h fdt.h)

$(B)/libfdt/%.h: $(LIBFDT_INCLUDE)/%.h
	@mkdir -p $(@D)
	@cp $< $@

$(B)/base/%.c.o: base/%.c | $(LIBFDT_HEADERS)
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(BASE_FLAGS) -c $< -o $@

$(B)/base/%.S.o: base/%.S
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' AS $<
	@$(A64CC) $(BASE_FLAGS) -D__ASSEMBLY__ -c $< -o $@

# Linked twice: what the functions are called and where they are goes into the image itself, for a panic.
BASE_LD = $(A64LD) -pie --no-dynamic-linker -static -z text -z norelro --build-id=none -z noexecstack \
	--no-warn-rwx-segments -T base/base.ld

$(B)/base/unnamed.elf: $(BASE_OBJ) base/base.ld | $(DEBIAN_STAMP)
	@printf '  %-8s %s\n' LD $@
	@$(BASE_LD) $(BASE_OBJ) $(LIBFDT) -o $@

$(B)/base/symbols.S: $(B)/base/unnamed.elf base/host/symbols.py
	@printf '  %-8s %s\n' NAMES $@
	@base/host/symbols.py $(A64NM) $< > $@

$(B)/base/fusiondock.elf: $(BASE_OBJ) $(B)/base/symbols.S base/base.ld base/host/symbols.py
	@printf '  %-8s %s\n' LD $@
	@$(A64CC) -c $(B)/base/symbols.S -o $(B)/base/symbols.o
	@$(BASE_LD) -Map $(@:.elf=.map) $(BASE_OBJ) $(B)/base/symbols.o $(LIBFDT) -o $@
	@base/host/symbols.py $(A64NM) $@ | cmp - $(B)/base/symbols.S

$(B)/base/fusiondock.bin: $(B)/base/fusiondock.elf
	@$(A64OBJCOPY) -O binary $< $@

# The checker of descriptions, for this machine, of the base's own sources.
.PHONY: check-systems-program
check-systems-program: $(B)/base-host/check-systems
CHECK_SYSTEMS := $(B)/base-host/check-systems
CHECK_SYSTEMS_SRC := base/host/check_systems.c base/lib/format.c \
	$(patsubst %,base/vm/%.c,bundle check device host overlap place pmem system view)

$(B)/base-host/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(CSTD) $(WARN) $(OPT) $(DEPS) -D_POSIX_C_SOURCE=200809L -Ibase -Iinclude -c $< -o $@

$(CHECK_SYSTEMS): $(CHECK_SYSTEMS_SRC:%.c=$(B)/base-host/%.o)
	@printf '  %-8s %s\n' HOSTLD $@
	@$(HOSTCC) $^ -o $@ -lfdt
