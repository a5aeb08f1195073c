# SPDX-License-Identifier: Apache-2.0
#
# The library as users get it: portable part and port in one, static and shared.
#
#   linux  for programs of VM 0 (arm64, CROSS_COMPILE= on an arm64 machine): port linux/port
#   sim    for programs of the simulation, on the machine that builds: port sim/
#
# Both have the same headers, names and pkg-config module, so a program's source and build
# do not know which one they meet; they go under different prefixes.

## install: library for VM 0, headers, man pages under PREFIX (DESTDIR= for packages)
## install-sim: the same for programs of the simulation on this machine
## uninstall: remove what install or install-sim put there

PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
MANDIR ?= $(PREFIX)/share/man
INSTALL ?= install

# soname: changes when a program built with an older one would no longer run.
SHM_SONAME := libshm_pub.so.1
SHM_VERSION := $(VERSION)
SHM_REAL_NAME := libshm_pub.so.$(SHM_VERSION)

SHM_DIST := $(B)/shm/dist
SHM_MAN := $(sort $(wildcard docs/man/man3/*.3))
SHM_HEADERS := include/shm_pub.h linux/port/linux_shm.h
SHM_ABI_HEADERS := $(sort $(wildcard include/fusiondock/*.h))

SHM_PORT_SRC_linux := $(wildcard linux/port/*.c)
# What sim/room.mk links into the program it has in VM 0's place; that file is read later.
SHM_PORT_SRC_sim = $(patsubst $(SIM)/common/%.o,%.c,$(filter $(SIM)/common/%,$(SIM_LIB_OBJ))) \
	$(filter sim/%.c,$(SIM_LINUX_OBJ:$(SIM)/linux_side/%.o=%.c))
SHM_PORT_CFLAGS := $(CSTD) $(WARN) $(OPT) -fPIC -pthread -Iinclude -Ishm -Ilinux/port -Isim
SHM_LDFLAGS := -shared -pthread -Wl,-soname,$(SHM_SONAME) -Wl,--version-script=shm/libshm_pub.map \
	-Wl,-z,defs -Wl,-z,relro -Wl,-z,now -Wl,-Bsymbolic-functions $(LDFLAGS)

$(SHM_DIST)/linux/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' CC $<
	@$(A64CC) $(SHM_PORT_CFLAGS) $(DEPS) -c -o $@ $<

# The simulation makes faults at the library's accesses, so its library has the hook.
$(SHM_DIST)/sim/shm/%.o: shm/%.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(SHM_PORT_CFLAGS) -DSHM_ACCESS_HOOK=sim_access_hook $(DEPS) -c -o $@ $<

$(SHM_DIST)/sim/%.o: %.c
	@mkdir -p $(@D)
	@printf '  %-8s %s\n' HOSTCC $<
	@$(HOSTCC) $(SHM_PORT_CFLAGS) $(DEPS) -c -o $@ $<

.SECONDEXPANSION:
# Of one kind: $(1) linux or sim, $(2) where the portable part's objects are, $(3) cc, $(4) ar.
define shm_dist
SHM_DIST_OBJ_$(1) = $(SHM_SRC:shm/%.c=$(2)/%.o) \
	$$(SHM_PORT_SRC_$(1):%.c=$(SHM_DIST)/$(1)/%.o)

$(SHM_DIST)/$(1)/libshm_pub.a: $$$$(SHM_DIST_OBJ_$(1))
	@printf '  %-8s %s\n' AR $$@
	@rm -f $$@ && $(4) rcsD $$@ $$^

$(SHM_DIST)/$(1)/$(SHM_REAL_NAME): $$$$(SHM_DIST_OBJ_$(1)) shm/libshm_pub.map shm/install.mk
	@printf '  %-8s %s\n' LINK $$@
	@$(3) $(SHM_LDFLAGS) -o $$@ $$(SHM_DIST_OBJ_$(1))
endef
$(eval $(call shm_dist,linux,$(B)/shm/linux,$(A64CC),$(A64AR)))
$(eval $(call shm_dist,sim,$(SHM_DIST)/sim/shm,$(HOSTCC),$(HOSTAR)))

# Into DESTDIR: $(1) linux or sim, $(2) what the pkg-config file says about it.
define shm_install
@printf '  %-8s %s\n' INSTALL $(DESTDIR)$(PREFIX)
@$(INSTALL) -d $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(INCLUDEDIR)/fusiondock \
	$(DESTDIR)$(MANDIR)/man3
@$(INSTALL) -m 644 $(SHM_DIST)/$(1)/libshm_pub.a $(DESTDIR)$(LIBDIR)/
@$(INSTALL) -m 755 $(SHM_DIST)/$(1)/$(SHM_REAL_NAME) $(DESTDIR)$(LIBDIR)/
@ln -sf $(SHM_REAL_NAME) $(DESTDIR)$(LIBDIR)/$(SHM_SONAME)
@ln -sf $(SHM_SONAME) $(DESTDIR)$(LIBDIR)/libshm_pub.so
@$(INSTALL) -m 644 $(SHM_HEADERS) $(DESTDIR)$(INCLUDEDIR)/
@$(INSTALL) -m 644 $(SHM_ABI_HEADERS) $(DESTDIR)$(INCLUDEDIR)/fusiondock/
@$(INSTALL) -m 644 $(SHM_MAN) $(DESTDIR)$(MANDIR)/man3/
@sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@VERSION@|$(SHM_VERSION)|' \
	-e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' -e 's|@PORT@|$(2)|' shm/libshm_pub.pc.in \
	> $(DESTDIR)$(LIBDIR)/pkgconfig/shm_pub.pc
@chmod 644 $(DESTDIR)$(LIBDIR)/pkgconfig/shm_pub.pc
endef

.PHONY: install install-sim uninstall
install: $(SHM_DIST)/linux/libshm_pub.a $(SHM_DIST)/linux/$(SHM_REAL_NAME)
	$(call shm_install,linux,programs of VM 0)

install-sim: $(SHM_DIST)/sim/libshm_pub.a $(SHM_DIST)/sim/$(SHM_REAL_NAME)
	$(call shm_install,sim,programs of the simulation)

uninstall:
	@rm -f $(DESTDIR)$(LIBDIR)/libshm_pub.a $(DESTDIR)$(LIBDIR)/libshm_pub.so \
		$(DESTDIR)$(LIBDIR)/$(SHM_SONAME) $(DESTDIR)$(LIBDIR)/$(SHM_REAL_NAME) \
		$(DESTDIR)$(LIBDIR)/pkgconfig/shm_pub.pc \
		$(addprefix $(DESTDIR)$(INCLUDEDIR)/,$(notdir $(SHM_HEADERS))) \
		$(SHM_ABI_HEADERS:include/%=$(DESTDIR)$(INCLUDEDIR)/%) \
		$(SHM_MAN:docs/man/%=$(DESTDIR)$(MANDIR)/%)
	@rmdir $(DESTDIR)$(INCLUDEDIR)/fusiondock 2>/dev/null || true
