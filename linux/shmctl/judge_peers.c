// SPDX-License-Identifier: Apache-2.0
/* The other VMs, the doorbell, and what the probe brought. */
#include "facts.h"
#include "platform.h"

static void judge_vm(unsigned int vm, int state)
{
	if (state == FUSIONDOCK_VM_RUNNING)
		good("VM %u runs", vm);
	else if (state == FUSIONDOCK_VM_OFF) {
		wrong("VM %u is off: it was never started, or has powered itself off", vm);
		cure("vm-off", "look at its console; check its image in the bundle");
	} else if (state == FUSIONDOCK_VM_FAULTED) {
		wrong("the base has stopped VM %u after a fault", vm);
		cure("vm-faulted", "the base's console says which: search for [base] VM %u", vm);
	} else if (state == VM_NOT_THERE) {
		wrong("a region names VM %u, and the base has no such VM", vm);
		cure("versions", "take base and system description from one build");
	}
}

/* A READY that is the same 300 ms later. */
static bool waits(const struct facts_region *region)
{
	return region->is_mapped && (region->region.flags & SHM_REGION_READ) &&
	       region->first.op_type == SHM_OP_READY_TO_READ &&
	       region->last.op_type == SHM_OP_READY_TO_READ &&
	       region->first.used_size == region->last.used_size &&
	       region->first.type == region->last.type;
}

static void judge_outgoing(const struct facts_region *region)
{
	if (!(region->region.flags & SHM_REGION_IS_WRITER) || !waits(region))
		return;
	wrong("peer silent: a message of type %d for VM %u has waited in region %u for %u ms or "
	      "more",
	      region->last.type, region->region.reader, region->region.index, FACTS_LOOK_MS);
	cure("peer-silent",
	     "is its program running and past shm_ipi_init()? Does it read region %u, and does it "
	     "take the doorbell (UniProton: SGI 10)?",
	     region->region.index);
}

static void judge_incoming(const struct facts *facts, const struct facts_region *region)
{
	if (!(region->region.flags & SHM_REGION_IS_READER) || !waits(region))
		return;
	if (facts->has_stats && facts->stats.doorbells == 0) {
		wrong("interrupt never arrives: a message of VM %u waits in region %u, and not one "
		      "doorbell has come since the driver was bound",
		      region->region.writer, region->region.index);
		cure("no-interrupt",
		     "does VM %u ring (shm_send_ipi) VM %u, and do its `rings` in the system "
		     "description name it? `grep mcs /proc/interrupts`, and is the core of "
		     "that interrupt's smp_affinity online?",
		     region->region.writer, facts->vm_id);
	} else {
		note("a message of VM %u waits in region %u; no program here has taken it within "
		     "%u ms",
		     region->region.writer, region->region.index, FACTS_LOOK_MS);
	}
}

static void judge_doorbell(const struct facts *facts)
{
	if (facts->is_simulation || facts->lines > 0)
		return;
	wrong("this VM has no doorbell: no line mcs.0 in /proc/interrupts");
	cure("no-doorbell", "give it doorbell-intids in the system description");
}

void judge_peers(const struct facts *facts)
{
	unsigned int peers = 0;

	judge_doorbell(facts);
	for (unsigned int i = 0; i < facts->regions; i++) {
		const struct facts_region *region = &facts->region[i];

		peers |= 1u << region->region.writer % FUSIONDOCK_VM_MAX |
			 1u << region->region.reader % FUSIONDOCK_VM_MAX;
		judge_outgoing(region);
		judge_incoming(facts, region);
	}
	for (unsigned int vm = 0; vm < FUSIONDOCK_VM_MAX; vm++) {
		if (vm != facts->vm_id && (peers >> vm & 1))
			judge_vm(vm, facts->vm_state[vm]);
	}
}

void judge_probe(const struct facts *facts)
{
	unsigned int vm = facts->probe_vm;

	switch (facts->probe) {
	case PROBE_NOT_MADE:
		note("no message was sent; `shmctl doctor --probe` tries doorbell and answer");
		break;
	case PROBE_ANSWERED:
		good("VM %u has sent a message back, with its doorbell", vm);
		break;
	case PROBE_NO_DOORBELL:
		wrong("interrupt never arrives: VM %u has answered, its doorbell did not come", vm);
		cure("no-interrupt",
		     "its `rings` in the system description must name this VM, its program must "
		     "ring; `grep mcs /proc/interrupts` counts those that come");
		break;
	case PROBE_TAKEN:
		note("VM %u has read the message and sent nothing back; only a program that echoes "
		     "proves the way back",
		     vm);
		break;
	case PROBE_NOT_TAKEN:
		wrong("peer silent: VM %u has not read the message, which still waits", vm);
		cure("peer-silent",
		     "is its program running and past shm_ipi_init(), and does it take the "
		     "doorbell "
		     "(UniProton: SGI 10)?");
		break;
	case PROBE_BUSY:
		note("nothing was sent: an unread message is in the way; take it, `shmctl recv`, "
		     "or "
		     "see above");
		break;
	case PROBE_DENIED:
		wrong("wrong rights: the base does not let this VM ring VM %u", vm);
		cure("may-not-ring", "name VM %u in `rings` of this VM in the system description",
		     vm);
		break;
	case PROBE_DOWN:
		wrong("VM %u cannot be rung: it does not run", vm);
		cure("vm-off", "look at its console, and for [base] VM %u", vm);
		break;
	case PROBE_FAILED:
		wrong("VM %u could not be sent to: %s", vm, shm_strerror(facts->probe_result));
		cure("send-failed", "mend what is said above it first");
		break;
	}
}
