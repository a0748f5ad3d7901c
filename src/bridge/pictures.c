#include "bridge/pictures.h"

#include "base/log.h"
#include "bridge/bridge_private.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WAITING 500 /* pictures that are asked for and not made */
#define PATIENCE_MS 60000
#define RETRY_MS 300000 /* what took too long, perhaps because the machine was busy, may be tried again then */

/* One picture, and all who asked for it. */
typedef struct {
  char *what, *path;
  mk_picture_kind kind;
  GArray *askers; /* asker */
} wanted;

typedef struct {
  mk_picture_done done;
  void *user;
} asker;

struct mk_pictures {
  mk_loop *loop;
  mk_picture_place place;
  GQueue *queue;     /* wanted; the head is being made while pid is not 0 */
  GHashTable *failed; /* path -> failure: what failed once is not tried over and over */
  pid_t pid;
  int output;
  GString *said;     /* by the child, on standard error */
  mk_watch *watch;
  mk_timer *patience;
};

typedef struct {
  char *why;
  int64_t until_ms; /* the loop's clock */
} failure;

static void
failure_free (void *given)
{
  failure *f = given;
  g_free (f->why);
  g_free (f);
}

static void start_next (mk_pictures *pictures);

static void
wanted_end (wanted *w, const char *why)
{
  for (guint i = 0; i < w->askers->len; i++) {
    const asker *a = &g_array_index (w->askers, asker, i);
    a->done (a->user, w->path, why);
  }
  g_array_unref (w->askers);
  g_free (w->what);
  g_free (w->path);
  g_free (w);
}

static void
end_child (mk_pictures *pictures)
{
  int status = 0;
  g_clear_pointer (&pictures->watch, mk_watch_free);
  close (pictures->output);
  waitpid (pictures->pid, &status, 0);
  pictures->pid = 0;
  mk_timer_stop (pictures->patience);
  wanted *w = g_queue_pop_head (pictures->queue);
  bool is_made = WIFEXITED (status) && WEXITSTATUS (status) == 0;
  g_strstrip (pictures->said->str);
  const char *said = pictures->said->str, *words = g_str_has_prefix (said, "miktos: ") ? said + strlen ("miktos: ") : said;
  g_autofree char *why = is_made ? NULL : g_strdup (words[0] != '\0' ? words : WIFSIGNALED (status) ? "it took too long or broke off" : "it failed");
  if (why != NULL) {
    mk_log (MK_LOG_INFO, "pictures", "%s: %s", w->kind == MK_PICTURE_OF_COMMANDS ? "a scene" : w->what, why);
    failure *f = g_new (failure, 1);
    *f = (failure){ g_strdup (why), WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL ? mk_loop_now_ms (pictures->loop) + RETRY_MS : INT64_MAX };
    g_hash_table_insert (pictures->failed, g_strdup (w->path), f);
  }
  wanted_end (w, why);
  start_next (pictures);
}

static void
on_output (void *user, unsigned events)
{
  (void)events;
  mk_pictures *pictures = user;
  char bytes[1024];
  ssize_t n = read (pictures->output, bytes, sizeof bytes);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0)
    end_child (pictures);
  else if (pictures->said->len < sizeof bytes)
    g_string_append_len (pictures->said, bytes, n);
}

static void
on_impatience (void *user)
{
  kill (((mk_pictures *)user)->pid, SIGKILL); /* its pipe closes, and that ends it */
}

/* A file without a name that holds the text, at its beginning; -1 when there is none to be had. */
static int
open_text (const char *text)
{
  size_t length = strlen (text);
  int file = memfd_create ("commands", MFD_CLOEXEC);
  if (file >= 0 && (write (file, text, length) != (ssize_t)length || lseek (file, 0, SEEK_SET) != 0)) {
    close (file);
    return -1;
  }
  return file;
}

