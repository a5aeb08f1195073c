/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shm_pub: messages between two VMs through a region of shared memory.
 *
 * One writer VM and one reader VM a region, one message in flight. The layout of
 * shm_info_s and the four calls without a mark ("fd-1.0", "fd-1.1") are the specification's;
 * the rest is what its users need besides. docs/protocol.md is the whole contract.
 *
 * The peer is not trusted: nothing it writes into a region, at any moment, makes a
 * call read or write outside the region or the caller's buffer, or wait longer than
 * the wait setting says.
 *
 * Needs C11 or C++11, hosted or freestanding, little endian.
 */
#ifndef SHM_PUB_H
#define SHM_PUB_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* State of a region, shm_info_s.op_type. */
enum shm_optype {
	SHM_OP_START = 0,         /* no message yet */
	SHM_OP_READY_TO_READ = 1, /* set by the writer: a message (or a part of a long one) is there */
	SHM_OP_READ_END = 2,      /* set by the reader: it has been taken */
	SHM_OP_DEL = 3,           /* reserved by the original header, never set by this library */
	SHM_OP_MAX = 4
};

/* Head of a region, 16 bytes, little endian. The layout never changes. */
typedef struct shm_info_t {
	unsigned int max_size;  /* capacity of data in bytes; the base sets it before any VM runs */
	unsigned int used_size; /* total length of the message in bytes; may exceed max_size */
	int op_type;            /* enum shm_optype */
	int resevered;          /* the data_type of the message (spelling of the specification) */
	__extension__ char data[0]; /* payload */
} shm_info_s;

#define SHM_HEADER_SIZE 16u

/* used_size of a long message that one side, or the base, gave up; no message has this length. */
#define SHM_USED_GIVEN_UP 0xffffffffu

/* Values of data_type that the demonstration programs give a meaning. Others are the users'. */
enum shm_data_type {
	SHM_DATA_INT = 0,    /* int, 4 bytes */
	SHM_DATA_STRING = 1, /* characters with the ending 0 */
	SHM_DATA_TIME = 2    /* uint64_t, shm_counter() of the sender */
};

/* Results. Calls return SHM_OK or one of the negative codes. */
enum shm_result {
	SHM_OK = 0,
	SHM_E_PARAM = -1,    /* NULL region, NULL buffer with a length, not attached, bad flag or id */
	SHM_E_HEADER = -2,   /* the header cannot be: max_size 0 or beyond the attached size, or op_type
	                        outside the enum */
	SHM_E_TOO_LONG = -3, /* the message is longer than the buffer; it stays READY */
	SHM_E_BUSY = -4,     /* wait off: the previous message has not been read */
	SHM_E_EMPTY = -5,    /* wait off: there is no message */
	SHM_E_TIMEOUT = -6,  /* bounded wait: the time is over, nothing was moved */
	SHM_E_PARTIAL = -7,  /* a long message ended half way (the wait ran out, or the peer changed the
	                        header); the buffer holds its beginning */
	SHM_E_IPI = -8,      /* the doorbell could not be rung; the message is in place and readable, but
	                        one longer than max_size has been taken back */
	SHM_E_NO_PORT = -9,  /* the port could not be started (no driver, no base) */
	SHM_E_WAIT_OFF = -10, /* wait off: a message longer than max_size takes waiting; nothing was
	                        moved, a message to be read stays READY */
	SHM_E_PEER_LOST = -11 /* the peer VM ended or was started again during the call (shm_watch_peer);
	                          what it had begun is void, the buffer holds nothing of use */
};

/* The specification's port interface: vmId is the target VM, cpuId is not used and 0. */
struct cpu_info {
	unsigned vmId;
	unsigned cpuId;
};

struct shm_ipi_func {
	int (*init)(void);                   /* 0 or negative */
	int (*send_ipi)(struct cpu_info cpu); /* 0 or negative */
};

/* One of these two is linked in, by the port. */
extern struct shm_ipi_func linux_shmIpi;
extern struct shm_ipi_func uniproton_shmIpi;

