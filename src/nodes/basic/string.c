/* string.c - text in, text out; positions count code points, as in Python. */
#include "graph/node.h"

#include <string.h>

#define STRING_NODE .category = "utils/string", .python_module = "comfy_extras.nodes_string", .flags = MK_NODE_LIGHT | MK_NODE_NO_DISK_CACHE | MK_NODE_SCHEMA_V3

static const mk_port string_outputs[] = { { "STRING", "STRING" }, { 0 } };

static void
set_text (mk_run *run, char *taken)
{
  g_autofree char *text = taken;
  mk_run_set_output (run, 0, mk_value_new_string (text));
}

/* --- join --- */

static const mk_port join_inputs[] = {
  { "string_a", "STRING", .multiline = true },
  { "string_b", "STRING", .multiline = true },
  { "delimiter", "STRING", MK_TEXT ("") },
  { 0 } };

static bool
run_join (mk_run *run, GError **error)
{
  (void)error;
  set_text (run, g_strconcat (mk_run_get_string (run, "string_a"), mk_run_get_string (run, "delimiter"), mk_run_get_string (run, "string_b"), NULL));
  return true;
}

const mk_node_def mk_node_string_join = { .id = "StringConcatenate", .label = "Concatenate", STRING_NODE, .inputs = join_inputs, .outputs = string_outputs, .run = run_join };

/* --- a part --- */

static const mk_port part_inputs[] = { { "string", "STRING", .multiline = true }, { "start", "INT" }, { "end", "INT" }, { 0 } };

/* Python's slice: from the end when negative, and never outside. */
static int64_t
slice_bound (int64_t given, int64_t length)
{
  return CLAMP (given < 0 && given >= -length ? given + length : given, 0, length);
}

static bool
run_part (mk_run *run, GError **error)
{
  (void)error;
  const char *text = mk_run_get_string (run, "string");
  int64_t length = g_utf8_strlen (text, -1);
  int64_t start = slice_bound (mk_run_get_int (run, "start"), length), end = slice_bound (mk_run_get_int (run, "end"), length);
  set_text (run, start < end ? g_utf8_substring (text, start, end) : g_strdup (""));
  return true;
}

const mk_node_def mk_node_string_part = { .id = "StringSubstring", .label = "Substring", STRING_NODE, .inputs = part_inputs, .outputs = string_outputs, .run = run_part };

/* --- length --- */

static const mk_port length_inputs[] = { { "string", "STRING", .multiline = true }, { 0 } };
static const mk_port length_outputs[] = { { "length", "INT" }, { 0 } };

static bool
run_length (mk_run *run, GError **error)
{
  (void)error;
  mk_run_set_output (run, 0, mk_value_new_int (g_utf8_strlen (mk_run_get_string (run, "string"), -1)));
  return true;
}

const mk_node_def mk_node_string_length = { .id = "StringLength", .label = "Length", STRING_NODE, .inputs = length_inputs, .outputs = length_outputs, .run = run_length };

/* --- letters --- */

static const char *const cases[] = { "UPPERCASE", "lowercase", "Capitalize", "Title Case", NULL };
static const mk_port case_inputs[] = { { "string", "STRING", .multiline = true }, { "mode", "COMBO", .options = cases }, { 0 } };

/* Capitalize: the first letter of the text is large, all others small. Title: the first of each run of letters. */
static char *
capitalize (const char *text, bool each_word)
{
  GString *out = g_string_new (NULL);
  bool is_inside = false;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar letter = g_utf8_get_char (p);
    g_string_append_unichar (out, is_inside ? g_unichar_tolower (letter) : g_unichar_totitle (letter));
    is_inside = each_word ? g_unichar_isalpha (letter) : true;
  }
  return g_string_free (out, FALSE);
}

static bool
run_case (mk_run *run, GError **error)
{
  (void)error;
  const char *text = mk_run_get_string (run, "string"), *mode = mk_run_get_string (run, "mode");
  if (g_str_equal (mode, "UPPERCASE"))
    set_text (run, g_utf8_strup (text, -1));
  else if (g_str_equal (mode, "lowercase"))
    set_text (run, g_utf8_strdown (text, -1));
  else
    set_text (run, capitalize (text, g_str_equal (mode, "Title Case")));
  return true;
}

const mk_node_def mk_node_string_case = { .id = "CaseConverter", .label = "Case Converter", STRING_NODE, .inputs = case_inputs, .outputs = string_outputs, .run = run_case };

/* --- ends --- */

static const char *const sides[] = { "Both", "Left", "Right", NULL };
static const mk_port trim_inputs[] = { { "string", "STRING", .multiline = true }, { "mode", "COMBO", .options = sides }, { 0 } };

/* Python counts four control characters below the space as white as well. */
static bool
is_white (gunichar letter)
{
  return g_unichar_isspace (letter) || (letter >= 0x1c && letter <= 0x1f) || letter == 0x0b || letter == 0x85;
}

