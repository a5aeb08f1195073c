/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that a program can pass wrong: the right errno, and nothing has changed. */
#define _GNU_SOURCE

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "fusiondock/state.h"
#include "peer.h"

/* Arguments by value; a call may write into its copy. */
union argument {
	struct cpu_info_mcs cpu;
	struct core_msg_mem_info copy;
	struct mcs_region region;
	struct mcs_ring ring;
	struct mcs_wait wait;
	struct mcs_eventfd eventfd;
	struct mcs_wait_change change;
	struct mcs_vm_state vm;
	struct mcs_vm_life life;
	struct mcs_vm_control control;
	struct mcs_view view;
	struct mcs_counter counter;
	int number;
};

/*
 * VM 1 is the peer, VM 0 this one (which may not ring itself, nor control or observe any), VM 7
 * nobody; the regions are three; the trace view is VM 1's alone.
 */
static const struct {
	const char *what;
	unsigned long call;
	union argument argument;
	int error;
} wrong[] = {
	{"unknown number", _IO('A', 99), {.number = 0}, ENOTTY},
	{"next free number", _IO('A', 28), {.number = 0}, ENOTTY},
	{"another size", _IOR('A', 16, int), {.number = 0}, ENOTTY},
	{"another direction", _IOW('A', 16, struct mcs_version), {.number = 0}, ENOTTY},
	{"another magic", _IO('B', 3), {.number = 0}, ENOTTY},
	{"a terminal's call", 0x5401, {.number = 0}, ENOTTY},
	{"SENDIPI to itself", IOC_SENDIPI, {.cpu = {.cpu = 0}}, EACCES},
	{"SENDIPI to nobody", IOC_SENDIPI, {.cpu = {.cpu = 7}}, ENODEV},
	{"SENDIPI out of range", IOC_SENDIPI, {.cpu = {.cpu = ~0u}}, ENODEV},
	{"CPUON", IOC_CPUON, {.cpu = {.cpu = 1}}, EOPNOTSUPP},
	{"AFFINITY_INFO", IOC_AFFINITY_INFO, {.cpu = {.cpu = 1}}, EOPNOTSUPP},
	{"COPY_MSG_MEM, region too small", IOC_GET_COPY_MSG_MEM, {.copy = {0}}, EINVAL},
	{"COPY_MSG_MEM, instance 5", IOC_GET_COPY_MSG_MEM, {.copy = {.instance_id = 5}}, EINVAL},
	{"COPY_MSG_MEM, instance -1", IOC_GET_COPY_MSG_MEM, {.copy = {.instance_id = ~0u}}, EINVAL},
	{"SET_PED_TYPE 2", IOC_SET_PED_TYPE, {.number = 2}, EINVAL},
	{"SET_PED_TYPE -1", IOC_SET_PED_TYPE, {.number = -1}, EINVAL},
	{"region past the last", MCS_IOC_REGION, {.region = {.index = 3}}, ENXIO},
	{"region 2^31", MCS_IOC_REGION, {.region = {.index = 1u << 31}}, ENXIO},
	{"region -1", MCS_IOC_REGION, {.region = {.index = ~0u}}, ENXIO},
	{"ring itself", MCS_IOC_RING, {.ring = {.vm = 0}}, EACCES},
	{"ring nobody", MCS_IOC_RING, {.ring = {.vm = 7}}, ENODEV},
	{"ring VM 8", MCS_IOC_RING, {.ring = {.vm = 8}}, ENODEV},
	{"ring VM -1", MCS_IOC_RING, {.ring = {.vm = ~0u}}, ENODEV},
	{"ring a vector that is not there", MCS_IOC_RING, {.ring = {1, 1}}, ENODEV},
	{"ring vector 64", MCS_IOC_RING, {.ring = {1, 64}}, ENODEV},
	{"ring vector -1", MCS_IOC_RING, {.ring = {1, ~0u}}, ENODEV},
	{"wait not at all", MCS_IOC_WAIT, {.wait = {.timeout_ns = 0}}, ETIMEDOUT},
	{"wait 1 ns", MCS_IOC_WAIT, {.wait = {.timeout_ns = 1}}, ETIMEDOUT},
	{"eventfd with flags", MCS_IOC_EVENTFD, {.eventfd = {MCS_EVENTFD_NONE, 1}}, EINVAL},
	{"eventfd -2", MCS_IOC_EVENTFD, {.eventfd = {.fd = -2}}, EBADF},
	{"eventfd that is not open", MCS_IOC_EVENTFD, {.eventfd = {.fd = 1000}}, EBADF},
	{"eventfd that is none", MCS_IOC_EVENTFD, {.eventfd = {.fd = 1}}, EINVAL},
	{"state of nobody", MCS_IOC_VM_STATE, {.vm = {.vm = 7}}, ENODEV},
	{"state of VM -1", MCS_IOC_VM_STATE, {.vm = {.vm = ~0u}}, ENODEV},
	{"life of nobody", MCS_IOC_VM_LIFE, {.life = {.vm = 7}}, ENODEV},
	{"life of VM 8", MCS_IOC_VM_LIFE, {.life = {.vm = 8}}, ENODEV},
	{"life of VM -1", MCS_IOC_VM_LIFE, {.life = {.vm = ~0u}}, ENODEV},
	{"stop the peer", MCS_IOC_VM_CONTROL, {.control = {1, FUSIONDOCK_CONTROL_STOP}}, EACCES},
	{"start the peer", MCS_IOC_VM_CONTROL, {.control = {1, FUSIONDOCK_CONTROL_START}}, EACCES},
	{"reset the peer", MCS_IOC_VM_CONTROL, {.control = {1, FUSIONDOCK_CONTROL_RESET}}, EACCES},
	{"reset itself", MCS_IOC_VM_CONTROL, {.control = {0, FUSIONDOCK_CONTROL_RESET}}, EACCES},
	{"stop nobody", MCS_IOC_VM_CONTROL, {.control = {7, FUSIONDOCK_CONTROL_STOP}}, ENODEV},
	{"stop VM -1", MCS_IOC_VM_CONTROL, {.control = {~0u, FUSIONDOCK_CONTROL_STOP}}, ENODEV},
	{"no such operation", MCS_IOC_VM_CONTROL, {.control = {1, 3}}, EINVAL},
	{"operation -1", MCS_IOC_VM_CONTROL, {.control = {1, ~0u}}, EINVAL},
	{"another VM's view", MCS_IOC_VIEW, {.view = {.view = FUSIONDOCK_VIEW_TRACE}}, EACCES},
	{"view past the last", MCS_IOC_VIEW, {.view = {.view = FUSIONDOCK_VIEW_COUNT}}, ENXIO},
	{"view -1", MCS_IOC_VIEW, {.view = {.view = ~0u}}, ENXIO},
};

