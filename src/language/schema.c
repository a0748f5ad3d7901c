#include "language/schema.h"

#include <string.h>

#define MAX_DEPTH 24 /* of rules within rules; the deepest path in our file has 9 */

struct mk_schema {
  mk_json *json;
  GHashTable *patterns; /* text -> GRegex */
};

typedef struct {
  const mk_schema *schema;
  GString *path; /* "place.0.relation" */
  GError **error;
  int depth;
} checker;

/* --- loading --- */

static const char *const known_words[] = {
  "$schema", "$defs", "$ref", "title", "description", "default", "const", "enum", "type", "minimum", "maximum", "minLength", "maxLength", "pattern",
  "properties", "required", "additionalProperties", "maxProperties", "items", "minItems", "maxItems", "oneOf", NULL,
};

static bool
add_pattern (mk_schema *schema, const char *text, GError **error)
{
  if (g_hash_table_contains (schema->patterns, text))
    return true;
  GRegex *regex = g_regex_new (text, G_REGEX_OPTIMIZE | G_REGEX_DOLLAR_ENDONLY, 0, error);
  if (regex == NULL)
    return false;
  g_hash_table_insert (schema->patterns, g_strdup (text), regex);
  return true;
}

static bool prepare (mk_schema *schema, const mk_json *rule, int depth, GError **error);

/* All members of `properties` or `$defs` are rules. */
static bool
prepare_members (mk_schema *schema, const mk_json *members, int depth, GError **error)
{
  for (mk_json_iter i = mk_json_iterate (members); mk_json_next (&i);)
    if (!prepare (schema, i.value, depth, error))
      return false;
  return true;
}

static bool
prepare_word (mk_schema *schema, const char *word, const mk_json *value, int depth, GError **error)
{
  if (!g_strv_contains (known_words, word))
    return mk_error (error, MK_ERROR_UNSUPPORTED, "the schema uses “%s”, which is not checked here", word);
  if (g_str_equal (word, "pattern"))
    return add_pattern (schema, mk_json_get_string (value), error);
  if (g_str_equal (word, "$ref") && mk_schema_find (schema, mk_json_get_string (value)) == NULL)
    return mk_error (error, MK_ERROR_NOT_FOUND, "the schema refers to “%s”, which it does not define", mk_json_get_string (value));
  if (g_str_equal (word, "properties") || g_str_equal (word, "$defs"))
    return prepare_members (schema, value, depth + 1, error);
  if (g_str_equal (word, "items") || (g_str_equal (word, "additionalProperties") && mk_json_get_kind (value) == MK_JSON_OBJECT))
    return prepare (schema, value, depth + 1, error);
  for (size_t i = 0; g_str_equal (word, "oneOf") && i < mk_json_length (value); i++)
    if (!prepare (schema, mk_json_at (value, i), depth + 1, error))
      return false;
  return true;
}

static bool
prepare (mk_schema *schema, const mk_json *rule, int depth, GError **error)
{
  if (depth > MAX_DEPTH || mk_json_get_kind (rule) != MK_JSON_OBJECT)
    return mk_error (error, MK_ERROR_SYNTAX, "a rule of the schema is no object, or nested too deeply");
  for (mk_json_iter i = mk_json_iterate (rule); mk_json_next (&i);)
    if (!prepare_word (schema, i.key, i.value, depth, error))
      return false;
  return true;
}

mk_schema *
mk_schema_new (mk_json *taken, GError **error)
{
  g_autoptr (mk_schema) schema = g_new0 (mk_schema, 1);
  schema->patterns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_regex_unref);
  schema->json = taken;
  return prepare (schema, schema->json, 0, error) ? g_steal_pointer (&schema) : NULL;
}

mk_schema *
mk_schema_new_from_file (const char *path, GError **error)
{
  mk_json *json = NULL;
  if (!mk_json_parse_file (path, NULL, &json, error))
    return NULL;
  mk_schema *schema = mk_schema_new (json, error);
  if (schema == NULL)
    g_prefix_error (error, "%s: ", path);
  return schema;
}

