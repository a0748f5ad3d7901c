#include "nodes/image/svg.h"

#include <string.h>

static void
free_svg (void *data)
{
  g_ptr_array_unref (data);
}

static size_t
count_bytes (const void *data)
{
  const GPtrArray *texts = data;
  size_t n = 0;
  for (guint i = 0; i < texts->len; i++)
    n += strlen (texts->pdata[i]);
  return n;
}

const mk_value_type mk_svg_type = { .name = "SVG", .free = free_svg, .n_bytes = count_bytes };

mk_value *
mk_value_new_svg (GPtrArray *taken_texts)
{
  return mk_value_new (&mk_svg_type, taken_texts);
}
