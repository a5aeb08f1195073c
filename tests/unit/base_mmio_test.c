/* SPDX-License-Identifier: Apache-2.0 */
/* A guest's loads and stores to its devices: which device, how wide, into which register. */
#include "base_test.h"

#include <string.h>

#include "dev/uartregs.h"
#include "svc/mmio.h"

#define GICD 0x08000000u
#define GICR 0x080a0000u
#define UART 0x09000000u
#define UART_INTID 33u

/* ESR_EL2.ISS of a data abort. */
#define ISV (1u << 24)
#define SAS(log2) ((uint32_t)(log2) << 22)
#define SSE (1u << 21)
#define SRT(n) ((uint32_t)(n) << 16)
#define SF (1u << 15)
#define WNR (1u << 6)
#define ESR_ABORT (0x24ull << 26 | 1u << 25)

static struct vm *vm;
static struct guest_regs regs;

static int one_vm(void **state)
{
	static struct cpu cpus[2] = {{.mpidr = 0}, {.mpidr = 1}};
	struct vm_desc *d = &the_system.vms[1];

	fakes_reset(state);
	vm = &vms[1];
	d->used = true;
	d->cpu_count = 2;
	d->gicd = ipa(GICD);
	d->gicr = ipa(GICR);
	d->uart = ipa(UART);
	d->uart_intid = UART_INTID;
	vm->id = 1;
	vm->desc = d;
	vm->vgic.doorbell = VGIC_NO_DOORBELL;
	for (uint32_t n = 0; n < 2; n++) {
		vm->vcpus[n].vm = vm;
		vm->vcpus[n].cpu = &cpus[n];
		vgic_add_cpu(&vm->vgic, &vm->vcpus[n].vgic, n);
	}
	vgic_reset(&vm->vgic);
	vgic_cpu_start(&vm->vcpus[0].vgic);
	vuart_reset(&vm->uart, NULL);
	for (unsigned int n = 0; n < 31; n++)
		regs.x[n] = 0x1111111111111111ull * (n % 15 + 1);
	regs.elr = 0x40001000;
	return 0;
}

static bool access(uint64_t at, uint32_t iss)
{
	return mmio_emulate(&vm->vcpus[0], &regs, ESR_ABORT | iss, ipa(at));
}

static void a_store_takes_the_named_register(void **state)
{
	(void)state;
	regs.x[7] = 'Z';
	assert_true(access(UART + UARTDR, ISV | SAS(2) | SRT(7) | WNR));
	assert_string_equal(fake_sink_text, "Z");
	assert_int_equal(regs.elr, 0x40001004);
}

static void a_store_is_cut_to_its_width(void **state)
{
	(void)state;
	regs.x[3] = 0xffffffffffffffa0;
	assert_true(access(GICD + GICD_IPRIORITYR + 40, ISV | SAS(0) | SRT(3) | WNR));
	assert_int_equal(vgic_dist_read(&vm->vcpus[0].vgic, GICD_IPRIORITYR + 40, 4), 0xa0);
	assert_true(access(UART + UARTIBRD, ISV | SAS(1) | SRT(3) | WNR));
	assert_int_equal(vuart_read(&vm->uart, UARTIBRD), 0xffa0);
}

static void a_store_of_the_zero_register_stores_zero(void **state)
{
	(void)state;
	vuart_write(&vm->uart, UARTIBRD, 0x55);
	assert_true(access(UART + UARTIBRD, ISV | SAS(2) | SRT(31) | WNR));
	assert_int_equal(vuart_read(&vm->uart, UARTIBRD), 0);
}

static void a_load_of_32_bits_clears_the_upper_half(void **state)
{
	(void)state;
	assert_true(access(UART + UARTCR, ISV | SAS(2) | SRT(4)));
	assert_int_equal(regs.x[4], 0x300);
	assert_int_equal(regs.elr, 0x40001004);
}

static void a_load_of_64_bits_fills_the_register(void **state)
{
	(void)state;
	assert_true(access(GICR + GICR_FRAME + GICR_TYPER, ISV | SAS(3) | SRT(4) | SF));
	assert_int_equal(regs.x[4], 1ull << 32 | 1u << 8 | 1u << 4);
}

static void a_load_with_sign_extends_to_its_register(void **state)
{
	(void)state;
	vgic_dist_write(&vm->vcpus[0].vgic, GICD_IPRIORITYR + 40, 1, 0xa0);
	assert_true(access(GICD + GICD_IPRIORITYR + 40, ISV | SAS(0) | SSE | SRT(4)));
	assert_int_equal(regs.x[4], 0xffffffa0);
	assert_true(access(GICD + GICD_IPRIORITYR + 40, ISV | SAS(0) | SSE | SRT(4) | SF));
	assert_int_equal(regs.x[4], 0xffffffffffffffa0);
	assert_true(access(GICD + GICD_IPRIORITYR + 40, ISV | SAS(0) | SRT(4) | SF));
	assert_int_equal(regs.x[4], 0xa0);
}

static void a_load_to_the_zero_register_changes_none(void **state)
{
	struct guest_regs before = regs;

	(void)state;
	assert_true(access(UART + UARTCR, ISV | SAS(2) | SRT(31)));
	assert_memory_equal(regs.x, before.x, sizeof(regs.x));
	assert_int_equal(regs.elr, before.elr + 4);
}

