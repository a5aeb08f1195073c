// SPDX-License-Identifier: Apache-2.0
/* VM 1, until it is killed: a task that receives and one that sends, and it says what it finds wrong. */
#include "kills.h"
#include "prt_config.h"
#include "prt_mem.h"
#include "prt_task.h"

U32 PRT_Printf(const char *format, ...);
U32 PRT_AppInit(void);

#define RECEIVE_PRIORITY 20
#define SEND_PRIORITY 25
#define STACK_SIZE 0x4000
#define REST_EVERY 16u /* messages; then for a tick, so that VM 0 is killed in its waits too */

static _Noreturn void fail(const char *direction, unsigned long long number, const char *why)
{
	PRT_Printf("[UniProton] kills: FAILED: %s, message %llu: %s\n", direction, number, why);
	for (;;)
		PRT_TaskDelay(OS_TICK_PER_SECOND);
}

static shm_info_s *find(unsigned int role, unsigned char **buffer)
{
	struct shm_region region;
	shm_info_s *shm = NULL;

	for (unsigned int i = 0; shm_region_info(i, &region) == SHM_OK; i++) {
		if (region.flags & role) {
			shm = shm_map(&region, NULL);
			break;
		}
	}
	if (!shm)
		fail("regions", role, "not found");
	*buffer = PRT_MemAlloc(OS_MID_APP, OS_MEM_DEFAULT_FSC_PT, KILLS_BUFFER(shm->max_size));
	if (!*buffer)
		fail("memory", KILLS_BUFFER(shm->max_size), "not enough");
	return shm;
}

static unsigned int own_epoch(void)
{
	const volatile uint64_t *life = shm_vm_life(KILLS_VM_1);

	if (!life)
		fail("state view", 0, "not shown");
	return FUSIONDOCK_LIFE_EPOCH(*life);
}

static void send_entry(uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d)
{
	unsigned char *message;
	shm_info_s *shm = find(SHM_REGION_IS_WRITER, &message);
	struct stress_link link = kills_link(shm, KILLS_VM_1, own_epoch());

	(void)a, (void)b, (void)c, (void)d;
	for (uint64_t number = 0;; number++) {
		unsigned int len = stress_length(&link, number);
		int result;

		stress_fill(&link, number, message, len);
		result = shm_write(message, len, (int)number, shm, KILLS_VM_0);
		if (result != SHM_OK)
			fail("VM 1 to VM 0", number, shm_strerror(result));
		if (number % REST_EVERY == REST_EVERY - 1)
			PRT_TaskDelay(1);
	}
}

/* VM 0's numbers go on from one life to the next; the first one may be what the last life did not end. */
static void receive_entry(uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d)
{
	unsigned char *message;
	shm_info_s *shm;
	struct stress_link link;
	int next = -1;

	(void)a, (void)b, (void)c, (void)d;
	shm = find(SHM_REGION_IS_READER, &message);
	link = kills_link(shm, KILLS_VM_0, 1);
	/* Every other life waits for its doorbell first: what was left for it must ring. */
	if (own_epoch() % 2 == 0 && shm_wait_ipi(SHM_WAIT_FOREVER) != SHM_OK)
		fail("doorbell", 0, "cannot be waited for");
	for (;;) {
		const char *wrong;
		unsigned int len;
		int type, result = shm_receive(shm, message, KILLS_BUFFER(link.max), &len, &type);

		if (result != SHM_OK)
			fail("VM 0 to VM 1", (unsigned int)next, shm_strerror(result));
		if (next >= 0 && type != next)
			fail("VM 0 to VM 1", (unsigned int)type, "not the next one");
		wrong = stress_judge(&link, (unsigned int)type, message, len, type);
		if (wrong)
			fail("VM 0 to VM 1", (unsigned int)type, wrong);
		next = type + 1;
	}
}

static U32 start(TskEntryFunc entry, TskPrior priority, char *name)
{
	struct TskInitParam param = {
		.taskEntry = entry, .taskPrio = priority, .stackSize = STACK_SIZE, .name = name};
	TskHandle task;
	U32 ret = PRT_TaskCreate(&task, &param);

	return ret == OS_OK ? PRT_TaskResume(task) : ret;
}

U32 PRT_AppInit(void)
{
	static char receive_name[] = "KillsReceive", send_name[] = "KillsSend";

	shm_ipi_init();
	if (shm_ipi_status() != SHM_OK)
		return 1;
	return start(receive_entry, RECEIVE_PRIORITY, receive_name) == OS_OK
		       ? start(send_entry, SEND_PRIORITY, send_name)
		       : 1;
}
