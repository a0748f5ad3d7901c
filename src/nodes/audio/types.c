#include "nodes/audio/types.h"

#include <string.h>

static void
free_audio (void *data)
{
  mk_audio_unref (data);
}

static size_t
count_bytes (const void *data)
{
  return mk_buffer_size (((const mk_audio *)data)->samples);
}

/* n, n_channels, sample_rate, 0, n_samples, then the samples. */
typedef struct {
  int32_t n, n_channels, sample_rate, reserved;
  int64_t n_samples;
} header;

static mk_buffer *
save (const void *data, GError **error)
{
  const mk_audio *audio = data;
  header head = { audio->n, audio->n_channels, audio->sample_rate, 0, audio->n_samples };
  size_t n_bytes = mk_buffer_size (audio->samples);
  mk_buffer *bytes = mk_buffer_new (sizeof head + n_bytes, error);
  if (bytes == NULL)
    return NULL;
  memcpy (mk_buffer_write (bytes), &head, sizeof head);
  if (n_bytes > 0)
    memcpy ((char *)mk_buffer_write (bytes) + sizeof head, mk_buffer_read (audio->samples), n_bytes);
  return bytes;
}

static void *
load (const mk_buffer *bytes, GError **error)
{
  header head = { 0 };
  if (mk_buffer_size (bytes) >= sizeof head)
    memcpy (&head, mk_buffer_read (bytes), sizeof head);
  size_t n_bytes;
  bool fits = head.n_samples >= 0 && mk_size_of_floats ((const int[]){ head.n, head.n_channels }, 2, &n_bytes) && mk_size_multiply (n_bytes, (size_t)head.n_samples, &n_bytes);
  if (!fits || mk_buffer_size (bytes) != sizeof head + n_bytes) {
    mk_error (error, MK_ERROR_FORMAT, "a sound of %" G_GINT64_FORMAT " samples has %zu bytes", head.n_samples, mk_buffer_size (bytes));
    return NULL;
  }
  mk_audio *audio = mk_audio_new (head.n, head.n_channels, head.n_samples, head.sample_rate, error);
  if (audio != NULL && n_bytes > 0)
    memcpy (mk_buffer_write (audio->samples), (const char *)mk_buffer_read (bytes) + sizeof head, n_bytes);
  return audio;
}

const mk_value_type mk_audio_type = { .name = "AUDIO", .free = free_audio, .n_bytes = count_bytes, .save = save, .load = load };

mk_value *
mk_value_new_audio (mk_audio *taken)
{
  return mk_value_new (&mk_audio_type, taken);
}

mk_audio *
mk_run_get_audio (const mk_run *run, const char *input, GError **error)
{
  mk_audio *audio = mk_run_get_data (run, input, &mk_audio_type);
  if (audio == NULL)
    mk_error (error, MK_ERROR_TYPE, "%s: there is no AUDIO", input);
  return audio;
}

bool
mk_run_answer_audio (mk_run *run, mk_audio *taken)
{
  if (taken != NULL)
    mk_run_set_output (run, 0, mk_value_new_audio (taken));
  return taken != NULL;
}
