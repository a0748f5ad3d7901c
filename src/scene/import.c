/* The child process that reads a stranger's file, and what comes back from it. */
#include "scene/import.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scene/import_private.h"
#include "scene/scene_bytes.h"

#define DEFAULT_SECONDS 60
#define DEFAULT_MEMORY_MB 4096
#define MAX_ANSWER_BYTES ((off_t)3 << 30)

/* --- the child --- */

/* What this process has mapped already counts too: a sanitizer's shadow is terabytes. */
static void
limit_memory (unsigned megabytes)
{
  unsigned long pages = 0;
  g_autofree char *text = NULL;
  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    return;
  pages = strtoul (text, NULL, 10);
  rlim_t bytes = (rlim_t)pages * (rlim_t)sysconf (_SC_PAGESIZE) + ((rlim_t)megabytes << 20);
  setrlimit (RLIMIT_AS, &(struct rlimit){ bytes, bytes });
}

static void
behave (const mk_import_limits *limits)
{
  static const int reset[] = { SIGINT, SIGTERM, SIGHUP, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGALRM };
  for (size_t i = 0; i < MK_COUNT (reset); i++)
    signal (reset[i], SIG_DFL);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  setrlimit (RLIMIT_CORE, &(struct rlimit){ 0, 0 });
  setrlimit (RLIMIT_CPU, &(struct rlimit){ limits->max_seconds, limits->max_seconds + 1 });
  limit_memory (limits->max_memory_mb);
  int nowhere = open ("/dev/null", O_RDWR | O_CLOEXEC); /* Assimp's last words are no news */
  dup2 (nowhere, STDOUT_FILENO);
  dup2 (nowhere, STDERR_FILENO);
}

static bool
write_all (int fd, const void *bytes, size_t length)
{
  for (const char *at = bytes; length > 0;) {
    ssize_t n = write (fd, at, MIN (length, (size_t)1 << 30));
    if (n <= 0)
      return false;
    at += n;
    length -= (size_t)n;
  }
  return true;
}

static mk_scene *
read_model (const mk_import_place *place, GError **error)
{
  bool is_ours = false;
  mk_scene *scene = mk_gltf_read (place, &is_ours, error);
  const struct aiScene *from = is_ours ? NULL : mk_import_read (place, error);
  if (from != NULL)
    scene = mk_import_convert (from, place, error);
  if (scene != NULL)
    mk_import_choose_camera (scene);
  return scene;
}

/* One byte, then the model, or the code of an error and its sentence. */
static void
answer (int fd, const mk_import_place *place)
{
  GError *error = NULL;
  mk_scene *scene = read_model (place, &error);
  GByteArray *packed = scene != NULL ? mk_scene_pack (scene) : NULL;
  if (scene != NULL && packed == NULL)
    mk_error (&error, MK_ERROR_LIMIT, "%s is too large to be read", place->file);
  char code = error != NULL ? (char)(1 + error->code) : 0;
  if (!write_all (fd, &code, 1) || !write_all (fd, packed != NULL ? (char *)packed->data : error->message, packed != NULL ? packed->len : strlen (error->message)))
    _exit (1);
  _exit (0); /* the kernel frees faster than we do */
}

/* --- the parent --- */

typedef enum { ENDED, TOO_LONG } ending;

static ending
await (pid_t child, int end_of_pipe, unsigned max_seconds, int *status)
{
  gint64 until = g_get_monotonic_time () + (gint64)max_seconds * G_USEC_PER_SEC;
  struct pollfd watch = { .fd = end_of_pipe, .events = POLLIN };
  int n;
  do
    n = poll (&watch, 1, (int)MAX ((until - g_get_monotonic_time ()) / 1000, 0));
  while (n < 0 && errno == EINTR && g_get_monotonic_time () < until);
  if (n <= 0)
    kill (child, SIGKILL);
  while (waitpid (child, status, 0) < 0 && errno == EINTR)
    ;
  return n <= 0 ? TOO_LONG : ENDED;
}

/* Others rely on it: node 0 is the only root. */
static bool
is_model (const mk_scene *scene)
{
  for (guint i = 0; i < scene->nodes->len; i++)
    if ((i == 0) != (mk_scene_get_node (scene, (int)i)->parent < 0))
      return false;
  return scene->nodes->len > 0;
}

