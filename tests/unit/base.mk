# SPDX-License-Identifier: Apache-2.0
#
# Unit tests of the base's pure parts. The sources are those of base/, compiled natively under the
# sanitizers; base_fakes.c stands for the machine, base_arch/ for its system registers.

BASE_TEST_DIR := $(B)/tests/unit/base
BASE_TEST_CFLAGS := $(CSTD) $(WARN) -O1 -g -D_GNU_SOURCE -Itests/unit/base_arch -Ibase -Iinclude \
	-Itests/unit -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

BASE_TESTS := calls description device format host life linux_dt mmio place stage2 symbol trace \
	vgic_delivery vgic_nested vgic_physical vgic_random vgic_registers vgic_routing vm vuart
BASE_UNIT_TESTS := $(BASE_TESTS:%=$(BASE_TEST_DIR)/base_%_test)
UNIT_TESTS += $(BASE_UNIT_TESTS)

BASE_TEST_SRC := $(wildcard base/lib/format.c base/lib/symbol.c base/dev/trace.c base/dev/vgic*.c base/dev/vuart.c) \
	$(filter-out base/vm/vcpu.c,$(wildcard base/vm/*.c)) \
	$(patsubst %,base/svc/%.c,counter doorbell hypercall life mmio psci region watchdog)
BASE_TEST_SUPPORT := base_description base_fakes base_guest
BASE_TEST_LIB := $(BASE_TEST_DIR)/libbase.a

$(BASE_TEST_DIR)/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(BASE_TEST_CFLAGS) $(DEPS) -c -o $@ $<

$(BASE_TEST_LIB): $(BASE_TEST_SRC:%.c=$(BASE_TEST_DIR)/%.o) \
		$(BASE_TEST_SUPPORT:%=$(BASE_TEST_DIR)/tests/unit/%.o)
	@rm -f $@
	@ar rcs $@ $^

$(BASE_UNIT_TESTS): $(BASE_TEST_DIR)/%: $(BASE_TEST_DIR)/tests/unit/%.o $(BASE_TEST_LIB)
	@printf '  %-8s %s\n' HOSTLD $@
	@$(HOSTCC) $(BASE_TEST_CFLAGS) -o $@ $^ -lcmocka -lfdt
