/* SPDX-License-Identifier: Apache-2.0 */
/* A model of the table beside the library's: which of these addresses are attached. */
#include <string.h>

#include "fuzz_check.h"
#include "fuzz_table.h"

#define ADDRESSES (SHM_ATTACH_MAX + 8)

/* Attached and detached, never used as regions: only the address counts. */
static _Alignas(16) unsigned char addresses[ADDRESSES][16];
static bool is_attached[ADDRESSES];
static unsigned int attached;

static shm_info_s *address(unsigned int i)
{
	return (shm_info_s *)(void *)addresses[i];
}

/* The fuzzed region itself may hold a place. */
static unsigned int places(void)
{
	return SHM_ATTACH_MAX - (fuzz_peer.limit == 0 ? 1 : 0);
}

static void attach(unsigned int i, uint64_t size)
{
	int result = shm_attach(address(i), size, i & 1);
	bool fits = is_attached[i] || attached < places();

	fuzz_promise(result == (fits ? SHM_OK : SHM_E_PARAM), "SHM_ATTACH_MAX regions fit");
	attached += fits && !is_attached[i];
	is_attached[i] = is_attached[i] || fits;
}

static void detach(unsigned int i)
{
	int result = shm_detach(address(i));

	fuzz_promise(result == (is_attached[i] ? SHM_OK : SHM_E_PARAM),
		     "what is attached can be detached");
	attached -= is_attached[i];
	is_attached[i] = false;
}

static void attach_wrongly(unsigned int i, unsigned int byte)
{
	shm_info_s *shm = address(i);
	uint64_t size = 64;
	unsigned int flags = SHM_ATTACH_NORMAL;

	if ((byte & 3) == 0)
		size = byte >> 3;
	else if ((byte & 3) == 1)
		shm = (shm_info_s *)((uintptr_t)shm + 1 + (byte >> 2) % 15);
	else if ((byte & 3) == 2)
		flags = 2 + byte;
	else
		size = UINT64_MAX - (byte >> 2);
	fuzz_promise(shm_attach(shm, size, flags) == SHM_E_PARAM, "a wrong region is refused");
	fuzz_promise(shm_attach(NULL, 64, 0) == SHM_E_PARAM && shm_detach(NULL) == SHM_E_PARAM,
		     "NULL is no region");
}

static void ring(int vm)
{
	int expected = shm_ipi_status() != SHM_OK   ? SHM_E_NO_PORT
		       : fuzz_port.ring_result != 0 ? SHM_E_IPI
						    : SHM_OK;

	if (vm < 0 || vm > 7)
		expected = SHM_E_PARAM;
	fuzz_promise(shm_send_ipi(vm) == expected, "a ring returns what the port said");
}

static void sentence(int result)
{
	const char *text = shm_strerror(result);

	fuzz_promise(text != NULL && strlen(text) > 5, "every result has a sentence");
}

void fuzz_table_call(unsigned int number)
{
	unsigned int byte = fuzz_script_byte();
	unsigned int i = byte % ADDRESSES;

	fuzz_watch.call.side = FUZZ_NO_SIDE;
	switch (number & 7) {
	case 0:
		attach(i, 32 + (uint64_t)fuzz_script_word() * (byte + 1));
		break;
	case 1:
		detach(i);
		break;
	case 2:
		for (unsigned int k = 0; k <= i; k++)
			attach(k, 64);
		break;
	case 3:
		fuzz_promise(shm_set_wait(address(i), byte) ==
				     (is_attached[i] ? SHM_OK : SHM_E_PARAM),
			     "only an attached region has a wait setting");
		break;
	case 4:
		attach_wrongly(i, byte);
		break;
	case 5:
		ring((byte & 1) != 0 ? FUZZ_VM : (int)byte - 128);
		break;
	default:
		sentence(-(int)byte);
		break;
	}
}

void fuzz_table_empty(void)
{
	for (unsigned int i = 0; i < ADDRESSES && attached > 0; i++) {
		if (is_attached[i])
			detach(i);
	}
}
