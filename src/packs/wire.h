/* wire.h - frames between us and a pack's process.
 *
 * Format    4 bytes length in host order, then JSON text. With the first byte may come one descriptor of shared
 *           memory that holds values as engine/value_file.h writes them, so that pixels are never sent.
 * Threads   No shared state; a socket belongs to one thread at a time.
 * Refused   Frames above 64 MB, and what is no JSON.
 */
#pragma once
#include "base/base.h"
#include "base/json.h"

/* Waits for room; `fd` -1 = none; stays the caller's. False with UNAVAILABLE when the other side is gone. */
bool mk_wire_send (int socket, const mk_json *message, int fd, GError **error);
/* Waits for one frame, at most until `deadline_us` (monotonic; 0 = for ever): TIMEOUT, or CANCELLED within 50 ms after
 * `cancel` (may be NULL) fired. `*fd` is -1 or the caller's to close. UNAVAILABLE when the other side is gone. */
bool mk_wire_receive (int socket, mk_cancel *cancel, int64_t deadline_us, mk_json **message, int *fd, GError **error);
/* Shared memory with these bytes; the caller closes it. -1 with MEMORY. */
int  mk_wire_share (const void *bytes, size_t length, GError **error);
/* What another process shared, to be read; munmap. From here on nobody can make it smaller, which would end who reads it: FORMAT for
 * memory that cannot be kept from that, and when there is none. */
const void *mk_wire_map (int fd, size_t *length, GError **error);

/* A frame that comes in pieces, for a loop that cannot wait. Descriptors are not expected there. */
typedef struct mk_wire_reader {
  GByteArray *bytes;
} mk_wire_reader;
void mk_wire_reader_init (mk_wire_reader *reader);
void mk_wire_reader_clear (mk_wire_reader *reader);
/* Reads what is there. False when the other side is gone or sends nonsense. */
bool mk_wire_reader_fill (mk_wire_reader *reader, int socket);
/* The next whole message; false when there is none yet. */
bool mk_wire_reader_take (mk_wire_reader *reader, mk_json **message);
