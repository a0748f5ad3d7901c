/* bench_executor.c - a chain of 1,000 integer nodes, new and known; memory over 100 runs. */
#include "bench.h"
#include "engine/executor.h"
#include "graph/validate.h"
#include "nodes/nodes.h"

#include <unistd.h>

typedef struct {
  mk_registry *registry;
  mk_engine engine;
  mk_folders folders;
  mk_json *prompt;
  bool forgets;
} work;

static mk_json *
make_chain (int n)
{
  mk_json *prompt = NULL;
  GString *text = g_string_new ("{\"0\":{\"class_type\":\"PrimitiveInt\",\"inputs\":{\"value\":0}}");
  for (int i = 1; i < n; i++)
    g_string_append_printf (text, ",\"%d\":{\"class_type\":\"IntegerMath\",\"inputs\":{\"a\":[\"%d\",0],\"b\":1,\"operation\":\"add\"}}", i, i - 1);
  g_string_append_printf (text, ",\"end\":{\"class_type\":\"PreviewAny\",\"inputs\":{\"source\":[\"%d\",0]}}}", n - 1);
  g_assert (mk_json_parse (text->str, -1, NULL, &prompt, NULL));
  g_string_free (text, TRUE);
  return prompt;
}

/* Validation included, as a server does it. */
static void
run (void *user)
{
  work *w = user;
  g_auto (mk_validation) validation = { 0 };
  g_auto (mk_execution_result) result = { 0 };
  if (w->forgets)
    mk_cache_clear (w->engine.cache);
  g_assert (mk_prompt_validate (w->registry, &w->folders, w->prompt, NULL, &validation));
  mk_execution execution = { .prompt = w->prompt, .outputs = validation.outputs };
  g_assert (mk_engine_run (&w->engine, &execution, &result, NULL));
}

static void
run_often (int n, work *w)
{
  for (int i = 0; i < n; i++)
    run (w);
}

static double
resident_mb (void)
{
  g_autofree char *text = NULL;
  long total = 0, resident = 0;
  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL))
    sscanf (text, "%ld %ld", &total, &resident);
  return (double)resident * (double)sysconf (_SC_PAGESIZE) / 1e6;
}

int
main (int argc, char **argv)
{
  bool as_json = argc > 1 && g_str_equal (argv[1], "--json");
  work w = { .registry = mk_registry_new (), .prompt = make_chain (1000), .forgets = true };
  g_assert (mk_registry_add_all (w.registry, mk_all_nodes, NULL));
  w.folders = (mk_folders){ "/tmp", "/tmp", "/tmp", "/tmp", "/tmp" };
  w.engine = (mk_engine){ .registry = w.registry, .cache = mk_cache_new (0), .folders = &w.folders };
  bench_print (as_json, "chain of 1,000 nodes, new", bench_best_ms (20, run, &w), "ms", 10);
  w.forgets = false;
  run (&w);
  bench_print (as_json, "chain of 1,000 nodes, known", bench_best_ms (20, run, &w), "ms", 2);
  w.forgets = true;
  run_often (300, &w); /* until the allocator has settled */
  double before = resident_mb ();
  run_often (100, &w);
  bench_print (as_json, "memory grown over 100 runs", resident_mb () - before, "MB", 0);
  mk_cache_free (w.engine.cache);
  mk_registry_free (w.registry);
  mk_json_unref (w.prompt);
  return 0;
}
