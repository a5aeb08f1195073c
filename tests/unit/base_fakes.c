/* SPDX-License-Identifier: Apache-2.0 */
#include "base_test.h"

#include <stdio.h>
#include <string.h>

#include "arch/cache.h"
#include "dev/virtio.h"
#include "dev/gic.h"
#include "dev/timer.h"
#include "svc/alarm.h"
#include "svc/console.h"
#include "vm/vcpu.h"

#define SYSREGS 16
#define KICK 0xabcd00000000ull /* no plain MPIDR is taken for the value that kicks */

struct fake_core fake_cores[FAKE_CORES];
struct fake_spi fake_spis[1024];
unsigned int fake_core, fake_lr_count;
bool fake_sink_room;
char fake_sink_text[256];
size_t fake_sink_length;
void *fake_sink_last;
char fake_printed[4096];
struct vcpu *fake_started, *fake_offed;
uint64_t fake_start_entry, fake_start_context;
uint64_t fake_now;
uint32_t fake_alarm_us;
uint64_t fake_alarm_at;
const void *fake_cleaned;
size_t fake_cleaned_size;

static struct {
	char name[32];
	uint64_t value;
} sysregs[SYSREGS];

void fake_sysreg_write(const char *name, uint64_t value);

int fakes_reset(void **state)
{
	(void)state;
	memset(fake_cores, 0, sizeof(fake_cores));
	memset(fake_spis, 0, sizeof(fake_spis));
	memset(sysregs, 0, sizeof(sysregs));
	memset(vms, 0, sizeof(vms));
	memset(&the_system, 0, sizeof(the_system));
	fake_core = 0;
	fake_lr_count = 4;
	fake_sink_room = true;
	fake_sink_length = 0;
	memset(fake_sink_text, 0, sizeof(fake_sink_text));
	fake_sink_last = NULL;
	fake_printed[0] = 0;
	fake_started = fake_offed = NULL;
	fake_start_entry = fake_start_context = 0;
	fake_now += 1000000000; /* whatever the last test put off is long over */
	fake_alarm_us = 0;
	fake_alarm_at = 0;
	fake_cleaned = NULL;
	fake_cleaned_size = 0;
	return 0;
}

uint32_t fake_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static uint64_t *sysreg(const char *name)
{
	for (unsigned int n = 0; n < SYSREGS; n++) {
		if (!sysregs[n].name[0])
			snprintf(sysregs[n].name, sizeof(sysregs[n].name), "%s", name);
		if (!strcmp(sysregs[n].name, name))
			return &sysregs[n].value;
	}
	fail_msg("more than %d system registers in one test", SYSREGS);
	return NULL;
}

void fake_sysreg_set(const char *name, uint64_t value)
{
	*sysreg(name) = value;
}

uint64_t fake_sysreg_read(const char *name)
{
	return *sysreg(name);
}

void fake_sysreg_write(const char *name, uint64_t value)
{
	*sysreg(name) = value;
}

/* dev/ich.h. What the architecture forbids fails the test at once. */

unsigned int ich_lr_count(void)
{
	return fake_lr_count;
}

uint64_t ich_lr_read(unsigned int n)
{
	assert_true(n < fake_lr_count);
	return fake_cores[fake_core].lr[n];
}

void ich_lr_write(unsigned int n, uint64_t value)
{
	const uint64_t both = ICH_LR_PENDING | ICH_LR_ACTIVE;

	assert_true(n < fake_lr_count);
	/* IHI 0069, ICH_LR<n>_EL2: pending and active is not for HW = 1. */
	if (value & ICH_LR_HW)
		assert_true((value & both) != both);
	fake_cores[fake_core].lr[n] = value;
}

void ich_reset(void)
{
	memset(fake_cores[fake_core].lr, 0, sizeof(fake_cores[fake_core].lr));
	fake_cores[fake_core].maintenance = fake_cores[fake_core].ended_outside = 0;
	fake_cores[fake_core].splits_end = false;
}

static void check_no_intid_twice(const struct fake_core *c)
{
	const uint64_t both = ICH_LR_PENDING | ICH_LR_ACTIVE;

	for (unsigned int a = 0; a < fake_lr_count; a++) {
		for (unsigned int b = a + 1; b < fake_lr_count; b++) {
			if (c->lr[a] & both && c->lr[b] & both)
				assert_int_not_equal((uint32_t)c->lr[a], (uint32_t)c->lr[b]);
		}
	}
}

