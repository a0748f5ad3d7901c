/* Conversations as strangers hold them, turn by turn: bench/language/dialogues.json and dialogues-2.json say what each turn is to lead to. */
#include "cases.h"
#include "check.h"
#include "language/command.h"
#include "scene/objects.h"

#include <stdio.h>
#include <string.h>

typedef struct {
  mk_language *asked;      /* English: who speaks another language does not announce it */
  mk_lexicon *lexicon;
  mk_command_schema *schema;
  GPtrArray *scenes;       /* mk_json: the scene after each change, for "undo" */
  guint n_now;             /* those of them that hold now */
} talk;

static const mk_json *
scene_now (const talk *t)
{
  return t->n_now > 0 ? t->scenes->pdata[t->n_now - 1] : NULL;
}

/* As the bridge keeps a project: undo and redo move through its scenes, a change drops those that were undone. */
static void
apply (talk *t, const mk_understanding *said)
{
  if (said->intent == MK_INTENT_UNDO)
    t->n_now -= t->n_now > 0;
  else if (said->intent == MK_INTENT_REDO)
    t->n_now += t->n_now < t->scenes->len;
  else if (said->intent != MK_INTENT_ASK && (mk_json_length (said->commands) > 0 || said->intent == MK_INTENT_CLEAR)) {
    mk_json *next = said->intent == MK_INTENT_CLEAR ? mk_json_copy (said->commands) : mk_commands_merge (scene_now (t), said->commands);
    g_ptr_array_set_size (t->scenes, (int)t->n_now);
    g_ptr_array_add (t->scenes, next);
    t->n_now++;
  }
}

/* Whether all that the list wants is so; "!" before it: is not so. */
static bool
all_hold (const talk *t, const mk_json *wanted, const mk_json *commands, const char *sentence)
{
  bool is_right = true;
  for (size_t i = 0; i < mk_json_length (wanted); i++) {
    const char *what = mk_json_get_string (mk_json_at (wanted, i));
    bool is_absent = *what == '!';
    if (mk_case_holds (t->lexicon, commands, what + is_absent) != is_absent)
      continue;
    printf ("# “%s”: not so: %s\n", sentence, what);
    is_right = false;
  }
  return is_right;
}

static bool
turn_is_right (talk *t, const mk_json *turn)
{
  GError *error = NULL;
  g_autoptr (mk_understanding) said = NULL;
  g_autoptr (mk_json) empty = mk_json_new_array ();
  const char *sentence = mk_json_get_string (mk_json_get (turn, "say"));
  const mk_json *says = mk_json_get (turn, "says");
  CHECK_OK (mk_language_parse (t->asked, sentence, scene_now (t), &said, &error), error);
  apply (t, said);
  const mk_json *scene = scene_now (t) != NULL ? scene_now (t) : empty;
  if (!mk_commands_check (t->schema, scene, &error))
    mk_test_fail (__FILE__, __LINE__, "“%s” gives an invalid list: %s", sentence, error->message);
  bool is_right = all_hold (t, mk_json_get (turn, "want"), said->commands, sentence);
  is_right &= all_hold (t, mk_json_get (turn, "scene"), scene, sentence); /* told of, too, when the commands are wrong */
  for (size_t i = 0; i < mk_json_length (says); i++)
    if (strstr (said->reply, mk_json_get_string (mk_json_at (says, i))) == NULL) {
      printf ("# “%s” does not say %s: %s\n", sentence, mk_json_get_string (mk_json_at (says, i)), said->reply);
      is_right = false;
    }
  return is_right;
}

/* `least` in percent of all turns of `file` in one language. */
static void
check_talks (const char *file, const char *code, unsigned least)
{
  GError *error = NULL;
  g_autofree char *assets = g_build_filename (mk_test_source (), "..", "assets", NULL), *path = g_build_filename (mk_test_source (), "..", "bench", "language", file, NULL);
  g_autoptr (mk_library) library = mk_library_new (assets, &error);
  CHECK_OK (library, error);
  unsigned n = mk_library_n_recipes (library), n_right = 0, n_all = 0;
  g_autofree const mk_recipe_info **objects = g_new (const mk_recipe_info *, n + 1);
  for (unsigned i = 0; i < n; i++)
    objects[i] = mk_library_get (library, i);
  g_autoptr (mk_language) asked = mk_language_new (assets, "en", library, &error);
  CHECK_OK (asked, error);
  g_autoptr (mk_lexicon) lexicon = mk_lexicon_new (assets, "en", objects, n, &error); /* the file names colours in English */
  CHECK_OK (lexicon, error);
  g_autoptr (mk_command_schema) schema = mk_command_schema_new (assets, &error);
  CHECK_OK (schema, error);
  mk_json *talks = NULL;
  CHECK_OK (mk_json_parse_file (path, NULL, &talks, &error), error);
  const mk_json *own = mk_json_get (talks, code);
  for (size_t k = 0; k < mk_json_length (own); k++) {
    const mk_json *turns = mk_json_get (mk_json_at (own, k), "turns");
    g_autoptr (GPtrArray) scenes = g_ptr_array_new_with_free_func ((GDestroyNotify)mk_json_unref);
    talk t = { asked, lexicon, schema, scenes, 0 };
    for (size_t i = 0; i < mk_json_length (turns); i++, n_all++)
      n_right += turn_is_right (&t, mk_json_at (turns, i));
  }
  mk_json_unref (talks);
  printf ("# %s: %u of %u turns\n", code, n_right, n_all);
  CHECK_INT (n_right * 100, >=, n_all * least);
}

TEST_WITHIN (conversations_in_english_lead_where_they_say, 60)
{
  check_talks ("dialogues.json", "en", 86);
}

TEST_WITHIN (conversations_in_german_lead_where_they_say, 60)
{
  check_talks ("dialogues.json", "de", 90);
}

TEST_WITHIN (conversations_in_spanish_lead_where_they_say, 60)
{
  check_talks ("dialogues.json", "es", 92);
}

/* Written and committed before any was tried. */
TEST_WITHIN (more_conversations_in_english_lead_where_they_say, 60)
{
  check_talks ("dialogues-2.json", "en", 77);
}

TEST_WITHIN (more_conversations_in_german_lead_where_they_say, 60)
{
  check_talks ("dialogues-2.json", "de", 80);
}

TEST_WITHIN (more_conversations_in_spanish_lead_where_they_say, 60)
{
  check_talks ("dialogues-2.json", "es", 87);
}
