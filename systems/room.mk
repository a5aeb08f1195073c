# SPDX-License-Identifier: Apache-2.0
#
# System descriptions (build/systems/NAME.dtb) and the bundles made of them (build/systems/NAME.itb).

SYSTEMS := $(patsubst systems/%.dts,%,$(wildcard systems/*.dts))

# What a bundle holds; a single bundle can have another image by a variable of its own.
BUNDLE_LINUX = $(LINUX_IMAGE)
BUNDLE_ROOTFS = $(ROOTFS)
BUNDLE_UNIPROTON = $(UNIPROTON_IMAGE)

.PHONY: bundles
.SECONDARY:
bundles: $(SYSTEMS:%=$(B)/systems/%.itb)

# The C preprocessor for #include, dtc for the rest. $(1): folder of the .dts files.
define description_rule
$(B)/systems/%.dtb: $(1)/%.dts systems/qemu-virt.dtsi $(wildcard $(1)/*.dtsi)
	@mkdir -p $$(@D)
	@printf '  %-8s %s\n' DTC $$<
	@$$(HOSTCC) -E -nostdinc -undef -x assembler-with-cpp -Isystems $$< -o $$@.pre
	@dtc -q -I dts -O dtb -o $$@ $$@.pre
endef

$(eval $(call description_rule,systems))
$(eval $(call description_rule,tests/system/systems))

# Made at each run and kept when it says the same: another image makes another bundle.
$(B)/systems/%.its: systems/bundle.its FORCE
	@mkdir -p $(@D)
	@sed -e 's|(SYSTEM)|("$(abspath $(B)/systems/$*.dtb)")|' \
		-e 's|(LINUX)|("$(abspath $(BUNDLE_LINUX))")|' \
		-e 's|(ROOTFS)|("$(abspath $(BUNDLE_ROOTFS))")|' \
		-e 's|(UNIPROTON)|("$(abspath $(BUNDLE_UNIPROTON))")|' $< > $@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

$(B)/systems/%.itb: $(B)/systems/%.its $(B)/systems/%.dtb $(ROOTFS) $(UNIPROTON_IMAGE) \
		$(wildcard $(LINUX_IMAGE)) | $(DEBIAN_STAMP)
	@printf '  %-8s %s\n' BUNDLE $@
	@mkimage -q -f $< $@ > /dev/null

# The machine that descriptions are checked against: MACHINE= takes the device tree blob of another.
MACHINE ?= $(B)/systems/qemu-virt-machine.dtb

$(B)/systems/qemu-virt-machine.dtb:
	@mkdir -p $(@D)
	@$(QEMU) -M virt,gic-version=3,virtualization=on,dumpdtb=$@ -cpu max -smp 4 -m 2G -nic none \
		-display none 2> /dev/null

## check-systems: check the descriptions in systems/ with the base's own code
.PHONY: check-systems
check-systems: $(CHECK_SYSTEMS) $(MACHINE) $(SYSTEMS:%=$(B)/systems/%.dtb)
	@$(CHECK_SYSTEMS) $(MACHINE) $(SYSTEMS:%=$(B)/systems/%.dtb)