void
mk_schema_free (mk_schema *schema)
{
  if (schema == NULL)
    return;
  mk_json_unref (schema->json);
  g_hash_table_unref (schema->patterns);
  g_free (schema);
}

const mk_json *
mk_schema_get_json (const mk_schema *schema)
{
  return schema->json;
}

const mk_json *
mk_schema_find (const mk_schema *schema, const char *name)
{
  const char *start = g_str_has_prefix (name, "#/$defs/") ? name + strlen ("#/$defs/") : name;
  return mk_json_get (mk_json_get (schema->json, "$defs"), start);
}

/* --- checking --- */

static bool check (checker *c, const mk_json *rule, const mk_json *value);

static bool refuse (checker *c, mk_error_code code, const char *format, ...) G_GNUC_PRINTF (3, 4);

static bool
refuse (checker *c, mk_error_code code, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *what = g_strdup_vprintf (format, args);
  va_end (args);
  const char *whole = g_str_has_prefix (what, "“") ? "" : "it "; /* which field is wrong is said, or it is the whole of it */
  return mk_error (c->error, code, "%s%s%s%s", c->path->len > 0 ? "“" : whole, c->path->str, c->path->len > 0 ? "” " : "", what);
}

/* A value as it stands in a message: at most 60 bytes. */
static char *
show (const mk_json *value)
{
  char *text = mk_json_print_compact (value);
  if (strlen (text) <= 60)
    return text;
  const char *end = g_utf8_find_prev_char (text, text + 58);
  char *cut = g_strdup_printf ("%.*s…", (int)(end != NULL ? end - text : 0), text);
  g_free (text);
  return cut;
}

static char *
list_names (const mk_json *names)
{
  GString *out = g_string_new (NULL);
  for (size_t i = 0; i < mk_json_length (names); i++)
    g_string_append_printf (out, "%s%s", i == 0 ? "" : ", ", mk_json_get_string (mk_json_at (names, i)));
  return g_string_free (out, FALSE);
}

static char *
list_keys (const mk_json *object)
{
  GString *out = g_string_new (NULL);
  for (mk_json_iter i = mk_json_iterate (object); mk_json_next (&i);)
    g_string_append_printf (out, "%s%s", out->len == 0 ? "" : ", ", i.key);
  return g_string_free (out, FALSE);
}

static bool
has_type (const mk_json *value, const char *type)
{
  mk_json_kind kind = mk_json_get_kind (value);
  if (g_str_equal (type, "number"))
    return kind == MK_JSON_INT || kind == MK_JSON_REAL;
  if (g_str_equal (type, "integer") && kind == MK_JSON_REAL)
    return mk_json_get_real (value) == (double)mk_json_get_int (value);
  return g_str_equal (mk_json_kind_name (kind), type);
}

static bool
check_number (checker *c, const mk_json *rule, const mk_json *value)
{
  double number = mk_json_get_real (value);
  const mk_json *least = mk_json_get (rule, "minimum"), *most = mk_json_get (rule, "maximum");
  /* Written so that NaN is refused. */
  bool fits = (least == NULL || number >= mk_json_get_real (least)) && (most == NULL || number <= mk_json_get_real (most)) && number == number;
  if (fits)
    return true;
  g_autofree char *shown = show (value);
  g_autofree char *low = show (least), *high = show (most);
  return refuse (c, MK_ERROR_RANGE, "is %s; allowed is %s to %s", shown, low, high);
}

