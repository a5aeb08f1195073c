/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The port of shm_pub.h to UniProton: the doorbell in by SGI 10, out by the base's
 * original call; regions by the base's calls. PRT_ functions only.
 */
#include "prt_config.h"
#include "prt_hwi.h"
#include "prt_sem.h"
#include "prt_task.h"
#include "fusiondock/hypercall.h"
#include "fusiondock/state.h"
#include "shm_port.h"
#include "shm_pub.h"

#define DOORBELL_INTID FUSIONDOCK_ORIGINAL_IPI /* the SGI has the number of the call */
#define DOORBELL_PRIORITY 10
#define US_PER_SECOND 1000000u
#define SPIN_ROUNDS 64 /* before a waiting call gives the core away */

_Static_assert(SHM_REGION_READ == FUSIONDOCK_REGION_READ, "flags are passed on");
_Static_assert(SHM_REGION_WRITE == FUSIONDOCK_REGION_WRITE, "flags are passed on");
_Static_assert(SHM_REGION_IS_WRITER == FUSIONDOCK_REGION_IS_WRITER, "flags are passed on");
_Static_assert(SHM_REGION_IS_READER == FUSIONDOCK_REGION_IS_READER, "flags are passed on");

#define REGION_FLAGS                                                                               \
	(FUSIONDOCK_REGION_READ | FUSIONDOCK_REGION_WRITE | FUSIONDOCK_REGION_IS_WRITER |          \
	 FUSIONDOCK_REGION_IS_READER)

static SemHandle doorbell;   /* count 0 or 1 */
static volatile U32 ringing; /* a ring that nobody has taken; handler 1, shm_wait_ipi 0 */

struct call_result {
	int64_t x0;
	uint64_t x1, x2, x3;
};

/* SMCCC lets a callee use x4 to x17; this base preserves them, others need not. */
static struct call_result base_call(uint64_t function, uint64_t argument)
{
	register uint64_t x0 __asm__("x0") = function;
	register uint64_t x1 __asm__("x1") = argument;
	register uint64_t x2 __asm__("x2") = 0;
	register uint64_t x3 __asm__("x3") = 0;

	__asm__ volatile("hvc #0"
			 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
			 :
			 : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14",
			   "x15", "x16", "x17", "cc", "memory");
	return (struct call_result){(int64_t)x0, x1, x2, x3};
}

/*
 * Counts to one only, however often the peer rings: shm_wait_ipi() ends in bounded
 * time, and the semaphore cannot overflow.
 */
static void doorbell_handler(HwiArg arg)
{
	(void)arg;
	if (!ringing) {
		ringing = 1;
		(void)PRT_SemPost(doorbell);
	}
}

static int uniproton_init(void)
{
	U32 ret;

	if (base_call(FUSIONDOCK_CALL_VERSION, 0).x0 >> 16 != FUSIONDOCK_VERSION_MAJOR)
		return SHM_E_NO_PORT; /* no base, or one that speaks another language */
	ret = PRT_SemCreate(0, &doorbell);
	if (ret == OS_OK)
		ret = PRT_HwiSetAttr(DOORBELL_INTID, DOORBELL_PRIORITY, OS_HWI_MODE_ENGROSS);
	if (ret == OS_OK)
		ret = PRT_HwiCreate(DOORBELL_INTID, doorbell_handler, 0);
	if (ret == OS_OK)
		ret = PRT_HwiEnable(DOORBELL_INTID);
	return ret == OS_OK ? SHM_OK : SHM_E_NO_PORT;
}

static int uniproton_send_ipi(struct cpu_info cpu)
{
	register uint64_t x0 __asm__("x0") = FUSIONDOCK_ORIGINAL_RING;
	register uint64_t x1 __asm__("x1") = FUSIONDOCK_ORIGINAL_IPI;
	register uint64_t x2 __asm__("x2") = cpu.vmId;

	/*
	 * The message is complete in memory before the base can interrupt the target: the
	 * partner is the target's load-acquire of op_type after its interrupt.
	 */
	__asm__ volatile("dsb sy\n\thvc #0" : "+r"(x0), "+r"(x1), "+r"(x2) : : "cc", "memory");
	return (uint32_t)x0 == 0 ? SHM_OK : SHM_E_IPI;
}

struct shm_ipi_func uniproton_shmIpi = {
	.init = uniproton_init,
	.send_ipi = uniproton_send_ipi,
};

struct shm_ipi_func *const shm_port_ipi = &uniproton_shmIpi;

void shm_port_pause(unsigned int round)
{
	/* In an interrupt handler, or with the scheduler locked, the delay is refused: spin. */
	if (round < SPIN_ROUNDS || PRT_TaskDelay(1) != OS_OK)
		__asm__ volatile("yield" : : : "memory");
}

uint64_t shm_counter(void)
{
	uint64_t value;

	/* Read here, not earlier: the core may run ahead with a counter read. */
	__asm__ volatile("isb\n\tmrs %0, cntpct_el0" : "=r"(value) : : "memory");
	return value;
}

uint64_t shm_counter_frequency(void)
{
	uint64_t value;

	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(value));
	return value;
}

