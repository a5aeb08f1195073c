# SPDX-License-Identifier: Apache-2.0

SUMMARY = "Messages between the VMs of one board through shared memory: library and shmctl"
LICENSE = "Apache-2.0"
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

inherit fusiondock-source

# CC and the flags bring the sysroot. The rest of the tree (base, simulation) is not built.
EXTRA_OEMAKE = "'A64CC=${CC}' 'A64AR=${AR}' 'OPT=${CFLAGS}' 'LDFLAGS=${LDFLAGS}' WARN=-Wall \
    PREFIX=${prefix} LIBDIR=${libdir} INCLUDEDIR=${includedir} MANDIR=${mandir} BINDIR=${bindir}"

do_compile() {
    oe_runmake installables
}

do_install() {
    oe_runmake install install-tools DESTDIR=${D}
}

PACKAGES =+ "${PN}-tools"
SUMMARY:${PN}-tools = "shmctl: look at, try and measure regions and doorbells"
FILES:${PN}-tools = "${bindir}/shmctl ${datadir}/bash-completion"
RRECOMMENDS:${PN}-tools = "fusiondock-mcs"
