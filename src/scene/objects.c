/* The library itself: reading recipes, keeping prototypes, and placing instances. */
#include <string.h>

#include "base/log.h"
#include "base/pool.h"
#include "scene/library.h"

#define MAX_RECIPES 5000
#define WORTH_THREADS 32 /* recipes: fewer are read sooner than threads begin */
#define MAX_PROTOTYPES 4000 /* of different parameters; a session that goes beyond starts the cache anew */

/* --- prototypes --- */

static void
proto_node_clear (void *element)
{
  mk_proto_node *node = element;
  for (guint i = 0; i < node->pieces->len; i++)
    mk_mesh_unref (g_array_index (node->pieces, mk_proto_piece, i).mesh);
  g_array_unref (node->pieces);
  g_clear_pointer (&node->binds, g_array_unref);
  g_free (node->name);
}

mk_prototype *
mk_prototype_new (void)
{
  mk_prototype *prototype = g_new0 (mk_prototype, 1);
  prototype->nodes = g_array_new (FALSE, TRUE, sizeof (mk_proto_node));
  g_array_set_clear_func (prototype->nodes, proto_node_clear);
  prototype->slots = g_array_new (FALSE, TRUE, sizeof (mk_slot));
  prototype->joints = g_array_new (FALSE, TRUE, sizeof (mk_joint));
  prototype->anchors = g_array_new (FALSE, TRUE, sizeof (mk_anchor));
  return prototype;
}

void
mk_prototype_free (mk_prototype *prototype)
{
  if (prototype == NULL)
    return;
  g_array_unref (prototype->nodes);
  g_array_unref (prototype->slots);
  g_array_unref (prototype->joints);
  g_array_unref (prototype->anchors);
  mk_scene_unref (prototype->model);
  g_free (prototype);
}

static void
free_prototype (void *prototype)
{
  mk_prototype_free (prototype);
}

static char *
fold (const char *word)
{
  char *folded = g_utf8_strdown (word, -1);
  for (char *at = folded; *at != 0; at++)
    if (*at == '-' || *at == '_')
      *at = ' ';
  return g_strstrip (folded);
}

/* With the mutex held. */
static const mk_prototype *
prototype_locked (mk_library *library, mk_recipe *recipe, const mk_json *params, GError **error)
{
  mk_json_iter first = mk_json_iterate (params);
  bool is_plain = mk_json_get_kind (params) != MK_JSON_OBJECT || !mk_json_next (&first);
  g_autofree char *text = is_plain ? g_strdup ("") : mk_json_print_compact (params);
  g_autofree char *key = g_strconcat (recipe->info.name, text, NULL);
  mk_prototype *prototype = g_hash_table_lookup (library->prototypes, key);
  if (prototype != NULL)
    return prototype;
  prototype = mk_recipe_carry_out (library, recipe, is_plain ? NULL : params, error);
  if (prototype != NULL && g_hash_table_size (library->prototypes) < MAX_PROTOTYPES)
    g_hash_table_insert (library->prototypes, g_steal_pointer (&key), prototype);
  else if (prototype != NULL) {
    mk_prototype_free (prototype);
    mk_error (error, MK_ERROR_LIMIT, "more than %d kinds of objects at once", MAX_PROTOTYPES);
    prototype = NULL;
  }
  return prototype;
}

const mk_prototype *
mk_library_prototype_held (const mk_library *library, const char *object, const mk_json *params, GError **error)
{
  g_autofree char *word = fold (object);
  mk_recipe *recipe = g_hash_table_lookup (library->by_word, word);
  if (recipe != NULL && !recipe->is_abstract)
    return prototype_locked ((mk_library *)library, recipe, params, error); /* the cache is no part of the value */
  mk_error (error, MK_ERROR_NOT_FOUND, "there is no object “%s”", object);
  return NULL;
}

const mk_prototype *
mk_library_prototype (const mk_library *library, const char *object, const mk_json *params, GError **error)
{
  pthread_mutex_t *mutex = &((mk_library *)library)->mutex;
  pthread_mutex_lock (mutex);
  const mk_prototype *prototype = mk_library_prototype_held (library, object, params, error);
  pthread_mutex_unlock (mutex);
  return prototype;
}

