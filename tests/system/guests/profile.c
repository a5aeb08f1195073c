/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an existing UniProton image does, access by access, and a check of every answer:
 * docs/uniproton.md has the profile. Each check prints "profile: NAME: ok" or what was found
 * instead. With VM 0 it speaks the original protocol by fields filled by hand, without a barrier
 * before the call. Its MMU stays off, and it spins when it has nothing to do.
 */
#include "call.h"
#include "fusiondock/hypercall.h"
#include "gic.h"

#define RAM 0x2b000000ul
#define RAM_SIZE 0x1000000ul

#define UARTDR (UART + 0x00)
#define UARTFR (UART + 0x18)
#define UARTILPR (UART + 0x20)
#define UARTIBRD (UART + 0x24)
#define UARTFBRD (UART + 0x28)
#define UARTLCR_H (UART + 0x2c)
#define UARTCR (UART + 0x30)
#define UARTIFLS (UART + 0x34)
#define UARTIMSC (UART + 0x38)
#define UARTMIS (UART + 0x40)
#define UARTICR (UART + 0x44)
#define UARTFR_RXFE 0x10u

#define SPI_FIRST 32u
#define SPI_LAST 386u
#define GICD_RWP 0x80000000u
#define GICR_RWP 0x8u
#define POLLS 1000000u

#define ICC_CTLR_EOIMODE 0x2u
#define TICKS_PER_SECOND 100u
#define TICKS 20u
#define SEND_EVERY 10u /* ticks */

#define SHM_RD 0x2a800000ul
#define SHM_WR 0x2ac00000ul
#define READY_TO_READ 1
#define READ_END 2
#define INTS 3u
#define STAMPS 3u
#define MESSAGE_MAX 64u

/* The head of a region as the original programs know it. */
struct shm {
	volatile uint32_t max_size, used_size;
	volatile int32_t op_type, resevered;
	volatile uint8_t data[];
};

void original_call(struct registers *r);
CALL(original_call, "hvc #0");

static uint64_t checks, failures, first_count, later_count;
static volatile uint64_t ticks, doorbells, uart_interrupts, strange, deactivations;
static uint64_t first_due, period;
static volatile char typed;

/* --- Checks */

static void check(const char *name, int good, uint64_t got)
{
	checks++;
	print("profile: ");
	print(name);
	if (good) {
		print(": ok\n");
		return;
	}
	failures++;
	print(": got ");
	print_hex(got);
	print("\n");
}

static void check_is(const char *name, uint64_t got, uint64_t want)
{
	check(name, got == want, got);
}

/* --- At entry */

/* Nothing can be said before; the counter is read right behind it. */
static uint32_t start_uart(void)
{
	uint32_t icr;

	write32(UARTCR, 0);
	icr = read32(UARTICR);
	write32(UARTICR, icr | 0x7ff);
	write32(UARTIBRD, 13);
	write32(UARTFBRD, 1);
	write32(UARTLCR_H, 0x70);
	write32(UARTIFLS, 0);
	write32(UARTIMSC, 0);
	write32(UARTCR, 0x301);
	first_count = mrs("cntpct_el0");
	return icr;
}

static void check_uart(uint32_t icr)
{
	uint64_t virtual_count;

	check_is("UARTICR reads as 0", icr, 0);
	check_is("UARTILPR", read32(UARTILPR), 0);
	check_is("UARTIBRD", read32(UARTIBRD), 13);
	check_is("UARTFBRD", read32(UARTFBRD), 1);
	check_is("UARTLCR_H", read32(UARTLCR_H), 0x70);
	check_is("UARTIFLS", read32(UARTIFLS), 0);
	check_is("UARTIMSC", read32(UARTIMSC), 0);
	check_is("UARTCR", read32(UARTCR), 0x301);
	check_is("UARTMIS", read32(UARTMIS), 0);
	check("UARTFR has an empty receive FIFO", read32(UARTFR) & UARTFR_RXFE, read32(UARTFR));
	later_count = mrs("cntpct_el0");
	check("CNTPCT_EL0", first_count && later_count > first_count, first_count);
	virtual_count = mrs("cntvct_el0");
	check("CNTVCT_EL0 is the same counter",
	      virtual_count >= later_count && virtual_count <= mrs("cntpct_el0"), virtual_count);
}

