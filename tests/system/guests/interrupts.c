/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The GIC as a guest of two cores sees it, on the machine's own virtual CPU interface: masking,
 * order, nesting, late deactivation, levels, SGIs, routes, written states. Each check prints
 * "interrupts: NAME: ok" or what was found.
 */
#include "gic.h"

#define GICD_ICENABLER 0x0180u
#define GICD_ISPENDR 0x0200u
#define GICD_ICPENDR 0x0280u
#define GICD_ISACTIVER 0x0300u
#define GICD_ICACTIVER 0x0380u
#define GICD_ICFGR 0x0c00u
#define GICD_IROUTER 0x6000u
#define IROUTER_IRM 0x80000000u
#define GICR_STRIDE 0x20000u
#define ICC_SGI1R_EL1 S3_0_C12_C11_5
#define ICC_RPR_EL1 S3_0_C12_C11_3
#define ICC_CTLR_EOIMODE 0x2u
#define SGI1R_IRM (1ul << 40)
#define SGI 5u
#define PSCI_CPU_ON 0xc4000003u

#define UARTIMSC (UART + 0x38)
#define UARTICR (UART + 0x44)
#define UART_TX 0x20u

#define FIRST                                                                                      \
	64u /* a word of edge-triggered SPIs, each with a higher priority than the one before it   \
	     */
#define DEEP 24u
#define WORD (FIRST / 32 * 4)
#define ALL ((1u << DEEP) - 1)
#define IDLE 0xffu
#define MANY 5u /* times that a level comes while nobody quiets it */

enum mode { PLAIN, NEST, SPLIT };

static volatile enum mode mode;
static volatile uint32_t order[256], count, taken[2], spurious, deepest_active, deepest_running;
static volatile uint32_t second_ready, levels;
static uint64_t second_stack[1024];

static void check(const char *name, int good, uint64_t got)
{
	print("interrupts: ");
	print(name);
	if (good) {
		print(": ok\n");
		return;
	}
	print(": got ");
	print_hex(got);
	print("\n");
}

static uint32_t core(void)
{
	return (uint32_t)mrs("mpidr_el1") & 0xff;
}

/* Until so many interrupts have been taken since forget(), or some seconds have gone. */
static int wait_for(uint32_t wanted)
{
	uint64_t end = mrs("cntvct_el0") + 20 * mrs("cntfrq_el0");

	while (count < wanted && mrs("cntvct_el0") < end)
		;
	return count >= wanted;
}

/* As long as one that should not come is given. */
static void linger(void)
{
	uint64_t end = mrs("cntvct_el0") + mrs("cntfrq_el0") / 50;

	while (mrs("cntvct_el0") < end)
		;
}

static void forget(enum mode next)
{
	irq_mask();
	count = taken[0] = taken[1] = 0;
	mode = next;
}

static void pend(uint32_t intid)
{
	write32(GICD + GICD_ISPENDR + intid / 32 * 4, 1u << intid % 32);
}

/* In the handler of each, the next one comes. */
static void go_deeper(uint32_t intid)
{
	uint32_t before = count;

	if (intid == FIRST + DEEP - 1) {
		deepest_active = read32(GICD + GICD_ISACTIVER + WORD);
		deepest_running = (uint32_t)mrs_x(ICC_RPR_EL1);
		return;
	}
	pend(intid + 1);
	irq_unmask();
	wait_for(before + 1);
	irq_mask();
}

static void quiet_level(void)
{
	if (++levels == MANY)
		write32(UARTICR, UART_TX);
}

void guest_irq(void)
{
	uint32_t intid = (uint32_t)mrs_x(ICC_IAR1_EL1) & 0xffffff;

	if (intid == INTID_SPURIOUS) {
		spurious++;
		return;
	}
	order[count % 256] = intid;
	taken[core()]++;
	__atomic_store_n(&count, count + 1, __ATOMIC_RELEASE);
	if (intid == INTID_UART)
		quiet_level();
	else if (mode == NEST)
		go_deeper(intid);
	msr_x(ICC_EOIR1_EL1, intid);
}

