# SPDX-License-Identifier: Apache-2.0
#
# sim: both demonstrations as processes of this machine, over POSIX shared memory.

SIM := $(B)/sim
SIM_CFLAGS := $(CSTD) $(WARN) $(OPT) -pthread -Iinclude -Ishm -Isim
SIM_LINUX_CFLAGS := $(SIM_CFLAGS) -Ilinux/port
SIM_UNIPROTON_CFLAGS := $(SIM_CFLAGS) -Iuniproton/standin/include -Iuniproton/demo

SIM_LINUX_OBJ := $(patsubst %.c,$(SIM)/linux_side/%.o,$(wildcard linux/demo/*.c) \
	sim/sim_port.c sim/sim_pause.c sim/sim_port_linux.c)
SIM_UNIPROTON_OBJ := $(patsubst %.c,$(SIM)/uniproton_side/%.o,$(wildcard uniproton/demo/*.c) \
	sim/sim_port.c sim/sim_pause.c sim/sim_port_uniproton.c $(wildcard sim/prt_*.c))
SIM_LAUNCHER_OBJ := $(patsubst %.c,$(SIM)/launcher/%.o,sim/launcher.c sim/objects.c sim/console.c)
SIM_PROGRAMS := $(SIM)/fusiondock_sim $(SIM)/linux_shm_demo $(SIM)/uniproton_shm_demo

# `sim` builds and runs, `sim-programs` builds.
.PHONY: sim sim-programs
sim: sim-programs
	@$(SIM)/fusiondock_sim
sim-programs: $(SIM_PROGRAMS)

$(SIM)/linux_side/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(SIM_LINUX_CFLAGS) $(DEPS) -c -o $@ $<

$(SIM)/uniproton_side/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(SIM_UNIPROTON_CFLAGS) $(DEPS) -c -o $@ $<

$(SIM)/launcher/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(SIM_CFLAGS) $(DEPS) -c -o $@ $<

$(SIM)/fusiondock_sim: $(SIM_LAUNCHER_OBJ)
	@printf '  %-8s %s\n' LINK $@
	@$(HOSTCC) -pthread -o $@ $^ -lrt

$(SIM)/linux_shm_demo: $(SIM_LINUX_OBJ) $(SHM_LIB_HOST)
	@printf '  %-8s %s\n' LINK $@
	@$(HOSTCC) -pthread -o $@ $^ -lrt

$(SIM)/uniproton_shm_demo: $(SIM_UNIPROTON_OBJ) $(SHM_LIB_HOST)
	@printf '  %-8s %s\n' LINK $@
	@$(HOSTCC) -pthread -o $@ $^ -lrt
