#include "packs/packs.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "graph/run.h"
#include "graph/validate.h"
#include "packs/call.h"
#include "packs/catalogue.h"
#include "packs/host.h"
#include "packs/lent.h"
#include "packs/object.h"
#include "packs/passed.h"
#include "packs/plugin.h"

#define ANSWER_MS 10000

/* A pack and what is known of it here. */
typedef struct {
  mk_pack pack;            /* first: what the host knows us by */
  mk_packs *packs;
  mk_pack_host *host;      /* NULL for plugins */
  mk_pack_host_config host_config;
  GPtrArray *nodes;        /* mk_pack_node */
  char *web, *trouble;
  mk_json *asked, *granted; /* permissions: arrays of names */
  mk_json *routes;          /* [[method, path]…] that it adds; or NULL */
  bool rewrites_prompts;
} member;

typedef struct {
  mk_loop_func done;
  void *user;
} waiter;

struct mk_packs {
  mk_packs_config config;
  GPtrArray *members;
  GArray *waiters;         /* until every pack has settled */
  const mk_value_type **value_types; /* the config's and objects */
  mk_pack_state *states;   /* shared memory, one per member */
  size_t n_states;
  char *socket_folder;
  int catalogue;           /* shared memory; -1 = none yet */
};

#define MAX_PACKS 512

/* --- nodes join the registry --- */

static bool
check (mk_run *run, GError **error)
{
  const mk_pack *pack = mk_pack_node_of (run->def)->pack;
  const char *verdict = pack->verdicts != NULL ? g_hash_table_lookup (pack->verdicts, mk_run_node_id (run)) : NULL;
  return verdict == NULL || mk_error (error, MK_ERROR_RANGE, "%s", verdict);
}

static const mk_node_def python_hooks = { .run = mk_pack_call_run, .check = check, .need = mk_pack_call_need, .fingerprint = mk_pack_call_fingerprint };
static const mk_node_def plugin_hooks = { .run = mk_plugin_call_run, .need = mk_plugin_call_need, .fingerprint = mk_plugin_call_fingerprint };

static mk_pack_node *
find_node (const member *m, const char *id)
{
  for (guint i = 0; i < m->nodes->len; i++)
    if (g_str_equal (((mk_pack_node *)m->nodes->pdata[i])->table.def.id, id))
      return m->nodes->pdata[i];
  return NULL;
}

static bool
add_node (member *m, const mk_json *description, GError **error)
{
  const mk_node_def *hooks = m->pack.is_plugin ? &plugin_hooks : &python_hooks;
  mk_pack_node *known = find_node (m, mk_json_get_string (mk_json_get (mk_json_get (description, "info"), "name")));
  if (known != NULL)
    return mk_pack_node_update (known, description, hooks, error);
  mk_pack_node *node = mk_pack_node_new (&m->pack, description, hooks, error);
  if (node == NULL)
    return false;
  if (!mk_registry_add (m->packs->config.registry, &node->table.def, error)) {
    mk_pack_node_free (node);
    return false;
  }
  g_ptr_array_add (m->nodes, node);
  return true;
}

static void
take_description (member *m, const mk_json *description)
{
  const mk_json *nodes = mk_json_get (description, "nodes"), *web = mk_json_get (description, "web");
  for (size_t i = 0; i < mk_json_length (nodes); i++) {
    g_autoptr (GError) error = NULL;
    if (!add_node (m, mk_json_at (nodes, i), &error))
      mk_log (MK_LOG_WARNING, "packs", "%s: %s", m->pack.name, error->message);
  }
  g_free (m->web);
  m->web = mk_json_get_kind (web) == MK_JSON_STRING ? g_strdup (mk_json_get_string (web)) : NULL;
  mk_json_unref (m->routes);
  m->routes = mk_json_ref (mk_json_get (description, "routes"));
  m->rewrites_prompts = mk_json_get_bool (mk_json_get (description, "rewrites_prompts"));
}

/* --- waiting for the start --- */

static bool
is_settled (const member *m)
{
  return m->host == NULL || mk_pack_host_is_ready (m->host) || mk_pack_host_is_given_up (m->host);
}

