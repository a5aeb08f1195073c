/* SPDX-License-Identifier: Apache-2.0 */
#include "console.h"
#include "board.h"
#include "format.h"
#include "prt_hwi.h"
#include "prt_sem.h"
#include "prt_task.h"
#include "uart.h"

#define LINE_SIZE 0x200
#define KEYS 64u /* typed ahead; more are dropped */
#define KEY_PRIORITY 60

static char keys[KEYS];
static U32 key_head, key_tail; /* head: handler, tail: task; both only count up */
static SemHandle key_sem;

static void put_line(const char *line)
{
	for (; *line; line++) {
		if (*line == '\n')
			uart_put('\r');
		uart_put(*line);
	}
}

U32 PRT_Printf(const char *text, ...)
{
	char line[LINE_SIZE];
	va_list args;

	va_start(args, text);
	(void)format(line, sizeof(line), text, args);
	va_end(args);
	PRT_TaskLock();
	put_line(line);
	PRT_TaskUnlock();
	return OS_OK;
}

void console_emergency(const char *text, ...)
{
	static char line[LINE_SIZE];
	va_list args;

	va_start(args, text);
	(void)format(line, sizeof(line), text, args);
	va_end(args);
	put_line("\n");
	put_line(line);
}

static void key_handler(HwiArg arg)
{
	int c;

	(void)arg;
	/* Cleared before the FIFO is emptied: a key that arrives in between interrupts again. */
	uart_receive_clear();
	while ((c = uart_get()) >= 0) {
		if (key_head - key_tail == KEYS)
			continue;
		keys[key_head++ % KEYS] = (char)c;
		(void)PRT_SemPost(key_sem);
	}
}

static void key_task(uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	while (PRT_SemPend(key_sem, OS_WAIT_FOREVER) == OS_OK) {
		uintptr_t save = PRT_HwiLock();
		char key = keys[key_tail++ % KEYS];

		PRT_HwiRestore(save);
		if (key >= ' ' && key <= '~')
			PRT_Printf("[UniProton] key '%c'\n", key);
		else
			PRT_Printf("[UniProton] key 0x%02x\n", (U8)key);
	}
}

static U32 start_task(void)
{
	struct TskInitParam param = {
		.taskEntry = key_task,
		.taskPrio = KEY_PRIORITY,
		.name = (char[]){"keys"},
	};
	TskHandle task;
	U32 ret = PRT_TaskCreate(&task, &param);

	return ret == OS_OK ? PRT_TaskResume(task) : ret;
}

U32 console_init(void)
{
	U32 ret = PRT_SemCreate(0, &key_sem);

	if (ret == OS_OK)
		ret = start_task();
	if (ret == OS_OK)
		ret = PRT_HwiSetAttr(BOARD_UART_INTID, 10, OS_HWI_MODE_ENGROSS);
	if (ret == OS_OK)
		ret = PRT_HwiCreate(BOARD_UART_INTID, key_handler, 0);
	if (ret == OS_OK)
		ret = PRT_HwiEnable(BOARD_UART_INTID);
	if (ret == OS_OK)
		uart_receive_on();
	return ret;
}
