#include "packs/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_FRAME ((uint32_t)64 << 20)
#define TICK_MS 50 /* how late a cancel may be heard */

static const mk_json_limits limits = { .max_bytes = MAX_FRAME, .max_depth = 256 };

/* --- sending --- */

static ssize_t
send_some (int socket, const void *bytes, size_t length, int fd)
{
  struct iovec part = { (void *)bytes, length };
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE (sizeof (int))];
  } control = { 0 };
  struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
  if (fd >= 0) {
    message.msg_control = &control;
    message.msg_controllen = sizeof control;
    control.header = (struct cmsghdr){ .cmsg_len = CMSG_LEN (sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS };
    memcpy (CMSG_DATA (&control.header), &fd, sizeof fd);
  }
  return sendmsg (socket, &message, MSG_NOSIGNAL);
}

bool
mk_wire_send (int socket, const mk_json *message, int fd, GError **error)
{
  g_autofree char *text = mk_json_print_compact (message);
  size_t length = strlen (text);
  if (length > MAX_FRAME)
    return mk_error (error, MK_ERROR_LIMIT, "a message of %zu MB is too large for a pack: at most %u MB", length >> 20, MAX_FRAME >> 20);
  g_autofree char *frame = g_malloc (length + 4);
  uint32_t size = (uint32_t)length;
  memcpy (frame, &size, 4);
  memcpy (frame + 4, text, length);
  for (size_t at = 0; at < length + 4;) {
    ssize_t n = send_some (socket, frame + at, length + 4 - at, at == 0 ? fd : -1);
    if (n < 0 && errno != EINTR)
      return mk_error (error, MK_ERROR_UNAVAILABLE, "its process does not listen: %s", g_strerror (errno));
    at += (size_t)MAX (n, 0);
  }
  return true;
}

/* --- receiving --- */

static bool
wait_for (int socket, mk_cancel *cancel, int64_t deadline_us, GError **error)
{
  for (;;) {
    struct pollfd watched = { .fd = socket, .events = POLLIN };
    int n = poll (&watched, 1, TICK_MS);
    if (n > 0)
      return true;
    if (n < 0 && errno != EINTR)
      return mk_error (error, MK_ERROR_FAILED, "%s", g_strerror (errno));
    if (cancel != NULL && atomic_load (&cancel->fired))
      return mk_error (error, MK_ERROR_CANCELLED, "interrupted");
    if (deadline_us > 0 && g_get_monotonic_time () > deadline_us)
      return mk_error (error, MK_ERROR_TIMEOUT, "its process did not answer in time");
  }
}

static int
take_descriptor (struct msghdr *message)
{
  int fd = -1;
  struct cmsghdr *header = CMSG_FIRSTHDR (message);
  if (header != NULL && header->cmsg_type == SCM_RIGHTS && header->cmsg_len == CMSG_LEN (sizeof fd))
    memcpy (&fd, CMSG_DATA (header), sizeof fd);
  return fd;
}

/* Exactly so many bytes; a descriptor that comes with them lands in *fd. */
static bool
receive_all (int socket, mk_cancel *cancel, int64_t deadline_us, void *bytes, size_t length, int *fd, GError **error)
{
  for (size_t at = 0; at < length;) {
    if (!wait_for (socket, cancel, deadline_us, error))
      return false;
    struct iovec part = { (char *)bytes + at, length - at };
    union {
      struct cmsghdr header;
      char room[CMSG_SPACE (sizeof (int))];
    } control;
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
    ssize_t n = recvmsg (socket, &message, MSG_CMSG_CLOEXEC);
    if (n == 0 || (n < 0 && errno != EINTR))
      return mk_error (error, MK_ERROR_UNAVAILABLE, "its process died");
    int came = n > 0 ? take_descriptor (&message) : -1;
    if (came >= 0) {
      if (*fd >= 0)
        close (*fd);
      *fd = came;
    }
    at += (size_t)MAX (n, 0);
  }
  return true;
}

bool
mk_wire_receive (int socket, mk_cancel *cancel, int64_t deadline_us, mk_json **message, int *fd, GError **error)
{
  uint32_t length;
  *fd = -1;
  *message = NULL;
  g_autofree char *text = NULL;
  bool is_good = receive_all (socket, cancel, deadline_us, &length, sizeof length, fd, error)
                 && (length <= MAX_FRAME || mk_error (error, MK_ERROR_LIMIT, "its process sent a message of %u MB", length >> 20));
  if (is_good) {
    text = g_malloc ((size_t)length + 1);
    is_good = receive_all (socket, cancel, deadline_us, text, length, fd, error) && mk_json_parse (text, length, &limits, message, error);
  }
  if (!is_good && *fd >= 0) {
    close (*fd);
    *fd = -1;
  }
  return is_good;
}

int
mk_wire_share (const void *bytes, size_t length, GError **error)
{
  int fd = memfd_create ("miktos-values", MFD_CLOEXEC);
  for (size_t at = 0; fd >= 0 && at < length;) {
    ssize_t n = write (fd, (const char *)bytes + at, length - at);
    if (n < 0 && errno != EINTR) {
      close (fd);
      fd = -1;
    }
    at += (size_t)MAX (n, 0);
  }
  if (fd < 0)
    mk_error (error, MK_ERROR_MEMORY, "%zu MB of shared memory: %s", length >> 20, g_strerror (errno));
  return fd;
}

/* Files have no seals at all, and say so by -1. */
static bool
keep_from_shrinking (int fd)
{
  fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK);
  int seals = fcntl (fd, F_GET_SEALS);
  return seals >= 0 && (seals & F_SEAL_SHRINK) != 0;
}

const void *
mk_wire_map (int fd, size_t *length, GError **error)
{
  bool is_sealed = fd >= 0 && keep_from_shrinking (fd);
  off_t end = is_sealed ? lseek (fd, 0, SEEK_END) : 0;
  void *bytes = end > 0 ? mmap (NULL, (size_t)end, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
  if (bytes == MAP_FAILED) {
    mk_error (error, MK_ERROR_FORMAT, fd >= 0 && !is_sealed ? "what it shared could shrink while it is read; memory is shared with MFD_ALLOW_SEALING" : "it sent no values");
    return NULL;
  }
  *length = (size_t)end;
  return bytes;
}

/* --- in pieces --- */

void
mk_wire_reader_init (mk_wire_reader *reader)
{
  reader->bytes = g_byte_array_new ();
}

void
mk_wire_reader_clear (mk_wire_reader *reader)
{
  g_clear_pointer (&reader->bytes, g_byte_array_unref);
}

bool
mk_wire_reader_fill (mk_wire_reader *reader, int socket)
{
  char bytes[65536];
  for (;;) {
    ssize_t n = recv (socket, bytes, sizeof bytes, MSG_DONTWAIT);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      return true;
    if (n <= 0 || reader->bytes->len + (size_t)n > (size_t)MAX_FRAME + 4)
      return false;
    g_byte_array_append (reader->bytes, (const guint8 *)bytes, (guint)n);
  }
}

bool
mk_wire_reader_take (mk_wire_reader *reader, mk_json **message)
{
  uint32_t length;
  *message = NULL;
  if (reader->bytes->len < 4)
    return false;
  memcpy (&length, reader->bytes->data, 4);
  if (reader->bytes->len - 4 < length)
    return false;
  mk_json_parse ((const char *)reader->bytes->data + 4, length, &limits, message, NULL);
  g_byte_array_remove_range (reader->bytes, 0, length + 4);
  return *message != NULL;
}
