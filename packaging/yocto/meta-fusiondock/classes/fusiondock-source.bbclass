# SPDX-License-Identifier: Apache-2.0
#
# What both recipes have in common: the source archive that `make dist` made.

FILESEXTRAPATHS:prepend := "${FUSIONDOCK_DIST}:"
SRC_URI = "file://fusiondock-${PV}.tar.gz"
S = "${WORKDIR}/fusiondock-${PV}"
B = "${S}"

COMPATIBLE_HOST = "aarch64.*-linux"

# openEuler Embedded fetches sources by a manifest of its own, which knows nothing of this one.
OPENEULER_FETCH = "disable"