static bool
spawn (mk_pictures *pictures, const wanted *w)
{
  int ends[2];
  int input = w->kind == MK_PICTURE_OF_COMMANDS ? open_text (w->what) : open ("/dev/null", O_RDONLY | O_CLOEXEC);
  if (input < 0)
    return false;
  if (pipe2 (ends, O_CLOEXEC) != 0) {
    close (input);
    return false;
  }
  static const char *const options[] = { [MK_PICTURE_OF_FILE] = "--", [MK_PICTURE_OF_OBJECT] = "--object", [MK_PICTURE_OF_COMMANDS] = "--commands" };
  char *what = w->kind == MK_PICTURE_OF_COMMANDS ? "/dev/stdin" : w->what;
  char *argv[] = { (char *)pictures->place.program, "thumbnail", "--input", (char *)pictures->place.inputs, (char *)options[w->kind], what, w->path, NULL };
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_adddup2 (&actions, ends[1], STDERR_FILENO);
  posix_spawn_file_actions_addopen (&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2 (&actions, input, STDIN_FILENO);
  int code = posix_spawn (&pictures->pid, argv[0], &actions, NULL, argv, environ);
  posix_spawn_file_actions_destroy (&actions);
  close (ends[1]);
  close (input);
  fcntl (ends[0], F_SETFL, O_NONBLOCK);
  pictures->output = ends[0];
  if (code == 0)
    return true;
  pictures->pid = 0;
  close (ends[0]);
  return false;
}

static void
start_next (mk_pictures *pictures)
{
  while (pictures->pid == 0 && !g_queue_is_empty (pictures->queue)) {
    g_string_truncate (pictures->said, 0);
    if (!spawn (pictures, g_queue_peek_head (pictures->queue))) {
      wanted_end (g_queue_pop_head (pictures->queue), "the program could not be started");
      continue;
    }
    pictures->watch = mk_watch_new (pictures->loop, pictures->output, MK_WATCH_READ, on_output, pictures, NULL);
    mk_timer_start (pictures->patience, PATIENCE_MS);
  }
}

void
mk_pictures_make (mk_pictures *pictures, mk_picture_kind kind, const char *what, const char *path, mk_picture_done done, void *user)
{
  const failure *f = g_hash_table_lookup (pictures->failed, path);
  const char *why = f != NULL && mk_loop_now_ms (pictures->loop) < f->until_ms ? f->why : NULL;
  asker a = { done, user };
  if (g_file_test (path, G_FILE_TEST_EXISTS) || why != NULL) {
    done (user, path, why);
    return;
  }
  for (GList *i = pictures->queue->head; i != NULL; i = i->next) {
    wanted *known = i->data;
    if (g_str_equal (known->path, path)) {
      g_array_append_val (known->askers, a);
      return;
    }
  }
  if (g_queue_get_length (pictures->queue) >= MAX_WAITING) {
    done (user, path, "too many are being made; try again in a moment");
    return;
  }
  wanted *w = g_new (wanted, 1);
  *w = (wanted){ g_strdup (what), g_strdup (path), kind, g_array_new (FALSE, FALSE, sizeof (asker)) };
  g_array_append_val (w->askers, a);
  g_queue_push_tail (pictures->queue, w);
  start_next (pictures);
}

/* Named by the commands' sum and the program's version: a new one may draw them better. */
void
mk_pictures_make_scene (mk_pictures *pictures, const mk_json *commands, mk_picture_done done, void *user)
{
  g_autofree char *text = mk_json_print_compact (commands), *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autofree char *path = g_strdup_printf ("%s/scene-%.32s-%s.webp", pictures->place.folder, sum, pictures->place.version);
  mk_pictures_make (pictures, MK_PICTURE_OF_COMMANDS, text, path, done, user);
}

void
mk_pictures_answer (void *user, const char *path, const char *why)
{
  mk_http_request *request = user;
  GError *error = NULL;
  g_autofree char *folder = g_path_get_dirname (path), *name = g_path_get_basename (path);
  mk_http_file file = { .type = "image/webp", .cache = "private, max-age=86400" };
  if (why == NULL) {
    mk_http_answer_file (request, folder, name, &file);
    return;
  }
  mk_error (&error, MK_ERROR_UNSUPPORTED, "no picture can be made of it: %s", why);
  mk_api_answer_error (request, error);
}

mk_pictures *
mk_pictures_new (mk_loop *loop, const mk_picture_place *place)
{
  mk_pictures *pictures = g_new0 (mk_pictures, 1);
  *pictures = (mk_pictures){ .loop = loop, .place = *place, .queue = g_queue_new (), .failed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, failure_free), .said = g_string_new (NULL) };
  pictures->patience = mk_timer_new (loop, on_impatience, pictures);
  return pictures;
}

void
mk_pictures_free (mk_pictures *pictures)
{
  if (pictures == NULL)
    return;
  if (pictures->pid != 0) {
    kill (pictures->pid, SIGKILL);
    waitpid (pictures->pid, NULL, 0);
    g_clear_pointer (&pictures->watch, mk_watch_free);
    close (pictures->output);
  }
  for (wanted *w; (w = g_queue_pop_head (pictures->queue)) != NULL;)
    wanted_end (w, "the program is ending");
  mk_timer_free (pictures->patience);
  g_queue_free (pictures->queue);
  g_hash_table_unref (pictures->failed);
  g_string_free (pictures->said, TRUE);
  g_free (pictures);
}
