/* video_save.c - a VIDEO into a file: copied, or encoded frame by frame. */
#include "base/file.h"
#include "nodes/video/types.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
copy_file (const char *from, const char *to, GError **error)
{
  g_autoptr (mk_file_writer) writer = mk_file_writer_new (to, error);
  int in = writer != NULL ? open (from, O_RDONLY | O_CLOEXEC) : -1;
  if (in < 0)
    return writer != NULL ? mk_error (error, MK_ERROR_NOT_FOUND, "%s: %s", from, g_strerror (errno)) : false;
  struct stat info;
  off_t left = fstat (in, &info) == 0 ? info.st_size : 0;
  errno = 0;
  while (left > 0) {
    ssize_t n = sendfile (mk_file_writer_fd (writer), in, NULL, (size_t)MIN (left, 1 << 20));
    if (n <= 0)
      break;
    left -= n;
  }
  int reason = errno;
  close (in);
  if (left > 0)
    return mk_error (error, MK_ERROR_DISK, "%s: %s", to, reason != 0 ? g_strerror (reason) : "the film was cut off meanwhile");
  return mk_file_writer_commit (writer, error);
}

static bool
encode_frames (const mk_video *video, mk_video_writer *writer, const mk_job *job, GError **error)
{
  for (int i = 0; i < video->frames->n; i++) {
    if (mk_job_is_cancelled (job))
      return mk_error (error, MK_ERROR_CANCELLED, "the film was cancelled at frame %d of %d", i, video->frames->n);
    if (!mk_video_writer_add (writer, video->frames, i, error))
      return false;
    mk_job_report (job, i + 1, video->frames->n);
  }
  return mk_video_writer_finish (writer, error);
}

static bool
encode_file (const mk_video *video, mk_video_writer *writer, const mk_job *job, GError **error)
{
  g_autoptr (mk_video_reader) reader = mk_video_reader_new (video->path, error);
  int width, height;
  bool has_frame = true;
  if (reader == NULL)
    return false;
  mk_video_reader_get_size (reader, &width, &height);
  if (width != video->info.width || height != video->info.height)
    return mk_error (error, MK_ERROR_FORMAT, "%s is %d×%d now, it was %d×%d", video->path, width, height, video->info.width, video->info.height);
  g_autoptr (mk_buffer) rgb8 = mk_buffer_new ((size_t)width * (size_t)height * 3, error);
  if (rgb8 == NULL)
    return false;
  for (int i = 0; has_frame; i++) {
    if (mk_job_is_cancelled (job))
      return mk_error (error, MK_ERROR_CANCELLED, "the film was cancelled at frame %d of %d", i, video->info.n_frames);
    if (!mk_video_reader_next (reader, mk_buffer_write (rgb8), &has_frame, error) || (has_frame && !mk_video_writer_add_rgb8 (writer, mk_buffer_read (rgb8), error)))
      return false;
    mk_job_report (job, MIN (i + 1, video->info.n_frames), MAX (1, video->info.n_frames));
  }
  return mk_video_writer_finish (writer, error);
}

bool
mk_video_save (const mk_video *video, const char *path, const mk_video_options *options, const mk_job *job, GError **error)
{
  const char *suffix = video->path != NULL ? strrchr (video->path, '.') : NULL;
  if (suffix != NULL && g_ascii_strcasecmp (suffix + 1, mk_video_format_suffix (options->format)) == 0)
    return copy_file (video->path, path, error);
  mk_video_options with_sound = *options;
  g_autoptr (mk_audio) sound = mk_video_get_sound (video);
  with_sound.audio = sound;
  g_autoptr (mk_video_writer) writer = mk_video_writer_new (path, &with_sound, error);
  if (writer == NULL)
    return false;
  return video->frames != NULL ? encode_frames (video, writer, job, error) : encode_file (video, writer, job, error);
}