static bool
run_trim (mk_run *run, GError **error)
{
  (void)error;
  const char *start = mk_run_get_string (run, "string"), *end = start + strlen (start), *mode = mk_run_get_string (run, "mode");
  while (!g_str_equal (mode, "Right") && start < end && is_white (g_utf8_get_char (start)))
    start = g_utf8_next_char (start);
  while (!g_str_equal (mode, "Left") && end > start && is_white (g_utf8_get_char (g_utf8_prev_char (end))))
    end = g_utf8_prev_char (end);
  set_text (run, g_strndup (start, (gsize)(end - start)));
  return true;
}

const mk_node_def mk_node_string_trim = { .id = "StringTrim", .label = "Trim", STRING_NODE, .inputs = trim_inputs, .outputs = string_outputs, .run = run_trim };

/* --- replace --- */

static const mk_port replace_inputs[] = {
  { "string", "STRING", .multiline = true },
  { "find", "STRING", .multiline = true },
  { "replace", "STRING", .multiline = true },
  { 0 } };

/* Nothing is found before every letter and at the end. */
static char *
insert_between (const char *text, const char *inserted)
{
  GString *out = g_string_new (inserted);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    g_string_append_unichar (out, g_utf8_get_char (p));
    g_string_append (out, inserted);
  }
  return g_string_free (out, FALSE);
}

/* Text times text must not fill the memory. */
static bool
check_growth (const char *text, const char *inserted, GError **error)
{
  enum { MAX_BYTES = 256 << 20 };
  return (strlen (text) + 1) < MAX_BYTES / (strlen (inserted) + 1) ||
         mk_error (error, MK_ERROR_LIMIT, "replacing in %zu bytes by %zu bytes may give more than %d MB", strlen (text), strlen (inserted), MAX_BYTES >> 20);
}

static bool
run_replace (mk_run *run, GError **error)
{
  const char *text = mk_run_get_string (run, "string"), *find = mk_run_get_string (run, "find"), *by = mk_run_get_string (run, "replace");
  if (!check_growth (text, by, error))
    return false;
  if (find[0] == '\0') {
    set_text (run, insert_between (text, by));
    return true;
  }
  g_auto (GStrv) parts = g_strsplit (text, find, -1);
  set_text (run, g_strjoinv (by, parts));
  return true;
}

const mk_node_def mk_node_string_replace = { .id = "StringReplace", .label = "Replace", STRING_NODE, .inputs = replace_inputs, .outputs = string_outputs, .run = run_replace };

/* --- questions --- */

static const mk_port contains_inputs[] = {
  { "string", "STRING", .multiline = true },
  { "substring", "STRING", .multiline = true },
  { "case_sensitive", "BOOLEAN", MK_DEFAULT (1) },
  { 0 } };
static const mk_port contains_outputs[] = { { "contains", "BOOLEAN" }, { 0 } };

static char *
fold (mk_run *run, const char *input)
{
  const char *text = mk_run_get_string (run, input);
  return mk_run_get_bool (run, "case_sensitive") ? g_strdup (text) : g_utf8_strdown (text, -1);
}

static bool
run_contains (mk_run *run, GError **error)
{
  (void)error;
  g_autofree char *text = fold (run, "string"), *part = fold (run, "substring");
  mk_run_set_output (run, 0, mk_value_new_bool (strstr (text, part) != NULL));
  return true;
}

const mk_node_def mk_node_string_contains = { .id = "StringContains", .label = "Contains", STRING_NODE, .inputs = contains_inputs, .outputs = contains_outputs, .run = run_contains };

static const char *const comparisons[] = { "Starts With", "Ends With", "Equal", NULL };
static const mk_port compare_inputs[] = {
  { "string_a", "STRING", .multiline = true },
  { "string_b", "STRING", .multiline = true },
  { "mode", "COMBO", .options = comparisons },
  { "case_sensitive", "BOOLEAN", MK_DEFAULT (1) },
  { 0 } };
static const mk_port boolean_outputs[] = { { "BOOLEAN", "BOOLEAN" }, { 0 } };

static bool
run_compare (mk_run *run, GError **error)
{
  (void)error;
  g_autofree char *a = fold (run, "string_a"), *b = fold (run, "string_b");
  const char *mode = mk_run_get_string (run, "mode");
  bool is_so = g_str_equal (mode, "Equal") ? g_str_equal (a, b) : g_str_equal (mode, "Starts With") ? g_str_has_prefix (a, b) : g_str_has_suffix (a, b);
  mk_run_set_output (run, 0, mk_value_new_bool (is_so));
  return true;
}

const mk_node_def mk_node_string_compare = { .id = "StringCompare", .label = "Compare", STRING_NODE, .inputs = compare_inputs, .outputs = boolean_outputs, .run = run_compare };
