/* handlers_scenes.c - a project's scene as GLB, for the viewport: commands → scene → glTF, beside the loop.
 *
 * In gzip where the client takes it and is on another machine: on loopback it would cost more time than it saves.
 */
#include "bridge/bridge_private.h"

#include "base/pool.h"
#include "bridge/projects.h"
#include "net/gzip.h"
#include "scene/gltf.h"
#include "scene/pattern_table.h"

#include <string.h>


#define ASPECT (16.0f / 9.0f)
#define N_KEPT 16 /* scenes that were asked for last: undo and redo go back and forth */

typedef struct {
  char *key; /* of the commands and the detail */
  GBytes *glb, *small; /* `small` is NULL until somebody wants it in gzip */
} kept;

struct mk_scene_files {
  GQueue *kept; /* newest first */
  mk_pool *pool; /* for the patterns of what is made */
  mk_pattern_tables *tables[2]; /* of all that was made: full, light */
};

typedef struct {
  mk_bridge *bridge;
  mk_http_request *request;
  mk_json *commands; /* its own copy */
  const mk_gltf_options *options;
  char *key;
  bool is_small; /* wanted in gzip */
  GBytes *glb, *small; /* `glb` is given where only `small` is missing */
  GError *error;
} scene_job;

static void
kept_free (void *given)
{
  kept *k = given;
  g_free (k->key);
  g_bytes_unref (k->glb);
  g_clear_pointer (&k->small, g_bytes_unref);
  g_free (k);
}

mk_scene_files *
mk_scene_files_new (void)
{
  mk_scene_files *files = g_new (mk_scene_files, 1);
  files->kept = g_queue_new ();
  files->pool = mk_pool_new (0);
  for (size_t i = 0; i < MK_COUNT (files->tables); i++)
    files->tables[i] = mk_pattern_tables_new ();
  return files;
}

void
mk_scene_files_free (mk_scene_files *files)
{
  if (files == NULL)
    return;
  g_queue_free_full (files->kept, kept_free);
  mk_pool_free (files->pool);
  for (size_t i = 0; i < MK_COUNT (files->tables); i++)
    mk_pattern_tables_free (files->tables[i]);
  g_free (files);
}

static mk_scene *
build_scene (const mk_bridge *bridge, const mk_json *commands, GError **error)
{
  mk_stage stage = { bridge->library, bridge->config->assets, bridge->inputs_folder };
  g_autoptr (mk_scene) scene = mk_scene_new ();
  for (size_t i = 0; i < mk_json_length (commands); i++) {
    mk_scene *next = mk_scene_apply (&stage, scene, mk_json_at (commands, i), error);
    if (next == NULL) {
      g_prefix_error (error, "command %zu: ", i + 1);
      return NULL;
    }
    mk_scene_unref (scene);
    scene = next;
  }
  return mk_scene_complete (&stage, scene, ASPECT, error);
}

/* A viewport's, made while one waits. */
static const mk_gltf_options full = { .texture_px = 256, .max_copied_triangles = 14000, .max_repeated_triangles = 60000, .max_shared_triangles = 150000, .max_single_triangles = 12000, .max_far_triangles = 500, .max_framed_triangles = 20000 };
/* One without a graphics card draws some hundred thousand triangles in a second, in pictures of few rows. */
static const mk_gltf_options light = { .texture_px = 128, .max_copied_triangles = 6000, .max_repeated_triangles = 60000, .max_shared_triangles = 150000, .max_single_triangles = 12000, .max_far_triangles = 500, .max_framed_triangles = 20000, .rows = 440, .max_triangles = 50000 };

static GByteArray *
encode (scene_job *job)
{
  g_autoptr (mk_scene) scene = build_scene (job->bridge, job->commands, &job->error);
  const mk_scene_files *files = job->bridge->scene_files;
  mk_gltf_options options = *job->options;
  options.pool = files->pool;
  options.tables = files->tables[job->options == &light];
  return scene != NULL ? mk_gltf_encode (scene, &options, NULL, &job->error) : NULL;
}

static void
make_glb (void *user)
{
  scene_job *job = user;
  GByteArray *glb = job->glb == NULL ? encode (job) : NULL;
  if (glb != NULL)
    job->glb = g_byte_array_free_to_bytes (glb);
  if (job->glb != NULL && job->is_small)
    job->small = mk_gzip (job->glb);
}

/* Each form has its own tag, for a cache between may hold both. */
static char *
tag_of (const char *key, bool is_small)
{
  return g_strdup_printf ("\"%s%s\"", key, is_small ? "-gzip" : "");
}

static void
set_headers (mk_http_request *request, const char *tag)
{
  mk_http_request_set_header (request, "ETag", tag);
  mk_http_request_set_header (request, "Cache-Control", "no-cache");
  mk_http_request_set_header (request, "Vary", "Accept-Encoding");
}