static void check_memory(void)
{
	volatile uint64_t *last = (volatile uint64_t *)(RAM + RAM_SIZE - sizeof(*last));
	uint64_t start;

	__asm__("adr %0, _start" : "=r"(start));
	check_is("loaded at the start of RAM", start, RAM);
	check_is("the last word of RAM", *last, 0);
	*last = start;
	check_is("and it can be written", *last, start);
	check_is("no exception there", guest_fault.count, 0);
}

static void check_entry(void)
{
	uint64_t any = 0, fp, pattern = 0x3ff0123456789abcul;

	for (unsigned int n = 0; n < 31; n++)
		any |= guest_entry.x[n];
	check_is("x0 to x30", any, 0);
	check_is("CurrentEL", guest_entry.currentel, 1 << 2);
	check_is("SPSel", guest_entry.spsel, 1);
	check_is("DAIF", guest_entry.daif, 0xf << 6);
	/* EE, C, M */
	check_is("SCTLR_EL1", guest_entry.sctlr & (1ul << 25 | 1ul << 2 | 1ul), 0);
	check_is("MPIDR_EL1", mrs("mpidr_el1") & 0xff00fffffful, 0);
	__asm__ volatile(".arch_extension fp\n fmov d31, %1\n fmov %0, d31"
			 : "=r"(fp)
			 : "r"(pattern));
	check_is("FP registers", fp, pattern);
}

/* --- The GIC, 32-bit accesses only */

static int poll_clear(uint64_t at, uint32_t bit)
{
	for (unsigned int n = 0; n < POLLS; n++) {
		if (!(read32(at) & bit))
			return 1;
	}
	return 0;
}

static void start_distributor(void)
{
	uint32_t ctlr = read32(GICD + GICD_CTLR);

	check_is("GICD_CTLR has no enable bit", ctlr & 3, 0);
	if (!(ctlr & 3))
		write32(GICD + GICD_CTLR, 0x32);
	check("GICD_CTLR.RWP", poll_clear(GICD + GICD_CTLR, GICD_RWP), read32(GICD + GICD_CTLR));
	ctlr = read32(GICD + GICD_CTLR);
	check("GICD_CTLR", (ctlr & 0x13) == 0x12, ctlr);
}

static void sweep_groups(void)
{
	uint64_t wrong = 0;

	for (uint32_t word = SPI_FIRST / 32; word <= SPI_LAST / 32; word++) {
		write32(GICD + 0x80 + 4 * word, read32(GICD + 0x80 + 4 * word) | ~0u);
		write32(GICD + 0xd00 + 4 * word, read32(GICD + 0xd00 + 4 * word) & 0);
		wrong += read32(GICD + 0x80 + 4 * word) != ~0u || read32(GICD + 0xd00 + 4 * word);
	}
	check_is("GICD_IGROUPR and GICD_IGRPMODR", wrong, 0);
}

/* Whose they are does not matter to the image: it switches all of them off. */
static void sweep_enables(void)
{
	uint64_t was_on = 0, is_on = 0;

	for (uint32_t spi = SPI_FIRST; spi <= SPI_LAST; spi++) {
		was_on += read32(GICD + 0x100 + spi / 32 * 4) >> spi % 32 & 1;
		write32(GICD + 0x180 + spi / 32 * 4, 1u << spi % 32);
		is_on += !poll_clear(GICD + GICD_CTLR, GICD_RWP);
		is_on += read32(GICD + 0x180 + spi / 32 * 4) >> spi % 32 & 1;
	}
	check_is("GICD_ISENABLER before the sweep", was_on, 0);
	check_is("GICD_ICENABLER of every SPI", is_on, 0);
}