static void wrong_arguments(int fd)
{
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		union argument argument = wrong[i].argument;
		int result;

		errno = 0;
		result = ioctl(fd, wrong[i].call, &argument);
		if (!CHECK(result == -1 && errno == wrong[i].error))
			printf("#   %s: %d, errno %d\n", wrong[i].what, result, errno);
		CHECK(memcmp(&argument, &wrong[i].argument, sizeof(argument)) == 0);
	}
}

static const unsigned long moving[] = {
	IOC_SENDIPI,     IOC_QUERY_MEM,      IOC_GET_COPY_MSG_MEM, IOC_SET_PED_TYPE,
	MCS_IOC_VERSION, MCS_IOC_REGION,     MCS_IOC_RING,         MCS_IOC_WAIT,
	MCS_IOC_STATS,   MCS_IOC_EVENTFD,    MCS_IOC_WAIT_CHANGE,  MCS_IOC_VM_STATE,
	MCS_IOC_VM_LIFE, MCS_IOC_VM_CONTROL, MCS_IOC_VIEW,         MCS_IOC_COUNTER,
};

/* No page, the kernel's, the last bytes of a page before a hole, and one that is not writable. */
static void wrong_pointers(int fd)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *const nowhere[] = {NULL, (char *)8, (char *)0xffff000000000000ul, (char *)-1,
				 page + 4096 - 2};
	struct mcs_vm_state vm = {.vm = 1};

	CHECK(munmap(page + 4096, 4096) == 0);
	for (size_t c = 0; c < sizeof(moving) / sizeof(moving[0]); c++)
		for (size_t p = 0; p < sizeof(nowhere) / sizeof(nowhere[0]); p++)
			FAILS(ioctl(fd, moving[c], nowhere[p]), EFAULT);
	memcpy(page, &vm, sizeof(vm));
	CHECK(mprotect(page, 4096, PROT_READ) == 0);
	FAILS(ioctl(fd, MCS_IOC_VM_STATE, page), EFAULT);
	FAILS(ioctl(fd, MCS_IOC_VM_LIFE, page), EFAULT);
	FAILS(ioctl(fd, MCS_IOC_VERSION, page), EFAULT);
	FAILS(ioctl(fd, MCS_IOC_STATS, page), EFAULT);
	CHECK(munmap(page, 4096) == 0);
}

