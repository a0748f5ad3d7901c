#include "base/buffer.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define ALIGNMENT 64 /* a cache line, and the widest vector register */

struct mk_buffer {
  atomic_int n_refs;
  bool is_mapped;
  size_t size;
  void *data;
};

bool
mk_size_multiply (size_t a, size_t b, size_t *product)
{
  return !__builtin_mul_overflow (a, b, product);
}

bool
mk_size_of_floats (const int *sizes, int n_sizes, size_t *n_bytes)
{
  *n_bytes = sizeof (float);
  for (int i = 0; i < n_sizes; i++)
    if (sizes[i] < 0 || !mk_size_multiply (*n_bytes, (size_t)sizes[i], n_bytes))
      return false;
  return true;
}

static mk_buffer *
wrap (void *data, size_t size, bool is_mapped)
{
  mk_buffer *buffer = g_new0 (mk_buffer, 1);
  buffer->n_refs = 1;
  buffer->data = data;
  buffer->size = size;
  buffer->is_mapped = is_mapped;
  return buffer;
}

/* Every byte is written at once, so what exceeds the machine would only end the process later. */
static size_t
count_memory_bytes (void)
{
  return (size_t)sysconf (_SC_PHYS_PAGES) * (size_t)sysconf (_SC_PAGESIZE);
}

mk_buffer *
mk_buffer_new (size_t size, GError **error)
{
  size_t room = MAX (size, 1), n_there = count_memory_bytes ();
  void *data = NULL;
  if (room > n_there) {
    mk_error (error, MK_ERROR_MEMORY, "%zu MB of memory were asked for; this machine has %zu MB", size >> 20, n_there >> 20);
    return NULL;
  }
  if (posix_memalign (&data, ALIGNMENT, room) != 0) {
    mk_error (error, MK_ERROR_MEMORY, "%zu MB of memory were asked for and are not to be had", size >> 20);
    return NULL;
  }
  memset (data, 0, room);
  return wrap (data, size, false);
}

mk_buffer *
mk_buffer_map_file (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  struct stat info;
  if (fd < 0 || fstat (fd, &info) != 0) {
    mk_error (error, errno == ENOENT ? MK_ERROR_NOT_FOUND : MK_ERROR_DISK, "%s: %s", path, g_strerror (errno));
    if (fd >= 0)
      close (fd);
    return NULL;
  }
  if (!S_ISREG (info.st_mode)) {
    mk_error (error, MK_ERROR_FORMAT, "%s is not a regular file", path);
    close (fd);
    return NULL;
  }
  size_t size = (size_t)info.st_size;
  void *data = size > 0 ? mmap (NULL, size, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
  int reason = errno;
  close (fd);
  if (data == MAP_FAILED) {
    mk_error (error, MK_ERROR_MEMORY, "%s: %zu MB cannot be mapped: %s", path, size >> 20, g_strerror (reason));
    return NULL;
  }
  return wrap (data, size, true);
}

mk_buffer *
mk_buffer_ref (mk_buffer *buffer)
{
  atomic_fetch_add_explicit (&buffer->n_refs, 1, memory_order_relaxed);
  return buffer;
}

void
mk_buffer_unref (mk_buffer *buffer)
{
  if (buffer == NULL || atomic_fetch_sub_explicit (&buffer->n_refs, 1, memory_order_acq_rel) > 1)
    return;
  if (!buffer->is_mapped)
    free (buffer->data);
  else if (buffer->size > 0)
    munmap (buffer->data, buffer->size);
  g_free (buffer);
}

void *
mk_buffer_write (mk_buffer *buffer)
{
  return buffer->is_mapped ? NULL : buffer->data;
}

const void *
mk_buffer_read (const mk_buffer *buffer)
{
  return buffer->data;
}

size_t
mk_buffer_size (const mk_buffer *buffer)
{
  return buffer->size;
}

bool
mk_buffer_is_unique (const mk_buffer *buffer)
{
  return atomic_load_explicit (&buffer->n_refs, memory_order_acquire) == 1;
}
