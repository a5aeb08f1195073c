# SPDX-License-Identifier: Apache-2.0
#
# The faults known from the field, each brought back by a patch and caught by its test.
#
#   field  the library under the sanitizers, with the access hook
#   huge   the same tests' frame for the longest message, where memcpy is watched

FAULTS_DIR := $(B)/tests/faults
FAULTS_GROUPS_field := publish header wait send read long death peer lengths copy
FAULTS_GROUPS_huge := huge
FAULTS_PROGRAMS := $(FAULTS_DIR)/field/faults $(FAULTS_DIR)/huge/faults
FAULTS_CFLAGS := $(CSTD) $(WARN) -O1 -g -D_GNU_SOURCE -Iinclude -Ishm -Itests/unit \
	-Itests/faults $(SHM_TEST_HOOK)
FAULTS_CFLAGS_field := $(FAULTS_CFLAGS) -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
FAULTS_CFLAGS_huge := $(FAULTS_CFLAGS)
FAULTS_LDFLAGS_huge := -Wl,--wrap=memcpy

faults_comma := ,
define faults_program
$(FAULTS_DIR)/$(1)/%.o: %.c
	@mkdir -p $$(@D)
	@printf '  %-8s %s\n' HOSTCC $$<
	@$(HOSTCC) $$(FAULTS_CFLAGS_$(1)) $(DEPS) -c -o $$@ $$< \
		'-DFIELD_GROUPS=$(patsubst %,&field_%$(faults_comma),$(FAULTS_GROUPS_$(1)))'

FAULTS_SHM_$(1) := $(SHM_SRC:%.c=$(FAULTS_DIR)/$(1)/%.o)
FAULTS_TESTS_$(1) := $(patsubst %,$(FAULTS_DIR)/$(1)/tests/faults/%.o,field_main field \
	$(FAULTS_GROUPS_$(1):%=field_%)) $(FAULTS_DIR)/$(1)/tests/unit/shm_testport.o

$(FAULTS_DIR)/$(1)/faults: $$(FAULTS_SHM_$(1)) $$(FAULTS_TESTS_$(1))
	@printf '  %-8s %s\n' HOSTLD $$@
	@$(HOSTCC) $$(FAULTS_CFLAGS_$(1)) $$(FAULTS_LDFLAGS_$(1)) -o $$@ $$^ -lcmocka
endef
$(foreach p,field huge,$(eval $(call faults_program,$p)))

# What the runner builds the variants with.
FAULTS_TEST := $(FAULTS_DIR)/faults_test
UNIT_TESTS += $(FAULTS_TEST)

$(FAULTS_TEST): tests/faults/run.sh tests/faults/faults.mk $(FAULTS_PROGRAMS) $(SHM_TEST_BARRIERS) \
		$(SHM_TEST_UNIPROTON)
	@printf '  %-8s %s\n' GEN $@
	@{ echo '#!/bin/sh'; \
	echo 'export FAULTS_BUILD="$(B)"'; \
	echo 'export FAULTS_DIR="$(FAULTS_DIR)"'; \
	echo 'export FAULTS_HOSTCC="$(HOSTCC)"'; \
	$(foreach p,field huge,\
	echo 'export FAULTS_CFLAGS_$p="$(FAULTS_CFLAGS_$p)"'; \
	echo 'export FAULTS_LDFLAGS_$p="$(FAULTS_LDFLAGS_$p)"'; \
	echo 'export FAULTS_TESTS_$p="$(FAULTS_TESTS_$p)"'; ) \
	echo 'export FAULTS_BARRIERS="$(SHM_TEST_BARRIERS)"'; \
	echo 'export FAULTS_A64CC="$(A64CC)"'; \
	echo 'export FAULTS_CFLAGS_linux="$(SHM_CFLAGS_linux)"'; \
	echo 'export FAULTS_CFLAGS_uniproton="$(SHM_CFLAGS_uniproton)"'; \
	echo 'export FAULTS_CFLAGS_port="$(UNIPROTON_CFLAGS)"'; \
	echo 'export FAULTS_PORT_WITH="$(SHM_TEST_UNIPROTON_OBJ) $(SHM_LIB_UNIPROTON)"'; \
	echo 'export FAULTS_PORT_RUN="$(SHM_TEST_UNIPROTON_RUN)"'; \
	echo 'exec tests/faults/run.sh "$$@"'; } > $@
	@chmod +x $@
