# SPDX-License-Identifier: Apache-2.0
#
# Packages for VM 0, built on the development machine; docs/packages.md says what is in which. Both kinds are
# made of one source archive by the distributions' own tools.

## deb: packages for Debian, arm64, in build/packages/deb/
## rpm: packages for openEuler, aarch64, in build/packages/rpm/
## dist: the source archive of both, build/packages/fusiondock-VERSION.tar.gz
## lint-packages: what lintian and rpmlint say of them

# Who answers for the packages; give your own name when they go to others.
PACKAGER ?= fusiondock contributors <packages@example.org>

PACKAGES := $(B)/packages
DIST_NAME := fusiondock-$(VERSION)
DIST := $(PACKAGES)/$(DIST_NAME).tar.gz
DIST_ROOMS := Makefile README.md LICENSE LICENSES base bench docs include linux packaging scripts shm sim \
	systems tests uniproton
DEB_DIR := $(PACKAGES)/deb
DEB_STAMP := $(DEB_DIR)/.stamp
RPM_DIR := $(PACKAGES)/rpm
RPM_STAMP := $(RPM_DIR)/.stamp

version_date = $(shell LC_ALL=C date -u -d '$(VERSION_DATE)' '$(1)')
# Fills in version and date: $(1) into $(2).
fill_in = sed -e 's|@VERSION@|$(VERSION)|' -e 's|@RFC_DATE@|$(call version_date,-R)|' \
	-e 's|@RPM_DATE@|$(call version_date,+%a %b %d %Y)|' -e 's|@PACKAGER@|$(PACKAGER)|' $(1) > $(2)
# A package does not depend on who builds it: nothing of this make's variables, nothing of the user's.
clean_env = env -i PATH="$$PATH" HOME="$${HOME:-/}" LC_ALL=C.UTF-8
# Quiet when all is well: $(1) the command, $(2) where its words go.
logged = { $(1); } > $(2) 2>&1 || { tail -n 40 $(2); echo '$@: the whole text is in $(2)'; exit 1; }

.PHONY: dist deb rpm lint-packages
dist: $(DIST)

# The same tree gives the same archive, which is then left alone, and with it the packages.
$(DIST): FORCE
	@mkdir -p $(@D)
	@$(call fill_in,packaging/rpm/fusiondock.spec.in,$(PACKAGES)/fusiondock.spec)
	@tar --create --file=$@.new --use-compress-program='gzip -9n' --format=gnu --sort=name \
		--owner=0 --group=0 --numeric-owner --mode=u+rw,go=rX --mtime='$(VERSION_DATE) UTC' \
		--exclude-backups --exclude=__pycache__ --transform='flags=r;s|^|$(DIST_NAME)/|' \
		$(DIST_ROOMS) -C $(PACKAGES) fusiondock.spec
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

deb:
	@scripts/packages deb
	@$(MAKE) --no-print-directory $(DEB_STAMP)
	@printf '%s\n' $(DEB_DIR)/*.deb

$(DEB_STAMP): $(DIST)
	@printf '  %-8s %s\n' DEB $(@D)
	@rm -rf $(@D) && mkdir -p $(@D)
	@cp $(DIST) $(@D)/fusiondock_$(VERSION).orig.tar.gz
	@tar -xf $(DIST) -C $(@D) && cp -r packaging/deb $(@D)/$(DIST_NAME)/debian
	@cd $(@D)/$(DIST_NAME)/debian && for f in *.in; do $(call fill_in,$$f,$${f%.in}) && rm $$f; done
	@cd $(@D)/$(DIST_NAME) && $(call logged,$(clean_env) DEB_BUILD_OPTIONS=nocheck \
		dpkg-buildpackage --host-arch arm64 -us -uc,\
		$(abspath $(@D))/build.log)
	@rm -r $(@D)/$(DIST_NAME)
	@touch $@

rpm:
	@scripts/packages rpm
	@$(MAKE) --no-print-directory $(RPM_STAMP)
	@printf '%s\n' $(RPM_DIR)/RPMS/*/*.rpm $(RPM_DIR)/SRPMS/*.rpm

# Not asked for dependencies: rpm's database knows nothing of what Debian has installed.
$(RPM_STAMP): $(DIST)
	@printf '  %-8s %s\n' RPM $(@D)
	@rm -rf $(@D) && mkdir -p $(@D)
	@$(call logged,$(clean_env) rpmbuild -ta --nodeps --target aarch64-linux \
		--define '_topdir $(abspath $(@D))' --define 'cross_compile $(CROSS_COMPILE)' $(DIST),\
		$(@D)/build.log)
	@touch $@

# A first upload closes a bug in Debian's tracker; this is none.
LINTIAN_NOT := initial-upload-closes-no-bugs

lint-packages:
	@scripts/packages deb rpm lint-packages
	@$(MAKE) --no-print-directory $(DEB_STAMP) $(RPM_STAMP)
	lintian --fail-on error,warning --suppress-tags $(LINTIAN_NOT) $(DEB_DIR)/*.changes
	rpmlint --config packaging/rpm/rpmlint.toml $(RPM_DIR)/SRPMS/*.rpm $(RPM_DIR)/RPMS/*/*.rpm
