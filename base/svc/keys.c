/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/keys.h"

#include "dev/uart.h"
#include "svc/console.h"
#include "svc/power.h"
#include "svc/stats.h"
#include "vm/vm.h"

#define ESCAPE 0x1d /* Ctrl-] */

static void move_keyboard(uint32_t id)
{
	if (!vm_by_id(id)) {
		base_print("there is no VM %u", id);
		return;
	}
	console_move_keyboard(id);
	base_print("keyboard: VM %u (%s)", id, vms[id].desc->label);
}

static void next_keyboard(void)
{
	uint32_t first = console_keyboard(), id = first;

	do
		id = (id + 1) % FUSIONDOCK_VM_MAX;
	while (!vm_by_id(id) && id != first);
	move_keyboard(id);
}

static void to_vm(char c)
{
	struct vm *vm = vm_by_id(console_keyboard());

	if (vm && vuart_receive(&vm->uart, c))
		vm_post(vm, POST_UART);
}

static void command(char c)
{
	if (c >= '0' && c < '0' + FUSIONDOCK_VM_MAX)
		move_keyboard((uint32_t)(c - '0'));
	else if (c == 'n')
		next_keyboard();
	else if (c == 's')
		stats_print();
	else if (c == 'q')
		power_off("ended from the console");
	else if (c == ESCAPE)
		to_vm(c);
	else
		base_print("Ctrl-] then 0-7: keyboard to that VM, n: to the next, s: counters, q: end, Ctrl-]: itself");
}

void keys_take(void)
{
	static bool escaped;
	char c;

	while (uart_get(&c)) {
		if (escaped) {
			escaped = false;
			command(c);
		} else if (c == ESCAPE) {
			escaped = true;
		} else {
			to_vm(c);
		}
	}
}