static void
tell_if_all_settled (mk_packs *packs)
{
  for (guint i = 0; i < packs->members->len; i++)
    if (!is_settled (packs->members->pdata[i]))
      return;
  g_autoptr (GArray) waiters = packs->waiters;
  packs->waiters = g_array_new (FALSE, FALSE, sizeof (waiter));
  for (guint i = 0; i < waiters->len; i++)
    g_array_index (waiters, waiter, i).done (g_array_index (waiters, waiter, i).user);
}

void
mk_packs_when_ready (mk_packs *packs, mk_loop_func done, void *user)
{
  waiter w = { done, user };
  g_array_append_val (packs->waiters, w);
  tell_if_all_settled (packs);
}

static void
on_described (void *user, mk_pack *pack, const mk_json *description)
{
  take_description ((member *)pack, description);
  tell_if_all_settled (user);
}

static void
on_failed (void *user, mk_pack *pack)
{
  (void)pack;
  tell_if_all_settled (user);
}

static void
on_event (void *user, const mk_json *message)
{
  mk_packs *packs = user;
  if (packs->config.event != NULL)
    packs->config.event (packs->config.user, message);
}

/* --- questions to several packs at once --- */

typedef struct {
  mk_packs *packs;
  mk_loop_func done;
  void *user;
  unsigned n_waiting;
  GHashTable *verdicts; /* of a check: node id -> text */
} round_of;

typedef struct {
  round_of *round;
  member *member;
  mk_json *nodes;      /* of a check: what was asked about */
} part;

static round_of *
round_new (mk_packs *packs, mk_loop_func done, void *user)
{
  round_of *round = g_new0 (round_of, 1);
  *round = (round_of){ packs, done, user, 1, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free) };
  return round;
}

static void
set_verdicts (mk_packs *packs, GHashTable *verdicts)
{
  for (guint i = 0; i < packs->members->len; i++)
    ((member *)packs->members->pdata[i])->pack.verdicts = verdicts;
}

static void
round_settle (round_of *round)
{
  if (--round->n_waiting > 0)
    return;
  set_verdicts (round->packs, round->verdicts);
  round->done (round->user);
  set_verdicts (round->packs, NULL);
  g_hash_table_unref (round->verdicts);
  g_free (round);
}

static void
ask (round_of *round, member *m, mk_json *taken_request, mk_json *nodes, mk_pack_answer answer)
{
  part *p = g_new (part, 1);
  *p = (part){ round, m, nodes };
  round->n_waiting++;
  mk_pack_host_ask (m->host, taken_request, ANSWER_MS, answer, p);
}

static void
on_refreshed (void *user, const mk_json *reply)
{
  part *p = user;
  if (reply != NULL)
    take_description (p->member, reply);
  round_settle (p->round);
  g_free (p);
}

static mk_json *
request_new (const char *what)
{
  mk_json *request = mk_json_new_object ();
  mk_json_set (request, "op", mk_json_new_string (what));
  return request;
}

void
mk_packs_refresh (mk_packs *packs, mk_loop_func done, void *user)
{
  round_of *round = round_new (packs, done, user);
  for (guint i = 0; i < packs->members->len; i++) {
    member *m = packs->members->pdata[i];
    if (m->host != NULL && mk_pack_host_is_ready (m->host))
      ask (round, m, request_new ("describe"), NULL, on_refreshed);
  }
  round_settle (round);
}

/* --- checks --- */

static void
on_checked (void *user, const mk_json *reply)
{
  part *p = user;
  for (mk_json_iter i = mk_json_iterate (p->nodes); mk_json_next (&i);) {
    const mk_json *verdict = reply != NULL ? mk_json_get (mk_json_get (reply, "verdicts"), i.key) : NULL;
    if (reply == NULL)
      g_hash_table_insert (p->round->verdicts, g_strdup (i.key), g_strdup_printf ("the pack %s does not answer", p->member->pack.name));
    else if (verdict != NULL)
      g_hash_table_insert (p->round->verdicts, g_strdup (i.key), g_strdup (mk_json_get_string (verdict)));
  }
  round_settle (p->round);
  mk_json_unref (p->nodes);
  g_free (p);
}

