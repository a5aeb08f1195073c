# SPDX-License-Identifier: Apache-2.0
#
# shmctl: for VM 0, and for the simulation. Read before linux/room.mk.

SHMCTL := $(B)/linux/shmctl/shmctl
SHMCTL_SIM := $(B)/sim/shmctl
SHMCTL_TEST := $(B)/sim/shmctl_judge_test
SHMCTL_SRC := $(wildcard linux/shmctl/*.c)
SHMCTL_CFLAGS = $(LINUX_CFLAGS) -Ilinux/shmctl
SHMCTL_SIM_CFLAGS = $(SIM_LINUX_CFLAGS) -Ilinux/shmctl
SHMCTL_OBJ := $(patsubst linux/%.c,$(B)/linux/%.o,$(SHMCTL_SRC) $(wildcard linux/shmctl/driver/*.c))
SHMCTL_SIM_OBJ := $(patsubst %.c,$(B)/sim/shmctl_side/%.o,$(SHMCTL_SRC) linux/shmctl/sim/platform.c \
	sim/sim_port_linux.c)

$(B)/linux/shmctl/%.o: linux/shmctl/%.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(SHMCTL_CFLAGS) $(DEPS) -c -o $@ $<

$(B)/sim/shmctl_side/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(SHMCTL_SIM_CFLAGS) $(DEPS) -c -o $@ $<

$(SHMCTL): $(SHMCTL_OBJ) $(patsubst linux/%.c,$(B)/linux/%.o,$(wildcard linux/port/*.c)) \
		$(SHM_LIB_LINUX)
	@printf '  %-8s %s\n' LINK $@
	@$(A64CC) -static -pthread -o $@ $(filter %.o,$^) $(filter %.a,$^)

$(SHMCTL_SIM): $(SHMCTL_SIM_OBJ) $(B)/sim/libshm_sim.a
	@printf '  %-8s %s\n' LINK $@
	@$(HOSTCC) -pthread -o $@ $(filter %.o,$^) $(filter %.a,$^) -lrt

# judge() looks at facts only: no port, no region, no driver.
$(SHMCTL_TEST): $(patsubst %,$(B)/sim/shmctl_side/%.o,tests/sim/shmctl_judge_test \
		linux/shmctl/judge_port linux/shmctl/judge_regions linux/shmctl/judge_peers \
		linux/shmctl/judge_life linux/shmctl/report) $(B)/sim/libshm_sim.a
	@printf '  %-8s %s\n' LINK $@
	@$(HOSTCC) -pthread -o $@ $(filter %.o,$^) $(filter %.a,$^) -lrt

$(B)/linux/shmctl/stripped: $(SHMCTL)
	@$(A64OBJCOPY) --strip-all $< $@

override ROOTFS_EXTRA += $(B)/linux/shmctl/stripped=/bin/shmctl

## shmctl: the tool for VM 0 (build/linux/shmctl/shmctl) and for the simulation (build/sim/shmctl)
.PHONY: shmctl
shmctl: $(SHMCTL) $(SHMCTL_SIM)

EXTRA_TESTS += tests/sim/shmctl.sh tests/sim/shmctl_trace.py $(SHMCTL_TEST)
EXTRA_PROGRAMS += $(SHMCTL_SIM) $(SHMCTL_TEST)

# The system of the test: guests/ringer.c as VM 1 echoes.
$(B)/systems/shmctl.itb: BUNDLE_UNIPROTON = $(B)/tests/guests/ringer.bin
$(B)/systems/shmctl.itb: $(B)/tests/guests/ringer.bin
