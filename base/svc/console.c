/* SPDX-License-Identifier: Apache-2.0 */
#include "svc/console.h"

#include <stdarg.h>
#include <stddef.h>
#include "arch/spinlock.h"
#include "dev/timer.h"
#include "dev/trace.h"
#include "dev/uart.h"
#include "dev/vuart.h"
#include "lib/format.h"
#include "svc/alarm.h"
#include "svc/keys.h"
#include "svc/text.h"
#include "vm/vm.h"

#define BUFFER 4096u
#define LINE 240u    /* longest piece of a line that goes out at once */
#define ROOM 64u     /* see vuart_sink_room */
#define OUT 2048u
#define BUDGET 65536u    /* characters a VM may have saved up */
#define STARVED_US 1000u /* a VM without room is looked at again after this time */
#define LINES_AT_ONCE 2u
#define FLUSH_TURNS 100000u
#define BASE_SOURCE FUSIONDOCK_VM_MAX
#define SOURCES (FUSIONDOCK_VM_MAX + 1)

struct source {
	struct spinlock lock; /* VM cores that write against the core that drains */
	uint32_t head, count, lines;
	bool starved; /* its VM may be waiting for room */
	struct text_filter filter;
	uint32_t budget;  /* characters it may still write now */
	uint32_t rate;    /* characters the budget grows by in a second; 0: it has none */
	uint64_t filled;  /* when it last grew, counter value */
	char data[BUFFER];
};

static struct source sources[SOURCES];
static bool use_color, use_echo;
static uint32_t keyboard;     /* VM that gets what is typed */

/* Everything below belongs to the core that holds out_lock. */
static struct spinlock out_lock;
static char out[OUT];
static uint32_t out_head, out_count;
static uint32_t first_source; /* in the next turn of all */
static char shown[LINE]; /* the unfinished line of the keyboard's VM on the screen */
static uint32_t shown_count;
static uint32_t shown_source;

static void out_char(char c)
{
	out[(out_head + out_count++) % OUT] = c;
}

static void out_string(const char *s)
{
	while (*s)
		out_char(*s++);
}

static void out_prefix(uint32_t source)
{
	static const char colors[] = "36323533";
	char text[32];

	if (source == BASE_SOURCE)
		format(text, sizeof(text), use_color ? "\x1b[1m[base]\x1b[0m " : "[base] ");
	else if (use_color)
		format(text, sizeof(text), "\x1b[%c%cm[VM %u]\x1b[0m ", colors[source % 4 * 2],
		       colors[source % 4 * 2 + 1], source);
	else
		format(text, sizeof(text), "[VM %u] ", source);
	out_string(text);
}

/* Takes up to LINE characters: a line with its end, or all there is when whole == false. */
static uint32_t take(struct source *s, char *line, bool whole, bool *ended)
{
	uint32_t n = 0;

	*ended = false;
	spin_lock(&s->lock);
	if (!whole || s->lines || s->count >= LINE) {
		while (n < LINE && s->count && !*ended) {
			char c = s->data[s->head];

			s->head = (s->head + 1) % BUFFER;
			s->count--;
			*ended = c == '\n';
			if (whole ? text_passes(&s->filter, c) : c != '\n' && c != '\r')
				line[n++] = c;
		}
		s->lines -= *ended;
	}
	spin_unlock(&s->lock);
	return n;
}

/* Takes the unfinished line off the screen, to be shown again below what comes now. */
static void hide_shown(void)
{
	if (shown_count)
		out_string("\r\x1b[K");
}

static void show_again(void)
{
	if (!shown_count)
		return;
	out_prefix(shown_source);
	for (uint32_t n = 0; n < shown_count; n++)
		out_char(shown[n]);
}

/*
 * Remembers what stands on the screen. Not escape sequences: shown again, a question to the terminal
 * would be answered twice.
 */
static void remember(char c)
{
	static bool sequence;

	if (!text_is_sequence(&sequence, c) && shown_count < LINE)
		shown[shown_count++] = c;
}

static bool echo(uint32_t source)
{
	return use_echo && source == keyboard;
}

/* One line, or piece of a long one, from a source. false: it had none. */
static bool move_line(uint32_t source)
{
	char line[LINE];
	bool ended;
	uint32_t n = take(&sources[source], line, !echo(source), &ended);

	if (!n && !ended)
		return false;
	if (echo(source) && shown_source == source && shown_count) {
		for (uint32_t k = 0; k < n; k++)
			out_char(line[k]);
	} else {
		hide_shown();
		out_prefix(source);
		for (uint32_t k = 0; k < n; k++)
			out_char(line[k]);
		if (!echo(source))
			out_string("\r\n");
	}
	if (!echo(source)) {
		show_again();
		return true;
	}
	shown_source = source;
	for (uint32_t k = 0; k < n; k++)
		remember(line[k]);
	if (ended || shown_count == LINE) {
		out_string("\r\n");
		shown_count = 0;
	}
	return true;
}

/* What the budget holds now. Under the source's lock. */
static void refill(struct source *s)
{
	uint64_t now = timer_now(), hz = timer_frequency();
	uint64_t more = s->rate ? (now - s->filled) * s->rate / hz : BUDGET;

	if (more) {
		s->budget = s->budget + more > BUDGET ? BUDGET : s->budget + (uint32_t)more;
		s->filled = now;
	}
}

static bool has_room(struct source *s)
{
	refill(s);
	return BUFFER - s->count >= ROOM && s->budget >= ROOM;
}