/* Constants as they are; links as the type that they bring. */
static mk_json *
describe_inputs (const mk_packs *packs, const mk_json *prompt, const mk_json *node)
{
  mk_json *question = mk_json_new_object (), *constants = mk_json_new_object (), *types = mk_json_new_object ();
  for (mk_json_iter i = mk_json_iterate (mk_json_get (node, "inputs")); mk_json_next (&i);) {
    const char *from;
    int64_t slot;
    if (!mk_json_get_link (i.value, &from, &slot)) {
      mk_json_set (constants, i.key, mk_json_ref (i.value));
      continue;
    }
    const mk_json *class_type = mk_json_get (mk_json_get (prompt, from), "class_type");
    const mk_node_def *source = class_type != NULL ? mk_registry_find (packs->config.registry, mk_json_get_string (class_type)) : NULL;
    bool is_there = source != NULL && slot >= 0 && (size_t)slot < mk_node_n_outputs (source);
    mk_json_set (types, i.key, mk_json_new_string (is_there ? source->outputs[slot].type : "*"));
  }
  mk_json_set (question, "class", mk_json_ref (mk_json_get (node, "class_type")));
  mk_json_set (question, "inputs", constants);
  mk_json_set (question, "types", types);
  return question;
}

static mk_json *
collect_questions (const mk_packs *packs, const member *m, const mk_json *prompt)
{
  mk_json *nodes = mk_json_new_object ();
  for (mk_json_iter i = mk_json_iterate (prompt); mk_json_next (&i);) {
    const mk_json *class_type = mk_json_get (i.value, "class_type");
    const mk_node_def *def = mk_json_get_kind (class_type) == MK_JSON_STRING ? mk_registry_find (packs->config.registry, mk_json_get_string (class_type)) : NULL;
    if (def != NULL && def->check == check && mk_pack_node_of (def)->pack == &m->pack)
      mk_json_set (nodes, i.key, describe_inputs (packs, prompt, i.value));
  }
  return nodes;
}

void
mk_packs_check (mk_packs *packs, const mk_json *prompt, mk_loop_func done, void *user)
{
  round_of *round = round_new (packs, done, user);
  for (guint i = 0; i < packs->members->len; i++) {
    member *m = packs->members->pdata[i];
    mk_json *nodes = m->host != NULL ? collect_questions (packs, m, prompt) : NULL;
    if (mk_json_length (nodes) == 0) {
      mk_json_unref (nodes);
      continue;
    }
    mk_json *request = request_new ("validate");
    mk_json_set (request, "nodes", mk_json_ref (nodes));
    ask (round, m, request, nodes, on_checked);
  }
  round_settle (round);
}

/* --- routes and prompt handlers of their own --- */

mk_json *
mk_packs_list_routes (const mk_packs *packs)
{
  mk_json *list = mk_json_new_array ();
  for (guint i = 0; i < packs->members->len; i++) {
    const member *m = packs->members->pdata[i];
    for (size_t k = 0; k < mk_json_length (m->routes); k++) {
      mk_json *row = mk_json_new_object ();
      mk_json_set (row, "pack", mk_json_new_string (m->pack.name));
      mk_json_set (row, "method", mk_json_ref (mk_json_at (mk_json_at (m->routes, k), 0)));
      mk_json_set (row, "path", mk_json_ref (mk_json_at (mk_json_at (m->routes, k), 1)));
      mk_json_append (list, row);
    }
  }
  return list;
}

void
mk_packs_ask (mk_packs *packs, const char *name, mk_json *taken_request, int64_t timeout_ms, mk_pack_answer answer, void *user)
{
  for (guint i = 0; i < packs->members->len; i++) {
    member *m = packs->members->pdata[i];
    if (m->host != NULL && g_str_equal (m->pack.name, name)) {
      mk_pack_host_ask (m->host, taken_request, timeout_ms, answer, user);
      return;
    }
  }
  mk_json_unref (taken_request);
  answer (user, NULL);
}

/* A body on its way through the packs, one after the other. */
typedef struct {
  mk_packs *packs;
  mk_json *body;
  guint next; /* the member to look at */
  mk_packs_rewritten done;
  void *user;
} rewriting;

static void rewrite_on (rewriting *r);

static void
on_rewritten (void *user, const mk_json *reply)
{
  rewriting *r = user;
  mk_json *body = mk_json_get (reply, "body");
  if (mk_json_get_kind (body) == MK_JSON_OBJECT) {
    mk_json_unref (r->body);
    r->body = mk_json_copy (body);
  }
  rewrite_on (r);
}

