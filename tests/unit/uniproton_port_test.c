/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UniProton's port on arm64 code, without a base: a program of Linux, where an HVC is an
 * undefined instruction, takes the signal and answers as the base does. It runs on arm64 or
 * in QEMU's user mode. TAP.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <ucontext.h>

#include "fusiondock/hypercall.h"
#include "prt_hwi.h"
#include "prt_sem.h"
#include "prt_task.h"
#include "shm_port.h"
#include "shm_pub.h"

/* The base, and what it was asked last. */
static struct {
	uint64_t x[4];
	uint64_t answer[4];
	unsigned int calls;
} base;

static HwiProcFunc doorbell_handler;
static U32 posted;

static void on_hvc(int number, siginfo_t *info, void *context)
{
	mcontext_t *regs = &((ucontext_t *)context)->uc_mcontext;

	(void)number;
	(void)info;
	base.calls++;
	for (int i = 0; i < 4; i++) {
		base.x[i] = regs->regs[i];
		regs->regs[i] = base.answer[i];
	}
	regs->pc += 4;
}

/* The part of UniProton that the port uses. */
U32 PRT_SemCreate(U32 count, SemHandle *handle)
{
	posted = count;
	*handle = 1;
	return OS_OK;
}

U32 PRT_SemPost(SemHandle handle)
{
	(void)handle;
	posted++;
	return OS_OK;
}

U32 PRT_SemPend(SemHandle handle, U32 timeout)
{
	(void)handle;
	(void)timeout;
	if (posted == 0)
		return OS_ERRNO_SEM_TIMEOUT;
	posted--;
	return OS_OK;
}

U32 PRT_HwiSetAttr(HwiHandle number, HwiPrior priority, HwiMode mode)
{
	(void)priority;
	(void)mode;
	return number == FUSIONDOCK_ORIGINAL_IPI ? OS_OK : 1;
}

U32 PRT_HwiCreate(HwiHandle number, HwiProcFunc handler, HwiArg arg)
{
	(void)arg;
	doorbell_handler = handler;
	return number == FUSIONDOCK_ORIGINAL_IPI ? OS_OK : 1;
}

U32 PRT_HwiEnable(HwiHandle number)
{
	return number == FUSIONDOCK_ORIGINAL_IPI ? OS_OK : 1;
}

U32 PRT_TaskDelay(U32 ticks)
{
	(void)ticks;
	return OS_OK;
}

static void start(void)
{
	base.answer[0] = FUSIONDOCK_VERSION_MAJOR << 16;
	shm_ipi_init();
}

static bool ring_is_the_original_call(void)
{
	start();
	base.answer[0] = 0;
	return shm_send_ipi(3) == SHM_OK && base.x[0] == FUSIONDOCK_ORIGINAL_RING &&
	       base.x[1] == FUSIONDOCK_ORIGINAL_IPI && base.x[2] == 3;
}

static bool refused_ring_is_reported_by_the_port(void)
{
	start();
	base.answer[0] = 1;
	return shm_send_ipi(0) == SHM_E_IPI;
}

static bool ring_looks_at_w0_only(void)
{
	start();
	base.answer[0] = 1ull << 32;
	return shm_send_ipi(0) == SHM_OK;
}

static bool missing_base_is_reported(void)
{
	base.answer[0] = (uint64_t)FUSIONDOCK_E_NOT_SUPPORTED;
	shm_ipi_init();
	return shm_ipi_status() == SHM_E_NO_PORT && shm_vm_id() == SHM_E_NO_PORT;
}

static bool vm_id_comes_from_the_base(void)
{
	start();
	base.answer[0] = 5;
	return shm_vm_id() == 5 && base.x[0] == FUSIONDOCK_CALL_VM_ID;
}

static bool many_doorbells_wake_once(void)
{
	start();
	for (int i = 0; i < 3; i++)
		doorbell_handler(0);
	return shm_wait_ipi(SHM_WAIT_OFF) == SHM_OK && shm_wait_ipi(SHM_WAIT_OFF) == SHM_E_TIMEOUT;
}

static bool doorbell_after_a_wait_wakes_again(void)
{
	start();
	doorbell_handler(0);
	if (shm_wait_ipi(SHM_WAIT_OFF) != SHM_OK)
		return false;
	doorbell_handler(0);
	return shm_wait_ipi(SHM_WAIT_OFF) == SHM_OK;
}

static bool region_is_what_the_base_says(void)
{
	struct shm_region region;

	start();
	base.answer[0] = FUSIONDOCK_OK;
	base.answer[1] = 0x2A800000;
	base.answer[2] = 0x400000;
	base.answer[3] = FUSIONDOCK_REGION_READ | FUSIONDOCK_REGION_IS_READER |
			 2u << FUSIONDOCK_REGION_WRITER_SHIFT |
			 3u << FUSIONDOCK_REGION_READER_SHIFT;
	return shm_region_info(0, &region) == SHM_OK && region.ipa == 0x2A800000 &&
	       region.size == 0x400000 && region.writer == 2 && region.reader == 3 &&
	       region.flags == (SHM_REGION_READ | SHM_REGION_IS_READER);
}

#define TEST(function)                                                                             \
	{                                                                                          \
		function, #function                                                                \
	}

static const struct {
	bool (*passes)(void);
	const char *name;
} tests[] = {
	TEST(ring_is_the_original_call),
	TEST(refused_ring_is_reported_by_the_port),
	TEST(ring_looks_at_w0_only),
	TEST(missing_base_is_reported),
	TEST(vm_id_comes_from_the_base),
	TEST(many_doorbells_wake_once),
	TEST(doorbell_after_a_wait_wakes_again),
	TEST(region_is_what_the_base_says),
};
#define TESTS (sizeof(tests) / sizeof(tests[0]))

int main(void)
{
	struct sigaction action = {.sa_sigaction = on_hvc, .sa_flags = SA_SIGINFO};
	unsigned int failed = 0;

	sigaction(SIGILL, &action, NULL);
	for (unsigned int i = 0; i < TESTS; i++) {
		bool ok = tests[i].passes();

		failed += !ok;
		printf("%s %u - %s\n", ok ? "ok" : "not ok", i + 1, tests[i].name);
	}
	printf("1..%zu\n", TESTS);
	return failed == 0 ? 0 : 1;
}