/* --- reading recipes --- */

static void
recipe_free (void *user)
{
  mk_recipe *recipe = user;
  g_ptr_array_unref (recipe->owned);
  g_free (recipe->folder);
  mk_json_unref (recipe->json);
  mk_json_unref (recipe->said);
  g_free (recipe);
}

/* Keys that a child takes over when it says nothing. */
static const mk_json *
find_key (const mk_library *library, const mk_recipe *recipe, const char *key)
{
  for (int depth = 0; recipe != NULL && depth < 8; depth++) {
    if (mk_json_has (recipe->json, key))
      return mk_json_get (recipe->json, key);
    recipe = g_hash_table_lookup (library->by_word, mk_json_get_string (mk_json_get (recipe->json, "inherit")));
  }
  return NULL;
}

static const char *const *
string_list (mk_recipe *recipe, const mk_json *json)
{
  size_t n = mk_json_length (json);
  const char **list = g_new0 (const char *, n + 1);
  for (size_t i = 0; i < n; i++)
    list[i] = mk_json_get_string (mk_json_at (json, i));
  g_ptr_array_add (recipe->owned, list);
  return list;
}

static void
add_word (GPtrArray *words, const char *word)
{
  for (guint i = 0; i < words->len; i++)
    if (g_str_equal (words->pdata[i], word))
      return;
  if (*word != 0)
    g_ptr_array_add (words, (void *)word);
}

/* Names of parts and roles of joints, from all the depth of a recipe. */
static void
collect_words (const mk_json *parts, GPtrArray *names, GPtrArray *roles, int depth)
{
  for (size_t i = 0; i < mk_json_length (parts) && depth < 16; i++) {
    const mk_json *part = mk_json_at (parts, i);
    if (mk_json_get_kind (part) != MK_JSON_OBJECT)
      continue;
    const mk_json *joint = mk_json_get (part, "joint"), *joints = mk_json_get (part, "joints");
    add_word (names, mk_json_get_string (mk_json_get (part, "name")));
    add_word (roles, mk_json_get_kind (joint) == MK_JSON_OBJECT ? mk_json_get_string (mk_json_get (joint, "role")) : mk_json_get_string (joint));
    for (size_t k = 0; k < mk_json_length (joints); k++) {
      add_word (roles, mk_json_get_string (mk_json_get (mk_json_at (joints, k), "role")));
      add_word (names, mk_json_get_string (mk_json_get (mk_json_at (joints, k), "name")));
    }
    collect_words (mk_json_get (part, "parts"), names, roles, depth + 1);
  }
}

/* The materials of a recipe and of those that it inherits from. */
static void
collect_slots (const mk_library *library, mk_recipe *recipe)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const mk_recipe *at = recipe;
  for (int depth = 0; at != NULL && depth < 8; depth++) {
    for (mk_json_iter i = mk_json_iterate (mk_json_get (at->json, "materials")); mk_json_next (&i);)
      add_word (names, i.key);
    at = g_hash_table_lookup (library->by_word, mk_json_get_string (mk_json_get (at->json, "inherit")));
  }
  g_ptr_array_add (names, NULL);
  recipe->info.slots = g_memdup2 (names->pdata, names->len * sizeof (char *));
  g_ptr_array_add (recipe->owned, (void *)recipe->info.slots);
}

static void
read_params (const mk_library *library, mk_recipe *recipe)
{
  GArray *params = g_array_new (FALSE, TRUE, sizeof (mk_recipe_param));
  const mk_json *specs = find_key (library, recipe, "params");
  for (mk_json_iter i = mk_json_iterate (specs); mk_json_next (&i);) {
    const mk_json *options = mk_json_get (i.value, "options");
    mk_recipe_param param = { .name = i.key, .def = mk_json_get_real (mk_json_get (i.value, "default")), .min = mk_json_get_real (mk_json_get (i.value, "min")),
                              .max = mk_json_get_real (mk_json_get (i.value, "max")), .options = options != NULL ? string_list (recipe, options) : NULL };
    for (size_t k = 0; k < mk_json_length (options); k++)
      if (mk_json_equal (mk_json_at (options, k), mk_json_get (i.value, "default")))
        param.def = (double)k;
    g_array_append_val (params, param);
  }
  recipe->info.n_params = params->len;
  recipe->info.params = (const mk_recipe_param *)(void *)g_array_free (params, FALSE);
  g_ptr_array_add (recipe->owned, (void *)recipe->info.params);
}