static void enable(uint64_t frame, uint32_t intid)
{
	write32(frame + 0x100 + intid / 32 * 4, 1u << intid % 32);
	poll_clear(GICD + GICD_CTLR, GICD_RWP);
}

/* As in a second life beside a Linux that runs: its SPIs are among these numbers, and go on. */
static void sweep_again(void)
{
	for (uint32_t spi = SPI_FIRST; spi <= SPI_LAST; spi++)
		write32(GICD + 0x180 + spi / 32 * 4, 1u << spi % 32);
	check_is("GICD_ICENABLER while VM 0 runs", read32(GICD + 0x100 + INTID_UART / 32 * 4), 0);
	enable(GICD, INTID_UART);
}

static void sweep_routes(void)
{
	uint64_t wrong = 0;

	for (uint32_t spi = SPI_FIRST; spi <= SPI_LAST; spi++) {
		write32(GICD + 0x6000 + 8 * spi, (uint32_t)mrs("mpidr_el1") & 0xffffff);
		wrong += read32(GICD + 0x6000 + 8 * spi) != 0;
	}
	check_is("GICD_IROUTER, low halves", wrong, 0);
}

static void set_priority(uint64_t frame, uint32_t intid, uint32_t priority)
{
	uint64_t at = frame + 0x400 + intid / 4 * 4;
	uint32_t shift = intid % 4 * 8;

	write32(at, (read32(at) & ~(0xffu << shift)) | priority << shift);
}

static uint32_t priority(uint64_t frame, uint32_t intid)
{
	return read32(frame + 0x400 + intid / 4 * 4) >> intid % 4 * 8 & 0xff;
}

static void start_redistributor(void)
{
	check("GICR_CTLR.RWP", poll_clear(GICR, GICR_RWP), read32(GICR));
	write32(GICR + GICR_WAKER, read32(GICR + GICR_WAKER) & ~2u);
	check("GICR_WAKER.ChildrenAsleep", poll_clear(GICR + GICR_WAKER, 4),
	      read32(GICR + GICR_WAKER));
	write32(GICR_SGI + 0x80, ~0u);
	check_is("GICR_IGROUPR0", read32(GICR_SGI + 0x80), ~0u);
	write32(GICR_SGI + 0xd00, 0);
	check_is("GICR_IGRPMODR0", read32(GICR_SGI + 0xd00), 0);
	check_is("GICR_ISENABLER0", read32(GICR_SGI + 0x100), 0);
	write32(GICR_SGI + 0x180, ~0u);
	check("GICR_ICENABLER0", poll_clear(GICR, GICR_RWP) && !read32(GICR_SGI + 0x180),
	      read32(GICR_SGI + 0x180));
	set_priority(GICR_SGI, INTID_DOORBELL, 0xa0);
	set_priority(GICR_SGI, INTID_TIMER, 0xc0);
	check_is("GICR_IPRIORITYR2", priority(GICR_SGI, INTID_DOORBELL), 0xa0);
	check_is("GICR_IPRIORITYR6", priority(GICR_SGI, INTID_TIMER), 0xc0);
}

static void start_cpu_interface(void)
{
	msr_x(ICC_SRE_EL1, 7);
	check_is("ICC_SRE_EL1", mrs_x(ICC_SRE_EL1) & 7, 7);
	msr_x(ICC_BPR1_EL1, 3);
	check_is("ICC_BPR1_EL1", mrs_x(ICC_BPR1_EL1) & 7, 3);
	msr_x(ICC_IGRPEN1_EL1, 1);
	check_is("ICC_IGRPEN1_EL1", mrs_x(ICC_IGRPEN1_EL1), 1);
	msr_x(ICC_PMR_EL1, 0xf8);
	check_is("ICC_PMR_EL1", mrs_x(ICC_PMR_EL1), 0xf8);
	check_is("ICC_IAR1_EL1 with nothing pending", mrs_x(ICC_IAR1_EL1), INTID_SPURIOUS);
	check_is("ICC_CTLR_EL1.EOImode", mrs_x(ICC_CTLR_EL1) & ICC_CTLR_EOIMODE, 0);
}

