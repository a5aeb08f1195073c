/* SPDX-License-Identifier: Apache-2.0 */
/* The emulated PL011 against its manual (Arm DDI 0183). */
#include "base_test.h"

#include <string.h>

#include "dev/uartregs.h"
#include "dev/vuart.h"

#define TRIGGER 16u /* half of the FIFO that UARTIFLS names after reset */

static struct vuart u;
static int sink;

static int fresh_uart(void **state)
{
	fakes_reset(state);
	memset(&u, 0xa5, sizeof(u));
	u.lock = (struct spinlock){0, 0};
	vuart_reset(&u, &sink);
	return 0;
}

static void receive(unsigned int count)
{
	for (unsigned int n = 0; n < count; n++)
		assert_true(vuart_receive(&u, (char)('a' + n % 26)));
}

static void reset_values_are_the_manuals(void **state)
{
	(void)state;
	assert_int_equal(vuart_read(&u, UARTCR), 0x300);
	assert_int_equal(vuart_read(&u, UARTIFLS), 0x12);
	assert_int_equal(vuart_read(&u, UARTLCR_H), 0);
	assert_int_equal(vuart_read(&u, UARTIBRD), 0);
	assert_int_equal(vuart_read(&u, UARTFBRD), 0);
	assert_int_equal(vuart_read(&u, UARTIMSC), 0);
	assert_int_equal(vuart_read(&u, UARTRIS), 0);
	assert_int_equal(vuart_read(&u, UARTMIS), 0);
	assert_int_equal(vuart_read(&u, UARTFR) &
				 (UARTFR_TXFE | UARTFR_RXFE | UARTFR_TXFF | UARTFR_RXFF),
			 UARTFR_TXFE | UARTFR_RXFE);
	assert_false(vuart_line(&u));
}

static void registers_keep_their_bits(void **state)
{
	static const struct {
		uint32_t offset, bits;
	} kept[] = {{UARTIBRD, 0xffff}, {UARTFBRD, 0x3f}, {UARTLCR_H, 0xff},
		    {UARTCR, 0xffff},   {UARTIFLS, 0x3f}, {UARTIMSC, 0x7ff}};

	(void)state;
	for (size_t n = 0; n < COUNT(kept); n++) {
		vuart_write(&u, kept[n].offset, ~0u);
		assert_int_equal(vuart_read(&u, kept[n].offset), kept[n].bits);
		vuart_write(&u, kept[n].offset, 0x15);
		assert_int_equal(vuart_read(&u, kept[n].offset), 0x15);
		vuart_reset(&u, &sink);
	}
}

static void interrupt_clear_reads_zero(void **state)
{
	(void)state;
	receive(1);
	vuart_write(&u, UARTDR, 'x');
	assert_int_not_equal(vuart_read(&u, UARTRIS), 0);
	assert_int_equal(vuart_read(&u, UARTICR), 0);
}

static void identification_names_a_pl011(void **state)
{
	static const uint8_t bytes[] = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

	(void)state;
	for (uint32_t n = 0; n < 8; n++) {
		assert_int_equal(vuart_read(&u, UARTPERIPHID0 + 4 * n), bytes[n]);
		assert_int_equal(vuart_read(&u, UARTPERIPHID0 + 4 * n + 1), 0);
		vuart_write(&u, UARTPERIPHID0 + 4 * n, 0xff);
		assert_int_equal(vuart_read(&u, UARTPERIPHID0 + 4 * n), bytes[n]);
	}
}

static void what_is_not_there_reads_zero(void **state)
{
	(void)state;
	for (uint32_t offset = UARTICR; offset < UARTPERIPHID0; offset++) {
		vuart_write(&u, offset, ~0u);
		assert_int_equal(vuart_read(&u, offset), 0);
	}
}

static void characters_go_to_the_sink_in_order(void **state)
{
	(void)state;
	for (const char *p = "hello\n"; *p; p++)
		vuart_write(&u, UARTDR, (uint32_t)*p);
	assert_string_equal(fake_sink_text, "hello\n");
	assert_ptr_equal(fake_sink_last, &sink);
}

