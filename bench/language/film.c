#include "film.h"

#include <math.h>
#include <string.h>

typedef struct {
  int node, path; /* 0 translation, 1 rotation, 2 scale */
  size_t n;
  bool is_cubic;         /* in-tangent, value, out-tangent per key */
  float *times, *values;
} channel;

struct film {
  mk_json *json;
  char *bin;
  size_t n_bin;
  int n_nodes;
  int *parent;
  GArray *channels, *things;
};

static const mk_json *
at (const film *f, const char *list, int64_t index)
{
  return index < 0 ? NULL : mk_json_at (mk_json_get (f->json, list), (size_t)index);
}

static int64_t
index_of (const mk_json *object, const char *key)
{
  return mk_json_has (object, key) ? mk_json_get_int (mk_json_get (object, key)) : -1;
}

static const mk_json *
own_extras (const mk_json *object)
{
  return mk_json_get (mk_json_get (object, "extras"), "miktos");
}

/* Floats of an accessor that stand close together, as our exporter writes them. */
static float *
floats_of (const film *f, int64_t accessor, unsigned width, size_t *n)
{
  const mk_json *a = at (f, "accessors", accessor), *view = at (f, "bufferViews", index_of (a, "bufferView"));
  size_t from = (size_t)mk_json_get_int (mk_json_get (view, "byteOffset")) + (size_t)mk_json_get_int (mk_json_get (a, "byteOffset"));
  *n = (size_t)mk_json_get_int (mk_json_get (a, "count"));
  if (view == NULL || from + *n * width * sizeof (float) > f->n_bin)
    *n = 0;
  float *out = g_new0 (float, *n * width + 1);
  memcpy (out, f->bin + from, *n * width * sizeof (float));
  return out;
}

static void
read_channels (film *f)
{
  const mk_json *animation = at (f, "animations", 0), *channels = mk_json_get (animation, "channels");
  for (size_t i = 0; i < mk_json_length (channels); i++) {
    const mk_json *one = mk_json_at (channels, i), *target = mk_json_get (one, "target"), *sampler = mk_json_at (mk_json_get (animation, "samplers"), (size_t)index_of (one, "sampler"));
    const char *path = mk_json_get_string (mk_json_get (target, "path"));
    channel c = { .node = (int)index_of (target, "node"), .path = *path == 't' ? 0 : *path == 'r' ? 1 : 2 };
    unsigned width = c.path == 1 ? 4 : 3;
    size_t n_values = 0;
    c.times = floats_of (f, index_of (sampler, "input"), 1, &c.n);
    c.values = floats_of (f, index_of (sampler, "output"), width, &n_values);
    c.is_cubic = n_values == 3 * c.n;
    g_array_append_val (f->channels, c);
  }
}

static void
channel_clear (void *data)
{
  g_free (((channel *)data)->times);
  g_free (((channel *)data)->values);
}

film *
film_new (const GByteArray *glb)
{
  film *f = g_new0 (film, 1);
  uint32_t n_json = 0, n_bin = 0;
  memcpy (&n_json, glb->data + 12, 4);
  n_json = GUINT32_FROM_LE (n_json);
  if (!mk_json_parse ((const char *)glb->data + 20, n_json, &(mk_json_limits){ .max_bytes = 1u << 30 }, &f->json, NULL))
    f->json = mk_json_new_object ();
  if (glb->len > 28 + n_json) {
    memcpy (&n_bin, glb->data + 20 + n_json, 4);
    f->n_bin = MIN (GUINT32_FROM_LE (n_bin), glb->len - 28 - n_json);
    f->bin = g_memdup2 (glb->data + 28 + n_json, f->n_bin);
  }
  f->channels = g_array_new (FALSE, FALSE, sizeof (channel));
  g_array_set_clear_func (f->channels, channel_clear);
  f->things = g_array_new (FALSE, FALSE, sizeof (int));
  f->n_nodes = (int)mk_json_length (mk_json_get (f->json, "nodes"));
  f->parent = g_new (int, f->n_nodes + 1);
  for (int i = 0; i < f->n_nodes; i++)
    f->parent[i] = -1;
  for (int i = 0; i < f->n_nodes; i++) {
    const mk_json *children = mk_json_get (at (f, "nodes", i), "children");
    for (size_t k = 0; k < mk_json_length (children); k++)
      f->parent[mk_json_get_int (mk_json_at (children, k))] = i;
  }
  for (int i = 0; i < f->n_nodes; i++)
    if (f->parent[i] < 0 && *film_id (f, i) != 0 && !mk_json_has (at (f, "nodes", i), "camera"))
      g_array_append_val (f->things, i);
  read_channels (f);
  return f;
}

