/* save_svg.c - SVG documents into the output folder, each with the workflow that made it. */
#include "base/file.h"
#include "nodes/image/output_file.h"
#include "nodes/image/svg.h"

#include <string.h>

static const mk_port inputs[] = {
  { "svg", "SVG" },
  { "filename_prefix", "STRING", "The prefix for the file to save. This may include formatting information such as %date:yyyy-MM-dd% or %Empty Latent Image.width% to include values from nodes.", MK_TEXT ("svg/ComfyUI") },
  { 0 } };
static const mk_port outputs[] = { { 0 } };

/* The text with the metadata behind its opening tag; g_free. */
static char *
add_metadata (const char *svg, const mk_json *texts)
{
  const char *tag = strstr (svg, "<svg"), *end = tag != NULL ? strchr (tag, '>') : NULL;
  if (end == NULL || texts == NULL)
    return g_strdup (svg);
  g_autofree char *json = mk_json_print_pretty (texts);
  GString *inner = g_string_new (json);
  g_string_replace (inner, "]]>", "]]\\u003e", 0); /* stands in strings only, and would end the CDATA */
  char *whole = g_strdup_printf ("%.*s<metadata><![CDATA[%s]]></metadata>%s", (int)(end + 1 - svg), svg, inner->str, end + 1);
  g_string_free (inner, TRUE);
  return whole;
}

static bool
run (mk_run *r, GError **error)
{
  const GPtrArray *all = mk_run_get_data (r, "svg", &mk_svg_type);
  if (all == NULL)
    return mk_error (error, MK_ERROR_TYPE, "svg: there is none");
  g_autoptr (mk_json) texts = mk_run_get_metadata (r), shown = mk_json_new_object ();
  mk_json *list = mk_json_new_array ();
  mk_json_set (shown, "images", list);
  g_auto (mk_output_file) file = { 0 };
  for (guint i = 0; i < all->len; i++) {
    g_autofree char *svg = add_metadata (all->pdata[i], texts);
    if (!mk_output_file_next (r, mk_run_folders (r)->output, mk_run_get_string (r, "filename_prefix"), 0, 0, "svg", &file, error) || !mk_file_write (file.path, svg, strlen (svg), error))
      return false;
    mk_json_append_file (list, &file, "output");
  }
  mk_run_set_ui (r, g_steal_pointer (&shown));
  return true;
}

const mk_node_def mk_node_save_svg = { .id = "SaveSVGNode", .category = "image/save", .help = "Save SVG files on disk.", .python_module = "comfy_extras.nodes_images", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE, .run = run };
