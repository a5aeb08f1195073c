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

SHM_TESTS_HOOKED := copy attach message wait long ipi hostile
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

include tests/faults/faults.mk
