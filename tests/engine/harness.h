/* harness.h - runs a workflow given as text and remembers what was told. */
#pragma once
#include "check.h"
#include "engine/executor.h"
#include "graph/validate.h"
#include "nodes/nodes.h"

typedef struct {
  mk_registry *registry;
  mk_engine engine;
  mk_folders folders;
  GString *told;        /* "executing 3; executed 3; …" */
  mk_execution_result result;
  GError *error;
} harness;

static void
remember (void *user, const char *type, const mk_json *data)
{
  harness *h = user;
  const char *node = mk_json_get_string (mk_json_get (data, "node"));
  g_autofree char *nodes = mk_json_has (data, "nodes") ? mk_json_print_compact (mk_json_get (data, "nodes")) : g_strdup ("");
  g_string_append_printf (h->told, "%s%s%s%s; ", type, node[0] != '\0' || nodes[0] != '\0' ? " " : "", node, nodes);
}

static inline harness *
harness_new (void)
{
  harness *h = g_new0 (harness, 1);
  h->registry = mk_registry_new ();
  CHECK (mk_registry_add_all (h->registry, mk_all_nodes, NULL));
  h->folders = (mk_folders){ .input = mk_test_folder (), .output = mk_test_folder (), .temp = mk_test_folder (), .models = mk_test_folder (), .assets = mk_test_folder () };
  h->engine = (mk_engine){ .registry = h->registry, .cache = mk_cache_new (0), .folders = &h->folders };
  h->told = g_string_new (NULL);
  return h;
}

static inline void
harness_free (harness *h)
{
  mk_execution_result_clear (&h->result);
  g_clear_error (&h->error);
  g_string_free (h->told, TRUE);
  mk_cache_free (h->engine.cache);
  mk_registry_free (h->registry);
  g_free (h);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (harness, harness_free)

/* Validates and runs; everything told is in `told`, from empty. */
static inline bool
harness_run (harness *h, const char *text)
{
  g_autoptr (mk_json) prompt = NULL;
  g_auto (mk_validation) validation = { 0 };
  mk_execution_result_clear (&h->result);
  g_clear_error (&h->error);
  g_string_truncate (h->told, 0);
  CHECK (mk_json_parse (text, -1, NULL, &prompt, &h->error));
  if (!mk_prompt_validate (h->registry, &h->folders, prompt, NULL, &validation)) {
    g_autofree char *why = mk_validation_describe (&validation, h->registry, prompt);
    return mk_error (&h->error, MK_ERROR_WORKFLOW, "%s", why);
  }
  mk_listener listener = { .user = h, .event = remember };
  mk_execution execution = { .prompt = prompt, .outputs = validation.outputs, .listener = &listener };
  return mk_engine_run (&h->engine, &execution, &h->result, &h->error);
}

/* What PreviewAny number `id` showed, with commas between. */
static inline char *
harness_text (harness *h, const char *id)
{
  const mk_json *texts = mk_json_get (mk_json_get (h->result.ui, id), "text");
  GString *all = g_string_new (NULL);
  for (size_t i = 0; i < mk_json_length (texts); i++)
    g_string_append_printf (all, "%s%s", i > 0 ? "," : "", mk_json_get_string (mk_json_at (texts, i)));
  return g_string_free (all, FALSE);
}

#define CHECK_SHOWS(h, id, text)                        \
  do {                                                  \
    g_autofree char *shown_ = harness_text (h, id);     \
    CHECK_STRING (shown_, text);                        \
  } while (0)
