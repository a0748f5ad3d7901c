#include "engine/executor.h"
#include "graph/validate.h"
#include "graph/workflow.h"
#include "nodes/nodes.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static bool
is_tame (const mk_json *prompt)
{
  /* What reads and writes files, renders or repeats at length is not for a fuzzer's second. */
  static const char *const wild[] = { "Scene", "Save", "Load", "Preview", "Repeat", "IntegerRange" };
  for (mk_json_iter i = mk_json_iterate (prompt); mk_json_next (&i);)
    for (size_t k = 0; k < MK_COUNT (wild); k++)
      if (g_str_has_prefix (mk_json_get_string (mk_json_get (i.value, "class_type")), wild[k]) && !g_str_equal (mk_json_get_string (mk_json_get (i.value, "class_type")), "PreviewAny"))
        return false;
  return true;
}

/* Any JSON is converted and validated; what is valid and tame runs. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static mk_registry *registry;
  static const mk_folders folders = { "/nonexistent", "/nonexistent", "/nonexistent", "/nonexistent", "/nonexistent" };
  if (registry == NULL) {
    registry = mk_registry_new ();
    g_assert (mk_registry_add_all (registry, mk_all_nodes, NULL));
  }
  mk_json *document = NULL, *prompt = NULL;
  g_auto (mk_validation) validation = { 0 };
  if (!mk_json_parse ((const char *)data, (gssize)size, NULL, &document, NULL))
    return 0;
  if (!mk_workflow_to_prompt (registry, &folders, document, &(mk_workflow_moment){ 0, 1 }, &prompt, NULL))
    prompt = mk_json_ref (document);
  mk_json_unref (document);
  if (mk_prompt_validate (registry, &folders, prompt, NULL, &validation) && is_tame (prompt)) {
    mk_engine engine = { .registry = registry, .folders = &folders };
    mk_execution execution = { .prompt = prompt, .outputs = validation.outputs };
    g_auto (mk_execution_result) result = { 0 };
    mk_engine_run (&engine, &execution, &result, NULL);
  }
  mk_json_unref (prompt);
  return 0;
}