static void start_distributor(void)
{
	gic_start();
	for (uint32_t n = 0; n < 32; n += 4) {
		uint32_t p = 0xe8 - 8 * n;

		write32(GICD + GIC_IPRIORITYR + FIRST + n,
			p | (p - 8) << 8 | (p - 16) << 16 | (p - 24) << 24);
	}
	write32(GICD + 0x80 + WORD, ~0u);
	write32(GICD + 0x80 + INTID_UART / 32 * 4, 1u << INTID_UART % 32);
	write32(GICD + GICD_ICFGR + FIRST / 4, 0xaaaaaaaau);
	write32(GICD + GICD_ICFGR + FIRST / 4 + 4, 0xaaaaaaaau);
	write32(GICD + GICD_ISENABLER + WORD, ALL);
	write32(GICR_SGI + GIC_ISENABLER0, 1u << SGI);
}

static void check_masking(void)
{
	forget(PLAIN);
	msr_x(ICC_PMR_EL1, 0xe8);
	irq_unmask();
	pend(FIRST);
	linger();
	check("a priority that is not above the mask waits", !count, count);
	msr_x(ICC_PMR_EL1, 0xf0);
	check("and comes when the mask is lowered", wait_for(1), count);
	msr_x(ICC_PMR_EL1, 0xff);
}

static int falls(uint32_t first, uint32_t number)
{
	for (uint32_t n = 0; n < number; n++) {
		if (order[n] != first - n)
			return 0;
	}
	return 1;
}

static void check_order(void)
{
	forget(PLAIN);
	write32(GICD + GICD_ISPENDR + WORD, ALL);
	irq_unmask();
	check("more than list registers come", wait_for(DEEP), count);
	linger();
	check("each once", count == DEEP, count);
	check("the highest priority first", falls(FIRST + DEEP - 1, DEEP), order[0]);
}

static void check_nesting(void)
{
	forget(NEST);
	pend(FIRST);
	irq_unmask();
	check("handlers in handlers", wait_for(DEEP), count);
	irq_mask();
	check("all of them active", deepest_active == ALL, deepest_active);
	check("the priority of the deepest", deepest_running == 0xe8 - 8 * (DEEP - 1),
	      deepest_running);
	check("all of them ended", read32(GICD + GICD_ISACTIVER + WORD) == 0,
	      read32(GICD + GICD_ISACTIVER + WORD));
	check("none is running", mrs_x(ICC_RPR_EL1) == IDLE, mrs_x(ICC_RPR_EL1));
}

static void check_late_deactivation(void)
{
	uint32_t left = ALL, wrong = 0;

	forget(SPLIT);
	msr_x(ICC_CTLR_EL1, mrs_x(ICC_CTLR_EL1) | ICC_CTLR_EOIMODE);
	write32(GICD + GICD_ISPENDR + WORD, ALL);
	irq_unmask();
	check("dropped, not deactivated: all come", wait_for(DEEP), count);
	check("in their order", falls(FIRST + DEEP - 1, DEEP), order[0]);
	pend(FIRST + 7);
	linger();
	check("none of them again", count == DEEP, count);
	/* 7 and 24 have no common factor. */
	for (uint32_t n = 0; n < DEEP; n++) {
		uint32_t which = (n * 7 + 1) % DEEP;

		msr_x(ICC_DIR_EL1, FIRST + which);
		left &= ~(1u << which);
		wrong += (read32(GICD + GICD_ISACTIVER + WORD) & ~(1u << 7)) != (left & ~(1u << 7));
	}
	check("deactivated one by one in any order", !wrong, wrong);
	check("what was raised meanwhile comes behind",
	      wait_for(DEEP + 1) && order[DEEP] == FIRST + 7, order[DEEP % 256]);
	irq_mask();
	write32(GICD + GICD_ICACTIVER + WORD, ALL);
	msr_x(ICC_CTLR_EL1, mrs_x(ICC_CTLR_EL1) & ~(uint64_t)ICC_CTLR_EOIMODE);
}

static void check_states(void)
{
	forget(PLAIN);
	write32(GICD + GICD_ISACTIVER + WORD, 1);
	irq_unmask();
	pend(FIRST);
	linger();
	check("active by a write holds back", !count, count);
	write32(GICD + GICD_ICACTIVER + WORD, 1);
	check("and lets go", wait_for(1), count);
	forget(PLAIN);
	pend(FIRST);
	write32(GICD + GICD_ICPENDR + WORD, 1);
	irq_unmask();
	linger();
	check("pending cleared by a write does not come", !count, count);
	write32(GICD + GICD_ICENABLER + WORD, 1);
	pend(FIRST);
	linger();
	check("disabled does not come", !count, count);
	write32(GICD + GICD_ISENABLER + WORD, 1);
	check("enabled comes", wait_for(1), count);
}