void
film_free (film *f)
{
  mk_json_unref (f->json);
  g_free (f->bin);
  g_free (f->parent);
  g_array_unref (f->channels);
  g_array_unref (f->things);
  g_free (f);
}

double
film_seconds (const film *f)
{
  return mk_json_get_real (mk_json_get (mk_json_get (mk_json_get (mk_json_get (f->json, "asset"), "extras"), "miktos"), "duration_s"));
}

const mk_json *
film_commands (const film *f)
{
  return mk_json_get (mk_json_get (mk_json_get (f->json, "asset"), "extras"), "commands");
}

unsigned
film_n_things (const film *f)
{
  return f->things->len;
}

int
film_thing (const film *f, unsigned i)
{
  return g_array_index (f->things, int, i);
}

const char *
film_id (const film *f, int node)
{
  return mk_json_get_string (mk_json_get (own_extras (at (f, "nodes", node)), "id"));
}

const char *
film_object (const film *f, int node)
{
  return mk_json_get_string (mk_json_get (own_extras (at (f, "nodes", node)), "object"));
}

static bool
is_below (const film *f, int node, int root)
{
  for (; node >= 0; node = f->parent[node])
    if (node == root)
      return true;
  return false;
}

GArray *
film_find (const film *f, const char *target)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (int));
  size_t n = strcspn (target, "/");
  const char *part = target[n] == '/' ? target + n + 1 : NULL;
  for (unsigned i = 0; i < f->things->len; i++) {
    int root = film_thing (f, i);
    const char *id = film_id (f, root);
    if (strncmp (id, target, n) != 0 || (id[n] != 0 && id[n] != '.'))
      continue;
    bool has_part = false;
    for (int k = root + 1; k < f->n_nodes && part != NULL; k++)
      if (is_below (f, k, root) && strstr (mk_json_get_string (mk_json_get (at (f, "nodes", k), "name")), part) != NULL) {
        g_array_append_val (found, k);
        has_part = true;
      }
    if (!has_part)
      g_array_append_val (found, root);
  }
  return found;
}

static void
sample (const channel *c, double time_s, float *out)
{
  unsigned width = c->path == 1 ? 4 : 3;
  size_t k = 0;
  while (k + 1 < c->n && (double)c->times[k + 1] <= time_s)
    k++;
  size_t next = MIN (k + 1, c->n - 1);
  float span = c->times[next] - c->times[k], t = span > 0 ? CLAMP ((float)(time_s - (double)c->times[k]) / span, 0, 1) : 0;
  unsigned step = c->is_cubic ? 3 : 1;
  const float *a = c->values + (step * k + (c->is_cubic ? 1 : 0)) * width, *b = c->values + (step * next + (c->is_cubic ? 1 : 0)) * width;
  float dot = 0, t2 = t * t, t3 = t2 * t;
  for (unsigned i = 0; i < width; i++)
    dot += a[i] * b[i];
  for (unsigned i = 0; i < width; i++) {
    float to = c->path == 1 && dot < 0 && !c->is_cubic ? -b[i] : b[i];
    out[i] = a[i] + t * (to - a[i]);
    if (c->is_cubic && next > k) /* glTF 2.0, appendix C */
      out[i] = (2 * t3 - 3 * t2 + 1) * a[i] + span * (t3 - 2 * t2 + t) * a[i + width] + (3 * t2 - 2 * t3) * to + span * (t3 - t2) * b[(int)i - (int)width];
  }
}

static void
read_list (const mk_json *node, const char *key, float *out, size_t n)
{
  const mk_json *list = mk_json_get (node, key);
  for (size_t i = 0; i < n && list != NULL; i++)
    out[i] = (float)mk_json_get_real (mk_json_at (list, i));
}

static mk_mat4
local_matrix (const film *f, int node, double time_s)
{
  const mk_json *entry = at (f, "nodes", node);
  mk_trs trs = MK_TRS_IDENTITY;
  read_list (entry, "translation", &trs.translation.x, 3);
  read_list (entry, "rotation", &trs.rotation.x, 4);
  read_list (entry, "scale", &trs.scale.x, 3);
  for (guint i = 0; i < f->channels->len; i++) {
    const channel *c = &g_array_index (f->channels, channel, i);
    if (c->node == node && c->n > 0)
      sample (c, time_s, c->path == 0 ? &trs.translation.x : c->path == 1 ? &trs.rotation.x : &trs.scale.x);
  }
  trs.rotation = mk_quat_normalize (trs.rotation);
  return mk_mat4_from_trs (trs);
}

