# SPDX-License-Identifier: Apache-2.0
#
# VM 0's tool and driver as packages take them; the library is shm/install.mk's. PREFIX= holds for
# the tool. Where udev, sysusers and DKMS look is theirs to say, not PREFIX's.

## installables: what install, install-tools and install-driver install
## install-tools: shmctl, which asks for the shared library, its man page, its completion
## install-driver: the driver for DKMS (/usr/src), udev rule, group mcs

BINDIR ?= $(PREFIX)/bin
COMPLETIONDIR ?= $(PREFIX)/share/bash-completion/completions
UDEVRULESDIR ?= /usr/lib/udev/rules.d
SYSUSERSDIR ?= /usr/lib/sysusers.d
DKMSDIR ?= /usr/src

# In the root file system of the demonstration shmctl is static; here the library is a file of its own.
SHMCTL_SHARED := $(B)/linux/shmctl/shared/shmctl
SHMCTL_MAN := $(sort $(wildcard docs/man/man1/*.1))

$(SHMCTL_SHARED): $(SHMCTL_OBJ) $(SHM_DIST)/linux/$(SHM_REAL_NAME)
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' LINK $@
	@$(A64CC) -pthread $(LDFLAGS) -o $@ $^

.PHONY: installables install-tools install-driver
installables: $(SHM_DIST)/linux/libshm_pub.a $(SHM_DIST)/linux/$(SHM_REAL_NAME) $(SHMCTL_SHARED) dkms-tree

install-tools: $(SHMCTL_SHARED)
	@printf '  %-8s %s\n' INSTALL $(DESTDIR)$(BINDIR)/shmctl
	@$(INSTALL) -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(MANDIR)/man1 $(DESTDIR)$(COMPLETIONDIR)
	@$(INSTALL) -m 755 $(SHMCTL_SHARED) $(DESTDIR)$(BINDIR)/
	@$(INSTALL) -m 644 $(SHMCTL_MAN) $(DESTDIR)$(MANDIR)/man1/
	@$(INSTALL) -m 644 linux/shmctl/completion/shmctl $(DESTDIR)$(COMPLETIONDIR)/

install-driver: dkms-tree
	@printf '  %-8s %s\n' INSTALL $(DESTDIR)$(DKMSDIR)/$(notdir $(DKMS_TREE))
	@$(INSTALL) -d $(DESTDIR)$(UDEVRULESDIR) $(DESTDIR)$(SYSUSERSDIR)
	@$(INSTALL) -m 644 linux/udev/90-mcs.rules $(DESTDIR)$(UDEVRULESDIR)/
	@$(INSTALL) -m 644 linux/udev/mcs.sysusers.conf $(DESTDIR)$(SYSUSERSDIR)/mcs.conf
	@cd $(DKMS_TREE) && find . -type f -exec $(INSTALL) -D -m 644 {} \
		$(abspath $(DESTDIR)$(DKMSDIR)/$(notdir $(DKMS_TREE)))/{} \;
