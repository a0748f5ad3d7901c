/* ltxv_preprocess.c - a picture as a film would show it: one frame through H.264 and back. LTX-Video was trained on
 * frames with such traces. */
#include "media/image_ops.h"
#include "media/video.h"
#include "nodes/image/inputs.h"

#include <unistd.h>

static const mk_port inputs[] = {
  { "image", "IMAGE" },
  { "img_compression", "INT", "Amount of compression to apply on image.", MK_INT_RANGE (0, 100, 35, 0) },
  { 0 } };
static const mk_port outputs[] = { { "output_image", "IMAGE" }, { 0 } };

static bool
encode (const mk_image *image, int index, const char *path, int crf, GError **error)
{
  mk_video_options options = { .format = MK_VIDEO_MP4, .width = image->width, .height = image->height, .fps = 1, .has_crf = true, .crf = crf };
  g_autoptr (mk_video_writer) writer = mk_video_writer_new (path, &options, error);
  return writer != NULL && mk_video_writer_add (writer, image, index, error) && mk_video_writer_finish (writer, error);
}

static bool
run (mk_run *r, GError **error)
{
  mk_image *image = mk_run_get_image (r, "image", error);
  int crf = (int)MIN (mk_run_get_int (r, "img_compression"), 51); /* x264's worst */
  if (image == NULL || crf == 0)
    return image != NULL && mk_run_answer_image (r, mk_image_ref (image));
  g_autoptr (mk_image) even = mk_image_crop (image, 0, 0, MAX (1, image->width & ~1), MAX (1, image->height & ~1), error);
  g_autoptr (mk_image) out = even != NULL ? mk_image_new (even->n, even->height, even->width, 3, error) : NULL;
  g_autofree char *path = g_strdup_printf ("%s/ltxv-%08x%08x.mp4", mk_run_folders (r)->temp, g_random_int (), g_random_int ());
  bool is_done = out != NULL;
  for (int i = 0; is_done && i < even->n; i++) {
    g_autoptr (mk_image) back = encode (even, i, path, crf, error) ? mk_video_read_frames (path, 0, 1, error) : NULL;
    is_done = back != NULL;
    if (is_done)
      mk_image_paste (out, i, back, 0, 0, 0);
  }
  unlink (path);
  return is_done && mk_run_answer_image (r, g_steal_pointer (&out));
}

const mk_node_def mk_node_ltxv_preprocess = { .id = "LTXVPreprocess", .category = "image", .python_module = "comfy_extras.nodes_lt", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_SCHEMA_V3, .run = run };
