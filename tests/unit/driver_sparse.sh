#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# sparse has nothing to say about the driver. TAP.
set -u
cd "$(dirname "$0")/../.." || exit 1
echo 1..1
said=$(make -s --no-print-directory B="${BUILD:-build}" sparse 2>&1)
if [ $? -eq 0 ] && [ -z "$said" ]; then
	echo "ok 1 - sparse has nothing to say about the driver"
else
	echo "not ok 1 - sparse has nothing to say about the driver"
	sed 's/^/# /' <<<"$said"
	exit 1
fi
