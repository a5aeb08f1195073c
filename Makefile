# SPDX-License-Identifier: Apache-2.0
#
# fusiondock. `make help` lists the targets. Each room adds its own rules in room.mk.

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
SHELL := /bin/bash

# Of library, tools, driver and their packages.
VERSION := 1.1
VERSION_DATE := 2026-11-26

B := build
CROSS_COMPILE ?= aarch64-linux-gnu-
A64CC := $(CROSS_COMPILE)gcc
A64AR := $(CROSS_COMPILE)ar
A64LD := $(CROSS_COMPILE)ld
A64OBJCOPY := $(CROSS_COMPILE)objcopy
A64NM := $(CROSS_COMPILE)nm
HOSTCC ?= gcc

WARN := -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Werror
CSTD := -std=c11
OPT := -O2 -g
DEPS = -MMD -MP

# What Debian supplies for the arm64 side (scripts/fetch-debian puts it there). Each can be
# set to a copy of your own.
DEBIAN := $(B)/debian
LINUX_IMAGE ?= $(DEBIAN)/vmlinuz
LINUX_HEADERS ?= $(DEBIAN)/linux-headers
BUSYBOX ?= $(DEBIAN)/busybox
LIBFDT ?= $(DEBIAN)/libfdt.a
LIBFDT_INCLUDE ?= /usr/include
DEBIAN_STAMP := $(DEBIAN)/.stamp

# A real UniProton image instead of the stand-in.
UNIPROTON_IMAGE ?= $(B)/uniproton/uniproton.bin

include shm/room.mk
include base/room.mk
include uniproton/room.mk
include $(wildcard linux/shmctl/room.mk) linux/room.mk
include packaging/room.mk
include sim/room.mk
include systems/room.mk
include tests/room.mk
include scripts/room.mk
include $(wildcard bench/room.mk) bench/base/room.mk

.PHONY: all clang lint clean FORCE
all: base uniproton linux bundles

# The other compiler, into a folder of its own.
CLANG ?= clang
CLANG_ROOMS ?= base shm uniproton linux-programs sim-programs check-systems-program test-guests

## clang: what gcc builds, built by clang into build/clang/; CLANG_ROOMS= chooses
clang: | $(DEBIAN_STAMP)
	@$(MAKE) --no-print-directory $(JOBS) B=$(B)/clang DEBIAN=$(abspath $(DEBIAN)) \
		A64CC='$(CLANG) --target=aarch64-linux-gnu' HOSTCC=$(CLANG) $(CLANG_ROOMS)

## lint: cppcheck over what runs on the target, and `reuse lint` (Debian packages cppcheck, reuse); quiet when all is well
lint: $(LIBFDT_HEADERS)
	@cppcheck -q --std=c11 --platform=unix64 -D__aarch64__ -D__BYTE_ORDER__=1 -D__ORDER_LITTLE_ENDIAN__=1 \
		--enable=warning,portability,performance --error-exitcode=1 --suppress=missingIncludeSystem \
		--suppress=constStatement:uniproton/port/uniproton_shmIpi.c \
		-Ibase -Iinclude -Ishm -I$(B)/libfdt base shm linux/port linux/demo uniproton/port
	@reuse lint -q 2>/dev/null || { reuse lint 2>/dev/null | tail -12; exit 1; }

clean:
	rm -rf $(filter-out $(DEBIAN),$(wildcard $(B)/*))

FORCE:

-include $(shell test -d $(B) && find $(B) \( -path '$(DEBIAN)' -o -path '$(PACKAGES)' \) -prune \
	-o -type f -name '*.d' -print)