static bool
check_string (checker *c, const mk_json *rule, const mk_json *value)
{
  const char *text = mk_json_get_string (value);
  long letters = g_utf8_strlen (text, (gssize)mk_json_get_string_length (value));
  const mk_json *least = mk_json_get (rule, "minLength"), *most = mk_json_get (rule, "maxLength");
  if ((least != NULL && letters < mk_json_get_int (least)) || (most != NULL && letters > mk_json_get_int (most)))
    return refuse (c, MK_ERROR_RANGE, "has %ld letters; allowed are %d to %d", letters, least != NULL ? (int)mk_json_get_int (least) : 0,
                   most != NULL ? (int)mk_json_get_int (most) : G_MAXINT);
  const mk_json *pattern = mk_json_get (rule, "pattern");
  if (pattern == NULL)
    return true;
  GRegex *regex = g_hash_table_lookup (c->schema->patterns, mk_json_get_string (pattern));
  if (strlen (text) == mk_json_get_string_length (value) && g_regex_match (regex, text, 0, NULL))
    return true;
  g_autofree char *shown = show (value);
  const char *means = mk_json_get_string (mk_json_get (rule, "description"));
  return refuse (c, MK_ERROR_RANGE, "is %s; wanted is %s", shown, *means != 0 ? means : mk_json_get_string (pattern));
}

static bool
check_at (checker *c, const char *name, const mk_json *rule, const mk_json *value)
{
  size_t before = c->path->len;
  g_string_append_printf (c->path, "%s%s", before > 0 ? "." : "", name);
  bool is_good = check (c, rule, value);
  g_string_truncate (c->path, before);
  return is_good;
}

static bool
check_array (checker *c, const mk_json *rule, const mk_json *value)
{
  size_t n = mk_json_length (value);
  const mk_json *least = mk_json_get (rule, "minItems"), *most = mk_json_get (rule, "maxItems"), *items = mk_json_get (rule, "items");
  if ((least != NULL && n < mk_json_get_uint (least)) || (most != NULL && n > mk_json_get_uint (most)))
    return refuse (c, MK_ERROR_RANGE, "has %zu entries; allowed are %zu to %zu", n, least != NULL ? (size_t)mk_json_get_uint (least) : 0,
                   most != NULL ? (size_t)mk_json_get_uint (most) : SIZE_MAX);
  for (size_t i = 0; items != NULL && i < n; i++) {
    char name[24];
    g_snprintf (name, sizeof name, "%zu", i + 1);
    if (!check_at (c, name, items, mk_json_at (value, i)))
      return false;
  }
  return true;
}

static bool
check_member (checker *c, const mk_json *rule, const char *name, const mk_json *value)
{
  const mk_json *properties = mk_json_get (rule, "properties"), *others = mk_json_get (rule, "additionalProperties");
  if (mk_json_has (properties, name))
    return check_at (c, name, mk_json_get (properties, name), value);
  if (mk_json_get_kind (others) == MK_JSON_OBJECT)
    return check_at (c, name, others, value);
  if (mk_json_get_kind (others) != MK_JSON_BOOL || mk_json_get_bool (others))
    return true;
  g_autofree char *known = list_keys (properties);
  g_autofree char *valid = g_utf8_make_valid (name, (gssize)MIN (strlen (name), 60));
  return refuse (c, MK_ERROR_USAGE, "has no field “%s”; there are %s", valid, known);
}

static bool
check_object (checker *c, const mk_json *rule, const mk_json *value)
{
  const mk_json *required = mk_json_get (rule, "required"), *most = mk_json_get (rule, "maxProperties");
  if (most != NULL && mk_json_length (value) > mk_json_get_uint (most))
    return refuse (c, MK_ERROR_RANGE, "has %zu fields; allowed are %zu", mk_json_length (value), (size_t)mk_json_get_uint (most));
  for (size_t i = 0; i < mk_json_length (required); i++)
    if (!mk_json_has (value, mk_json_get_string (mk_json_at (required, i))))
      return refuse (c, MK_ERROR_USAGE, "lacks “%s”", mk_json_get_string (mk_json_at (required, i)));
  for (mk_json_iter i = mk_json_iterate (value); mk_json_next (&i);)
    if (!check_member (c, rule, i.key, i.value))
      return false;
  return true;
}

