# SPDX-License-Identifier: Apache-2.0
#
# shm: the portable library, once for each side. The port is linked beside it.

SHM_SRC := $(wildcard shm/*.c)
SHM_CFLAGS := $(CSTD) $(WARN) $(OPT) -Iinclude

# The host: simulation and benchmarks. Linux programs of VM 0.
SHM_CFLAGS_host := $(SHM_CFLAGS) -fPIC
SHM_CFLAGS_linux := $(SHM_CFLAGS) -fPIC
# An RTOS guest: no libc, no FP registers, MMU off, and no libgcc for atomics.
SHM_CFLAGS_uniproton := $(SHM_CFLAGS) -ffreestanding -mgeneral-regs-only -mstrict-align \
	-fno-stack-protector -mno-outline-atomics

SHM_LIB_HOST := $(B)/shm/host/libshm_pub.a
SHM_LIB_LINUX := $(B)/shm/linux/libshm_pub.a
SHM_LIB_UNIPROTON := $(B)/shm/uniproton/libshm_pub.a

.PHONY: shm
shm: $(SHM_LIB_HOST) $(SHM_LIB_LINUX) $(SHM_LIB_UNIPROTON)

$(B)/shm/host/%.o: shm/%.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(SHM_CFLAGS_host) $(DEPS) -c -o $@ $<

$(B)/shm/linux/%.o: shm/%.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(SHM_CFLAGS_linux) $(DEPS) -c -o $@ $<

$(B)/shm/uniproton/%.o: shm/%.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(SHM_CFLAGS_uniproton) $(DEPS) -c -o $@ $<

# The archives of the host are made by its own ar.
HOSTAR ?= ar

$(SHM_LIB_HOST): $(SHM_SRC:shm/%.c=$(B)/shm/host/%.o)
	@printf '  %-8s %s\n' AR $@
	@rm -f $@ && $(HOSTAR) rcsD $@ $^

$(SHM_LIB_LINUX): $(SHM_SRC:shm/%.c=$(B)/shm/linux/%.o)
	@printf '  %-8s %s\n' AR $@
	@rm -f $@ && $(A64AR) rcsD $@ $^

$(SHM_LIB_UNIPROTON): $(SHM_SRC:shm/%.c=$(B)/shm/uniproton/%.o)
	@printf '  %-8s %s\n' AR $@
	@rm -f $@ && $(A64AR) rcsD $@ $^

include shm/install.mk
