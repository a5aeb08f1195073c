/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/psci.h"

#include "arch/smccc.h"
#include "vm/vcpu.h"

#define AFFINITY_ON 0
#define AFFINITY_OFF 1
#define AFFINITY_ON_PENDING 2
#define MIGRATE_NOT_NEEDED 2

static struct vcpu *by_mpidr(struct vm *vm, uint64_t mpidr)
{
	return mpidr < vm->desc->cpu_count ? &vm->vcpus[mpidr] : NULL;
}

static bool in_memory(const struct vm_desc *d, uint64_t at)
{
	return at >= d->memory.ipa && at - d->memory.ipa < d->memory_size;
}

static int64_t cpu_on(struct vcpu *v, uint64_t mpidr, uint64_t entry, uint64_t context)
{
	struct vcpu *t = by_mpidr(v->vm, mpidr);

	if (!t)
		return PSCI_INVALID_PARAMETERS;
	if (!in_memory(v->vm->desc, entry))
		return PSCI_INVALID_ADDRESS;
	if (vcpu_start(t, entry, context))
		return PSCI_SUCCESS;
	return __atomic_load_n(&t->state, __ATOMIC_RELAXED) == VCPU_STARTING ? PSCI_ON_PENDING
									      : PSCI_ALREADY_ON;
}

static int64_t affinity_info(struct vcpu *v, uint64_t mpidr, uint64_t level)
{
	const struct vcpu *t = by_mpidr(v->vm, mpidr);

	if (!t || level)
		return PSCI_INVALID_PARAMETERS;
	switch (__atomic_load_n(&t->state, __ATOMIC_ACQUIRE)) {
	case VCPU_OFF:
		return AFFINITY_OFF;
	case VCPU_ON:
	case VCPU_LEAVING:
		return AFFINITY_ON;
	default:
		return AFFINITY_ON_PENDING;
	}
}

static int64_t features(uint64_t fn)
{
	switch ((uint32_t)fn) {
	case PSCI_VERSION:
	case PSCI_CPU_SUSPEND_32:
	case PSCI_CPU_SUSPEND_64:
	case PSCI_CPU_OFF:
	case PSCI_CPU_ON_32:
	case PSCI_CPU_ON_64:
	case PSCI_AFFINITY_INFO_32:
	case PSCI_AFFINITY_INFO_64:
	case PSCI_MIGRATE_INFO_TYPE:
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
	case PSCI_FEATURES:
	case SMCCC_VERSION_CALL:
		return PSCI_SUCCESS;
	default:
		return PSCI_NOT_SUPPORTED;
	}
}

bool psci_call(struct vcpu *v, struct guest_regs *regs, uint32_t fn)
{
	uint64_t *x = regs->x;
	/* A 32-bit call looks at the low half of its arguments only (SMCCC 3.1). */
	uint64_t width = fn & 0x40000000u ? ~0ull : 0xffffffffull;
	uint64_t a1 = x[1] & width, a2 = x[2] & width, a3 = x[3] & width;
	int64_t result = PSCI_NOT_SUPPORTED;

	switch (fn) {
	case PSCI_VERSION:
		result = PSCI_VERSION_1_1;
		break;
	case SMCCC_VERSION_CALL:
		result = SMCCC_VERSION_1_1;
		break;
	case SMCCC_ARCH_FEATURES:
		result = (uint32_t)a1 == SMCCC_VERSION_CALL || (uint32_t)a1 == SMCCC_ARCH_FEATURES
				 ? PSCI_SUCCESS
				 : PSCI_NOT_SUPPORTED;
		break;
	case PSCI_FEATURES:
		result = features(a1);
		break;
	case PSCI_CPU_ON_32:
	case PSCI_CPU_ON_64:
		result = cpu_on(v, a1, a2, a3);
		break;
	case PSCI_AFFINITY_INFO_32:
	case PSCI_AFFINITY_INFO_64:
		result = affinity_info(v, a1, a2);
		break;
	case PSCI_CPU_SUSPEND_32:
	case PSCI_CPU_SUSPEND_64:
		result = PSCI_SUCCESS; /* a standby that a wake-up ended at once */
		break;
	case PSCI_MIGRATE_INFO_TYPE:
		result = MIGRATE_NOT_NEEDED;
		break;
	case PSCI_CPU_OFF:
		vcpu_off(v);
		return true;
	case PSCI_SYSTEM_OFF:
		vm_stop(v->vm, VM_END_OFF);
		return true;
	case PSCI_SYSTEM_RESET:
		vm_stop(v->vm, VM_END_RESET);
		return true;
	default:
		/* Standard secure service range (SMCCC table 6.2): ours to answer, with "no". */
		if ((fn & 0xbf000000u) != 0x84000000u)
			return false;
		break;
	}
	x[0] = (uint64_t)result;
	return true;
}
