// SPDX-License-Identifier: Apache-2.0
/* An event in words. Numbers that are addresses or registers are hexadecimal. */
#include <inttypes.h>
#include <string.h>

#include <fusiondock/hypercall.h>

#include "trace.h"

#define KINDS FUSIONDOCK_TRACE_KINDS
#define HEX "0x%" PRIx64

static const char *const kind_names[KINDS] = FUSIONDOCK_TRACE_NAMES;

const char *trace_kind_name(unsigned int kind)
{
	return kind < KINDS ? kind_names[kind] : "unknown";
}

unsigned int trace_kind(const char *name)
{
	for (unsigned int kind = 1; kind < KINDS; kind++) {
		if (strcmp(name, kind_names[kind]) == 0)
			return kind;
	}
	return FUSIONDOCK_TRACE_NONE;
}

/* Of a list of names; "?" for what is not in it. */
#define NAME_OF(names, value) name_of(names, sizeof(names) / sizeof((names)[0]), value)

static const char *name_of(const char *const *names, size_t count, uint64_t value)
{
	return value < count && names[value] != NULL ? names[value] : "?";
}

/* ESR_EL2.EC, by the names of the Arm ARM. */
static const char *class_name(unsigned int class)
{
	static const char *const names[] = {
		[0x00] = "unknown",
		[0x01] = "WFx",
		[0x07] = "SVE/SIMD/FP",
		[0x16] = "HVC",
		[0x17] = "SMC",
		[0x18] = "MSR/MRS",
		[0x20] = "instruction abort",
		[0x24] = "data abort",
		[0x2f] = "SError",
	};

	return NAME_OF(names, class);
}

typedef const struct fusiondock_trace_event *event;

static const char *const access_names[] = {"read", "write", "fetch"};

static void describe_mmio(event e, char *text, size_t size)
{
	static const char *const devices[] = {[FUSIONDOCK_EXIT_GICD] = "GICD",
					      [FUSIONDOCK_EXIT_GICR] = "GICR",
					      [FUSIONDOCK_EXIT_UART] = "UART"};

	snprintf(text, size, "%s %u bytes of %s at " HEX ": " HEX,
		 NAME_OF(access_names, FUSIONDOCK_TRACE_ACCESS_HOW(e->a)),
		 FUSIONDOCK_TRACE_ACCESS_SIZE(e->a),
		 NAME_OF(devices, FUSIONDOCK_TRACE_ACCESS_DEVICE(e->a)), (uint64_t)e->b,
		 (uint64_t)e->c);
}

static void describe_refused(event e, char *text, size_t size)
{
	static const char *const reasons[] = {[1] = "no such call",
					      [2] = "no such VM or vector",
					      [3] = "not granted",
					      [4] = "it does not run"};

	snprintf(text, size, "VM %u, vector %" PRIu64 ": %s", e->a, (uint64_t)e->b,
		 NAME_OF(reasons, 0 - (uint64_t)e->c));
}

static void describe_life(event e, char *text, size_t size)
{
	static const char *const ends[] = {[FUSIONDOCK_TRACE_END_OFF] = "off",
					   [FUSIONDOCK_TRACE_END_RESET] = "reset",
					   [FUSIONDOCK_TRACE_END_FAULT] = "fault"};
	static const char *const operations[] = {"stop", "start", "reset"};
	int done = snprintf(text, size, "VM %u, epoch %" PRIu64, e->a, (uint64_t)e->b);

	text += done;
	size -= (size_t)done;
	if (e->kind == FUSIONDOCK_TRACE_VM_START)
		snprintf(text, size, ", entry " HEX, (uint64_t)e->c);
	else if (e->kind == FUSIONDOCK_TRACE_VM_END)
		snprintf(text, size, ", %s", NAME_OF(ends, e->c));
	else if (e->kind == FUSIONDOCK_TRACE_VM_FAULT)
		snprintf(text, size, ", esr " HEX, (uint64_t)e->c);
	else if (e->kind == FUSIONDOCK_TRACE_VM_CONTROL)
		snprintf(text, size, ", %s", NAME_OF(operations, e->c));
}

/* A kind of a newer base: the numbers. */
static void describe_numbers(event e, char *text, size_t size)
{
	snprintf(text, size, "kind %u: 0x%x, " HEX ", " HEX, e->kind, e->a, (uint64_t)e->b,
		 (uint64_t)e->c);
}

