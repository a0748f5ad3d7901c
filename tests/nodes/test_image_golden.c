/* What ComfyUI's own nodes gave for the same inputs: tests/golden/imageops.json. */
#include "base/file.h"
#include "base/pool.h"
#include "check.h"
#include "graph/registry.h"
#include "graph/run.h"
#include "nodes/image/types.h"
#include "nodes/nodes.h"

#include <math.h>
#include <string.h>

typedef struct {
  mk_registry *registry;
  mk_json *golden;
  char *floats;
  size_t n_bytes;
  mk_pool *pool;
} bench;

static void
bench_init (bench *b, unsigned n_workers)
{
  g_autofree char *list = g_build_filename (mk_test_source (), "golden/imageops.json", NULL), *data = g_build_filename (mk_test_source (), "golden/imageops.bin", NULL);
  GError *error = NULL;
  b->registry = mk_registry_new ();
  CHECK (mk_registry_add_all (b->registry, mk_all_nodes, NULL));
  CHECK_OK (mk_json_parse_file (list, NULL, &b->golden, &error), error);
  CHECK_OK (mk_file_read (data, 0, &b->floats, &b->n_bytes, &error), error);
  b->pool = mk_pool_new (n_workers);
}

static void
bench_clear (bench *b)
{
  mk_pool_free (b->pool);
  g_free (b->floats);
  mk_json_unref (b->golden);
  mk_registry_free (b->registry);
}

static const float *
find_tensor (const bench *b, const char *name, size_t *n_floats, const mk_json **shape)
{
  const mk_json *tensor = mk_json_get (mk_json_get (b->golden, "tensors"), name);
  CHECK (tensor != NULL);
  *shape = mk_json_get (tensor, "shape");
  *n_floats = 1;
  for (size_t i = 0; i < mk_json_length (*shape); i++)
    *n_floats *= (size_t)mk_json_get_int (mk_json_at (*shape, i));
  size_t at = (size_t)mk_json_get_int (mk_json_get (tensor, "at"));
  CHECK ((at + *n_floats) * 4 <= b->n_bytes);
  return (const float *)(const void *)b->floats + at;
}

static mk_run *run_node (const bench *b, const mk_run_context *context, const mk_json *graph, GError **error);

/* {"tensor": name}, {"node": …} or a constant. */
static mk_value *
make_value (const bench *b, const mk_run_context *context, const mk_port *port, const mk_json *json)
{
  if (mk_json_has (json, "node")) {
    g_autoptr (mk_run) inner = run_node (b, context, json, NULL);
    return mk_value_ref (inner->outputs[0]->pdata[0]);
  }
  if (!mk_json_has (json, "tensor"))
    return mk_value_of_json (json, port->type);
  size_t n_floats;
  const mk_json *shape;
  const float *from = find_tensor (b, mk_json_get_string (mk_json_get (json, "tensor")), &n_floats, &shape);
  bool is_mask = mk_json_length (shape) == 3;
  mk_image *image = mk_image_new ((int)mk_json_get_int (mk_json_at (shape, 0)), (int)mk_json_get_int (mk_json_at (shape, 1)), (int)mk_json_get_int (mk_json_at (shape, 2)), is_mask ? 1 : (int)mk_json_get_int (mk_json_at (shape, 3)), NULL);
  memcpy (mk_image_write (image, 0), from, n_floats * sizeof (float));
  return is_mask ? mk_value_new_mask (image) : mk_value_new_image (image);
}

static mk_run *
run_node (const bench *b, const mk_run_context *context, const mk_json *graph, GError **error)
{
  const mk_node_def *def = mk_registry_find (b->registry, mk_json_get_string (mk_json_get (graph, "node")));
  if (def == NULL)
    mk_test_fail (__FILE__, __LINE__, "there is no node %s", mk_json_get_string (mk_json_get (graph, "node")));
  mk_run *run = mk_run_new (context, def, "1");
  for (size_t i = 0; def->inputs[i].name != NULL; i++)
    if (mk_json_has (graph, def->inputs[i].name)) {
      g_autoptr (GPtrArray) list = mk_value_list_new ();
      g_ptr_array_add (list, make_value (b, context, &def->inputs[i], mk_json_get (graph, def->inputs[i].name)));
      mk_run_set_input (run, i, list);
    }
  if (def->run (run, error))
    return run;
  mk_run_free (run);
  return NULL;
}

static const mk_image *
output_image (const mk_run *run, size_t index)
{
  mk_value *value = run->outputs[index]->pdata[0];
  void *image = mk_value_get (value, &mk_image_type);
  return image != NULL ? image : mk_value_get (value, &mk_mask_type);
}

static double
largest_difference (const bench *b, const char *name, const mk_image *image)
{
  size_t n_floats;
  const mk_json *shape;
  const float *wanted = find_tensor (b, name, &n_floats, &shape);
  double worst = 0;
  if (n_floats * sizeof (float) != mk_image_n_bytes (image))
    return INFINITY;
  for (size_t i = 0; i < n_floats; i++)
    worst = MAX (worst, fabs ((double)mk_image_read (image, 0)[i] - (double)wanted[i]));
  return worst;
}

/* A case without results is one that ended with an error. */
static int
check_case (const bench *b, const mk_json *one)
{
  mk_run_context context = { .pool = b->pool };
  const char *key = mk_json_get_string (mk_json_get (one, "key"));
  const mk_json *outs = mk_json_get (one, "out");
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_run) run = run_node (b, &context, mk_json_get (one, "graph"), &error);
  if (outs == NULL && run != NULL)
    g_print ("# %s succeeded, wanted %s\n", key, mk_json_get_string (mk_json_get (one, "error")));
  if (outs == NULL)
    return run != NULL;
  if (run == NULL) {
    g_print ("# %s failed: %s\n", key, error->message);
    return 1;
  }
  for (size_t i = 0; i < mk_json_length (outs); i++) {
    double worst = largest_difference (b, mk_json_get_string (mk_json_at (outs, i)), output_image (run, i));
    /* Sums of four in another order differ by another rounding. */
    if (!(worst <= mk_json_get_real (mk_json_get (one, "tol_abs")) + 2e-7)) {
      g_print ("# %s, output %zu, differs by %g\n", key, i, worst);
      return 1;
    }
  }
  return 0;
}

TEST (pictures_and_masks_come_out_as_comfyui_makes_them)
{
  bench b;
  bench_init (&b, 2);
  const mk_json *cases = mk_json_get (b.golden, "cases");
  int n_wrong = 0;
  CHECK_INT (mk_json_length (cases), >, 200);
  for (size_t i = 0; i < mk_json_length (cases); i++)
    n_wrong += check_case (&b, mk_json_at (cases, i));
  CHECK_INT (n_wrong, ==, 0);
  bench_clear (&b);
}
