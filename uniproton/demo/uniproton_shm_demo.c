/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VM 1's half of the demonstration: receives what VM 0 sends and, from the first
 * doorbell on, sends ten integers, a string and five time stamps. Both at once.
 */
#include "prt_config.h"
#include "prt_task.h"
#include "demo_print.h"
#include "shm_pub.h"

#define INT_FIRST 8080808
#define INT_COUNT 10
#define TIME_COUNT 5
#define TIME_PERIOD (OS_TICK_PER_SECOND / 5)

#define RECEIVE_PRIORITY 20 /* above the sender: a doorbell is answered at once */
#define SEND_PRIORITY 25
#define STACK_SIZE 0x4000
#define BUFFER_SIZE 0x2100

/* A peer that stops half way may not hold a task for ever. */
#define SEND_WAIT_US 10000000u
#define RECEIVE_WAIT_US 1000000u

static shm_info_s *shm_rd, *shm_wr;
static int target; /* VM that reads what is sent */
static TskHandle send_task;
static char buffer[BUFFER_SIZE] __attribute__((aligned(16)));

static bool send(void *data, unsigned int len, int type)
{
	int ret = shm_write(data, len, type, shm_wr, target);

	if (ret != SHM_OK)
		PRT_Printf("[UniProton] demo: shm_write: %s\n", shm_strerror(ret));
	return ret == SHM_OK;
}

static bool send_ints(void)
{
	for (int value = INT_FIRST; value > INT_FIRST - INT_COUNT; value--) {
		if (!send(&value, sizeof(value), SHM_DATA_INT))
			return false;
		PRT_Printf("[UniProton] write to shm int: %d\n", value);
		PRT_TaskDelay(OS_TICK_PER_SECOND);
	}
	return true;
}

static bool send_string(void)
{
	char text[] = "Hello openEuler";

	if (!send(text, sizeof(text), SHM_DATA_STRING))
		return false;
	PRT_Printf("[UniProton] write to shm string: %s\n", text);
	PRT_TaskDelay(OS_TICK_PER_SECOND);
	return true;
}

static bool send_times(void)
{
	for (int i = 0; i < TIME_COUNT; i++) {
		uint64_t now = shm_counter();

		if (!send(&now, sizeof(now), SHM_DATA_TIME))
			return false;
		PRT_Printf("[UniProton] write to shm time: %llu\n", (U64)now);
		PRT_TaskDelay(TIME_PERIOD);
	}
	return true;
}

static void send_entry(uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	if (send_ints() && send_string() && send_times())
		PRT_Printf("[UniProton] demo: all sent\n");
}

/* Takes what is there; false when the region cannot be read any more. */
static bool receive_all(void)
{
	unsigned int len;
	int type, ret;

	while ((ret = shm_peek(shm_rd, NULL, NULL)) == SHM_OK) {
		ret = shm_receive(shm_rd, buffer, sizeof(buffer), &len, &type);
		if (ret != SHM_OK)
			break;
		demo_print_message(type, buffer, len, shm_counter());
	}
	if (ret == SHM_E_EMPTY || ret == SHM_E_TIMEOUT || ret == SHM_E_PARTIAL || ret == SHM_E_PEER_LOST)
		return true; /* the peer took it back, stopped half way, or is gone: the next doorbell */
	PRT_Printf("[UniProton] demo: shm_receive: %s\n", shm_strerror(ret));
	return false;
}

static shm_info_s *map(const struct shm_region *region, const char *what)
{
	int ret;
	shm_info_s *shm = shm_map(region, &ret);

	if (shm)
		PRT_Printf("[UniProton] %s region 0x%llx size 0x%llx\n", what, (U64)region->ipa,
			   (U64)region->size);
	else
		PRT_Printf("[UniProton] demo: %s region 0x%llx: %s\n", what, (U64)region->ipa,
			   shm_strerror(ret));
	return shm;
}

/* The first region of each direction, wherever the base registered it. */
static bool find_regions(void)
{
	struct shm_region region;

	for (unsigned int i = 0; shm_region_info(i, &region) == SHM_OK; i++) {
		if ((region.flags & SHM_REGION_IS_READER) && !shm_rd)
			shm_rd = map(&region, "read");
		if ((region.flags & SHM_REGION_IS_WRITER) && !shm_wr) {
			shm_wr = map(&region, "write");
			target = (int)region.reader;
		}
	}
	if (!shm_rd || !shm_wr)
		PRT_Printf("[UniProton] demo: the base has no region to %s, see the system "
			   "description\n",
			   shm_rd ? "write" : "read");
	return shm_rd && shm_wr;
}

static bool start(void)
{
	shm_ipi_init();
	if (shm_ipi_status() != SHM_OK) {
		PRT_Printf("[UniProton] demo: shm_ipi_init: %s\n", shm_strerror(shm_ipi_status()));
		return false;
	}
	if (!find_regions())
		return false;
	shm_set_wait(shm_rd, RECEIVE_WAIT_US);
	shm_set_wait(shm_wr, SEND_WAIT_US);
	return true;
}

static void receive_entry(uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d)
{
	bool sending = false;

	(void)a, (void)b, (void)c, (void)d;
	if (!start())
		return;
	while (shm_wait_ipi(SHM_WAIT_FOREVER) == SHM_OK) {
		if (!sending)
			sending = PRT_TaskResume(send_task) == OS_OK;
		if (!receive_all())
			return;
	}
}

static U32 create(TskHandle *task, TskEntryFunc entry, TskPrior priority, char *name)
{
	struct TskInitParam param = {
		.taskEntry = entry,
		.taskPrio = priority,
		.stackSize = STACK_SIZE,
		.name = name,
	};

	return PRT_TaskCreate(task, &param);
}

/* UniProton calls it before the first task runs. */
U32 PRT_AppInit(void);

U32 PRT_AppInit(void)
{
	static char send_name[] = "ShmSend", receive_name[] = "ShmReceive";
	TskHandle receive_task;
	U32 ret = create(&send_task, send_entry, SEND_PRIORITY, send_name);

	if (ret == OS_OK)
		ret = create(&receive_task, receive_entry, RECEIVE_PRIORITY, receive_name);
	if (ret == OS_OK)
		ret = PRT_TaskResume(receive_task);
	return ret;
}