static void describe_exit(event e, char *text, size_t size)
{
	if (e->kind == FUSIONDOCK_TRACE_IRQ)
		snprintf(text, size, "INTID %u, pc " HEX, e->a, (uint64_t)e->b);
	else if (e->kind == FUSIONDOCK_TRACE_RETURN)
		snprintf(text, size, "pc " HEX ", spsr " HEX, (uint64_t)e->b, (uint64_t)e->c);
	else
		snprintf(text, size, "%s, pc " HEX ", esr " HEX, class_name(e->a), (uint64_t)e->b,
			 (uint64_t)e->c);
}

static void describe_call(event e, char *text, size_t size)
{
	snprintf(text, size, "0x%x, x1 " HEX ", result %" PRId64, e->a, (uint64_t)e->b,
		 (int64_t)e->c);
}

static void describe_denied(event e, char *text, size_t size)
{
	snprintf(text, size, "%s at " HEX ", pc " HEX, NAME_OF(access_names, e->a), (uint64_t)e->b,
		 (uint64_t)e->c);
}

static void describe_doorbell(event e, char *text, size_t size)
{
	snprintf(text, size, "VM %u, vector %" PRIu64, e->a, (uint64_t)e->b);
}

static void describe_intid(event e, char *text, size_t size)
{
	snprintf(text, size, "INTID %u", e->a);
}

static void describe_core(event e, char *text, size_t size)
{
	if (e->kind == FUSIONDOCK_TRACE_CORE_ON)
		snprintf(text, size, "entry " HEX ", x0 " HEX, (uint64_t)e->b, (uint64_t)e->c);
	else
		text[0] = '\0';
}

static void describe_console(event e, char *text, size_t size)
{
	snprintf(text, size, "VM %u, %" PRIu64 " characters wait", e->a, (uint64_t)e->b);
}

void trace_describe(const struct fusiondock_trace_event *e, char *text, size_t size)
{
	static void (*const describe[KINDS])(event, char *, size_t) = {
		[FUSIONDOCK_TRACE_SYNC] = describe_exit,
		[FUSIONDOCK_TRACE_IRQ] = describe_exit,
		[FUSIONDOCK_TRACE_SERROR] = describe_exit,
		[FUSIONDOCK_TRACE_RETURN] = describe_exit,
		[FUSIONDOCK_TRACE_CALL] = describe_call,
		[FUSIONDOCK_TRACE_MMIO] = describe_mmio,
		[FUSIONDOCK_TRACE_DENIED] = describe_denied,
		[FUSIONDOCK_TRACE_UNDEFINED] = describe_exit,
		[FUSIONDOCK_TRACE_RAISED] = describe_doorbell,
		[FUSIONDOCK_TRACE_COALESCED] = describe_doorbell,
		[FUSIONDOCK_TRACE_PUT_OFF] = describe_doorbell,
		[FUSIONDOCK_TRACE_REFUSED] = describe_refused,
		[FUSIONDOCK_TRACE_INJECT] = describe_intid,
		[FUSIONDOCK_TRACE_VM_START] = describe_life,
		[FUSIONDOCK_TRACE_VM_END] = describe_life,
		[FUSIONDOCK_TRACE_VM_FAULT] = describe_life,
		[FUSIONDOCK_TRACE_VM_WATCHDOG] = describe_life,
		[FUSIONDOCK_TRACE_VM_CONTROL] = describe_life,
		[FUSIONDOCK_TRACE_CORE_ON] = describe_core,
		[FUSIONDOCK_TRACE_CORE_OFF] = describe_core,
		[FUSIONDOCK_TRACE_CONSOLE] = describe_console,
		[FUSIONDOCK_TRACE_STRAY] = describe_intid,
	};

	if (e->kind < KINDS && describe[e->kind] != NULL)
		describe[e->kind](e, text, size);
	else
		describe_numbers(e, text, size);
}

void trace_text(const struct trace_view *view, const struct trace_item *item)
{
	uint64_t ns = trace_ns(view, item->event.time);
	char place[16] = "no VM", what[160];

	if (item->event.vm != FUSIONDOCK_TRACE_NO_VM)
		snprintf(place, sizeof(place), "VM %u.%u", item->event.vm, item->event.vcpu);
	trace_describe(&item->event, what, sizeof(what));
	printf("%5" PRIu64 ".%09" PRIu64 "  cpu %-2u  %-6s  %-11s %s\n", ns / 1000000000,
	       ns % 1000000000, item->core, place, trace_kind_name(item->event.kind), what);
}