/* Whole where there was no memory for a smaller one. */
static void
send_glb (mk_http_request *request, const kept *k, bool is_small)
{
  is_small = is_small && k->small != NULL;
  g_autofree char *tag = tag_of (k->key, is_small);
  set_headers (request, tag);
  if (is_small)
    mk_http_request_set_header (request, "Content-Encoding", "gzip");
  mk_http_answer_bytes (request, 200, "model/gltf-binary", g_bytes_ref (is_small ? k->small : k->glb));
}

static kept *
find_kept (const mk_scene_files *files, const char *key)
{
  for (GList *i = files->kept->head; i != NULL; i = i->next)
    if (g_str_equal (((kept *)i->data)->key, key))
      return i->data;
  return NULL;
}

/* Beside what another request has kept meanwhile. */
static const kept *
keep (scene_job *job)
{
  mk_scene_files *files = job->bridge->scene_files;
  kept *k = find_kept (files, job->key);
  if (k == NULL) {
    k = g_new (kept, 1);
    *k = (kept){ g_strdup (job->key), g_bytes_ref (job->glb), NULL };
    g_queue_push_head (files->kept, k);
    if (g_queue_get_length (files->kept) > N_KEPT)
      kept_free (g_queue_pop_tail (files->kept));
  }
  if (k->small == NULL)
    k->small = g_steal_pointer (&job->small);
  return k;
}

static void
answer_glb (void *user)
{
  scene_job *job = user;
  if (job->glb != NULL)
    send_glb (job->request, keep (job), job->is_small);
  else {
    if (job->error == NULL)
      mk_error (&job->error, MK_ERROR_UNAVAILABLE, "the program is ending");
    mk_api_answer_error (job->request, job->error);
  }
  g_clear_pointer (&job->glb, g_bytes_unref);
  g_clear_pointer (&job->small, g_bytes_unref);
  mk_json_unref (job->commands);
  g_free (job->key);
  g_free (job);
}

static void
serve_commands (mk_bridge *bridge, mk_call *call, const mk_json *commands)
{
  mk_http_request *request = call->request;
  bool is_light = g_strcmp0 (mk_call_query (call, "detail"), "light") == 0, is_small = mk_http_request_takes_gzip (request) && mk_http_request_is_far (request);
  g_autofree char *text = mk_json_print_compact (commands), *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1), *key = g_strdup_printf ("%.32s%s", sum, is_light ? "-light" : ""), *tag = tag_of (key, is_small);
  const char *known = mk_http_request_header (request, "If-None-Match");
  if (known != NULL && strstr (known, tag) != NULL) {
    set_headers (request, tag);
    mk_http_answer_empty (request, 304);
    return;
  }
  const kept *k = find_kept (bridge->scene_files, key);
  if (k != NULL && (k->small != NULL || !is_small)) {
    send_glb (request, k, is_small);
    return;
  }
  scene_job *job = g_new0 (scene_job, 1);
  *job = (scene_job){ .bridge = bridge, .request = request, .commands = mk_json_copy (commands), .options = is_light ? &light : &full, .key = g_steal_pointer (&key), .is_small = is_small, .glb = k != NULL ? g_bytes_ref (k->glb) : NULL };
  mk_backstage_run (bridge->backstage, make_glb, answer_glb, job);
}

static void
serve_project_scene (mk_bridge *bridge, mk_call *call)
{
  GError *error = NULL;
  const char *version = mk_call_query (call, "version");
  g_autoptr (mk_json) project = mk_project_find (bridge->store, mk_call_param (call, "id"), version != NULL ? g_ascii_strtoll (version, NULL, 10) : -1, &error);
  if (project == NULL)
    mk_api_answer_error (call->request, error);
  else
    serve_commands (bridge, call, mk_json_get (project, "commands"));
}

static void
serve_scene (mk_bridge *bridge, mk_call *call)
{
  GError *error = NULL;
  const mk_json *commands = mk_json_get (call->body, "commands");
  if (!mk_commands_check (bridge->commands, commands, &error))
    mk_api_answer_error (call->request, error);
  else
    serve_commands (bridge, call, commands);
}

static void
serve_version_thumbnail (mk_bridge *bridge, mk_call *call)
{
  GError *error = NULL;
  g_autoptr (mk_json) project = mk_project_find (bridge->store, mk_call_param (call, "id"), g_ascii_strtoll (mk_call_param (call, "version"), NULL, 10), &error);
  if (project == NULL)
    mk_api_answer_error (call->request, error);
  else
    mk_pictures_make_scene (bridge->pictures, mk_json_get (project, "commands"), mk_pictures_answer, call->request);
}

const mk_operation mk_scene_operations[] = {
  { "getProjectScene", .serve = serve_project_scene, .needs_words = true }, { "makeScene", .serve = serve_scene, .needs_words = true }, { "getVersionThumbnail", .serve = serve_version_thumbnail },
  { .id = NULL },
};