static void
rewrite_on (rewriting *r)
{
  while (r->next < r->packs->members->len) {
    member *m = r->packs->members->pdata[r->next++];
    if (m->host == NULL || !m->rewrites_prompts)
      continue;
    mk_json *request = request_new ("prompt");
    mk_json_set (request, "body", mk_json_ref (r->body));
    mk_pack_host_ask (m->host, request, ANSWER_MS, on_rewritten, r);
    return;
  }
  r->done (r->user, r->body);
  g_free (r);
}

void
mk_packs_rewrite (mk_packs *packs, mk_json *taken_body, mk_packs_rewritten done, void *user)
{
  rewriting *r = g_new (rewriting, 1);
  *r = (rewriting){ packs, taken_body, 0, done, user };
  rewrite_on (r);
}

/* --- rights --- */

static char *
grants_path (const char *user_folder)
{
  return g_build_filename (user_folder, "packs.json", NULL);
}

mk_json *
mk_pack_grants_read (const char *user_folder)
{
  g_autofree char *path = grants_path (user_folder);
  mk_json *grants = NULL;
  if (mk_json_parse_file (path, NULL, &grants, NULL) && mk_json_get_kind (grants) == MK_JSON_OBJECT)
    return grants;
  mk_json_unref (grants);
  return mk_json_new_object ();
}

static bool
has_word (const mk_json *list, const char *word)
{
  for (size_t i = 0; i < mk_json_length (list); i++)
    if (g_str_equal (mk_json_get_string (mk_json_at (list, i)), word))
      return true;
  return false;
}

bool
mk_pack_grants_change (const char *user_folder, const char *pack, const char *permission, bool is_granted, GError **error)
{
  g_autoptr (mk_json) grants = mk_pack_grants_read (user_folder);
  mk_json *words = mk_json_new_array ();
  const mk_json *before = mk_json_get (grants, pack);
  for (size_t i = 0; i < mk_json_length (before); i++)
    if (!g_str_equal (mk_json_get_string (mk_json_at (before, i)), permission))
      mk_json_append (words, mk_json_ref (mk_json_at (before, i)));
  if (is_granted)
    mk_json_append (words, mk_json_new_string (permission));
  mk_json_set (grants, pack, words);
  g_autofree char *path = grants_path (user_folder), *text = mk_json_print_pretty (grants);
  return mk_folder_make (user_folder, error) && mk_file_write (path, text, strlen (text), error);
}

/* Only what the pack asks for can be granted. */
static void
read_rights (member *m, const mk_json *grants)
{
  g_autofree char *path = g_build_filename (m->pack.path, "miktos.json", NULL);
  g_autoptr (mk_json) manifest = NULL;
  const mk_json *given = mk_json_get (grants, m->pack.name);
  if (!mk_json_parse_file (path, NULL, &manifest, NULL))
    manifest = NULL;
  m->asked = mk_json_new_array ();
  m->granted = mk_json_new_array ();
  for (size_t i = 0; i < mk_json_length (mk_json_get (manifest, "permissions")); i++) {
    mk_json *word = mk_json_at (mk_json_get (manifest, "permissions"), i);
    mk_json_append (m->asked, mk_json_ref (word));
    if (has_word (given, mk_json_get_string (word)))
      mk_json_append (m->granted, mk_json_ref (word));
  }
}

/* --- finding them --- */

static void
start_plugin (member *m)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (mk_json) description = mk_plugin_scan (&m->pack, m->packs->config.folders, &error);
  if (description != NULL) {
    take_description (m, description);
    return;
  }
  m->trouble = g_strdup (error->message);
  mk_log (MK_LOG_WARNING, "packs", "%s: %s", m->pack.path, m->trouble);
}

