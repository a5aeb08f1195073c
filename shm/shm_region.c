/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of attached regions.
 *
 * No locks, so that an ISR or a task of higher priority never waits for another: a slot
 * is claimed by compare-and-swap and shows its region only once it is filled. Two threads
 * that attach one region at the same moment may fill two slots; so attach, detach and
 * set_wait act on all slots of a region, and a lookup takes the first.
 */
#include "shm_access.h"
#include "shm_region.h"

#define KEY_NEVER 0u   /* no slot behind it has been used either: a lookup ends here */
#define KEY_FREE 1u    /* detached */
#define KEY_CLAIMED 2u /* being filled */

#define REGION_ALIGN 16u
#define REGION_MIN 32u
#define GEOMETRY_DEVICE (1ull << 32) /* bits 31:0 are the largest max_size to believe */
#define WAIT_OWN (1ull << 32)        /* bits 31:0 are the region's own wait setting */

struct slot {
	uintptr_t key; /* KEY_* or the region's address */
	uint64_t geometry;
	uint64_t wait;
	const volatile uint64_t *life; /* of the peer, NULL: not watched */
};

static struct slot slots[SHM_ATTACH_MAX];
static unsigned int default_wait = SHM_WAIT_FOREVER;

/* Acquire: pairs with the release in fill_slot(), the slot's contents are there. */
static uintptr_t slot_key(const struct slot *slot)
{
	return __atomic_load_n(&slot->key, __ATOMIC_ACQUIRE);
}

/* The first slot of a region at or behind *from; *from moves behind it. */
static struct slot *next_slot(const shm_info_s *shm, unsigned int *from)
{
	while (*from < SHM_ATTACH_MAX) {
		struct slot *slot = &slots[(*from)++];
		uintptr_t key = slot_key(slot);

		if (key == (uintptr_t)shm)
			return slot;
		if (key == KEY_NEVER)
			break;
	}
	return NULL;
}

