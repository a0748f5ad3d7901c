/* types.h - VIDEO: a film on the links of a workflow.
 *
 * Purpose   A file made while running, in the temp folder; it goes with the last reference.
 */
#pragma once
#include "graph/node.h"
#include "media/video.h"

typedef struct mk_film {
  char *path;     /* of an encoded file */
  bool is_ours;   /* removed with the value */
  mk_video_info info;
} mk_film;

extern const mk_value_type mk_film_type;
/* Takes the path. */
mk_value *mk_value_new_film (char *taken_path, bool is_ours, const mk_video_info *info);