static void the_character_is_the_low_byte(void **state)
{
	(void)state;
	vuart_write(&u, UARTDR, 0xffffff41);
	assert_string_equal(fake_sink_text, "A");
}

static void transmit_flags_follow_the_sink(void **state)
{
	(void)state;
	assert_int_equal(vuart_read(&u, UARTFR) & (UARTFR_TXFF | UARTFR_TXFE), UARTFR_TXFE);
	fake_sink_room = false;
	assert_int_equal(vuart_read(&u, UARTFR) & (UARTFR_TXFF | UARTFR_TXFE), UARTFR_TXFF);
}

static void received_characters_come_in_order(void **state)
{
	(void)state;
	for (const char *p = "one two"; *p; p++)
		vuart_receive(&u, *p);
	for (const char *p = "one two"; *p; p++) {
		assert_false(vuart_read(&u, UARTFR) & UARTFR_RXFE);
		assert_int_equal(vuart_read(&u, UARTDR), *p);
	}
	assert_true(vuart_read(&u, UARTFR) & UARTFR_RXFE);
}

static void a_received_byte_has_no_error_flags(void **state)
{
	(void)state;
	vuart_receive(&u, (char)0xff);
	assert_int_equal(vuart_read(&u, UARTDR), 0xff);
}

static void an_empty_fifo_reads_zero(void **state)
{
	(void)state;
	assert_int_equal(vuart_read(&u, UARTDR), 0);
	receive(1);
	assert_int_equal(vuart_read(&u, UARTDR), 'a');
	assert_int_equal(vuart_read(&u, UARTDR), 0);
}

static void a_full_fifo_drops_what_comes_and_keeps_what_it_has(void **state)
{
	(void)state;
	receive(VUART_RX);
	assert_true(vuart_read(&u, UARTFR) & UARTFR_RXFF);
	assert_false(vuart_receive(&u, '!'));
	for (unsigned int n = 0; n < VUART_RX; n++)
		assert_int_equal(vuart_read(&u, UARTDR), 'a' + n % 26);
	assert_true(vuart_read(&u, UARTFR) & UARTFR_RXFE);
}

static void the_fifo_wraps(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 3 * VUART_RX; n++) {
		assert_true(vuart_receive(&u, (char)(n & 0x7f)));
		assert_true(vuart_receive(&u, (char)(n >> 4 & 0x7f)));
		assert_int_equal(vuart_read(&u, UARTDR), n & 0x7f);
		assert_int_equal(vuart_read(&u, UARTDR), n >> 4 & 0x7f);
	}
}

static void one_character_raises_the_timeout_interrupt(void **state)
{
	(void)state;
	receive(1);
	assert_int_equal(vuart_read(&u, UARTRIS), UARTINT_RT);
	vuart_read(&u, UARTDR);
	assert_int_equal(vuart_read(&u, UARTRIS), 0);
}

static void the_receive_interrupt_follows_the_trigger_level(void **state)
{
	(void)state;
	receive(TRIGGER - 1);
	assert_false(vuart_read(&u, UARTRIS) & UARTINT_RX);
	receive(1);
	assert_true(vuart_read(&u, UARTRIS) & UARTINT_RX);
	vuart_read(&u, UARTDR);
	assert_false(vuart_read(&u, UARTRIS) & UARTINT_RX);
	assert_true(vuart_read(&u, UARTRIS) & UARTINT_RT);
}

static void receive_interrupts_can_be_cleared(void **state)
{
	(void)state;
	receive(TRIGGER);
	vuart_write(&u, UARTICR, UARTINT_RX);
	assert_int_equal(vuart_read(&u, UARTRIS), UARTINT_RT);
	vuart_write(&u, UARTICR, UARTINT_RT);
	assert_int_equal(vuart_read(&u, UARTRIS), 0);
	/* The characters are still there, and the next one says so. */
	assert_false(vuart_read(&u, UARTFR) & UARTFR_RXFE);
	receive(1);
	assert_true(vuart_read(&u, UARTRIS) & UARTINT_RT);
}

static void a_written_character_raises_the_transmit_interrupt(void **state)
{
	(void)state;
	vuart_write(&u, UARTDR, 'x');
	assert_int_equal(vuart_read(&u, UARTRIS), UARTINT_TX);
	vuart_write(&u, UARTICR, UARTINT_TX);
	assert_int_equal(vuart_read(&u, UARTRIS), 0);
}