static struct slot *claim_slot(void)
{
	for (unsigned int i = 0; i < SHM_ATTACH_MAX; i++) {
		uintptr_t key = slot_key(&slots[i]);

		/* Acquire: pairs with the release in shm_detach(), the slot is nobody's. */
		if ((key == KEY_NEVER || key == KEY_FREE) &&
		    __atomic_compare_exchange_n(&slots[i].key, &key, KEY_CLAIMED, 0,
						__ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return &slots[i];
	}
	return NULL;
}

static void fill_slot(struct slot *slot, const shm_info_s *shm, uint64_t geometry)
{
	__atomic_store_n(&slot->geometry, geometry, __ATOMIC_RELAXED);
	__atomic_store_n(&slot->wait, 0, __ATOMIC_RELAXED);
	__atomic_store_n(&slot->life, NULL, __ATOMIC_RELAXED);
	/* Release: pairs with slot_key(), which must not find an unfilled slot. */
	__atomic_store_n(&slot->key, (uintptr_t)shm, __ATOMIC_RELEASE);
}

static int region_is_possible(const shm_info_s *shm, uint64_t size)
{
	uintptr_t start = (uintptr_t)shm;

	return shm != NULL && start % REGION_ALIGN == 0 && size >= REGION_MIN &&
	       size - 1 <= UINTPTR_MAX - start;
}

int shm_attach(shm_info_s *shm, uint64_t size, unsigned int flags)
{
	uint64_t geometry = size - SHM_HEADER_SIZE;
	unsigned int from = 0;
	struct slot *slot;
	bool found = false;

	if (!region_is_possible(shm, size) || flags > SHM_ATTACH_DEVICE)
		return SHM_E_PARAM;
	if (geometry > UINT32_MAX)
		geometry = UINT32_MAX; /* max_size cannot say more */
	if (flags == SHM_ATTACH_DEVICE)
		geometry |= GEOMETRY_DEVICE;
	while ((slot = next_slot(shm, &from)) != NULL) {
		__atomic_store_n(&slot->geometry, geometry, __ATOMIC_RELAXED);
		found = true;
	}
	if (found)
		return SHM_OK;
	slot = claim_slot();
	if (slot == NULL)
		return SHM_E_PARAM;
	fill_slot(slot, shm, geometry);
	return SHM_OK;
}

int shm_detach(shm_info_s *shm)
{
	unsigned int from = 0;
	struct slot *slot;
	int result = SHM_E_PARAM;

	if (shm == NULL)
		return result;
	while ((slot = next_slot(shm, &from)) != NULL) {
		/* Release: our use of the slot is over; pairs with the acquire in claim_slot(). */
		__atomic_store_n(&slot->key, KEY_FREE, __ATOMIC_RELEASE);
		result = SHM_OK;
	}
	return result;
}

int shm_set_wait(shm_info_s *shm, unsigned int wait_us)
{
	unsigned int from = 0;
	struct slot *slot;
	int result = SHM_E_PARAM;

	if (shm == NULL) {
		__atomic_store_n(&default_wait, wait_us, __ATOMIC_RELAXED);
		return SHM_OK;
	}
	while ((slot = next_slot(shm, &from)) != NULL) {
		__atomic_store_n(&slot->wait, WAIT_OWN | wait_us, __ATOMIC_RELAXED);
		result = SHM_OK;
	}
	return result;
}

int shm_watch_peer(shm_info_s *shm, const volatile uint64_t *life)
{
	unsigned int from = 0;
	struct slot *slot;
	int result = SHM_E_PARAM;

	if (shm == NULL || (uintptr_t)life % sizeof(*life) != 0)
		return result;
	while ((slot = next_slot(shm, &from)) != NULL) {
		__atomic_store_n(&slot->life, life, __ATOMIC_RELAXED);
		result = SHM_OK;
	}
	return result;
}

bool shm_view_is_other_life(const struct shm_view *view, uint64_t now)
{
	uint64_t first;

	/* The peer did not run when the call began, and has started since: it is the one waited for. */
	first = FUSIONDOCK_LIFE(FUSIONDOCK_LIFE_EPOCH(view->life_then) + 1, FUSIONDOCK_VM_RUNNING);
	return FUSIONDOCK_LIFE_STATE(view->life_then) == FUSIONDOCK_VM_RUNNING || now != first;
}

void shm_view_watch_anew(struct shm_view *view)
{
	if (view->life != NULL)
		view->life_then = shm_load_life(view->life);
}

int shm_view_find(struct shm_view *view, shm_info_s *shm)
{
	uint64_t geometry = GEOMETRY_DEVICE | UINT32_MAX;
	uint64_t wait = 0;
	unsigned int from = 0;
	const struct slot *slot;

	if (shm == NULL || (uintptr_t)shm % _Alignof(shm_info_s) != 0)
		return SHM_E_PARAM;
	slot = next_slot(shm, &from);
	if (slot != NULL) {
		geometry = __atomic_load_n(&slot->geometry, __ATOMIC_RELAXED);
		wait = __atomic_load_n(&slot->wait, __ATOMIC_RELAXED);
	}
	view->shm = shm;
	view->life = slot != NULL ? __atomic_load_n(&slot->life, __ATOMIC_RELAXED) : NULL;
	view->life_then = view->life != NULL ? shm_load_life(view->life) : 0;
	view->device = (geometry & GEOMETRY_DEVICE) != 0;
	view->header_line = view->device ? (const void *)view : shm;
	view->next_line = view->device ? (const void *)view : (const unsigned char *)shm + SHM_LINE;
	view->wait_us = (wait & WAIT_OWN) != 0 ? (unsigned int)wait
					       : __atomic_load_n(&default_wait, __ATOMIC_RELAXED);
	view->limit = (unsigned int)geometry;
	return SHM_OK;
}

int shm_view_check(struct shm_view *view)
{
	view->capacity = shm_load_max_size(view->shm);
	if (view->capacity == 0 || view->capacity > view->limit)
		return SHM_E_HEADER;
	return SHM_OK;
}

void shm_view_give_up(const struct shm_view *view)
{
	shm_store_mark(view->shm);
	/* Mark before START for everyone; pairs with the full barrier in shm_write.c. */
	shm_barrier_full();
	shm_store_state(view->shm, SHM_OP_START);
	/* START before the label of our next message; pairs with still_stands() in shm_read.c. */
	shm_barrier_full();
}
