# SPDX-License-Identifier: Apache-2.0
#
# From nothing to two talking systems: packages, what Debian supplies, build, boot.
# docs/host.md tells the whole of it.

QEMU ?= qemu-system-aarch64
DEMO_TIMEOUT ?= 110

# The variables that put a file of one's own in the place of one that is fetched or built.
OWN_FILES := LINUX_IMAGE LINUX_HEADERS BUSYBOX LIBFDT UNIPROTON_IMAGE
given = $(filter command environment,$(firstword $(origin $(1))))

# A name that leads nowhere is said before anything is installed, fetched or built.
ifneq ($(filter-out help clean,$(or $(MAKECMDGOALS),all)),)
$(foreach v,$(OWN_FILES),$(if $(call given,$v),$(if $(wildcard $($v)),,\
	$(error $v=$($v): no such file. Correct it, or leave $v out))))
endif

# The scripts find the build directory, the compiler's prefix and the user's own files here;
# what the user did not set they must not see.
export B CROSS_COMPILE QEMU
$(foreach v,$(OWN_FILES),$(if $(call given,$v),$(eval export $v)))
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: demo run debug packages packages-sim packages-test fetch built help

packages:
	@scripts/packages build

packages-sim:
	@scripts/packages sim

packages-test:
	@scripts/packages test deb rpm

fetch:
	@scripts/fetch-debian

$(DEBIAN_STAMP):
	@scripts/fetch-debian

# `demo`, `run` and `test` install before they build: a make of its own, which reads the
# room.mk files when the tools are there. JOBS is empty under a `make -j` of the user's.
JOBS = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))
STARTED := $(shell date +%s)
elapsed = $$(($$(date +%s) - $(STARTED)))

built: all
	@echo "built in $(elapsed) s"

demo: SYSTEM ?= demo
demo:
	@scripts/packages build
	@scripts/fetch-debian
	@$(MAKE) --no-print-directory $(JOBS) built
	@scripts/run demo --system $(SYSTEM) --timeout $(DEMO_TIMEOUT) --since $(STARTED) \
		$(if $(call given,UNIPROTON_IMAGE),--linux-only)

run: SYSTEM ?= shell
run:
	@scripts/packages build
	@scripts/fetch-debian
	@$(MAKE) --no-print-directory $(JOBS) built
	@scripts/run interactive --system $(SYSTEM)

debug: SYSTEM ?= shell
debug: GUEST_ELF ?= $(B)/uniproton/uniproton.elf
debug:
	@scripts/packages build debug
	@scripts/fetch-debian
	@$(MAKE) --no-print-directory $(JOBS) built $(B)/systems/$(SYSTEM).itb
	@scripts/debug --system $(SYSTEM) --guest "$(GUEST_ELF)"

# Lines `## target: what it does`, here and in any other room.mk, are what `make help` shows.
#
## demo: install, fetch, build, boot both systems in QEMU, show and check their messages
## run: the same, and both systems stay up: a shell on VM 0, Ctrl-] then q ends
## debug: boot halted, with gdb attached, symbols, and commands of its own (docs/debugging.md)
## all: build everything into build/
## sim: both demos as two processes of this machine, without QEMU
## test: unit tests, simulation, and system tests in QEMU
## bundles: the systems of systems/*.dts as build/systems/*.itb
## packages: install the Debian packages that the build needs (packages-sim, packages-test)
## fetch: download what Debian supplies for arm64 into build/debian/
## clean: remove what was built; what was downloaded stays
help:
	@sed -n 's/^## \([a-z-]*\): \(.*\)/  \1\t\2/p' $(filter-out %.d,$(MAKEFILE_LIST)) | \
		expand -t 18
	@echo 'Files of your own: $(addsuffix =,$(OWN_FILES)) (docs/host.md)'
