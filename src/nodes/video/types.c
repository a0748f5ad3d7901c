#include "nodes/video/types.h"

#include <unistd.h>

static void
free_film (void *data)
{
  mk_film *film = data;
  if (film->is_ours)
    unlink (film->path);
  g_free (film->path);
  g_free (film);
}

static size_t
count_bytes (const void *data)
{
  (void)data;
  return sizeof (mk_film);
}

const mk_value_type mk_film_type = { .name = "VIDEO", .free = free_film, .n_bytes = count_bytes };

mk_value *
mk_value_new_film (char *taken_path, bool is_ours, const mk_video_info *info)
{
  mk_film *film = g_new (mk_film, 1);
  *film = (mk_film){ .path = taken_path, .is_ours = is_ours, .info = *info };
  return mk_value_new (&mk_film_type, film);
}