int shm_vm_id(void)
{
	int64_t id = base_call(FUSIONDOCK_CALL_VM_ID, 0).x0;

	return id >= 0 && id < FUSIONDOCK_VM_MAX ? (int)id : SHM_E_NO_PORT;
}

static void fill(struct shm_region *out, unsigned int index, const struct call_result *call)
{
	*out = (struct shm_region){
		.index = index,
		.flags = (unsigned int)call->x3 & REGION_FLAGS,
		.writer = (unsigned int)(call->x3 >> FUSIONDOCK_REGION_WRITER_SHIFT) &
			  FUSIONDOCK_REGION_VM_MASK,
		.reader = (unsigned int)(call->x3 >> FUSIONDOCK_REGION_READER_SHIFT) &
			  FUSIONDOCK_REGION_VM_MASK,
		.ipa = call->x1,
		.size = call->x2,
	};
}

/* The base counts all regions, the caller only those it can see. */
int shm_region_info(unsigned int index, struct shm_region *out)
{
	unsigned int seen = 0;

	if (!out)
		return SHM_E_PARAM;
	if (shm_ipi_status() != SHM_OK)
		return SHM_E_NO_PORT;
	for (unsigned int i = 0; i < FUSIONDOCK_REGION_MAX; i++) {
		struct call_result call = base_call(FUSIONDOCK_CALL_REGION_INFO, i);

		if (call.x0 == FUSIONDOCK_E_NOT_SUPPORTED)
			return SHM_E_NO_PORT;
		if (call.x0 == FUSIONDOCK_E_INVALID)
			break;
		if (call.x0 == FUSIONDOCK_OK && seen++ == index) {
			fill(out, i, &call);
			return SHM_OK;
		}
	}
	return SHM_E_PARAM;
}

/* The view is where the base says; with the MMU off, an IPA is the pointer. */
const volatile uint64_t *shm_vm_life(int vmid)
{
	struct call_result call;
	const volatile uint32_t *page;

	if (vmid < 0 || vmid >= FUSIONDOCK_VM_MAX)
		return NULL;
	call = base_call(FUSIONDOCK_CALL_VIEW, FUSIONDOCK_VIEW_STATE);
	if (call.x0 != FUSIONDOCK_OK || call.x2 < FUSIONDOCK_STATE_SIZE)
		return NULL;
	page = (const volatile uint32_t *)(uintptr_t)call.x1;
	if (page[0] != FUSIONDOCK_STATE_MAGIC || page[1] != FUSIONDOCK_STATE_LAYOUT)
		return NULL;
	return (const volatile uint64_t *)(uintptr_t)(call.x1 + FUSIONDOCK_STATE_LIFE((unsigned int)vmid));
}

/*
 * UniProton runs with its MMU off, so an IPA is the pointer. The base makes the memory
 * Normal, but with the MMU off the core may still check alignment as for Device
 * memory: the library is told to keep to aligned accesses.
 */
shm_info_s *shm_map(const struct shm_region *region, int *result)
{
	shm_info_s *shm = NULL;
	int ret = SHM_E_PARAM;

	if (region && region->ipa) {
		shm = (shm_info_s *)(uintptr_t)region->ipa;
		ret = shm_attach(shm, region->size, SHM_ATTACH_DEVICE);
	}
	/* The VM at the other end is watched; a VM that only looks on has none. */
	if (ret == SHM_OK && region->flags & SHM_REGION_IS_WRITER)
		(void)shm_watch_peer(shm, shm_vm_life((int)region->reader));
	else if (ret == SHM_OK && region->flags & SHM_REGION_IS_READER)
		(void)shm_watch_peer(shm, shm_vm_life((int)region->writer));
	if (result)
		*result = ret;
	return ret == SHM_OK ? shm : NULL;
}

/* Whole ticks, and one more because the running one has partly gone. */
static U32 to_ticks(unsigned int timeout_us)
{
	uint64_t ticks =
		((uint64_t)timeout_us * OS_TICK_PER_SECOND + US_PER_SECOND - 1) / US_PER_SECOND;

	return timeout_us == SHM_WAIT_OFF ? OS_NO_WAIT : (U32)ticks + 1;
}

int shm_wait_ipi(unsigned int timeout_us)
{
	U32 ticks = timeout_us == SHM_WAIT_FOREVER ? OS_WAIT_FOREVER : to_ticks(timeout_us);
	U32 ret;

	if (shm_ipi_status() != SHM_OK)
		return SHM_E_NO_PORT;
	ret = PRT_SemPend(doorbell, ticks);
	if (ret == OS_ERRNO_SEM_TIMEOUT || ret == OS_ERRNO_SEM_UNAVAILABLE)
		return SHM_E_TIMEOUT;
	if (ret != OS_OK)
		return SHM_E_NO_PORT; /* an interrupt handler, or the scheduler is locked */
	ringing = 0;
	/*
	 * From here on a ring wakes again; one that came before is seen by what the caller
	 * reads next, so no read of a region may be earlier. Partner: the ringer's DSB.
	 */
	__asm__ volatile("dmb sy" : : : "memory");
	return SHM_OK;
}
