/* What an engine says at /ws: contract §2.2 and §2.4. */
#include <string.h>

#include "comfy/client_private.h"

static const char *
text_of (const mk_json *data, const char *key)
{
  return mk_json_get_string (mk_json_get (data, key));
}

static void
read_status (mk_comfy *comfy, const mk_json *data)
{
  const mk_json *info = mk_json_get (mk_json_get (data, "status"), "exec_info");
  if (comfy->events.queue != NULL && info != NULL)
    comfy->events.queue (comfy->user, mk_json_get_int (mk_json_get (info, "queue_remaining")));
}

static void
read_start (mk_comfy *comfy, const mk_json *data)
{
  if (comfy->events.started != NULL)
    comfy->events.started (comfy->user, text_of (data, "prompt_id"));
}

static void
read_cached (mk_comfy *comfy, const mk_json *data)
{
  if (comfy->events.cached != NULL)
    comfy->events.cached (comfy->user, text_of (data, "prompt_id"), mk_json_get (data, "nodes"));
}

/* A null node is the end marker, which comes last of all. */
static void
read_executing (mk_comfy *comfy, const mk_json *data)
{
  const mk_json *node = mk_json_get (data, "node");
  if (node == NULL)
    mk_comfy_note_end (comfy, text_of (data, "prompt_id"));
  else if (comfy->events.executing != NULL) {
    const char *display = text_of (data, "display_node");
    comfy->events.executing (comfy->user, text_of (data, "prompt_id"), display[0] != '\0' ? display : mk_json_get_string (node));
  }
}

static void
read_progress (mk_comfy *comfy, const mk_json *data)
{
  if (comfy->events.progress != NULL)
    comfy->events.progress (comfy->user, text_of (data, "prompt_id"), text_of (data, "node"), mk_json_get_real (mk_json_get (data, "value")),
                            mk_json_get_real (mk_json_get (data, "max")));
}

static void
read_executed (mk_comfy *comfy, const mk_json *data)
{
  const char *display = text_of (data, "display_node");
  if (comfy->events.executed != NULL)
    comfy->events.executed (comfy->user, text_of (data, "prompt_id"), display[0] != '\0' ? display : text_of (data, "node"),
                            mk_json_get (data, "output"));
}

static void
read_end (mk_comfy *comfy, const mk_json *data)
{
  mk_comfy_note_end (comfy, text_of (data, "prompt_id"));
}

static const struct {
  const char *type;
  void (*read) (mk_comfy *comfy, const mk_json *data);
} messages[] = {
  { "status", read_status },           { "execution_start", read_start }, { "execution_cached", read_cached },
  { "executing", read_executing },     { "progress", read_progress },     { "executed", read_executed },
  { "execution_success", read_end },   { "execution_interrupted", read_end },
};

void
mk_comfy_read_message (mk_comfy *comfy, const char *text, size_t length)
{
  mk_json_limits limits = { .max_bytes = (size_t)256 << 20, .max_depth = 512 };
  g_autoptr (mk_json) message = NULL;
  if (!mk_json_parse (text, (gssize)length, &limits, &message, NULL))
    return;
  const mk_json *data = mk_json_get (message, "data");
  const char *type = text_of (message, "type"), *prompt = text_of (data, "prompt_id");
  if (prompt[0] != '\0') {
    if (!g_hash_table_contains (comfy->followed, prompt))
      return; /* somebody else's */
    mk_comfy_note (comfy, prompt);
  }
  for (size_t i = 0; i < MK_COUNT (messages); i++)
    if (strcmp (messages[i].type, type) == 0) {
      messages[i].read (comfy, data);
      return;
    }
}

static uint32_t
read_u32 (const uint8_t *bytes)
{
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

void
mk_comfy_read_preview (mk_comfy *comfy, const uint8_t *bytes, size_t length)
{
  if (comfy->events.preview == NULL || length < 8)
    return;
  uint32_t event = read_u32 (bytes), second = read_u32 (bytes + 4);
  if (event == 1) {
    comfy->events.preview (comfy->user, "", "", second == 1 ? "image/jpeg" : "image/png", bytes + 8, length - 8);
    return;
  }
  g_autoptr (mk_json) metadata = NULL;
  if (event != 4 || second > length - 8 || !mk_json_parse ((const char *)bytes + 8, (gssize)second, NULL, &metadata, NULL))
    return;
  const char *prompt = text_of (metadata, "prompt_id");
  mk_comfy_note (comfy, prompt);
  comfy->events.preview (comfy->user, prompt, text_of (metadata, "display_node_id"), text_of (metadata, "image_type"), bytes + 8 + second,
                         length - 8 - second);
}