static void
start_python (member *m, const mk_json *grants)
{
  const mk_packs_config *c = &m->packs->config;
  g_autoptr (GError) error = NULL;
  if (m->packs->catalogue < 0) { /* the first one: there are only our own nodes yet, and plugins' */
    m->packs->catalogue = mk_pack_catalogue_share (c->registry, c->folders, &error);
    mk_registry_add (c->registry, &mk_pack_passed_node, NULL);
  }
  if (error != NULL)
    mk_log (MK_LOG_WARNING, "packs", "packs do not see the engine's nodes: %s", error->message);
  read_rights (m, grants);
  m->host_config = (mk_pack_host_config){
    .loop = c->loop, .folders = c->folders, .user_folder = c->user_folder, .script = c->host_script, .python = c->python != NULL ? c->python : "python3", .catalogue = m->packs->catalogue,
    .has_network = has_word (m->granted, "network"), .has_sandbox = !has_word (m->granted, "unsandboxed"),
    .described = on_described, .failed = on_failed, .event = on_event, .user = m->packs };
  m->pack.socket_path = g_strdup_printf ("%s/%u", m->packs->socket_folder, m->packs->members->len);
  m->host = mk_pack_host_new (&m->pack, &m->host_config);
}

static void
add_member (mk_packs *packs, const char *path, char *taken_name, bool is_plugin, const mk_json *grants)
{
  if (packs->members->len >= packs->n_states) {
    mk_log (MK_LOG_WARNING, "packs", "%s: there are more than %zu packs already", path, packs->n_states);
    g_free (taken_name);
    return;
  }
  member *m = g_new0 (member, 1);
  m->packs = packs;
  m->pack = (mk_pack){ .name = taken_name, .path = g_strdup (path), .is_plugin = is_plugin, .state = &packs->states[packs->members->len],
                       .lent = mk_lent_new (taken_name), .registry = packs->config.registry, .value_types = packs->value_types, .idle = g_array_new (FALSE, FALSE, sizeof (int)) };
  pthread_mutex_init (&m->pack.lock, NULL);
  m->nodes = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_pack_node_free);
  if (is_plugin)
    start_plugin (m);
  else
    start_python (m, grants);
  g_ptr_array_add (packs->members, m);
}

static void
look_at (mk_packs *packs, const char *folder, const char *name, const mk_json *grants)
{
  g_autofree char *path = g_build_filename (folder, name, NULL), *init = g_build_filename (path, "__init__.py", NULL);
  if (packs->config.only != NULL && !g_strv_contains (packs->config.only, name))
    return;
  if (name[0] == '.' || g_str_has_suffix (name, ".disabled") || g_str_equal (name, "__pycache__"))
    return;
  if (g_str_has_suffix (name, ".so"))
    add_member (packs, path, g_strndup (name, strlen (name) - strlen (".so")), true, grants);
  else if (g_str_has_suffix (name, ".py"))
    add_member (packs, path, g_strndup (name, strlen (name) - strlen (".py")), false, grants);
  else if (g_file_test (init, G_FILE_TEST_IS_REGULAR))
    add_member (packs, path, g_strdup (name), false, grants);
}

static void
look_around (mk_packs *packs, const char *folder, const mk_json *grants)
{
  struct dirent **entries;
  int n = scandir (folder, &entries, NULL, alphasort);
  for (int i = 0; i < n; i++) {
    look_at (packs, folder, entries[i]->d_name, grants);
    free (entries[i]);
  }
  if (n >= 0)
    free (entries);
}

