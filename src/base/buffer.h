/* buffer.h - large blocks of bytes that may be refused.
 *
 * Purpose   Pixels, tensors, meshes and bodies from outside live here, so
 *           that a size out of a hostile file is an error, not an abort.
 * Threads   The count is atomic; the bytes are immutable once shared.
 * Memory    Reference counted; data is aligned to 64 bytes and zero-filled.
 * Tests     tests/base/test_buffer.c
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct mk_buffer mk_buffer;

/* Zeroed bytes, or NULL with MK_ERROR_MEMORY naming the megabytes. `size` may be 0. */
mk_buffer *mk_buffer_new (size_t size, GError **error);

/* A read-only view of a whole file mapped into memory, or NULL with the reason.
 * The file must not be shortened while mapped. */
mk_buffer *mk_buffer_map_file (const char *path, GError **error);

mk_buffer *mk_buffer_ref (mk_buffer *buffer);
void       mk_buffer_unref (mk_buffer *buffer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (mk_buffer, mk_buffer_unref)

/* Writing is for the sole owner, before the buffer is shared; NULL for a mapped one. */
void       *mk_buffer_write (mk_buffer *buffer);
const void *mk_buffer_read (const mk_buffer *buffer);
size_t      mk_buffer_size (const mk_buffer *buffer);
bool        mk_buffer_is_unique (const mk_buffer *buffer);

/* a*b, or false when it does not fit; chain it for shapes from outside. */
bool mk_size_multiply (size_t a, size_t b, size_t *product);
/* The bytes of a grid of floats; false when a size is negative or they are too many. Sizes from outside are held against the bytes
 * that came with this, before memory is taken for them. */
bool mk_size_of_floats (const int *sizes, int n_sizes, size_t *n_bytes);
