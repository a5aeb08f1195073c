// SPDX-License-Identifier: Apache-2.0
/* VM 1's part of the soak: a task that receives, and below it one that sends. */
#include "prt_config.h"
#include "prt_mem.h"
#include "prt_task.h"
#include "soak.h"

U32 PRT_Printf(const char *format, ...);
U32 PRT_AppInit(void);

#define RECEIVE_PRIORITY 20 /* above the sender, which does not always sleep */
#define SEND_PRIORITY 25
#define STACK_SIZE 0x4000

#define TRIES_AWAKE 256u /* in a row, with the wait off */

static struct soak_end receiver = {.name = "VM 0 to VM 1"};
static struct soak_end sender = {.name = "VM 1 to VM 0"};
static TskHandle send_task;

_Noreturn void soak_fail(const struct soak_end *end, uint64_t number, const char *failure,
			 int result)
{
	PRT_Printf("[UniProton] soak: FAILED: %s, message %llu of %u bytes (max_size %u): %s; "
		   "result %d, %s\n",
		   end->name, (U64)number, stress_length(&end->link, number), end->link.max,
		   failure, result, shm_strerror(result));
	for (;;)
		PRT_TaskDelay(OS_TICK_PER_SECOND);
}

void soak_message_begins(struct soak_end *end)
{
	(void)end;
}

void soak_give_way(unsigned int tries)
{
	if (tries % TRIES_AWAKE == TRIES_AWAKE - 1)
		PRT_TaskDelay(1);
}

bool soak_await_doorbell(void)
{
	return shm_wait_ipi(SOAK_LOST_US) == SHM_OK;
}

static void report(const char *what, const struct soak_end *end)
{
	const struct soak_count *c = &end->count;

	PRT_Printf("[UniProton] soak: %s %llu messages, %llu long, %llu bytes; off %llu, brief "
		   "%llu, bounded %llu, for ever %llu; %llu timeouts, %llu refusals\n",
		   what, (U64)c->messages, (U64)c->long_messages, (U64)c->bytes,
		   (U64)c->by_wait[SOAK_OFF], (U64)c->by_wait[SOAK_BRIEF],
		   (U64)c->by_wait[SOAK_BOUNDED], (U64)c->by_wait[SOAK_FOREVER], (U64)c->timeouts,
		   (U64)c->refusals);
}

static void send_entry(uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	soak_send(&sender);
	report("sent", &sender);
}

static bool find(struct soak_end *end, unsigned int role)
{
	struct shm_region region;

	for (unsigned int i = 0; shm_region_info(i, &region) == SHM_OK; i++) {
		if (!(region.flags & role))
			continue;
		end->shm = shm_map(&region, NULL);
		end->peer = (int)region.reader;
		break;
	}
	if (end->shm)
		end->buffer = PRT_MemAlloc(OS_MID_APP, OS_MEM_DEFAULT_FSC_PT,
					   SOAK_BUFFER_SIZE(end->shm->max_size));
	return end->buffer != NULL;
}

static bool start(struct soak_start *wanted)
{
	shm_ipi_init();
	if (!find(&receiver, SHM_REGION_IS_READER) || !find(&sender, SHM_REGION_IS_WRITER))
		return false;
	PRT_Printf("[UniProton] soak: ready\n");
	return shm_read(receiver.shm, wanted, sizeof(*wanted)) == SHM_OK;
}

static void receive_entry(uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d)
{
	struct soak_start wanted;

	(void)a, (void)b, (void)c, (void)d;
	if (!start(&wanted)) {
		PRT_Printf("[UniProton] soak: FAILED: %s\n", shm_strerror(shm_ipi_status()));
		return;
	}
	receiver.link = soak_link(receiver.shm, wanted.seed, shm_vm_id());
	receiver.messages = wanted.to_vm1;
	sender.link = soak_link(sender.shm, wanted.seed, sender.peer);
	sender.messages = wanted.to_vm0;
	PRT_TaskResume(send_task);
	soak_receive(&receiver);
	report("received", &receiver);
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

U32 PRT_AppInit(void)
{
	static char send_name[] = "SoakSend", receive_name[] = "SoakReceive";
	TskHandle receive_task;
	U32 ret = create(&send_task, send_entry, SEND_PRIORITY, send_name);

	if (ret == OS_OK)
		ret = create(&receive_task, receive_entry, RECEIVE_PRIORITY, receive_name);
	if (ret == OS_OK)
		ret = PRT_TaskResume(receive_task);
	return ret;
}