mk_packs *
mk_packs_new (const mk_packs_config *config)
{
  mk_packs *packs = g_new0 (mk_packs, 1);
  size_t n = 0;
  packs->config = *config;
  packs->catalogue = -1;
  packs->members = g_ptr_array_new ();
  packs->waiters = g_array_new (FALSE, FALSE, sizeof (waiter));
  while (config->value_types != NULL && config->value_types[n] != NULL)
    n++;
  packs->value_types = g_new0 (const mk_value_type *, n + 2);
  memcpy (packs->value_types, config->value_types, n * sizeof *packs->value_types);
  packs->value_types[n] = &mk_pack_object_type;
  packs->n_states = MAX_PACKS;
  packs->states = mmap (NULL, packs->n_states * sizeof *packs->states, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  packs->socket_folder = g_dir_make_tmp ("miktos-XXXXXX", NULL);
  if (packs->states == MAP_FAILED || packs->socket_folder == NULL) {
    mk_log (MK_LOG_ERROR, "packs", "no room for custom nodes in %s", g_get_tmp_dir ());
    packs->n_states = 0;
  }
  g_autoptr (mk_json) grants = mk_pack_grants_read (config->user_folder);
  for (const char *const *place = config->places; place != NULL && *place != NULL; place++)
    look_around (packs, *place, grants);
  return packs;
}

static void
member_free (member *m)
{
  mk_pack_host_free (m->host);
  g_ptr_array_unref (m->nodes);
  g_array_unref (m->pack.idle);
  mk_lent_free (m->pack.lent);
  pthread_mutex_destroy (&m->pack.lock);
  mk_json_unref (m->asked);
  mk_json_unref (m->granted);
  mk_json_unref (m->routes);
  g_free (m->pack.socket_path);
  g_free (m->pack.name);
  g_free (m->pack.path);
  g_free (m->web);
  g_free (m->trouble);
  g_free (m);
}

void
mk_packs_free (mk_packs *packs)
{
  if (packs == NULL)
    return;
  for (guint i = 0; i < packs->members->len; i++)
    member_free (packs->members->pdata[i]);
  g_ptr_array_unref (packs->members);
  g_array_unref (packs->waiters);
  if (packs->catalogue >= 0)
    close (packs->catalogue);
  if (packs->socket_folder != NULL)
    rmdir (packs->socket_folder);
  if (packs->states != MAP_FAILED)
    munmap (packs->states, MAX_PACKS * sizeof *packs->states);
  g_free (packs->socket_folder);
  g_free (packs->value_types);
  g_free (packs);
}

bool
mk_packs_is_empty (const mk_packs *packs)
{
  return packs->members->len == 0;
}

void
mk_packs_set_event (mk_packs *packs, void (*event) (void *user, const mk_json *message), void *user)
{
  packs->config.event = event;
  packs->config.user = user;
}

/* --- what there is --- */

static mk_json *
list_nodes (const member *m)
{
  mk_json *names = mk_json_new_array ();
  for (guint i = 0; i < m->nodes->len; i++)
    mk_json_append (names, mk_json_new_string (((mk_pack_node *)m->nodes->pdata[i])->table.def.id));
  return names;
}

static mk_json *
describe (const member *m)
{
  const char *trouble = m->host != NULL ? mk_pack_host_trouble (m->host) : m->trouble;
  bool is_up = m->host != NULL ? mk_pack_host_is_ready (m->host) : m->trouble == NULL;
  bool is_over = m->host != NULL ? mk_pack_host_is_given_up (m->host) : m->trouble != NULL;
  mk_json *record = mk_json_new_object ();
  mk_json_set (record, "name", mk_json_new_string (m->pack.name));
  mk_json_set (record, "path", mk_json_new_string (m->pack.path));
  mk_json_set (record, "kind", mk_json_new_string (m->pack.is_plugin ? "c" : "python"));
  mk_json_set (record, "state", mk_json_new_string (is_up ? "ready" : is_over ? "failed" : "starting"));
  mk_json_set (record, "trouble", mk_json_new_string (trouble));
  mk_json_set (record, "restarts", mk_json_new_int (m->host != NULL ? mk_pack_host_n_restarts (m->host) : 0));
  mk_json_set (record, "nodes", list_nodes (m));
  mk_json_set (record, "permissions", m->asked != NULL ? mk_json_copy (m->asked) : mk_json_new_array ());
  mk_json_set (record, "granted", m->granted != NULL ? mk_json_copy (m->granted) : mk_json_new_array ());
  return record;
}

mk_json *
mk_packs_list (const mk_packs *packs)
{
  mk_json *list = mk_json_new_array ();
  for (guint i = 0; i < packs->members->len; i++)
    mk_json_append (list, describe (packs->members->pdata[i]));
  return list;
}

const char *
mk_packs_find_web (const mk_packs *packs, const char *name)
{
  for (guint i = 0; i < packs->members->len; i++) {
    const member *m = packs->members->pdata[i];
    if (g_str_equal (m->pack.name, name))
      return m->web;
  }
  return NULL;
}

mk_json *
mk_packs_list_web (const mk_packs *packs)
{
  mk_json *all = mk_json_new_object ();
  for (guint i = 0; i < packs->members->len; i++) {
    const member *m = packs->members->pdata[i];
    if (m->web != NULL)
      mk_json_set (all, m->pack.name, mk_json_new_string (m->web));
  }
  return all;
}