/* --- Interrupts */

static void take_uart(void)
{
	while (!(read32(UARTFR) & UARTFR_RXFE))
		typed = (char)read32(UARTDR);
	write32(UARTICR, read32(UARTICR) | 0x7ff);
	uart_interrupts++;
}

void guest_irq(void)
{
	uint64_t intid = mrs_x(ICC_IAR1_EL1) & 0xffffff;

	if (intid == INTID_TIMER) {
		ticks++;
		msr("cntv_cval_el0", first_due + ticks * period);
	} else if (intid == INTID_DOORBELL) {
		doorbells++;
	} else if (intid == INTID_UART) {
		take_uart();
	} else {
		strange++;
	}
	msr_x(ICC_EOIR1_EL1, intid);
	if (mrs_x(ICC_CTLR_EL1) & ICC_CTLR_EOIMODE) {
		msr_x(ICC_DIR_EL1, intid);
		deactivations++;
	}
}

static void wait_ticks(uint64_t count)
{
	uint64_t end = ticks + count;

	while (ticks < end)
		;
}

static void check_ticks(const char *name)
{
	uint64_t due, met;

	irq_mask();
	due = (mrs("cntvct_el0") - first_due) / period + 1;
	met = ticks;
	irq_unmask();
	/* The one that is due while it is counted may not have been taken yet. */
	check(name, met >= TICKS && met <= due && due - met <= 1, met);
}

static void start_timer(void)
{
	period = mrs("cntfrq_el0") / TICKS_PER_SECOND;
	first_due = mrs("cntvct_el0") + period;
	msr("cntv_cval_el0", first_due);
	msr("cntv_ctl_el0", 1);
	irq_unmask();
	wait_ticks(TICKS);
	check_ticks("CNTV, INTID 27, 100 a second");
	check_is("no ICC_DIR_EL1 with EOImode 0", deactivations, 0);
}

static void use_eoi_mode(void)
{
	msr_x(ICC_CTLR_EL1, mrs_x(ICC_CTLR_EL1) | ICC_CTLR_EOIMODE);
	check_is("ICC_CTLR_EL1.EOImode set", mrs_x(ICC_CTLR_EL1) & ICC_CTLR_EOIMODE,
		 ICC_CTLR_EOIMODE);
	wait_ticks(TICKS);
	check_ticks("ICC_DIR_EL1 with EOImode 1");
	check("each of them deactivated", deactivations >= TICKS, deactivations);
	irq_mask();
	msr_x(ICC_CTLR_EL1, mrs_x(ICC_CTLR_EL1) & ~(uint64_t)ICC_CTLR_EOIMODE);
	irq_unmask();
}

/* --- Messages with VM 0 */

static struct shm *const shm_rd = (struct shm *)SHM_RD, *const shm_wr = (struct shm *)SHM_WR;
static uint64_t received, sent, ring_failures, ring_spoiled;

static void ring(void)
{
	struct registers r;

	for (unsigned int n = 3; n < 31; n++)
		r.x[n] = 0x1111111111111111ul * n;
	r.x[0] = FUSIONDOCK_ORIGINAL_RING;
	r.x[1] = FUSIONDOCK_ORIGINAL_IPI;
	r.x[2] = 0;
	original_call(&r);
	ring_failures += (uint32_t)r.x[0] != 0;
	ring_spoiled += r.x[1] != FUSIONDOCK_ORIGINAL_IPI || r.x[2] != 0;
	for (unsigned int n = 3; n < 31; n++)
		ring_spoiled += r.x[n] != 0x1111111111111111ul * n;
}

static void show_int(const uint8_t *buf)
{
	print("int ");
	print_number((uint64_t)buf[0] | (uint64_t)buf[1] << 8 | (uint64_t)buf[2] << 16);
}