static bool
check_keys (const mk_json *json, GError **error)
{
  static const char *const keys[] = { "$schema", "name", "plural", "category", "synonyms", "inherit", "abstract", "height_m", "width_m", "length_m", "params",
                                      "set", "materials", "varies", "parts", "extra", "model", "node", "joints", "turn", "main", "anchors", "motions", "ground", "ground_rank", "sky", "hover_m", "draught", "is_set", "young", "worn", "is_joined", "is_around", NULL };
  for (mk_json_iter i = mk_json_iterate (json); mk_json_next (&i);)
    if (!g_strv_contains (keys, i.key))
      return mk_error (error, MK_ERROR_USAGE, "a recipe has no “%s”", i.key);
  return true;
}

static bool
read_size (mk_recipe *recipe, GError **error)
{
  static const char *const dimensions[][2] = { { "height_m", "height" }, { "width_m", "width" }, { "length_m", "length" } };
  int n = 0;
  for (size_t i = 0; i < MK_COUNT (dimensions); i++) {
    const mk_json *size = mk_json_get (recipe->json, dimensions[i][0]);
    if (size == NULL)
      continue;
    recipe->info.dimension = dimensions[i][1];
    recipe->info.size_m = (float)mk_json_get_real (size);
    n++;
  }
  if (n != 1 || !(recipe->info.size_m >= 1e-3f && recipe->info.size_m <= 1e4f))
    return mk_error (error, MK_ERROR_RANGE, "state exactly one of height_m, width_m and length_m, from 0.001 to 10000; there %s %d", n == 1 ? "is" : "are", n);
  return true;
}

static bool
recipe_head (mk_recipe *recipe, GError **error)
{
  if (mk_json_get_kind (recipe->json) != MK_JSON_OBJECT)
    return mk_error (error, MK_ERROR_TYPE, "a recipe is an object, not %s", mk_json_kind_name (mk_json_get_kind (recipe->json)));
  recipe->info.name = mk_json_get_string (mk_json_get (recipe->json, "name"));
  recipe->is_abstract = mk_json_get_bool (mk_json_get (recipe->json, "abstract"));
  if (*recipe->info.name == 0 || strlen (recipe->info.name) > 48)
    return mk_error (error, MK_ERROR_RANGE, "a recipe's name has 1 to 48 letters");
  return check_keys (recipe->json, error) && mk_young_prepare (recipe->json, error) && (recipe->is_abstract || read_size (recipe, error));
}

static bool
has_anchor (const mk_json *anchors, const char *kind)
{
  for (size_t i = 0; i < mk_json_length (anchors); i++)
    if (g_str_equal (mk_json_get_string (mk_json_get (mk_json_at (anchors, i), "kind")), kind))
      return true;
  return false;
}

/* Whether one of its materials takes a second colour. */
static bool
has_second (const mk_json *materials)
{
  for (mk_json_iter i = mk_json_iterate (materials); mk_json_next (&i);)
    if (mk_json_get_bool (mk_json_get (i.value, "second")))
      return true;
  return false;
}

static void
read_worn (const mk_json *json, mk_worn *worn)
{
  const mk_json *at = mk_json_get (json, "at");
  const char *on = mk_json_get_string (mk_json_get (json, "on"));
  worn->on = *on != 0 ? on : NULL;
  worn->at = (mk_vec3){ (float)mk_json_get_real (mk_json_at (at, 0)), (float)mk_json_get_real (mk_json_at (at, 1)), (float)mk_json_get_real (mk_json_at (at, 2)) };
  worn->width_m = fmaxf ((float)mk_json_get_real (mk_json_get (json, "width_m")), 0.001f);
}

