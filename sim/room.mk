# SPDX-License-Identifier: Apache-2.0
#
# sim: programs in the place of VMs as processes of this machine, over POSIX shared memory.
#
## sim-faults: show each fault the simulation can make and what the library reports

SIM := $(B)/sim
SIM_CFLAGS := $(CSTD) $(WARN) $(OPT) -pthread -Iinclude -Ishm -Isim
SIM_LINUX_CFLAGS := $(SIM_CFLAGS) -Ilinux/port
SIM_UNIPROTON_CFLAGS := $(SIM_CFLAGS) -Iuniproton/standin/include -Iuniproton/demo

# What is common to both sides: the port, and the library with the hook by which faults are
# made. libshm_sim.a is what a program of one's own is linked with, besides its side's file.
SIM_LIB := $(SIM)/libshm_sim.a
SIM_LIB_OBJ := $(SHM_SRC:%.c=$(SIM)/hooked/%.o) \
	$(patsubst %,$(SIM)/common/sim/%.o,sim_port sim_pause sim_fault sim_hook bell fault_step)
SIM_LINUX_OBJ := $(patsubst %.c,$(SIM)/linux_side/%.o,$(wildcard linux/demo/*.c) \
	sim/sim_port_linux.c)
SIM_UNIPROTON_OBJ := $(patsubst %.c,$(SIM)/uniproton_side/%.o,$(wildcard uniproton/demo/*.c) \
	sim/sim_port_uniproton.c $(wildcard sim/prt_*.c))
SIM_PROBE_OBJ := $(patsubst %.c,$(SIM)/linux_side/%.o,$(wildcard sim/probe/*.c) \
	sim/sim_port_linux.c)
SIM_LAUNCHER_OBJ := $(patsubst %,$(SIM)/common/sim/%.o,launcher options objects vms life events \
	console bell fault_parse fault_step)
SIM_PROGRAMS := $(SIM)/fusiondock_sim $(SIM)/linux_shm_demo $(SIM)/uniproton_shm_demo \
	$(SIM)/shm_probe

# `sim` builds and runs, `sim-programs` builds.
.PHONY: sim sim-programs sim-faults
sim: sim-programs
	@$(SIM)/fusiondock_sim
sim-programs: $(SIM_PROGRAMS)
sim-faults: sim-programs
	@BUILD=$(B) sim/show_faults

$(SIM)/linux_side/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(SIM_LINUX_CFLAGS) $(DEPS) -c -o $@ $<

$(SIM)/uniproton_side/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(SIM_UNIPROTON_CFLAGS) $(DEPS) -c -o $@ $<

$(SIM)/common/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(SIM_CFLAGS) $(DEPS) -c -o $@ $<

$(SIM)/hooked/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(SIM_CFLAGS) -DSHM_ACCESS_HOOK=sim_access_hook $(DEPS) -c -o $@ $<

$(SIM_LIB): $(SIM_LIB_OBJ)
	@printf '  %-8s %s\n' AR $@
	@rm -f $@ && $(HOSTAR) rcsD $@ $^

$(SIM)/fusiondock_sim: $(SIM_LAUNCHER_OBJ)
	@printf '  %-8s %s\n' LINK $@
	@$(HOSTCC) -pthread -o $@ $^ -lrt

$(SIM)/linux_shm_demo: $(SIM_LINUX_OBJ) $(SIM_LIB)
	@printf '  %-8s %s\n' LINK $@
	@$(HOSTCC) -pthread -o $@ $^ -lrt

$(SIM)/uniproton_shm_demo: $(SIM_UNIPROTON_OBJ) $(SIM_LIB)
	@printf '  %-8s %s\n' LINK $@
	@$(HOSTCC) -pthread -o $@ $^ -lrt

$(SIM)/shm_probe: $(SIM_PROBE_OBJ) $(SIM_LIB)
	@printf '  %-8s %s\n' LINK $@
	@$(HOSTCC) -pthread -o $@ $^ -lrt

EXTRA_TESTS += tests/sim/faults.sh