static void receive(void)
{
	uint8_t buf[MESSAGE_MAX + 1] = {0};
	uint32_t len;
	int32_t type;

	/* Acquire: pairs with the writer's release of READY. */
	if (__atomic_load_n(&shm_rd->op_type, __ATOMIC_ACQUIRE) != READY_TO_READ)
		return;
	len = shm_rd->used_size;
	type = shm_rd->resevered;
	for (uint32_t n = 0; n < len && n < MESSAGE_MAX; n++)
		buf[n] = shm_rd->data[n];
	shm_rd->op_type = READ_END;
	received++;
	print("profile: received ");
	if (type == 0 && len == 4)
		show_int(buf);
	else if (type == 1)
		print((const char *)buf);
	else
		print(type == 2 && len == 8 ? "time" : "something else");
	print("\n");
}

/* Waits as the original does, for ever, and reads meanwhile: the other side may be waiting too. */
static void wait_writable(void)
{
	while (shm_wr->op_type == READY_TO_READ)
		receive();
}

static void put_bytes(const void *from, uint32_t len)
{
	for (uint32_t n = 0; n < len; n++)
		shm_wr->data[n] = ((const uint8_t *)from)[n];
}

static void send(int32_t type, const void *from, uint32_t len)
{
	wait_writable();
	shm_wr->used_size = len;
	shm_wr->resevered = type;
	put_bytes(from, len);
	shm_wr->op_type = READY_TO_READ;
	ring();
	sent++;
}

/* In the order of the specification's sample: the state first, the stamp after it. */
static void send_time(void)
{
	wait_writable();
	shm_wr->used_size = sizeof(uint64_t);
	shm_wr->resevered = 2;
	shm_wr->op_type = READY_TO_READ;
	*(volatile uint64_t *)shm_wr->data = mrs("cntpct_el0");
	ring();
	sent++;
}

static void pause(void)
{
	uint64_t end = ticks + SEND_EVERY;

	while (ticks < end)
		receive();
}

static void talk(void)
{
	static const char text[] = "Hello openEuler";

	print("profile: waits for its first doorbell\n");
	while (!doorbells)
		;
	check("SGI 10", 1, 0);
	sweep_again();
	for (uint32_t n = 0, value = 8080808; n < INTS; n++, value--, pause())
		send(0, &value, sizeof(value));
	send(1, text, sizeof(text));
	pause();
	for (uint32_t n = 0; n < STAMPS; n++, pause())
		send_time();
	check_is("sent", sent, INTS + 1 + STAMPS);
	check_is("HVC says 0", ring_failures, 0);
	check_is("HVC preserves x1 to x30", ring_spoiled, 0);
}

static void take_a_key(void)
{
	write32(UARTIMSC, 0x50);
	print("profile: type a key\n");
	while (!uart_interrupts)
		receive();
	check("UART, INTID 203", typed == 'k', (uint64_t)typed);
}

void guest_main(void)
{
	uint32_t icr = start_uart();

	check_entry();
	check_memory();
	check_uart(icr);
	start_distributor();
	sweep_groups();
	sweep_enables();
	sweep_routes();
	start_redistributor();
	start_cpu_interface();
	set_priority(GICD, INTID_UART, 0xb0);
	check_is("GICD_IPRIORITYR50", priority(GICD, INTID_UART), 0xb0);
	enable(GICR_SGI, INTID_DOORBELL);
	enable(GICR_SGI, INTID_TIMER);
	enable(GICD, INTID_UART);
	check_is("GICR_ISENABLER0 afterwards", read32(GICR_SGI + 0x100),
		 1u << INTID_DOORBELL | 1u << INTID_TIMER);
	start_timer();
	use_eoi_mode();
	talk();
	take_a_key();
	check_ticks("no tick was lost");
	check_is("strange interrupts", strange, 0);
	check_is("exceptions", guest_fault.count, 0);
	check_is("MMU off to the end", mrs("sctlr_el1") & 1, 0);
	print("profile: done");
	print(" checks ");
	print_number(checks);
	print(" failures ");
	print_number(failures);
	print(" received ");
	print_number(received);
	print("\n");
	for (;;)
		receive();
}