static mk_scene *
read_answer (int fd, const char *file, GError **error)
{
  struct stat info;
  if (fstat (fd, &info) != 0 || info.st_size < 1 || info.st_size > MAX_ANSWER_BYTES) {
    mk_error (error, MK_ERROR_LIMIT, "%s is too large to be read", file);
    return NULL;
  }
  size_t length = (size_t)info.st_size;
  const char *bytes = mmap (NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
  if (bytes == MAP_FAILED) {
    mk_error (error, MK_ERROR_MEMORY, "%s: %zu MB of it do not fit in memory", file, length >> 20);
    return NULL;
  }
  mk_scene *scene = NULL;
  g_autofree char *sentence = bytes[0] != 0 ? g_utf8_make_valid (bytes + 1, (gssize)MIN (length - 1, 2000)) : NULL;
  if (sentence == NULL)
    scene = mk_scene_unpack (bytes + 1, length - 1, error);
  else
    mk_error (error, bytes[0] - 1 < MK_N_ERRORS && bytes[0] > 0 ? (mk_error_code)(bytes[0] - 1) : MK_ERROR_FORMAT, "%s", sentence);
  munmap ((void *)bytes, length);
  if (scene == NULL || is_model (scene))
    return scene;
  mk_error (error, MK_ERROR_FORMAT, "%s is damaged: what was read of it is no model", file);
  mk_scene_unref (scene);
  return NULL;
}

static bool
died (int status, const char *file, unsigned max_seconds, GError **error)
{
  int sign = WIFSIGNALED (status) ? WTERMSIG (status) : 0;
  if (sign == SIGINT || sign == SIGTERM)
    return mk_error (error, MK_ERROR_CANCELLED, "reading %s was cancelled", file);
  if (sign == SIGXCPU || sign == SIGKILL)
    return mk_error (error, MK_ERROR_TIMEOUT, "reading %s took more than %u seconds or too much memory", file, max_seconds);
  return mk_error (error, MK_ERROR_FORMAT, "%s is damaged, or needs more memory than it may: its reader gave up (%s)", file, sign != 0 ? g_strsignal (sign) : "without a word");
}

/* The child holds the writing end of a pipe for as long as it lives; its answer goes to a file in memory. */
static mk_scene *
read_in_child (const mk_import_place *place, const mk_import_limits *limits, int memory, int pipe_ends[2], GError **error)
{
  int status = 0;
  pid_t child = fork ();
  if (child == 0) {
    close (pipe_ends[0]);
    behave (limits);
    answer (memory, place);
  }
  close (pipe_ends[1]);
  pipe_ends[1] = -1;
  if (child < 0) {
    mk_error (error, MK_ERROR_MEMORY, "no process to read %s in: %s", place->file, g_strerror (errno));
    return NULL;
  }
  if (await (child, pipe_ends[0], limits->max_seconds, &status) == TOO_LONG)
    mk_error (error, MK_ERROR_TIMEOUT, "reading %s took more than %u seconds", place->file, limits->max_seconds);
  else if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return read_answer (memory, place->file, error);
  else
    died (status, place->file, limits->max_seconds, error);
  return NULL;
}

mk_scene *
mk_import_model (const char *root, const char *file, const mk_import_limits *given, GError **error)
{
  mk_import_limits limits = { .max_seconds = given != NULL && given->max_seconds > 0 ? given->max_seconds : DEFAULT_SECONDS,
                              .max_memory_mb = given != NULL && given->max_memory_mb > 0 ? given->max_memory_mb : DEFAULT_MEMORY_MB };
  mk_import_place place = { root, file };
  mk_assimp_load (NULL); /* here: a child of many threads must not load anything; what is missing is told when it is wanted */
  int memory = memfd_create ("miktos-model", MFD_CLOEXEC), pipe_ends[2] = { -1, -1 };
  mk_scene *scene = NULL;
  if (memory < 0 || pipe2 (pipe_ends, O_CLOEXEC) != 0)
    mk_error (error, MK_ERROR_MEMORY, "no room to read %s: %s", file, g_strerror (errno));
  else
    scene = read_in_child (&place, &limits, memory, pipe_ends, error);
  for (int i = 0; i < 2; i++)
    if (pipe_ends[i] >= 0)
      close (pipe_ends[i]);
  if (memory >= 0)
    close (memory);
  return scene;
}