/*
 * Starts the port: interrupt on, driver opened. Call once before the others, from a
 * task. Failure shows in shm_ipi_status() and in every later shm_send_ipi().
 */
void shm_ipi_init(void);

/* fd-1.0. SHM_OK after a successful shm_ipi_init(), SHM_E_NO_PORT otherwise. Any context. */
int shm_ipi_status(void);

/*
 * Rings VM vmid (0 .. 7). SHM_OK; SHM_E_PARAM; SHM_E_NO_PORT; SHM_E_IPI when the base
 * refuses. Makes all earlier stores of the caller visible to the target first. Task or
 * ISR, any thread.
 */
int shm_send_ipi(int vmid);

/*
 * Sends len bytes (0 .. 0xfffffffe, also above max_size) from src as one message of type
 * data_type through shm and rings VM recId. Waits while the previous message is unread,
 * as the wait setting says. The caller serialises writers of one region; task or ISR
 * (with the wait bounded or off in an ISR).
 *
 * SHM_OK; SHM_E_PARAM; SHM_E_HEADER; SHM_E_BUSY; SHM_E_TIMEOUT; SHM_E_WAIT_OFF;
 * SHM_E_PEER_LOST; SHM_E_PARTIAL; SHM_E_IPI. Except for the last two, nothing is left to be read.
 */
int shm_write(void *src, unsigned int len, int data_type, shm_info_s *shm, int recId);

/*
 * Receives one message into data (len bytes large). Waits for one as the wait setting
 * says. The caller serialises readers of one region; task or ISR (likewise).
 *
 * SHM_OK; SHM_E_PARAM; SHM_E_HEADER; SHM_E_TOO_LONG; SHM_E_EMPTY; SHM_E_TIMEOUT;
 * SHM_E_WAIT_OFF; SHM_E_PEER_LOST; SHM_E_PARTIAL. Except for the last two, data is untouched.
 */
int shm_read(shm_info_s *shm, void *data, unsigned int len);

/*
 * fd-1.0. Like shm_read, and stores length and type of the message it returned (either
 * pointer may be NULL). shm->used_size and shm->resevered read after a shm_read may
 * already be the next message's.
 */
int shm_receive(shm_info_s *shm, void *data, unsigned int len, unsigned int *msg_len, int *data_type);

/*
 * fd-1.0. Type and total length of the waiting message, which stays. Never waits.
 * SHM_OK; SHM_E_EMPTY; SHM_E_PARAM; SHM_E_HEADER.
 */
int shm_peek(shm_info_s *shm, unsigned int *msg_len, int *data_type);

/* Flags of shm_attach. */
#define SHM_ATTACH_NORMAL 0u /* Normal memory: any access is allowed */
#define SHM_ATTACH_DEVICE 1u /* Device memory (/dev/mem with O_SYNC): aligned accesses only */

/* Regions that can be attached at once in one program. */
#define SHM_ATTACH_MAX 32

/*
 * fd-1.0. Tells the library how large the memory at shm is (bytes, header included,
 * 32 or more, shm 16-byte aligned), so that no size is taken from the peer. Attaching
 * the same pointer again replaces size and flags. A region that was never attached
 * works as in the original: its max_size is believed, the access is SHM_ATTACH_DEVICE's.
 * SHM_OK; SHM_E_PARAM, also when SHM_ATTACH_MAX are attached. Task; any thread.
 */
int shm_attach(shm_info_s *shm, uint64_t size, unsigned int flags);

/* fd-1.0. Forgets an attached region; no call may be using it. SHM_OK; SHM_E_PARAM. */
int shm_detach(shm_info_s *shm);

#define SHM_WAIT_OFF 0u               /* do not wait: SHM_E_BUSY or SHM_E_EMPTY at once */
#define SHM_WAIT_FOREVER 0xffffffffu  /* the default, and the specification's behaviour */

