# SPDX-License-Identifier: Apache-2.0
#
# Unit tests of shm. The library is built from its sources twice, under the sanitizers:
# with the access hook, by which a test sees and disturbs every access to a region, and
# as it is shipped, for the programs with real threads.

SHM_TEST_DIR := $(B)/tests/unit/shm
SHM_TEST_CFLAGS := $(CSTD) $(WARN) -O1 -g -D_GNU_SOURCE -Iinclude -Ishm -Itests/unit \
	-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
SHM_TEST_HOOK := -DSHM_ACCESS_HOOK=shm_test_hook
SHM_TEST_SUPPORT := tests/unit/shm_testport.c tests/unit/shm_original_peer.c

SHM_TESTS_HOOKED := copy attach message wait long peer ipi hostile
SHM_TESTS_PLAIN := thread
SHM_UNIT_TESTS := $(SHM_TESTS_HOOKED:%=$(SHM_TEST_DIR)/shm_%_test) \
	$(SHM_TESTS_PLAIN:%=$(SHM_TEST_DIR)/shm_%_test)
UNIT_TESTS += $(SHM_UNIT_TESTS)

SHM_TEST_OBJ_HOOKED := $(SHM_SRC:%.c=$(SHM_TEST_DIR)/hooked/%.o) \
	$(SHM_TEST_SUPPORT:%.c=$(SHM_TEST_DIR)/hooked/%.o)
SHM_TEST_OBJ_PLAIN := $(SHM_SRC:%.c=$(SHM_TEST_DIR)/plain/%.o) \
	$(SHM_TEST_SUPPORT:%.c=$(SHM_TEST_DIR)/plain/%.o)

$(SHM_TEST_DIR)/hooked/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(SHM_TEST_CFLAGS) $(SHM_TEST_HOOK) $(DEPS) -c -o $@ $<

$(SHM_TEST_DIR)/plain/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(SHM_TEST_CFLAGS) $(DEPS) -c -o $@ $<

$(SHM_TESTS_HOOKED:%=$(SHM_TEST_DIR)/shm_%_test): $(SHM_TEST_DIR)/%: \
		$(SHM_TEST_DIR)/hooked/tests/unit/%.o $(SHM_TEST_OBJ_HOOKED)
	@printf '  %-8s %s\n' HOSTLD $@
	@$(HOSTCC) $(SHM_TEST_CFLAGS) -o $@ $^ -lcmocka -lpthread

$(SHM_TESTS_PLAIN:%=$(SHM_TEST_DIR)/shm_%_test): $(SHM_TEST_DIR)/%: \
		$(SHM_TEST_DIR)/plain/tests/unit/%.o $(SHM_TEST_OBJ_PLAIN)
	@printf '  %-8s %s\n' HOSTLD $@
	@$(HOSTCC) $(SHM_TEST_CFLAGS) -o $@ $^ -lcmocka -lpthread

# The arm64 objects, looked at with the tools that made them.
SHM_TEST_BARRIERS := $(SHM_TEST_DIR)/shm_barriers_test
SHM_TEST_PORT_UNIPROTON := $(B)/uniproton/port/uniproton_shmIpi.c.o
SHM_TEST_PORT_LINUX := $(SHM_DIST)/linux/linux/port/linux_shmIpi.o
UNIT_TESTS += $(SHM_TEST_BARRIERS)

$(SHM_TEST_BARRIERS): tests/unit/shm_barriers.sh tests/unit/shm.mk $(SHM_LIB_LINUX) \
		$(SHM_LIB_UNIPROTON) $(SHM_TEST_PORT_UNIPROTON) $(SHM_TEST_PORT_LINUX)
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' GEN $@
	@sed -e 's|@OBJDUMP@|$(CROSS_COMPILE)objdump|' -e 's|@NM@|$(CROSS_COMPILE)nm|' \
		-e 's|@SHM@|$(B)/shm|' -e 's|@UNIPROTON_PORT@|$(SHM_TEST_PORT_UNIPROTON)|' \
		-e 's|@LINUX_PORT@|$(SHM_TEST_PORT_LINUX)|' $< > $@
	@chmod +x $@