static void wrong_files(int fd)
{
	int reader = check_open(O_RDONLY), path = open(MCS_DEVICE, O_PATH);
	struct mcs_ring ring = {.vm = 1};
	struct cpu_info_mcs cpu = {.cpu = 1};
	struct mcs_vm_control control = {1, FUSIONDOCK_CONTROL_STOP};
	struct mcs_version version;
	char bytes[8] = {0};

	/* Who may only read may only receive. */
	FAILS(ioctl(reader, MCS_IOC_RING, &ring), EBADF);
	FAILS(ioctl(reader, IOC_SENDIPI, &cpu), EBADF);
	FAILS(ioctl(reader, MCS_IOC_VM_CONTROL, &control), EBADF);
	CHECK(ioctl(reader, MCS_IOC_VERSION, &version) == 0);
	FAILS(ioctl(path, MCS_IOC_VERSION, &version), EBADF);
	FAILS(write(fd, bytes, sizeof(bytes)), EINVAL);
	FAILS(write(reader, bytes, sizeof(bytes)), EBADF);
	FAILS(lseek(fd, 0, SEEK_SET), ESPIPE);
	FAILS(pread(fd, bytes, sizeof(bytes), 0), ESPIPE);
	FAILS(read(fd, bytes, 0), EINVAL);
	FAILS(read(fd, bytes, 7), EINVAL);
	FAILS(ftruncate(fd, 0), EINVAL);
	close(reader);
	close(path);
}

/* What is right, byte for byte: original calls and own ones. */
static void right_arguments(int fd)
{
	struct cpu_info_mcs cpu = {.cpu = 1, .boot_addr = 0x1234};
	struct mcs_version version = {0};
	struct mcs_mem mem = {0};
	struct mcs_vm_state vm = {.vm = 1};
	struct mcs_vm_life life = {.vm = 1, .unused = 1};
	struct mcs_view view = {.view = FUSIONDOCK_VIEW_STATE, .unused = 1};
	int type = 1;

	CHECK(ioctl(fd, IOC_SENDIPI, &cpu) == 0);
	CHECK(ioctl(fd, IOC_QUERY_MEM, &mem) == 0 && mem.phy_addr == 0x2a800000 &&
	      mem.size == 0x400000);
	CHECK(ioctl(fd, IOC_SET_PED_TYPE, &type) == 0);
	CHECK(ioctl(fd, MCS_IOC_VERSION, &version) == 0 && version.driver == MCS_DRIVER_VERSION);
	CHECK(version.base >> 16 == FUSIONDOCK_VERSION_MAJOR && version.vm_id == 0 &&
	      version.regions == 3);
	CHECK(ioctl(fd, MCS_IOC_VM_STATE, &vm) == 0 && vm.state == FUSIONDOCK_VM_RUNNING);
	CHECK(ioctl(fd, MCS_IOC_VM_LIFE, &life) == 0 && life.state == FUSIONDOCK_VM_RUNNING);
	CHECK(life.vm == 1 && life.epoch == 1 && life.unused == 0);
	CHECK(ioctl(fd, MCS_IOC_VIEW, &view) == 0 && view.ipa == 0x2a7ff000);
	CHECK(view.size == FUSIONDOCK_STATE_SIZE && view.unused == 0);
}

void check_errors(void)
{
	int fd = check_open(O_RDWR);

	right_arguments(fd);
	wrong_arguments(fd);
	wrong_pointers(fd);
	wrong_files(fd);
	FAILS(check_wait(fd, 0), ETIMEDOUT);
	CHECK(peer_ring_once() && check_wait(fd, 0) == 1);
	close(fd);
}
