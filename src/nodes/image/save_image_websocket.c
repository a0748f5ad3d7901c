/* save_image_websocket.c - pictures that go to who queued the prompt and to no file. */
#include "media/image_ops.h"
#include "nodes/image/inputs.h"

static const mk_port inputs[] = { { "images", "IMAGE" }, { 0 } };
static const mk_port outputs[] = { { 0 } };

static bool
run (mk_run *run, GError **error)
{
  mk_image *images = mk_run_get_image (run, "images", error);
  if (images == NULL)
    return false;
  for (int i = 0; i < images->n; i++) {
    g_autofree uint8_t *rgb8 = mk_image_levels_rgb (images, i);
    if (rgb8 == NULL)
      return mk_error (error, MK_ERROR_MEMORY, "no memory for a picture of %d×%d pixels", images->width, images->height);
    mk_job_report (mk_run_job (run), i, images->n);
    mk_run_show (run, rgb8, images->width, images->height, true, 0);
  }
  return true;
}

/* It is sent each time it is asked for. */
static bool
fingerprint (mk_run *run, mk_hasher *hasher, GError **error)
{
  (void)run, (void)hasher, (void)error;
  return false;
}

const mk_node_def mk_node_save_image_websocket = { .id = "SaveImageWebsocket", .category = "api/image", .python_module = "custom_nodes.websocket_image_save", .inputs = inputs, .outputs = outputs, .flags = MK_NODE_OUTPUT | MK_NODE_NO_DISK_CACHE | MK_NODE_NO_METADATA, .run = run, .fingerprint = fingerprint };
