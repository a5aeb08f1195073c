/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entry of the fuzzer: sets a region up as the first bytes of the input say, then makes
 * the calls that the rest names, one after the other, while the peer plays its events.
 */
#include <string.h>

#include "fuzz_check.h"
#include "fuzz_table.h"

#define CALLS_MAX 8u

#define US 1u
static const unsigned int bounds[] = {1 * US, 9 * US, 35 * US, 120 * US};
static const uint64_t clocks[] = {1000000u, 19200000u, 62500000u, 1000000000u};

enum { DEVICE, NORMAL, UNATTACHED, UNATTACHED_MISALIGNED };
enum { OFF, FOREVER, BOUNDED };

static struct {
	unsigned int wait_us;
	bool peer_helps;
	bool is_attached;
	bool has_own_wait;
} setup;

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
const char *__asan_default_options(void);

/* No allocation is the library's; libFuzzer's own need no long memory. */
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=1:malloc_context_size=0:detect_leaks=0";
}

/* Without a peer that goes on, only a bounded wait ends. */
static void set_wait(unsigned int wait_us)
{
	bool is_own = setup.is_attached && setup.has_own_wait;

	setup.wait_us = wait_us;
	fuzz_peer.helps = setup.peer_helps || wait_us == SHM_WAIT_FOREVER;
	shm_set_wait(NULL, is_own ? ~wait_us : wait_us);
	if (is_own)
		fuzz_promise(shm_set_wait(fuzz_memory.shm, wait_us) == SHM_OK,
			     "an attached region has its wait setting");
}

static unsigned int choose_wait(unsigned int byte)
{
	switch (byte & 3) {
	case OFF:
		return SHM_WAIT_OFF;
	case FOREVER:
		return SHM_WAIT_FOREVER;
	default:
		return bounds[(byte >> 2) & 3];
	}
}

static void set_port(unsigned int byte)
{
	memset(&fuzz_port, 0, sizeof(fuzz_port));
	fuzz_port.hz = clocks[byte & 3];
	fuzz_port.now = (byte & 4) != 0 ? UINT64_MAX - 3 * fuzz_port.hz / 100000u : 12345;
	fuzz_port.init_result = (byte & 8) != 0 ? -1 : 0;
	fuzz_port.ring_result = (byte & 16) != 0 ? -5 : 0;
	shm_ipi_init();
	fuzz_promise((shm_ipi_status() == SHM_OK) == (fuzz_port.init_result == 0),
		     "shm_ipi_status tells whether the port runs");
}

static void set_region(unsigned int mode, unsigned int size, unsigned int misalign)
{
	unsigned int flags = mode == NORMAL ? SHM_ATTACH_NORMAL : SHM_ATTACH_DEVICE;

	fuzz_memory_region(size, mode == UNATTACHED_MISALIGNED ? 4 * misalign : 0);
	memset(fuzz_memory.shm, 0, size);
	fuzz_take_shadow();
	fuzz_memory.is_device = mode != NORMAL;
	setup.is_attached = mode == DEVICE || mode == NORMAL;
	fuzz_peer.limit = setup.is_attached ? 0 : size - SHM_HEADER_SIZE;
	if (setup.is_attached)
		fuzz_promise(shm_attach(fuzz_memory.shm, size, flags) == SHM_OK,
			     "a region is attached");
}

static void set_header(unsigned int size, unsigned int byte)
{
	const unsigned int header[4] = {size - SHM_HEADER_SIZE, byte >> 2, byte & 3, byte};

	fuzz_peer_stores(0, header, sizeof(header));
}

static void set_up(void)
{
	unsigned int mode = fuzz_script_byte();
	unsigned int span = FUZZ_REGION_MAX - FUZZ_REGION_MIN + 1;
	unsigned int size = FUZZ_REGION_MIN + fuzz_script_byte() % span;

	set_port(fuzz_script_byte());
	set_region(mode & 3, size, (mode >> 2) & 3);
	setup.peer_helps = (mode & 16) != 0;
	setup.has_own_wait = (mode & 32) != 0;
	set_wait(choose_wait(fuzz_script_byte()));
	set_header(size, fuzz_script_byte());
}

static unsigned int choose_len(unsigned int number)
{
	unsigned int max = (unsigned int)fuzz_memory.region_size - SHM_HEADER_SIZE;
	const unsigned int lens[] = {0, 1, max - 1, max, max + 1, 2 * max, 3 * max + 7};

	return number < 7 ? lens[number] : 3 * fuzz_script_byte();
}

