# SPDX-License-Identifier: Apache-2.0
#
# What is in the packages that packaging/ makes.

EXTRA_TESTS += $(sort $(wildcard tests/packages/*.t))
EXTRA_PROGRAMS += $(DEB_STAMP) $(RPM_STAMP)