/* Once all recipes are read, so that those inherited from are there. */
static void
recipe_tail (const mk_library *library, mk_recipe *recipe)
{
  mk_recipe_info *info = &recipe->info;
  g_autoptr (GPtrArray) names = g_ptr_array_new (), roles = g_ptr_array_new ();
  collect_words (find_key (library, recipe, "parts"), names, roles, 0);
  collect_words (mk_json_get (recipe->json, "extra"), names, roles, 0);
  g_ptr_array_add (names, NULL);
  g_ptr_array_add (roles, NULL);
  collect_slots (library, recipe);
  info->parts = g_memdup2 (names->pdata, names->len * sizeof (char *));
  info->joints = g_memdup2 (roles->pdata, roles->len * sizeof (char *));
  g_ptr_array_add (recipe->owned, (void *)info->parts);
  g_ptr_array_add (recipe->owned, (void *)info->joints);
  info->gestures = mk_gestures_of (library->gestures, info);
  const char *plural = mk_json_get_string (mk_json_get (recipe->json, "plural")), *ground = mk_json_get_string (find_key (library, recipe, "ground"));
  const char *sky = mk_json_get_string (find_key (library, recipe, "sky"));
  info->plural = *plural != 0 ? plural : NULL;
  info->ground = *ground != 0 ? ground : NULL;
  info->sky = *sky != 0 ? sky : NULL;
  info->category = mk_json_get_string (find_key (library, recipe, "category"));
  info->synonyms = string_list (recipe, mk_json_get (recipe->json, "synonyms"));
  info->motions = string_list (recipe, find_key (library, recipe, "motions"));
  info->ground_rank = (int)CLAMP (mk_json_get_real (find_key (library, recipe, "ground_rank")), 0, 9);
  info->hover_m = CLAMP ((float)mk_json_get_real (find_key (library, recipe, "hover_m")), 0, 1000);
  info->draught = CLAMP ((float)mk_json_get_real (find_key (library, recipe, "draught")), 0, 1);
  info->is_set = mk_json_get_bool (find_key (library, recipe, "is_set"));
  read_worn (find_key (library, recipe, "worn"), &info->worn);
  info->is_around = mk_json_get_bool (find_key (library, recipe, "is_around"));
  info->is_two_tone = has_second (find_key (library, recipe, "materials"));
  info->is_joined = mk_json_get_bool (find_key (library, recipe, "is_joined"));
  info->carries = has_anchor (find_key (library, recipe, "anchors"), "on");
  info->seats = has_anchor (find_key (library, recipe, "anchors"), "seat");
  info->is_gripped = has_anchor (find_key (library, recipe, "anchors"), "hand") && !g_str_equal (info->category, "person");
  info->has_mouth = has_anchor (find_key (library, recipe, "anchors"), "mouth");
  read_params (library, recipe);
}

static bool
add_name (mk_library *library, mk_recipe *recipe, const char *word, GError **error)
{
  g_autofree char *folded = fold (word);
  const mk_recipe *other = g_hash_table_lookup (library->by_word, folded);
  if (other == recipe)
    return true;
  if (other != NULL)
    return mk_error (error, MK_ERROR_EXISTS, "the word “%s” belongs to the object “%s” already: leave it out of “name” and “synonyms”, or call the recipe “%s” to put it in that one's place", word, other->info.name, other->info.name);
  g_hash_table_insert (library->by_word, g_steal_pointer (&folded), recipe);
  return true;
}

/* A recipe's file, read beside others; what goes wrong is told when its turn comes. */
typedef struct {
  char *path;
  mk_json *json;
  GError *error;
} recipe_file;

static void
read_file (void *user, size_t item, unsigned worker)
{
  const mk_json_limits limits = { .max_bytes = 1 << 20, .max_depth = 32 };
  recipe_file *file = &g_array_index ((GArray *)user, recipe_file, item);
  (void)worker;
  mk_json_parse_file (file->path, &limits, &file->json, &file->error);
}

static void
file_clear (void *element)
{
  recipe_file *file = element;
  g_free (file->path);
  mk_json_unref (file->json);
  g_clear_error (&file->error);
}