/* One that the input made wrong, to be refused. */
struct arguments {
	shm_info_s *shm;
	unsigned char *buffer;
	unsigned int len;
	int vm;
	bool are_good;
};

static void spoil(struct arguments *arguments, enum fuzz_side side)
{
	unsigned int byte = fuzz_script_byte();

	arguments->are_good = false;
	switch (byte & 7) {
	case 0:
		arguments->shm = NULL;
		return;
	case 1:
		arguments->shm = (shm_info_s *)((uintptr_t)arguments->shm + 1 + (byte >> 3) % 3);
		return;
	case 2:
		arguments->buffer = NULL;
		arguments->are_good = arguments->len == 0 || side == FUZZ_PEEKER;
		return;
	case 3:
		arguments->vm = (byte & 8) != 0 ? 8 : (byte & 16) != 0 ? INT32_MAX : -1;
		arguments->are_good = side != FUZZ_WRITER;
		return;
	default:
		arguments->len = side == FUZZ_WRITER ? 0xffffffffu : arguments->len;
		arguments->are_good = side != FUZZ_WRITER;
		return;
	}
}

static struct arguments choose_arguments(unsigned int byte, enum fuzz_side side, bool are_good)
{
	static const unsigned int misalign[] = {0, 1, 4, 7};
	struct arguments arguments = {.vm = FUZZ_VM, .are_good = true};

	arguments.len = choose_len((byte >> 3) & 7);
	fuzz_memory_buffer(arguments.len, misalign[byte >> 6]);
	arguments.shm = fuzz_memory.shm;
	arguments.buffer = fuzz_memory.buffer;
	if (!are_good)
		spoil(&arguments, side);
	return arguments;
}

static void begin(const struct arguments *arguments, enum fuzz_side side, int type)
{
	const struct fuzz_call call = {
		.side = side,
		.len = arguments->len,
		.type = type,
		.wait_us = setup.wait_us,
		.parameters_good = arguments->are_good,
	};

	fuzz_check_begin(&call);
}

static void write_message(unsigned int byte, bool is_good)
{
	struct arguments a = choose_arguments(byte, FUZZ_WRITER, is_good);
	int type = (int)(byte * 0x01010101u);

	begin(&a, FUZZ_WRITER, type);
	fuzz_check_end(shm_write(a.buffer, a.len, type, a.shm, a.vm), NULL, NULL);
}

static void receive_message(unsigned int byte, bool is_good)
{
	struct arguments a = choose_arguments(byte, FUZZ_READER, is_good);
	unsigned int len = 0;
	int type = 0;

	begin(&a, FUZZ_READER, 0);
	fuzz_check_end(shm_receive(a.shm, a.buffer, a.len, &len, &type), &len, &type);
}

static void read_message(unsigned int byte)
{
	struct arguments a = choose_arguments(byte, FUZZ_READER, true);

	begin(&a, FUZZ_READER, 0);
	fuzz_check_end(shm_read(a.shm, a.buffer, a.len), NULL, NULL);
}

static void peek_message(unsigned int byte, bool is_good)
{
	struct arguments a = choose_arguments(byte, FUZZ_PEEKER, is_good);
	unsigned int len = 0;
	int type = 0;

	begin(&a, FUZZ_PEEKER, 0);
	fuzz_check_end(shm_peek(a.shm, &len, &type), &len, &type);
}

static void spoilt_call(unsigned int byte)
{
	if ((byte & 64) != 0)
		write_message(byte, false);
	else if ((byte & 128) != 0)
		receive_message(byte, false);
	else
		peek_message(byte, false);
}

static void one_call(unsigned int byte)
{
	switch (byte & 7) {
	case 0:
	case 1:
		write_message(byte, true);
		break;
	case 2:
		receive_message(byte, true);
		break;
	case 3:
		read_message(byte);
		break;
	case 4:
		peek_message(byte, true);
		break;
	case 5:
		spoilt_call(byte);
		break;
	case 6:
		set_wait(choose_wait(byte >> 3));
		break;
	default:
		fuzz_table_call(byte >> 3);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	fuzz_script_start(bytes, size);
	set_up();
	for (unsigned int calls = 0; calls < CALLS_MAX && !fuzz_script_is_over(); calls++)
		one_call(fuzz_script_byte());
	fuzz_table_empty();
	fuzz_promise((shm_detach(fuzz_memory.shm) == SHM_OK) == setup.is_attached,
		     "an attached region is detached once");
	return 0;
}