static const mk_json *
follow (const checker *c, const mk_json *rule)
{
  for (int i = 0; i < MAX_DEPTH && mk_json_has (rule, "$ref"); i++)
    rule = mk_schema_find (c->schema, mk_json_get_string (mk_json_get (rule, "$ref")));
  return rule;
}

/* Whether the alternative is the one that was meant: by `op`, else by type. */
static bool
is_meant (const mk_json *rule, const mk_json *value)
{
  const mk_json *op = mk_json_get (mk_json_get (mk_json_get (rule, "properties"), "op"), "const");
  if (op != NULL)
    return mk_json_equal (op, mk_json_get (value, "op"));
  return has_type (value, mk_json_get_string (mk_json_get (rule, "type")));
}

static bool
check_one_of (checker *c, const mk_json *rules, const mk_json *value)
{
  g_autoptr (GString) known = g_string_new (NULL);
  for (size_t i = 0; i < mk_json_length (rules); i++) {
    const mk_json *rule = follow (c, mk_json_at (rules, i));
    if (is_meant (rule, value))
      return check (c, rule, value);
    const mk_json *op = mk_json_get (mk_json_get (mk_json_get (rule, "properties"), "op"), "const");
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", mk_json_get_string (op != NULL ? op : mk_json_get (rule, "type")));
  }
  bool has_op = mk_json_has (value, "op");
  g_autofree char *shown = show (has_op ? mk_json_get (value, "op") : value);
  return refuse (c, MK_ERROR_TYPE, "%sis %s; allowed are %s", has_op ? "“op” " : "", shown, known->str);
}

static bool
check_fixed (checker *c, const mk_json *rule, const mk_json *value)
{
  const mk_json *allowed = mk_json_get (rule, "enum");
  for (size_t i = 0; i < mk_json_length (allowed); i++)
    if (mk_json_equal (mk_json_at (allowed, i), value))
      return true;
  if (allowed == NULL && (!mk_json_has (rule, "const") || mk_json_equal (mk_json_get (rule, "const"), value)))
    return true;
  g_autofree char *shown = show (value);
  g_autofree char *names = allowed != NULL ? list_names (allowed) : show (mk_json_get (rule, "const"));
  return refuse (c, MK_ERROR_RANGE, "is %s; allowed are %s", shown, names);
}

static bool
check_kind (checker *c, const mk_json *rule, const mk_json *value)
{
  const mk_json *type = mk_json_get (rule, "type");
  if (type != NULL && !has_type (value, mk_json_get_string (type))) {
    g_autofree char *shown = show (value);
    return refuse (c, MK_ERROR_TYPE, "is %s; wanted is a value of type %s", shown, mk_json_get_string (type));
  }
  if (!check_fixed (c, rule, value))
    return false;
  switch (mk_json_get_kind (value)) {
  case MK_JSON_INT:
  case MK_JSON_REAL:
    return check_number (c, rule, value);
  case MK_JSON_STRING:
    return check_string (c, rule, value);
  case MK_JSON_ARRAY:
    return check_array (c, rule, value);
  case MK_JSON_OBJECT:
    return check_object (c, rule, value);
  default:
    return true;
  }
}

static bool
check (checker *c, const mk_json *given, const mk_json *value)
{
  if (c->depth >= MAX_DEPTH)
    return refuse (c, MK_ERROR_LIMIT, "is nested too deeply");
  c->depth++;
  const mk_json *rule = follow (c, given), *choices = mk_json_get (rule, "oneOf");
  bool is_good = check_kind (c, rule, value) && (choices == NULL || check_one_of (c, choices, value));
  c->depth--;
  return is_good;
}

bool
mk_schema_check (const mk_schema *schema, const mk_json *rule, const mk_json *value, GError **error)
{
  g_autoptr (GString) path = g_string_new (NULL);
  checker c = { .schema = schema, .path = path, .error = error };
  return check (&c, rule != NULL ? rule : schema->json, value);
}