static void an_access_changes_no_other_register(void **state)
{
	struct guest_regs before = regs;

	(void)state;
	assert_true(access(UART + UARTCR, ISV | SAS(2) | SRT(12)));
	before.x[12] = 0x300;
	before.elr += 4;
	assert_memory_equal(&regs, &before, sizeof(regs));
}

static void windows_end_where_they_should(void **state)
{
	static const struct {
		uint64_t at;
		bool there;
	} cases[] = {
		{GICD - 4, false},
		{GICD, true},
		{GICD + 0xfffc, true},
		{GICD + 0x10000, false},
		{GICR - 4, false},
		{GICR, true},
		{GICR + 0x3fffc, true},
		{GICR + 0x40000, false},
		{UART - 4, false},
		{UART, true},
		{UART + 0xffc, true},
		{UART + 0x1000, false},
		{0, false},
		{0x7ffffffffc, false},
		{UART | 1ull << 32, false},
	};

	(void)state;
	for (size_t n = 0; n < COUNT(cases); n++)
		assert_int_equal(access(cases[n].at, ISV | SAS(2) | SRT(4)), cases[n].there);
}

static void what_is_not_emulated_leaves_everything_alone(void **state)
{
	struct guest_regs before = regs;

	(void)state;
	assert_false(access(0x2a800000, ISV | SAS(2) | SRT(4)));
	assert_false(access(UART, SAS(2) | SRT(4)));           /* no syndrome: a pair, an atomic */
	assert_false(access(UART + 2, ISV | SAS(2) | SRT(4))); /* not aligned */
	assert_false(access(GICR + 12, ISV | SAS(3) | SRT(4) | SF));
	assert_memory_equal(&regs, &before, sizeof(regs));
}

static void every_device_counts_its_exits(void **state)
{
	const uint64_t *exits = vm->vcpus[0].exits;

	(void)state;
	access(GICD, ISV | SAS(2) | SRT(4));
	access(GICR, ISV | SAS(2) | SRT(4));
	access(GICR, ISV | SAS(2) | SRT(4) | WNR);
	access(UART, ISV | SAS(2) | SRT(4));
	access(UART, ISV | SAS(2) | SRT(4) | WNR);
	access(UART, ISV | SAS(2) | SRT(4));
	assert_int_equal(exits[EXIT_GICD], 1);
	assert_int_equal(exits[EXIT_GICR], 2);
	assert_int_equal(exits[EXIT_UART], 3);
}

static bool is_pending(uint32_t intid)
{
	return vgic_dist_read(&vm->vcpus[0].vgic, GICD_ISPENDR + intid / 32 * 4, 4) >> intid % 32 &
	       1;
}

static void an_access_to_the_uart_moves_its_interrupt_line(void **state)
{
	(void)state;
	vuart_receive(&vm->uart, 'x');
	regs.x[2] = UARTINT_RT;
	assert_true(access(UART + UARTIMSC, ISV | SAS(2) | SRT(2) | WNR));
	assert_true(is_pending(UART_INTID));
	assert_true(access(UART + UARTDR, ISV | SAS(2) | SRT(2)));
	assert_int_equal(regs.x[2], 'x');
	assert_false(is_pending(UART_INTID));
}

static void random_accesses_do_no_harm(void **state)
{
	uint32_t seed = 5;

	(void)state;
	for (int n = 0; n < 200000; n++) {
		static const uint64_t bases[] = {GICD, GICR, UART, UART - 16, GICR + 0x40000 - 16};
		uint64_t at =
			bases[fake_random(&seed) % COUNT(bases)] + fake_random(&seed) % 0x40010;
		uint32_t iss = fake_random(&seed) & 0x1ffffff;
		struct guest_regs before;

		regs.x[fake_random(&seed) % 31] = fake_random(&seed);
		before = regs;
		if (!access(at, iss)) {
			assert_memory_equal(&regs, &before, sizeof(regs));
			continue;
		}
		assert_int_equal(regs.elr, before.elr + 4);
		if (!(iss & WNR) && (iss >> 16 & 0x1f) != 31)
			before.x[iss >> 16 & 0x1f] = regs.x[iss >> 16 & 0x1f];
		assert_memory_equal(regs.x, before.x, sizeof(regs.x));
	}
}

#define MMIO_TEST(function) cmocka_unit_test_setup(function, one_vm)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MMIO_TEST(a_store_takes_the_named_register),
		MMIO_TEST(a_store_is_cut_to_its_width),
		MMIO_TEST(a_store_of_the_zero_register_stores_zero),
		MMIO_TEST(a_load_of_32_bits_clears_the_upper_half),
		MMIO_TEST(a_load_of_64_bits_fills_the_register),
		MMIO_TEST(a_load_with_sign_extends_to_its_register),
		MMIO_TEST(a_load_to_the_zero_register_changes_none),
		MMIO_TEST(an_access_changes_no_other_register),
		MMIO_TEST(windows_end_where_they_should),
		MMIO_TEST(what_is_not_emulated_leaves_everything_alone),
		MMIO_TEST(every_device_counts_its_exits),
		MMIO_TEST(an_access_to_the_uart_moves_its_interrupt_line),
		MMIO_TEST(random_accesses_do_no_harm),
	};

	return cmocka_run_group_tests_name("accesses to devices", tests, NULL, NULL);
}
