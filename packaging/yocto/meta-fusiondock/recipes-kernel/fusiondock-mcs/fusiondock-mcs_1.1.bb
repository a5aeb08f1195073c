# SPDX-License-Identifier: Apache-2.0

SUMMARY = "Messages between the VMs of one board through shared memory: driver mcs_km"
LICENSE = "GPL-2.0-only"
LIC_FILES_CHKSUM = "file://LICENSES/GPL-2.0-only.txt;md5=b234ee4d69f5fce4486a80fdaf4a4263"

inherit fusiondock-source module useradd

# The sources have a Kbuild file and no makefile: the kernel's own is run, by the variables of the module class.
EXTRA_OEMAKE = "-C ${STAGING_KERNEL_DIR} M=${S}/linux/mcs_km FUSIONDOCK_INCLUDE=${S}/include"
MAKE_TARGETS = "modules"
MODULES_MODULE_SYMVERS_LOCATION = "linux/mcs_km"
KERNEL_MODULE_AUTOLOAD += "mcs_km"

do_install:append() {
    install -D -m 0644 ${S}/linux/udev/90-mcs.rules ${D}${nonarch_base_libdir}/udev/rules.d/90-mcs.rules
}

# The group that the rule names. The module itself goes into kernel-module-mcs-km, on which this package depends.
USERADD_PACKAGES = "${PN}"
GROUPADD_PARAM:${PN} = "--system mcs"
FILES:${PN} += "${nonarch_base_libdir}/udev/rules.d"