/*
 * fd-1.0. The wait setting ("the spin lock can be turned off"): SHM_WAIT_OFF,
 * SHM_WAIT_FOREVER or a bound in microseconds (1 .. 0xfffffffe). For an attached region,
 * or with shm = NULL the default of all regions that have no setting of their own. For a
 * long message the bound holds for each part. SHM_OK; SHM_E_PARAM. Any context.
 */
int shm_set_wait(shm_info_s *shm, unsigned int wait_us);

/*
 * fd-1.1. Lets the calls on an attached region see the end of the peer: one that waits when the peer
 * VM ends or is started again, or has moved a part of a long message, ends with SHM_E_PEER_LOST,
 * whatever the wait setting. A call that begins while the peer does not run waits for it to start.
 * life is the peer's word in the base's state view (shm_vm_life(); NULL: do not watch, the setting
 * after shm_attach). shm_map does this by itself. A short message that is in the region stays there
 * when its writer or reader ends, and the next life of the reader gets it.
 * SHM_OK; SHM_E_PARAM: not attached, or life is not 8-byte aligned. Any context.
 */
int shm_watch_peer(shm_info_s *shm, const volatile uint64_t *life);

/* fd-1.0. A sentence for a result, never NULL, English, static storage. */
const char *shm_strerror(int result);

/*
 * fd-1.0. The system counter, the same in all VMs (CNTPCT_EL0 or, at EL0 of Linux,
 * CNTVCT_EL0, which the base keeps equal), and its frequency in Hz (CNTFRQ_EL0). Any context.
 */
uint64_t shm_counter(void);
uint64_t shm_counter_frequency(void);

/* fd-1.0. A region as the base registered it. */
struct shm_region {
	unsigned int index;  /* in the system description, from 0 */
	unsigned int flags;  /* SHM_REGION_* */
	unsigned int writer; /* id of the VM that sends in it */
	unsigned int reader; /* id of the VM that receives from it */
	uint64_t ipa;        /* guest-physical address */
	uint64_t size;       /* bytes, header included */
};

#define SHM_REGION_READ 0x1u      /* this VM may read it */
#define SHM_REGION_WRITE 0x2u     /* this VM may write it */
#define SHM_REGION_IS_WRITER 0x4u /* this VM sends in it */
#define SHM_REGION_IS_READER 0x8u /* this VM receives from it */

/*
 * fd-1.0, from the port, after shm_ipi_init(). Asks the base (through the driver on
 * Linux) for the index-th region this VM can see, from 0. SHM_OK; SHM_E_PARAM past the
 * last; SHM_E_NO_PORT. Task.
 */
int shm_region_info(unsigned int index, struct shm_region *out);

/*
 * fd-1.0, from the port. Maps the region (on UniProton it already is) and attaches it.
 * NULL when it cannot; then *result, if given, says why. Task.
 */
shm_info_s *shm_map(const struct shm_region *region, int *result);

/*
 * fd-1.0, from the port. Sleeps until a doorbell arrives that this program has not taken
 * by an earlier call, or timeout_us (SHM_WAIT_FOREVER: no limit) are over. SHM_OK;
 * SHM_E_TIMEOUT; SHM_E_NO_PORT. One task at a time. A doorbell says "look", not "how
 * many": afterwards read until SHM_E_EMPTY.
 */
int shm_wait_ipi(unsigned int timeout_us);

/*
 * fd-1.1, from the port, after shm_ipi_init(). The life of VM vmid (0 .. 7): a word that the base keeps,
 * bits 31:0 the VM's state, bits 63:32 its epoch (<fusiondock/state.h>). To be read by one load, at any
 * time. NULL: no such id, or the system description shows this VM no state view. Task; any thread.
 */
const volatile uint64_t *shm_vm_life(int vmid);

/* fd-1.0, from the port. Id of this VM, or SHM_E_NO_PORT. Any context. */
int shm_vm_id(void);

#ifdef __cplusplus
}
#endif

#endif
