# SPDX-License-Identifier: Apache-2.0
#
# The model of the protocol, explored by spin: docs/model.md.

EXTRA_TESTS += tests/model/model_test.py

## model: explore the model of the protocol with spin (docs/model.md)
.PHONY: model
model:
	@BUILD=$(B) tests/model/model_test.py
