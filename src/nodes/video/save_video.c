#include "base/file.h"
#include "nodes/image/output_file.h"
#include "nodes/video/types.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const formats[] = { "auto", "mp4", "webm", "gif", NULL };
static const char *const codecs[] = { "auto", "h264", "vp9", "gif", NULL };
static const mk_port inputs[] = {
  { "video", "VIDEO", "The video to save." },
  { "filename_prefix", "STRING", "The prefix for the file to save. This may include formatting information such as %date:yyyy-MM-dd% or %Empty Latent Image.width% to include values from nodes.", MK_TEXT ("video/ComfyUI") },
  { "format", "COMBO", "The format to save the video as.", MK_TEXT ("auto"), .options = formats },
  { "codec", "COMBO", "The codec to use for the video.", MK_TEXT ("auto"), .options = codecs },
  { 0 } };
static const mk_port outputs[] = { { 0 } };

/* The film was encoded with this run's metadata already: its bytes are taken as they are. */
static bool
copy_file (const char *from, const char *to, GError **error)
{
  g_autoptr (mk_file_writer) writer = mk_file_writer_new (to, error);
  int in = writer != NULL ? open (from, O_RDONLY | O_CLOEXEC) : -1;
  if (in < 0)
    return writer != NULL ? mk_error (error, MK_ERROR_NOT_FOUND, "%s: %s", from, g_strerror (errno)) : false;
  struct stat info;
  fstat (in, &info);
  off_t left = info.st_size;
  while (left > 0) {
    ssize_t n = sendfile (mk_file_writer_fd (writer), in, NULL, (size_t)MIN (left, 1 << 20));
    if (n <= 0)
      break;
    left -= n;
  }
  int reason = errno;
  close (in);
  if (left > 0)
    return mk_error (error, MK_ERROR_DISK, "%s: %s", to, g_strerror (reason));
  return mk_file_writer_commit (writer, error);
}

static bool
run (mk_run *r, GError **error)
{
  const mk_film *film = mk_run_get_data (r, "video", &mk_film_type);
  if (film == NULL)
    return mk_error (error, MK_ERROR_TYPE, "video: there is none");
  const char *format = mk_run_get_string (r, "format"), *own = strrchr (film->path, '.');
  own = own != NULL ? own + 1 : "";
  if (!g_str_equal (format, "auto") && !g_str_equal (format, own))
    return mk_error (error, MK_ERROR_UNSUPPORTED, "the film is %s already; ask the node that renders it for %s", own, format);
  g_auto (mk_output_file) file = { 0 };
  if (!mk_output_file_next (mk_run_folders (r)->output, mk_run_get_string (r, "filename_prefix"), film->info.width, film->info.height, own, &file, error)
      || !copy_file (film->path, file.path, error))
    return false;
  mk_json *shown = mk_json_new_object (), *list = mk_json_new_array (), *animated = mk_json_new_array ();
  mk_json_append_file (list, &file, "output");
  mk_json_append (animated, mk_json_new_bool (true));
  mk_json_set (shown, "images", list);
  mk_json_set (shown, "animated", animated);
  mk_run_set_ui (r, shown);
  return true;
}

const mk_node_def mk_node_save_video = { .id = "SaveVideo", .label = "Save Video", .category = "image/video", .help = "Saves the input images to your ComfyUI output directory.", .python_module = "comfy_extras.nodes_video", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE, .run = run };