static bool
add_recipe (mk_library *library, recipe_file *file, GError **error)
{
  if (file->error != NULL) {
    g_propagate_error (error, g_steal_pointer (&file->error));
    return false;
  }
  mk_recipe *recipe = g_new0 (mk_recipe, 1);
  recipe->owned = g_ptr_array_new_with_free_func (g_free);
  recipe->folder = g_path_get_dirname (file->path);
  recipe->json = g_steal_pointer (&file->json);
  if (!recipe_head (recipe, error) || !add_name (library, recipe, recipe->info.name, error)) {
    recipe_free (recipe);
    g_prefix_error (error, "%s: ", file->path);
    return false;
  }
  g_ptr_array_add (library->all, recipe);
  return true;
}

static GArray *
list_files (const char *folder, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  if (dir == NULL)
    return NULL;
  GArray *files = g_array_new (FALSE, TRUE, sizeof (recipe_file));
  g_array_set_clear_func (files, file_clear);
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    if (g_str_has_suffix (name, ".json")) {
      recipe_file file = { .path = g_build_filename (folder, name, NULL) };
      g_array_append_val (files, file);
    }
  if (files->len <= MAX_RECIPES)
    return files;
  mk_error (error, MK_ERROR_LIMIT, "%s holds %u recipes; %d are possible", folder, files->len, MAX_RECIPES);
  g_array_unref (files);
  return NULL;
}

static int
compare_recipes (const void *a, const void *b)
{
  const mk_recipe *left = *(mk_recipe *const *)a, *right = *(mk_recipe *const *)b;
  return strcmp (left->info.name, right->info.name);
}

static bool
read_folder (mk_library *library, const char *folder, GError **error)
{
  g_autoptr (GArray) files = list_files (folder, error);
  g_autoptr (mk_pool) pool = files != NULL && files->len > WORTH_THREADS ? mk_pool_new (0) : NULL;
  bool ok = files != NULL;
  if (ok)
    mk_pool_run (pool, files->len, read_file, files, NULL);
  for (guint i = 0; ok && i < files->len; i++)
    ok = add_recipe (library, &g_array_index (files, recipe_file, i), error);
  g_ptr_array_sort (library->all, compare_recipes);
  for (guint i = 0; i < library->all->len && ok; i++) {
    mk_recipe *recipe = library->all->pdata[i];
    recipe_tail (library, recipe);
    if (!recipe->is_abstract)
      g_ptr_array_add (library->recipes, recipe);
    for (size_t k = 0; recipe->info.synonyms[k] != NULL && ok; k++)
      if (!add_name (library, recipe, recipe->info.synonyms[k], error)) {
        g_prefix_error (error, "recipe “%s”: ", recipe->info.name);
        ok = false;
      }
  }
  return ok;
}

/* One's own wins over what came with the program. */
static void
forget (mk_library *library, const char *name)
{
  g_autofree char *word = fold (name);
  mk_recipe *old = g_hash_table_lookup (library->by_word, word);
  if (old == NULL || g_ascii_strcasecmp (old->info.name, name) != 0)
    return;
  GHashTableIter i;
  void *recipe;
  g_hash_table_iter_init (&i, library->by_word);
  while (g_hash_table_iter_next (&i, NULL, &recipe))
    if (recipe == old)
      g_hash_table_iter_remove (&i);
  g_ptr_array_remove (library->recipes, old);
  g_ptr_array_remove (library->all, old);
}

const mk_recipe_info *
mk_library_add (mk_library *library, const char *path, GError **error)
{
  g_autoptr (GArray) files = g_array_new (FALSE, TRUE, sizeof (recipe_file));
  g_array_set_clear_func (files, file_clear);
  recipe_file file = { .path = g_strdup (path) };
  g_array_append_val (files, file);
  read_file (files, 0, 0);
  forget (library, mk_json_get_string (mk_json_get (g_array_index (files, recipe_file, 0).json, "name")));
  if (library->all->len >= MAX_RECIPES) {
    mk_error (error, MK_ERROR_LIMIT, "the library holds %d recipes already", MAX_RECIPES);
    return NULL;
  }
  if (!add_recipe (library, &g_array_index (files, recipe_file, 0), error))
    return NULL;
  mk_recipe *recipe = library->all->pdata[library->all->len - 1];
  recipe_tail (library, recipe);
  if (!recipe->is_abstract)
    g_ptr_array_add (library->recipes, recipe);
  for (size_t k = 0; recipe->info.synonyms[k] != NULL; k++)
    if (!add_name (library, recipe, recipe->info.synonyms[k], error))
      return NULL;
  g_ptr_array_sort (library->all, compare_recipes);
  g_ptr_array_sort (library->recipes, compare_recipes);
  return &recipe->info;
}

