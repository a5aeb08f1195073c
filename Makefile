# SPDX-License-Identifier: Apache-2.0
#
# fusiondock. `make help` lists the targets. Each room adds its own rules in room.mk.

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
SHELL := /bin/bash

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
include sim/room.mk
include systems/room.mk
include tests/room.mk
include scripts/room.mk
include $(wildcard bench/room.mk) bench/base/room.mk

.PHONY: all clean FORCE
all: base uniproton linux bundles

clean:
	rm -rf $(filter-out $(DEBIAN),$(wildcard $(B)/*))

FORCE:

-include $(shell test -d $(B) && find $(B) -name '*.d' -not -path '$(DEBIAN)/*')