static void check_level(void)
{
	forget(PLAIN);
	write32(GICD + GICD_ISENABLER + INTID_UART / 32 * 4, 1u << INTID_UART % 32);
	write32(UARTIMSC, UART_TX);
	print("interrupts: a character raises the line\n");
	irq_unmask();
	wait_for(MANY);
	write32(UARTIMSC, 0);
	linger();
	check("a level comes until it is quieted", levels == MANY && count == MANY, levels);
}

void guest_second_main(void)
{
	write32(GICR + GICR_STRIDE + GICR_WAKER, 0);
	write32(GICR_SGI + GICR_STRIDE + GIC_IGROUPR0, ~0u);
	write32(GICR_SGI + GICR_STRIDE + GIC_ISENABLER0, 1u << SGI);
	msr_x(ICC_PMR_EL1, 0xff);
	msr_x(ICC_IGRPEN1_EL1, 1);
	__atomic_store_n(&second_ready, 1, __ATOMIC_RELEASE);
	irq_unmask();
}

static void start_second(void)
{
	uint64_t x[4] = {PSCI_CPU_ON, 1, (uint64_t)guest_second, (uint64_t)&second_stack[1024]};

	hvc(x);
	while (!x[0] && !__atomic_load_n(&second_ready, __ATOMIC_ACQUIRE))
		;
	check("the second core is on", !x[0], x[0]);
}

/* Interrupts of one kind, one after the other; who took them. */
static uint64_t who(uint32_t wanted)
{
	irq_unmask();
	wait_for(wanted);
	linger();
	irq_mask();
	return (uint64_t)taken[1] << 32 | taken[0];
}

static void check_sgis(void)
{
	static const struct {
		const char *name;
		uint64_t list, first, second;
	} sgis[] = {
		{"an SGI to the core itself", 0x1, 1, 0},
		{"an SGI to the other core", 0x2, 0, 1},
		{"an SGI to both", 0x3, 1, 1},
		{"an SGI to all others", SGI1R_IRM, 0, 1},
		{"an SGI to all others ignores the list", SGI1R_IRM | 0x1, 0, 1},
		{"an SGI to nobody", 0x0, 0, 0},
		{"an SGI to cores that are not there", 0xfffc, 0, 0},
	};

	for (unsigned int n = 0; n < sizeof(sgis) / sizeof(sgis[0]); n++) {
		uint64_t wanted = sgis[n].second << 32 | sgis[n].first, got;

		forget(PLAIN);
		msr_x(ICC_SGI1R_EL1, (uint64_t)SGI << 24 | sgis[n].list);
		got = who((uint32_t)(sgis[n].first + sgis[n].second));
		check(sgis[n].name, got == wanted, got);
	}
}

static void route(uint32_t value)
{
	write32(GICD + GICD_IROUTER + 8 * FIRST, value);
}

static void check_routes(void)
{
	uint64_t got;

	forget(PLAIN);
	route(1);
	pend(FIRST);
	got = who(1);
	check("an SPI goes where it is routed", got == 1ul << 32, got);
	forget(PLAIN);
	route(0);
	pend(FIRST);
	/* This core masks it: it is pending here when the route changes. */
	route(1);
	got = who(1);
	check("and moves with its route", got == 1ul << 32, got);
	forget(PLAIN);
	route(IROUTER_IRM);
	pend(FIRST);
	got = who(1);
	check("one of N goes to one", got == 1 || got == 1ul << 32, got);
	route(0);
}

void guest_main(void)
{
	start_distributor();
	check_masking();
	check_order();
	check_nesting();
	check_late_deactivation();
	check_states();
	check_level();
	start_second();
	check_sgis();
	check_routes();
	check("spurious interrupts", !spurious, spurious);
	check("exceptions", !guest_fault.count, guest_fault.count);
	print("interrupts: done\n");
}
