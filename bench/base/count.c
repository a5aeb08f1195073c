/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A TCG plugin of QEMU (plugin interface version 1) that counts the instructions a core spends in the base,
 * visit by visit, beside the marks that the guests of pingpong.c leave (HINT #0x60 and up, which a core
 * ignores).
 *
 * Arguments: lo=HEX,hi=HEX  addresses of the base's image; out=FILE.
 * Lines written, in order for each core:  V core instructions  |  M core mark  |  T core instructions (at
 * the end: all it spent in the base)  |  A offset instructions (at the end: how often the instruction at
 * that offset in the base has been executed before core 1 left its FIRST_INSTRUCTION mark, by all cores).
 * What a core executes while it waits for another (blocks of code with a YIELD) is left out of all figures:
 * how long that takes depends on when the host lets the other core go on.
 * Each line is in the file when it is written, so that a reader can tell what came before a moment.
 *
 * The entry points of the interface are declared here: Debian's QEMU comes without its header.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define CORES 16
#define NO_REGISTERS 0
#define HINT_MASK 0xfffff01fu
#define HINT 0xd503201fu
#define ERET 0xd69f03e0u
#define YIELD 0xd503203fu
#define FIRST_MARK 0x60u
#define FIRST_INSTRUCTION 0x7fu /* the mark of start.S */

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info;

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t,
					   void (*)(qemu_plugin_id_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *,
					    void (*)(unsigned int, void *), int, void *);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t, void (*)(qemu_plugin_id_t, void *), void *);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);

EXPORT int qemu_plugin_version = 1;
EXPORT int qemu_plugin_install(qemu_plugin_id_t, const struct qemu_info *, int, char **);

static uint64_t lo, hi;
static uint64_t *executed; /* by instruction, while booting */
static volatile bool booted;
static FILE *out;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	uint64_t visit, total;
} cores[CORES];

static void say(char kind, unsigned int core, uint64_t value)
{
	pthread_mutex_lock(&lock);
	fprintf(out, "%c %u %" PRIu64 "\n", kind, core, value);
	pthread_mutex_unlock(&lock);
}

static void in_base(unsigned int core, void *counter)
{
	if (core < CORES)
		cores[core].visit++;
	if (!booted)
		__atomic_fetch_add((uint64_t *)counter, 1, __ATOMIC_RELAXED);
}

/* A visit ends with the return to the guest, and with it: the next one may follow at once. */
static void at_eret(unsigned int core, void *counter)
{
	in_base(core, counter);
	if (core >= CORES)
		return;
	say('V', core, cores[core].visit);
	cores[core].total += cores[core].visit;
	cores[core].visit = 0;
}

static void at_mark(unsigned int core, void *mark)
{
	booted |= core == 1 && (uintptr_t)mark == FIRST_INSTRUCTION;
	say('M', core, (uintptr_t)mark);
}

static uint32_t code_of(struct qemu_plugin_insn *insn)
{
	uint32_t code;

	memcpy(&code, qemu_plugin_insn_data(insn), sizeof(code));
	return code;
}

static bool waits(struct qemu_plugin_tb *tb)
{
	for (size_t n = 0; n < qemu_plugin_tb_n_insns(tb); n++) {
		if (code_of(qemu_plugin_tb_get_insn(tb, n)) == YIELD)
			return true;
	}
	return false;
}

static void translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	bool waiting = waits(tb);

	(void)id;
	for (size_t n = 0; n < qemu_plugin_tb_n_insns(tb); n++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, n);
		uint64_t at = qemu_plugin_insn_vaddr(insn);
		void *counter = at >= lo && at < hi ? &executed[(at - lo) / 4] : NULL;
		uint32_t code = code_of(insn);

		if (counter && waiting)
			continue;
		if (counter && code == ERET)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, at_eret, NO_REGISTERS, counter);
		else if (counter)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, in_base, NO_REGISTERS, counter);
		else if ((code & HINT_MASK) == HINT && (code >> 5 & 0x7f) >= FIRST_MARK)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, at_mark, NO_REGISTERS,
							       (void *)(uintptr_t)(code >> 5 & 0x7f));
	}
}

static void at_exit(qemu_plugin_id_t id, void *unused)
{
	(void)id;
	(void)unused;
	for (unsigned int n = 0; n < CORES; n++)
		say('T', n, cores[n].total + cores[n].visit);
	for (uint64_t n = 0; n < (hi - lo) / 4; n++) {
		if (executed[n])
			say('A', (unsigned int)(4 * n), executed[n]);
	}
	fclose(out);
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	(void)info;
	for (int n = 0; n < argc; n++) {
		if (!strncmp(argv[n], "lo=", 3))
			lo = strtoull(argv[n] + 3, NULL, 16);
		else if (!strncmp(argv[n], "hi=", 3))
			hi = strtoull(argv[n] + 3, NULL, 16);
		else if (!strncmp(argv[n], "out=", 4))
			out = fopen(argv[n] + 4, "w");
	}
	if (lo >= hi || !out) {
		fprintf(stderr, "count: needs lo=HEX,hi=HEX,out=FILE\n");
		return -1;
	}
	executed = calloc((hi - lo) / 4 + 1, sizeof(*executed));
	if (!executed)
		return -1;
	setvbuf(out, NULL, _IOLBF, 0);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