# Tests that are shell scripts, with the tools and places of this build filled in.
shm_script = @mkdir -p $(@D) && printf '  %-8s %s\n' GEN $@ && sed \
	-e 's|@HOSTCC@|$(HOSTCC)|' -e 's|@A64CC@|$(A64CC)|' -e 's|@A64CXX@|$(CROSS_COMPILE)g++|' \
	-e 's|@A64NM@|$(A64NM)|' -e 's|@READELF@|$(CROSS_COMPILE)readelf|' \
	-e 's|@STAGE@|$(SHM_STAGE)|' -e 's|@PREFIX@|$(SHM_STAGE_PREFIX)|' \
	-e 's|@VERSION@|$(SHM_VERSION)|' $< > $@ && chmod +x $@

SHM_TEST_HEADER := $(SHM_TEST_DIR)/shm_header_test
UNIT_TESTS += $(SHM_TEST_HEADER)

$(SHM_TEST_HEADER): tests/unit/shm_header.sh tests/unit/shm.mk
	$(shm_script)

# `make install` into directories of the test's own.
SHM_STAGE := $(SHM_TEST_DIR)/stage
SHM_STAGE_PREFIX := /opt/fusiondock
SHM_STAGE_MAKE = $(MAKE) -s --no-print-directory PREFIX=$(SHM_STAGE_PREFIX)
SHM_STAGE_STAMP := $(SHM_TEST_DIR)/stage.stamp

$(SHM_STAGE_STAMP): shm/install.mk shm/libshm_pub.pc.in shm/libshm_pub.map $(SHM_HEADERS) \
		$(SHM_ABI_HEADERS) $(SHM_MAN) $(foreach f,linux sim,$(SHM_DIST)/$f/libshm_pub.a \
		$(SHM_DIST)/$f/$(SHM_REAL_NAME))
	@rm -rf $(SHM_STAGE)
	@+$(SHM_STAGE_MAKE) install DESTDIR=$(SHM_STAGE)/linux
	@+$(SHM_STAGE_MAKE) install-sim DESTDIR=$(SHM_STAGE)/sim
	@+$(SHM_STAGE_MAKE) install DESTDIR=$(SHM_STAGE)/removed
	@+$(SHM_STAGE_MAKE) uninstall DESTDIR=$(SHM_STAGE)/removed
	@touch $@

SHM_TEST_INSTALL := $(SHM_TEST_DIR)/shm_install_test
SHM_TEST_MAN := $(SHM_TEST_DIR)/shm_man_test
UNIT_TESTS += $(SHM_TEST_INSTALL) $(SHM_TEST_MAN)

$(SHM_TEST_INSTALL) $(SHM_TEST_MAN): $(SHM_TEST_DIR)/%_test: tests/unit/%.sh $(SHM_STAGE_STAMP) \
		tests/unit/shm.mk
	$(shm_script)

# UniProton's port as a program of arm64 Linux, where this machine can run one.
SHM_TEST_UNIPROTON := $(SHM_TEST_DIR)/uniproton_port_test
SHM_TEST_UNIPROTON_OBJ := $(SHM_TEST_DIR)/uniproton_port.o
SHM_TEST_UNIPROTON_RUN := $(if $(filter aarch64,$(shell uname -m)),env,qemu-aarch64)
UNIT_TESTS += $(SHM_TEST_UNIPROTON)

$(SHM_TEST_UNIPROTON_OBJ): tests/unit/uniproton_port_test.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(CSTD) $(WARN) -O1 -g -D_GNU_SOURCE -Iinclude -Ishm -Iuniproton/standin/include \
		$(DEPS) -c -o $@ $<

$(SHM_TEST_UNIPROTON).elf: $(SHM_TEST_UNIPROTON_OBJ) $(SHM_TEST_PORT_UNIPROTON) $(SHM_LIB_UNIPROTON)
	@printf '  %-8s %s\n' LINK $@
	@$(A64CC) -static -o $@ $^

$(SHM_TEST_UNIPROTON): $(SHM_TEST_UNIPROTON).elf tests/unit/shm.mk
	@{ echo '#!/bin/sh'; \
	echo 'command -v $(SHM_TEST_UNIPROTON_RUN) >/dev/null && exec $(SHM_TEST_UNIPROTON_RUN) $<'; \
	echo 'echo "1..0 # SKIP no $(SHM_TEST_UNIPROTON_RUN) here"'; } > $@
	@chmod +x $@

include tests/faults/faults.mk
include tests/unit/coverage.mk