static int
compare_paths (const void *a, const void *b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

void
mk_library_add_folder (mk_library *library, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".json"))
      g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (paths, compare_paths);
  for (guint i = 0; i < paths->len; i++) {
    g_autoptr (GError) error = NULL;
    if (mk_library_add (library, paths->pdata[i], &error) == NULL)
      mk_log (MK_LOG_WARNING, "scene", "%s is left out: %s", (const char *)paths->pdata[i], error->message);
  }
}

char *
mk_objects_own_folder (void)
{
  const char *said = g_getenv ("MIKTOS_OBJECTS");
  return said != NULL ? g_strdup (said) : g_build_filename (g_get_user_data_dir (), "miktos", "objects", NULL);
}

mk_library *
mk_library_new (const char *assets_folder, GError **error)
{
  g_autoptr (mk_library) library = g_new0 (mk_library, 1);
  pthread_mutex_init (&library->mutex, NULL);
  library->assets = g_strdup (assets_folder);
  library->materials = g_array_new (FALSE, TRUE, sizeof (mk_material));
  library->all = g_ptr_array_new_with_free_func (recipe_free);
  library->recipes = g_ptr_array_new ();
  library->by_word = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  library->prototypes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_prototype);
  g_autofree char *materials = g_build_filename (assets_folder, "materials.json", NULL);
  g_autofree char *objects = g_build_filename (assets_folder, "objects", NULL);
  g_autofree char *gestures = g_build_filename (assets_folder, "gestures.json", NULL), *palettes = g_build_filename (assets_folder, "palettes.json", NULL);
  if (g_file_test (palettes, G_FILE_TEST_EXISTS) && !mk_json_parse_file (palettes, NULL, &library->palettes, error))
    return NULL;
  if (!mk_materials_load (library, materials, error) || (library->gestures = mk_gestures_new (gestures, error)) == NULL || !read_folder (library, objects, error))
    return NULL;
  return g_steal_pointer (&library);
}

const mk_library *
mk_library_shared (const char *assets_folder, GError **error)
{
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards `known` */
  static GHashTable *known;                                /* folder -> mk_library */
  pthread_mutex_lock (&lock);
  if (known == NULL)
    known = g_hash_table_new (g_str_hash, g_str_equal);
  mk_library *library = g_hash_table_lookup (known, assets_folder);
  if (library == NULL && (library = mk_library_new (assets_folder, error)) != NULL) {
    g_autofree char *own = mk_objects_own_folder ();
    mk_library_add_folder (library, own);
    g_hash_table_insert (known, g_strdup (assets_folder), library);
  }
  pthread_mutex_unlock (&lock);
  return library;
}

void
mk_library_free (mk_library *library)
{
  if (library == NULL)
    return;
  g_hash_table_unref (library->prototypes);
  g_hash_table_unref (library->by_word);
  g_ptr_array_unref (library->recipes);
  g_ptr_array_unref (library->all);
  g_array_unref (library->materials);
  mk_gestures_free (library->gestures);
  mk_json_unref (library->materials_json);
  mk_json_unref (library->palettes);
  pthread_mutex_destroy (&library->mutex);
  g_free (library->assets);
  g_free (library);
}

unsigned
mk_library_n_recipes (const mk_library *library)
{
  return library->recipes->len;
}

const mk_recipe_info *
mk_library_get (const mk_library *library, unsigned index)
{
  return index < library->recipes->len ? &((const mk_recipe *)library->recipes->pdata[index])->info : NULL;
}

bool
mk_recipe_lives (const mk_recipe_info *info)
{
  return info != NULL && (g_str_equal (info->category, "person") || g_str_equal (info->category, "animal"));
}

const mk_recipe_info *
mk_library_find (const mk_library *library, const char *name)
{
  g_autofree char *word = fold (name);
  const mk_recipe *recipe = g_hash_table_lookup (library->by_word, word);
  return recipe != NULL && !recipe->is_abstract ? &recipe->info : NULL;
}