void ich_enable(uint32_t bits)
{
	struct fake_core *c = &fake_cores[fake_core];

	check_no_intid_twice(c);
	c->maintenance = bits;
	c->ended_outside = 0;
	c->enables++;
}

unsigned int ich_ended_outside(void)
{
	const struct fake_core *c = &fake_cores[fake_core];

	return c->splits_end ? 0 : c->ended_outside;
}

bool ich_splits_end(void)
{
	return fake_cores[fake_core].splits_end;
}

/* dev/gic.h */

uint64_t gic_kick_value(uint64_t mpidr)
{
	assert_true(mpidr < FAKE_CORES);
	return KICK | 1ull << mpidr;
}

void gic_kick(uint64_t kick_value)
{
	assert_int_equal(kick_value & ~0xffull, KICK);
	assert_int_equal(__builtin_popcountll(kick_value & 0xff), 1);
	fake_cores[__builtin_ctzll(kick_value)].kicks++;
}

void gic_deactivate(uint32_t intid)
{
	struct fake_core *c = &fake_cores[fake_core];

	/* Ending what is not active would, on the machine, end somebody else's. */
	if (intid >= GIC_PRIVATE) {
		assert_true(fake_spis[intid].active);
		fake_spis[intid].active = false;
		return;
	}
	assert_true(c->phys_active >> intid & 1);
	c->phys_active &= ~(1u << intid);
	c->deactivations++;
}

void gic_enable_spi(uint32_t intid, uint64_t mpidr, bool edge)
{
	fake_spis[intid].enabled = true;
	fake_spis[intid].edge = edge;
	fake_spis[intid].mpidr = mpidr;
}

void gic_disable_spi(uint32_t intid)
{
	fake_spis[intid].enabled = fake_spis[intid].pending = fake_spis[intid].active = false;
}

/* No transport is mapped here: the reset succeeds. */
bool virtio_map(uint64_t at)
{
	(void)at;
	return true;
}

bool virtio_reset(uint64_t at)
{
	(void)at;
	return true;
}

bool gic_spi_pending(uint32_t intid)
{
	return fake_spis[intid].pending;
}

bool timer_line(uint32_t intid)
{
	return fake_cores[fake_core].timer_lines >> intid & 1;
}

/* dev/timer.h, svc/alarm.h: a microsecond is one tick. */

uint64_t timer_now(void)
{
	return fake_now;
}

uint64_t alarm_time(uint64_t from, uint32_t us)
{
	return from + us;
}

uint64_t timer_frequency(void)
{
	return 1000000;
}

void timer_alarm(uint64_t at)
{
	fake_alarm_at = at;
}

void alarm_in(uint32_t us)
{
	fake_alarm_us = us;
}

/* dev/vuart.h, svc/console.h */

bool vuart_sink_room(const void *sink)
{
	(void)sink;
	return fake_sink_room;
}

void vuart_sink_put(void *sink, char c)
{
	fake_sink_last = sink;
	if (fake_sink_length < sizeof(fake_sink_text) - 1)
		fake_sink_text[fake_sink_length++] = c;
}

void base_print(const char *fmt, ...)
{
	size_t used = strlen(fake_printed);
	va_list args;

	va_start(args, fmt);
	vsnprintf(fake_printed + used, sizeof(fake_printed) - used, fmt, args);
	va_end(args);
	used = strlen(fake_printed);
	snprintf(fake_printed + used, sizeof(fake_printed) - used, "\n");
}

/* vm/vcpu.h. Starting is the state change alone. */

bool vcpu_start(struct vcpu *v, uint64_t entry, uint64_t context)
{
	if (v->state != VCPU_OFF)
		return false;
	v->state = VCPU_ON;
	fake_started = v;
	fake_start_entry = entry;
	fake_start_context = context;
	return true;
}

void vcpu_off(struct vcpu *v)
{
	v->state = VCPU_OFF;
	fake_offed = v;
}

/* arch/cache.h */

void cache_clean_invalidate(const void *start, size_t size)
{
	fake_cleaned = start;
	fake_cleaned_size = size;
}

void cache_invalidate_instructions(void)
{
}

/* arch/cpu.h */

struct cpu *fake_this_cpu(void)
{
	static struct cpu cpus[FAKE_CORES];

	cpus[fake_core].index = fake_core;
	return &cpus[fake_core];
}