static void the_transmit_interrupt_waits_for_room(void **state)
{
	(void)state;
	fake_sink_room = false;
	vuart_write(&u, UARTIMSC, UARTINT_TX);
	vuart_write(&u, UARTDR, 'x');
	assert_int_equal(vuart_read(&u, UARTRIS), 0);
	assert_false(vuart_line(&u));
	fake_sink_room = true;
	assert_int_equal(vuart_read(&u, UARTRIS), UARTINT_TX);
	assert_true(vuart_line(&u));
}

static void the_line_is_raw_and_mask(void **state)
{
	(void)state;
	receive(1);
	vuart_write(&u, UARTIMSC, UARTINT_TX);
	assert_int_equal(vuart_read(&u, UARTMIS), 0);
	assert_false(vuart_line(&u));
	vuart_write(&u, UARTIMSC, UARTINT_RT | UARTINT_RX);
	assert_int_equal(vuart_read(&u, UARTMIS), UARTINT_RT);
	assert_true(vuart_line(&u));
	vuart_write(&u, UARTDR, 'x');
	assert_int_equal(vuart_read(&u, UARTMIS), UARTINT_RT);
	vuart_read(&u, UARTDR);
	assert_false(vuart_line(&u));
}

static void what_uniproton_does_at_start_leaves_a_working_uart(void **state)
{
	(void)state;
	vuart_write(&u, UARTCR, 0);
	vuart_write(&u, UARTICR, vuart_read(&u, UARTICR) | 0x7ff);
	vuart_write(&u, UARTIBRD, 13);
	vuart_write(&u, UARTFBRD, 1);
	vuart_write(&u, UARTLCR_H, UARTLCR_H_WLEN8 | UARTLCR_H_FEN);
	vuart_write(&u, UARTIMSC, UARTINT_RX | UARTINT_RT);
	vuart_write(&u, UARTCR, UARTCR_UARTEN | UARTCR_TXE | UARTCR_RXE);
	assert_false(vuart_line(&u));
	receive(1);
	assert_true(vuart_line(&u));
	assert_int_equal(vuart_read(&u, UARTCR), 0x301);
}

static void reset_empties_everything(void **state)
{
	(void)state;
	receive(20);
	vuart_write(&u, UARTIMSC, 0x7ff);
	vuart_write(&u, UARTDR, 'x');
	vuart_reset(&u, &sink);
	reset_values_are_the_manuals(NULL);
}

#define UART_TEST(function) cmocka_unit_test_setup(function, fresh_uart)

int main(void)
{
	const struct CMUnitTest tests[] = {
		UART_TEST(reset_values_are_the_manuals),
		UART_TEST(registers_keep_their_bits),
		UART_TEST(interrupt_clear_reads_zero),
		UART_TEST(identification_names_a_pl011),
		UART_TEST(what_is_not_there_reads_zero),
		UART_TEST(characters_go_to_the_sink_in_order),
		UART_TEST(the_character_is_the_low_byte),
		UART_TEST(transmit_flags_follow_the_sink),
		UART_TEST(received_characters_come_in_order),
		UART_TEST(a_received_byte_has_no_error_flags),
		UART_TEST(an_empty_fifo_reads_zero),
		UART_TEST(a_full_fifo_drops_what_comes_and_keeps_what_it_has),
		UART_TEST(the_fifo_wraps),
		UART_TEST(one_character_raises_the_timeout_interrupt),
		UART_TEST(the_receive_interrupt_follows_the_trigger_level),
		UART_TEST(receive_interrupts_can_be_cleared),
		UART_TEST(a_written_character_raises_the_transmit_interrupt),
		UART_TEST(the_transmit_interrupt_waits_for_room),
		UART_TEST(the_line_is_raw_and_mask),
		UART_TEST(what_uniproton_does_at_start_leaves_a_working_uart),
		UART_TEST(reset_empties_everything),
	};

	return cmocka_run_group_tests_name("emulated PL011", tests, NULL, NULL);
}