mk_mat4
film_matrix (const film *f, int node, double time_s)
{
  mk_mat4 m = MK_MAT4_IDENTITY;
  for (; node >= 0; node = f->parent[node])
    m = mk_mat4_mul (local_matrix (f, node, time_s), m);
  return m;
}

static mk_box
mesh_box (const film *f, int64_t mesh, mk_mat4 world)
{
  mk_box box = MK_BOX_EMPTY;
  const mk_json *primitives = mk_json_get (at (f, "meshes", mesh), "primitives");
  for (size_t i = 0; i < mk_json_length (primitives); i++) {
    const mk_json *accessor = at (f, "accessors", index_of (mk_json_get (mk_json_at (primitives, i), "attributes"), "POSITION"));
    mk_box own = { { 0, 0, 0 }, { 0, 0, 0 } };
    read_list (accessor, "min", &own.min.x, 3);
    read_list (accessor, "max", &own.max.x, 3);
    box = mk_box_union (box, mk_box_transform (world, own));
  }
  return box;
}

/* The node whose movement carries node i's mesh: itself, or the first joint of its skin. */
static int
carrier_of (const film *f, int i)
{
  const mk_json *skin = at (f, "skins", index_of (at (f, "nodes", i), "skin"));
  return skin != NULL ? (int)mk_json_get_int (mk_json_at (mk_json_get (skin, "joints"), 0)) : i;
}

mk_box
film_box (const film *f, int node, double time_s)
{
  mk_box box = MK_BOX_EMPTY;
  for (int i = 0; i < f->n_nodes; i++) {
    const mk_json *entry = at (f, "nodes", i);
    int carrier = mk_json_has (entry, "mesh") ? carrier_of (f, i) : -1;
    if (carrier < 0 || !is_below (f, carrier, node))
      continue;
    mk_mat4 world = film_matrix (f, carrier, time_s);
    const mk_json *skin = at (f, "skins", index_of (entry, "skin"));
    if (skin != NULL) {
      size_t n = 0;
      g_autofree float *bind = floats_of (f, index_of (skin, "inverseBindMatrices"), 16, &n);
      mk_mat4 inverse = MK_MAT4_IDENTITY;
      if (n > 0)
        memcpy (inverse.m, bind, sizeof inverse.m);
      world = mk_mat4_mul (world, inverse);
    }
    box = mk_box_union (box, mesh_box (f, index_of (entry, "mesh"), world));
  }
  return box;
}

bool
film_changes (const film *f, int node, double from_s, double to_s)
{
  for (int i = 0; i < f->n_nodes; i++) {
    if (!is_below (f, i, node))
      continue;
    if (mk_json_has (own_extras (at (f, "nodes", i)), "opacity_track"))
      return true;
    mk_mat4 a = local_matrix (f, i, from_s), b = local_matrix (f, i, to_s);
    for (int k = 0; k < 16; k++)
      if (fabsf (a.m[k] - b.m[k]) > 2e-4f)
        return true;
  }
  return false;
}

GPtrArray *
film_materials (const film *f, int node)
{
  GPtrArray *found = g_ptr_array_new ();
  for (int i = 0; i < f->n_nodes; i++) {
    const mk_json *entry = at (f, "nodes", i);
    if (!mk_json_has (entry, "mesh") || !is_below (f, carrier_of (f, i), node))
      continue;
    const mk_json *primitives = mk_json_get (at (f, "meshes", index_of (entry, "mesh")), "primitives");
    for (size_t k = 0; k < mk_json_length (primitives); k++)
      g_ptr_array_add (found, (void *)at (f, "materials", index_of (mk_json_at (primitives, k), "material")));
  }
  return found;
}

int
film_camera (const film *f)
{
  for (int i = 0; i < f->n_nodes; i++)
    if (mk_json_has (at (f, "nodes", i), "camera"))
      return i;
  return -1;
}

double
film_yfov (const film *f, double time_s)
{
  const mk_json *node = at (f, "nodes", film_camera (f)), *track = mk_json_get (own_extras (node), "yfov_track");
  const mk_json *times = mk_json_get (track, "times"), *values = mk_json_get (track, "values");
  double yfov = mk_json_get_real (mk_json_get (mk_json_get (at (f, "cameras", index_of (node, "camera")), "perspective"), "yfov"));
  size_t n = mk_json_length (times), cubic = mk_json_length (values) == 3 * n;
  for (size_t i = 0; i < n; i++)
    if (mk_json_get_real (mk_json_at (times, i)) <= time_s)
      yfov = mk_json_get_real (mk_json_at (values, cubic ? 3 * i + 1 : i));
  return yfov;
}

const mk_json *
film_camera_extras (const film *f)
{
  return own_extras (at (f, "cameras", index_of (at (f, "nodes", film_camera (f)), "camera")));
}
