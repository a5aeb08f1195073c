# SPDX-License-Identifier: Apache-2.0
#
# What a doorbell costs at EL2, counted in instructions: two guests, a QEMU plugin, a table.

BENCH_BASE := $(B)/bench/base
DOORBELL_sgi := 10
DOORBELL_spi := 64
DOORBELL_traced := 10
DOORBELL_BUNDLES := $(patsubst %,$(B)/systems/doorbell-%.itb,sgi spi traced)

$(eval $(call description_rule,bench/base))
$(DOORBELL_BUNDLES:.itb=.dtb): bench/base/pingpong.dtsi

$(BENCH_BASE)/count.so: bench/base/count.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(CSTD) $(WARN) $(OPT) -fPIC -shared -fvisibility=hidden $< -o $@ -lpthread

# $(1): sgi or spi, $(2): ping or pong
define pingpong_rule
$(BENCH_BASE)/$(1)-$(2).bin: bench/base/pingpong.c bench/base/start.S tests/system/guests/guest.ld
	@mkdir -p $$(@D)
	@printf '  %-8s %s\n' LD $$@
	@$$(A64CC) $(GUEST_FLAGS) -D$(if $(filter pong,$(2)),PONG,PING) -DDOORBELL=$(DOORBELL_$(1)) \
		-nostdlib -static -Wl,--build-id=none -Wl,--no-warn-rwx-segments -Wl,-z,noexecstack \
		-Wl,-T,tests/system/guests/guest.ld bench/base/start.S bench/base/pingpong.c -o $$(@:.bin=.elf)
	@$$(A64OBJCOPY) -O binary $$(@:.bin=.elf) $$@
endef
$(foreach i,sgi spi traced,$(foreach s,ping pong,$(eval $(call pingpong_rule,$i,$s))))

define doorbell_bundle
$(B)/systems/doorbell-$(1).itb: BUNDLE_LINUX = $(BENCH_BASE)/$(1)-ping.bin
$(B)/systems/doorbell-$(1).itb: BUNDLE_UNIPROTON = $(BENCH_BASE)/$(1)-pong.bin
$(B)/systems/doorbell-$(1).itb: $(BENCH_BASE)/$(1)-ping.bin $(BENCH_BASE)/$(1)-pong.bin
endef
$(foreach i,sgi spi traced,$(eval $(call doorbell_bundle,$i)))

EXTRA_PROGRAMS += $(BENCH_BASE)/count.so $(DOORBELL_BUNDLES)
EXTRA_TESTS += bench/base/doorbell.py bench/base/boot.py bench/base/visits.py

## bench-base: count instructions at EL2: of a doorbell, of booting, of the longest visit
.PHONY: bench-base
bench-base: base $(BENCH_BASE)/count.so $(DOORBELL_BUNDLES) $(B)/systems/demo.itb
	@BUILD=$(B) bench/base/doorbell.py --table
	@BUILD=$(B) bench/base/boot.py --table
	@BUILD=$(B) bench/base/visits.py --table