/* A VM that saw a full FIFO learns that there is room again. */
static void feed_starved(uint32_t source)
{
	struct source *s = &sources[source];
	bool feed;

	spin_lock(&s->lock);
	feed = s->starved && has_room(s);
	if (feed)
		s->starved = false;
	spin_unlock(&s->lock);
	if (feed)
		vm_post(&vms[source], POST_UART);
}

/* Hands the output to the UART as far as its FIFO takes it; asks for its interrupt for the rest. */
static void flush_out(void)
{
	while (out_count && uart_put(out[out_head])) {
		out_head = (out_head + 1) % OUT;
		out_count--;
	}
	uart_want_tx(out_count != 0);
}

/* Up to `lines` of a source; what does not fit the output stays in its buffer. */
static void move_lines(uint32_t source, unsigned int lines)
{
	while (lines-- && OUT - out_count > 3 * LINE && move_line(source))
		;
}

/*
 * After a source has written. The lock is held for a few lines at most, and they are the source's own or
 * the base's: a VM that floods works for itself alone.
 */
static void drain(uint32_t source)
{
	spin_lock(&out_lock);
	move_lines(BASE_SOURCE, LINES_AT_ONCE);
	flush_out();
	move_lines(source, LINES_AT_ONCE);
	flush_out();
	spin_unlock(&out_lock);
	if (source != BASE_SOURCE)
		feed_starved(source);
}

/* A turn for everybody: when the UART has room again. */
static void drain_all(void)
{
	for (uint32_t n = 0; n < SOURCES; n++)
		drain((first_source + n) % SOURCES);
	first_source = (first_source + 1) % SOURCES;
}

static void put(struct source *s, char c)
{
	if (s->count == BUFFER)
		return;
	s->data[(s->head + s->count++) % BUFFER] = c;
	s->budget -= s->budget > 0;
	s->lines += c == '\n';
}

bool vuart_sink_room(const void *sink)
{
	struct source *s = &sources[(uintptr_t)sink];
	bool room;

	spin_lock(&s->lock);
	room = has_room(s);
	s->starved |= !room;
	spin_unlock(&s->lock);
	/* Nothing else would tell its VM when the budget has grown. */
	if (!room) {
		trace(FUSIONDOCK_TRACE_CONSOLE, (uintptr_t)sink, s->count, 0);
		alarm_in(STARVED_US);
	}
	return room;
}

void console_retry(uint32_t id)
{
	bool starved = __atomic_load_n(&sources[id].starved, __ATOMIC_RELAXED);

	drain(id);
	if (starved && __atomic_load_n(&sources[id].starved, __ATOMIC_RELAXED))
		alarm_in(STARVED_US);
}

void vuart_sink_put(void *sink, char c)
{
	uint32_t source = (uint32_t)(uintptr_t)sink;
	struct source *s = &sources[source];
	bool look;

	spin_lock(&s->lock);
	put(s, c);
	look = c == '\n' || s->count % LINE == 0 || echo(source);
	spin_unlock(&s->lock);
	if (look)
		drain(source);
}

void base_print(const char *fmt, ...)
{
	struct source *s = &sources[BASE_SOURCE];
	char line[256];
	va_list args;
	size_t n;

	va_start(args, fmt);
	n = format_v(line, sizeof(line), fmt, args);
	va_end(args);
	spin_lock(&s->lock);
	/* A line that does not fit is dropped whole: half of one would mislead. */
	if (BUFFER - s->count > n) {
		for (size_t k = 0; k < n; k++)
			put(s, line[k]);
		put(s, '\n');
	}
	spin_unlock(&s->lock);
	drain(BASE_SOURCE);
}

uint32_t console_keyboard(void)
{
	return keyboard;
}

void console_move_keyboard(uint32_t id)
{
	keyboard = id;
}

void console_interrupt(void)
{
	keys_take();
	drain_all();
}

void console_init(bool color, bool interactive)
{
	use_color = color;
	use_echo = interactive;
	for (uint32_t n = 0; n < SOURCES; n++)
		sources[n].budget = BUDGET;
}

void console_start(void)
{
	uint32_t first = FUSIONDOCK_VM_MAX;

	for (uint32_t id = 0; id < FUSIONDOCK_VM_MAX; id++) {
		const struct vm *vm = vm_by_id(id);

		if (!vm)
			continue;
		sources[id].rate = vm->desc->console_rate;
		sources[id].filled = timer_now();
		if (first == FUSIONDOCK_VM_MAX)
			first = id;
	}
	keyboard = first;
}

/* Everything of every source, waiting for the UART. */
static bool pending(void)
{
	for (uint32_t n = 0; n < SOURCES; n++) {
		if (__atomic_load_n(&sources[n].lines, __ATOMIC_RELAXED))
			return true;
	}
	return out_count;
}

void console_flush(void)
{
	/* Bounded: a VM that goes on writing does not keep the machine from ending. */
	for (unsigned int turns = 0; turns < FLUSH_TURNS && pending(); turns++)
		drain_all();
}

bool console_seize(void)
{
	for (unsigned int turns = 0; turns < FLUSH_TURNS; turns++) {
		if (spin_trylock(&out_lock))
			return true;
		cpu_relax();
	}
	return false;
}

void console_release(void)
{
	spin_unlock(&out_lock);
}

_Noreturn void console_wait_for_end(void)
{
	for (;;) {
		keys_take();
		drain_all();
		cpu_relax();
	}
}
