/* A conversation about one scene, and the account that each answer gives of itself. */
#include "language/command.h"
#include "language/lexicon.h"
#include "speaker.h"

#include <string.h>

static mk_understanding *
hear (const char *sentence, const mk_json *context)
{
  GError *error = NULL;
  mk_understanding *said = NULL;
  CHECK_OK (mk_language_parse (language, sentence, context, &said, &error), error);
  return said;
}

/* The scene after `sentence`. */
static mk_json *
tell (const char *sentence, const mk_json *context)
{
  g_autoptr (mk_understanding) said = hear (sentence, context);
  return mk_commands_merge (context, said->commands);
}

static bool
assumes (const mk_understanding *said, const char *words)
{
  for (guint i = 0; i < said->assumptions->len; i++)
    if (strstr (said->assumptions->pdata[i], words) != NULL)
      return true;
  return false;
}

static const char *
field_of (const mk_json *command, const char *key)
{
  return mk_json_get_string (mk_json_get (command, key));
}

TEST (undo_redo_and_questions_are_intents_and_change_nothing)
{
  speak ("en");
  g_autoptr (mk_json) scene = tell ("a red ball on a table", NULL);
  static const struct {
    const char *say;
    mk_intent intent;
  } rows[] = { { "undo", MK_INTENT_UNDO }, { "undo that", MK_INTENT_UNDO }, { "redo", MK_INTENT_REDO }, { "what is in the scene?", MK_INTENT_ASK }, { "start over", MK_INTENT_CLEAR } };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autoptr (mk_understanding) said = hear (rows[i].say, scene);
    CHECK_INT (said->intent, ==, rows[i].intent);
    CHECK_INT (mk_json_length (said->commands), ==, 0);
  }
  g_autoptr (mk_understanding) asked = hear ("what is in the scene?", scene);
  CHECK (strstr (asked->reply, "table") != NULL && strstr (asked->reply, "ball on the table") != NULL);
}

TEST (again_but_at_night_changes_the_sky_alone)
{
  speak ("en");
  g_autoptr (mk_json) scene = tell ("a dog runs to a house at sunset", NULL), night = tell ("again but at night", scene);
  CHECK_STRING (field_of (mk_commands_find (night, "sky"), "kind"), "night");
  CHECK_INT (mk_json_length (night), ==, mk_json_length (scene));
}

TEST (of_several_that_fit_the_last_named_is_taken_and_the_answer_says_so)
{
  speak ("en");
  g_autoptr (mk_json) scene = tell ("a red cube and a blue cube", NULL);
  g_autoptr (mk_understanding) said = hear ("make the cube bigger", scene);
  CHECK_STRING (field_of (mk_json_at (said->commands, 0), "op"), "transform");
  CHECK_STRING (mk_json_get_string (mk_json_at (mk_json_get (mk_json_at (said->commands, 0), "targets"), 0)), "cube-2");
  CHECK (assumes (said, "several") && strstr (said->reply, "several") != NULL);
  g_autoptr (mk_understanding) clear = hear ("make the red cube bigger", scene);
  CHECK_STRING (mk_json_get_string (mk_json_at (mk_json_get (mk_json_at (clear->commands, 0), "targets"), 0)), "cube-1");
  CHECK (!assumes (clear, "several"));
}

TEST (clothes_of_who_is_there_are_dyed_by_name)
{
  speak ("en");
  g_autoptr (mk_json) scene = tell ("a woman in a green dress", NULL);
  g_autoptr (mk_understanding) said = hear ("make her dress red", scene);
  CHECK_INT (mk_json_length (said->commands), >=, 1);
  CHECK_STRING (field_of (mk_json_at (said->commands, 0), "part"), "shirt");
  CHECK_STRING (mk_json_get_string (mk_json_at (mk_json_get (mk_json_at (said->commands, 0), "targets"), 0)), "woman-1");
}

TEST (each_command_says_which_words_led_to_it)
{
  speak ("en");
  const char *sentence = "a red ball bounces on grass, the camera orbits it";
  g_autoptr (mk_understanding) said = hear (sentence, NULL);
  for (size_t i = 0; i < mk_json_length (said->commands); i++) {
    bool is_told = false;
    for (guint k = 0; k < said->spans->len; k++) {
      const mk_span *span = &g_array_index (said->spans, mk_span, k);
      CHECK (span->from < span->to && span->to <= strlen (sentence));
      is_told |= span->command == (int)i;
    }
    CHECK (is_told);
  }
  CHECK (said->confidence > 0.99);
}

TEST (words_not_understood_are_named_with_those_that_are_near)
{
  speak ("en");
  g_autoptr (mk_understanding) said = hear ("a flurb beside a magpie", NULL);
  CHECK_INT (said->unknown->len, ==, 1);
  const mk_unknown *word = &g_array_index (said->unknown, mk_unknown, 0);
  CHECK_STRING (word->word, "flurb");
  CHECK (word->is_stand_in && word->suggestions[0] != NULL);
  CHECK (assumes (said, "magpie")); /* shown as a bird, and said so */
}

TEST (a_spanish_sentence_is_answered_in_spanish)
{
  speak ("en");
  g_autoptr (mk_understanding) said = hear ("una pelota roja rebota sobre la hierba mientras la cámara orbita", NULL);
  CHECK (strstr (said->reply, "hierba") != NULL && strstr (said->reply, "Cámara") != NULL);
  CHECK (strstr (said->reply, " the ") == NULL && strstr (said->reply, "ground") == NULL);
}

/* Each sentence says two things that cannot both be; the answer names both, and a thing stays what was said last. */
TEST (contradictions_are_named_with_what_was_taken)
{
  speak ("en");
  static const struct {
    const char *say, *named, *taken;
  } rows[] = {
    { "a red blue ball", "both “red” and “blue”; I took “blue”", "\"color\":\"#1f5fd6\"" },
    { "a big small cube", "both “big” and “small”; I took “small”", "\"scale\":0.6" },
    { "a wooden car made of glass", "both “wood” and “glass”; I took “glass”", "\"material\":\"glass\"" },
    { "a house by day at night", "both “day” and “night”; I took “night”", "\"kind\":\"night\"" },
    { "a cup on a table under the same table", "both “on” and “under”; I took “under”", "\"relation\":\"under\"" },
    { "a ball that does not move bounces", "not to move, and to bounce", "\"motion\":\"bounce\"" },
    { "no ball, and the ball is red", "There was to be no ball", "\"object\":\"ball\"" },
    { "a red, white and blue ball", "One thing has two colours at most", "\"second_color\":\"#f4f4f2\"" },
  };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autoptr (mk_understanding) said = hear (rows[i].say, NULL);
    g_autofree char *commands = mk_json_print_compact (said->commands);
    if (!assumes (said, rows[i].named) || strstr (said->reply, rows[i].named) == NULL || strstr (commands, rows[i].taken) == NULL)
      mk_test_fail (__FILE__, __LINE__, "“%s”: %s %s", rows[i].say, said->reply, commands);
  }
  g_autoptr (mk_understanding) plain = hear ("a red ball bounces, then it does not move; red, white and blue flags", NULL);
  CHECK (!assumes (plain, "cannot be both"));
}

TEST (nothing_is_none_and_less_than_nothing_is_named)
{
  speak ("en");
  g_autoptr (mk_understanding) none = hear ("0 balls and a cube", NULL), less = hear ("a ball bounces for -5 seconds", NULL), part = hear ("2.5 dogs", NULL);
  CHECK_INT (mk_json_length (none->commands), ==, 1);
  CHECK_STRING (field_of (mk_json_at (none->commands, 0), "object"), "cube");
  CHECK (assumes (none, "no ball"));
  CHECK (assumes (less, "I read “-5” as “5”"));
  CHECK (assumes (part, "I placed 2 of the 2.5"));
}

TEST (the_answer_says_colours_materials_and_sizes)
{
  speak ("en");
  g_autoptr (mk_understanding) said = hear ("a red metal ball on a dark blue wooden table, a 20 m high tower", NULL);
  CHECK (strstr (said->reply, "dark blue table of wood") != NULL);
  CHECK (strstr (said->reply, "a red ball of metal on the table") != NULL);
  CHECK (strstr (said->reply, "a tower (20 m high)") != NULL);
}

TEST (it_means_what_acts_in_what_was_said_before)
{
  speak ("en");
  g_autoptr (mk_json) scene = tell ("a dog runs to a tree", NULL);
  g_autoptr (mk_understanding) said = hear ("make it blue", scene);
  CHECK_STRING (mk_json_get_string (mk_json_at (mk_json_get (mk_json_at (said->commands, 0), "targets"), 0)), "dog-1");
}

TEST (a_language_that_nobody_taught_is_answered_with_those_that_are_known)
{
  speak ("en");
  static const char *const rows[] = { "كرة حمراء تقفز على العشب", "红色的球在草地上弹跳", "красный мяч прыгает" };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autoptr (mk_understanding) said = hear (rows[i], NULL);
    CHECK (said->confidence < 0.2);
    CHECK (strstr (said->reply, "English, Deutsch and español") != NULL);
  }
  g_autoptr (mk_understanding) drawn = hear ("🐶 🚗", NULL);
  CHECK_STRING (field_of (mk_json_at (drawn->commands, 0), "object"), "dog");
}

/* --- the lexicon is data, and refuses what is none --- */

TEST (a_motion_that_there_is_not_is_refused_where_it_is_written)
{
  GError *error = NULL;
  g_autofree char *folder = g_build_filename (mk_test_folder (), "lexicon", "xx", NULL), *world = g_build_filename (mk_test_folder (), "lexicon", "world.json", NULL), *own = g_build_filename (folder, "own.json", NULL);
  CHECK_INT (g_mkdir_with_parents (folder, 0700), ==, 0);
  CHECK (g_file_set_contents (world, "{}", -1, NULL));
  CHECK (g_file_set_contents (own, "{\"motion\": {\"flonk\": {\"motion\": \"wlak\"}}}", -1, NULL));
  CHECK (mk_lexicon_new (mk_test_folder (), "xx", NULL, 0, &error) == NULL);
  CHECK (error != NULL && strstr (error->message, "wlak") != NULL && strstr (error->message, "own.json") != NULL);
  g_clear_error (&error);
  CHECK (g_file_set_contents (own, "{\"motoin\": {}}", -1, NULL));
  CHECK (mk_lexicon_new (mk_test_folder (), "xx", NULL, 0, &error) == NULL);
  CHECK (error != NULL && strstr (error->message, "motoin") != NULL);
  g_clear_error (&error);
}

TEST (who_does_what_to_whom_is_said_as_a_person_says_it)
{
  speak ("en");
  static const struct { const char *say, *reply; } rows[] = {
    { "a boy throws a ball to a girl", "The boy throws the ball to the girl" },
    { "a boy pushes a box", "The boy pushes the box" },
    { "un niño lanza una pelota a una niña", "El niño lanza la pelota a la niña." },
    { "a dragon and 3 castles", "I added a dragon and 3 castles." },
    { "ein roter Ball liegt auf einem Holztisch neben zwei Löwen", "einen roten Ball" },
    { "ein roter Ball liegt auf einem Holztisch", "auf dem Tisch hinzugefügt." },
    { "ein Vogel fliegt über zwei Bäume", "Der Vogel fliegt" },
    { "ein Hund folgt einem Löwen", "Der Hund folgt dem Löwen." },
    { "eine Katze sitzt im Haus", "eine Katze im Haus" },
    { "tres peces rojos en el agua", "3 peces de color rojo" },
    { "un gato al lado del árbol", "un gato junto al árbol" },
    { "ein Tiger", "Ich habe einen Tiger hinzugefügt." },
    { "ein Junge wirft einen Ball zu einem Mädchen", "Der Junge wirft den Ball zum Mädchen." },
  };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autoptr (mk_understanding) said = hear (rows[i].say, NULL);
    if (strstr (said->reply, rows[i].reply) == NULL)
      mk_test_fail (__FILE__, __LINE__, "“%s”: %s", rows[i].say, said->reply);
  }
}

/* --- what is there, and what goes --- */

TEST (a_question_about_a_place_is_answered_by_who_was_put_there_and_changes_nothing)
{
  speak ("en");
  g_autoptr (mk_json) scene = tell ("a man beside a house and a dog", NULL);
  g_autoptr (mk_understanding) beside = hear ("who is next to the house?", scene), behind = hear ("what's behind the house?", scene);
  CHECK_INT (mk_json_length (beside->commands), ==, 0);
  CHECK (strstr (beside->reply, "a man beside the house") != NULL && strstr (beside->reply, "dog") == NULL);
  CHECK_STRING (behind->reply, "Nothing was put there.");
}

TEST (what_goes_is_what_was_named_and_no_more)
{
  speak ("en");
  g_autoptr (mk_json) scene = tell ("a red car drives down a road", NULL), wet = tell ("make it rain", scene), chairs = tell ("four chairs", NULL);
  g_autoptr (mk_understanding) dry = hear ("stop the rain", wet), three = hear ("remove one chair", chairs), wooden = hear ("make everything wood", chairs);
  CHECK (strstr (dry->reply, "rain") != NULL && strstr (dry->reply, "drive") == NULL);
  g_autoptr (mk_json) again = mk_commands_merge (wet, dry->commands);
  CHECK_INT (mk_json_length (again), ==, mk_json_length (scene));
  CHECK_STRING (mk_json_get_string (mk_json_at (mk_json_get (mk_json_at (three->commands, 0), "targets"), 0)), "chair-1.4");
  CHECK_STRING (field_of (mk_json_at (wooden->commands, 0), "op"), "material");
}

TEST (parts_have_names_in_other_languages)
{
  speak ("en");
  static const struct { const char *say, *part, *reply; } rows[] = {
    { "una casa blanca con techo azul", "roof", "techo de color azul" },
    { "ein Haus mit blauem Dach", "roof", "einem blauen Dach" },
  };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autoptr (mk_understanding) said = hear (rows[i].say, NULL);
    const mk_json *parts = mk_json_get (mk_json_at (said->commands, 0), "parts");
    CHECK_STRING (field_of (mk_json_get (parts, rows[i].part), "color"), "#1f5fd6");
    CHECK (strstr (said->reply, rows[i].reply) != NULL);
  }
}

TEST (one_more_of_the_same_is_asked_for_in_two_languages)
{
  speak ("en");
  static const struct { const char *before, *say; } rows[] = { { "a red cube", "another one" }, { "ein roter Würfel", "noch zwei davon" } };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autoptr (mk_json) scene = tell (rows[i].before, NULL);
    g_autoptr (mk_understanding) said = hear (rows[i].say, scene);
    CHECK_STRING (field_of (mk_json_at (said->commands, 0), "object"), "cube");
    CHECK_STRING (field_of (mk_json_at (said->commands, 0), "color"), "#d81e1e");
  }
}

/* --- of several, and in whose language --- */

TEST (each_of_several_gets_its_colour_and_is_known_by_it)
{
  speak ("en");
  static const struct { const char *say, *then, *who; } rows[] = {
    { "three balls: a red one, a green one and a blue one", "make the green one bounce", "ball-1.2" },
    { "three balloons, one red, two yellow", "the red one floats", "balloon-1.1" },
    { "two horses run across a field, a white one and a black one", "the black one jumps", "horse-1.2" },
    { "drei Würfel in einer Reihe, ein roter, ein grüner und ein blauer", "der grüne soll sich drehen", "wurfel-1.2" },
    { "tres cubos: uno rojo, uno verde y otro azul", "el azul gira", "cubo-1.3" },
  };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autoptr (mk_json) scene = tell (rows[i].say, NULL);
    g_autoptr (mk_understanding) said = hear (rows[i].then, scene);
    const mk_json *action = mk_commands_find (said->commands, "animate");
    if (!mk_json_has (mk_commands_find (scene, "add"), "colors") || !g_str_equal (mk_json_get_string (mk_json_at (mk_json_get (action, "targets"), 0)), rows[i].who))
      mk_test_fail (__FILE__, __LINE__, "“%s”, “%s”: %s", rows[i].say, rows[i].then, said->reply);
  }
}

TEST (a_copy_that_was_dyed_is_known_by_its_colour_and_one_that_went_is_not_counted)
{
  speak ("en");
  g_autoptr (mk_json) five = tell ("five penguins in a row", NULL), dyed = tell ("the middle one is blue", five), fewer = tell ("remove two", dyed);
  g_autoptr (mk_understanding) blue = hear ("make the blue one dance", dyed), asked = hear ("how many penguins are there?", fewer);
  CHECK_STRING (mk_json_get_string (mk_json_at (mk_json_get (mk_json_at (blue->commands, 0), "targets"), 0)), "penguin-1.3");
  CHECK (strstr (asked->reply, "3 penguins") != NULL);
}

TEST (a_conversation_goes_on_in_the_language_in_which_it_began)
{
  speak ("en");
  static const struct { const char *before, *say, *reply; } rows[] = {
    { "una taza al lado de una lámpara", "mejor azul", "La taza ahora es de color azul." },
    { "fünf Pinguine", "entferne zwei", "Ich habe den Pinguin Nr. 5 und den Pinguin Nr. 4 entfernt." },
    { "un castillo", "un dragón vuela alrededor del castillo", "alrededor del castillo" },
    { "eine Vase auf einem Tisch", "der Hund sitzt neben dem Tisch", "neben dem Tisch" },
  };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autoptr (mk_json) scene = tell (rows[i].before, NULL);
    g_autoptr (mk_understanding) said = hear (rows[i].say, scene);
    g_autofree char *commands = mk_json_print_compact (said->commands);
    if (strstr (said->reply, rows[i].reply) == NULL || strstr (commands, "castillo-2") != NULL)
      mk_test_fail (__FILE__, __LINE__, "“%s”, “%s”: %s", rows[i].before, rows[i].say, said->reply);
  }
}

TEST (numbers_and_owners_are_written_as_the_language_writes_them)
{
  speak ("en");
  static const struct { const char *before, *say, *reply; } rows[] = {
    { "ein roter Ball", "mach ihn größer", "1,5-mal so groß" },
    { "una pelota roja", "hazla más grande", "1,5 veces más grande" },
    { "a red ball", "make it bigger", "1.5 times" },
    { "ein blaues Auto", "die Räder sind rot", "Die Räder des Autos" },
    { "eine Frau und ein Mann", "die Frau wirft dem Mann einen Ball zu", "in den Händen der Frau" },
  };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autoptr (mk_json) scene = tell (rows[i].before, NULL);
    g_autoptr (mk_understanding) said = hear (rows[i].say, scene);
    if (strstr (said->reply, rows[i].reply) == NULL)
      mk_test_fail (__FILE__, __LINE__, "“%s”, “%s”: %s", rows[i].before, rows[i].say, said->reply);
  }
}

TEST (thanks_are_answered_and_change_nothing)
{
  speak ("en");
  static const struct { const char *before, *say, *reply; } rows[] = {
    { "a red cup", "thanks, that looks great", "You are welcome." }, { "eine Tasse", "danke, sieht super aus", "Gern geschehen." }, { "una taza", "gracias, queda genial", "De nada." } };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autoptr (mk_json) scene = tell (rows[i].before, NULL);
    g_autoptr (mk_understanding) said = hear (rows[i].say, scene);
    CHECK_STRING (said->reply, rows[i].reply);
    CHECK_INT (mk_json_length (said->commands), ==, 0);
  }
}

TEST (what_is_counted_may_be_of_many_kinds)
{
  speak ("en");
  g_autoptr (mk_json) scene = tell ("two dogs, a cat and a red ball", NULL);
  g_autoptr (mk_understanding) animals = hear ("how many animals are in the scene?", scene), red = hear ("where is the red one?", scene);
  CHECK (strstr (animals->reply, "3: 2 dogs, a cat.") != NULL);
  CHECK_STRING (red->reply, "There is a red ball.");
}

/* The first change of what is said after `before`, as "op target". */
static char *
first_change (const char *const before[], const char *say, mk_understanding **said)
{
  g_autoptr (mk_json) scene = NULL;
  for (; *before != NULL; before++) {
    g_autoptr (mk_json) earlier = scene;
    scene = tell (*before, earlier);
  }
  *said = hear (say, scene);
  const mk_json *command = mk_json_at ((*said)->commands, 0);
  const char *id = field_of (command, "id"), *target = mk_json_get_string (mk_json_at (mk_json_get (command, "targets"), 0));
  return g_strdup_printf ("%s %s", field_of (command, "op"), *target != 0 ? target : id);
}

TEST (short_turns_go_on_with_what_was_said_last)
{
  speak ("en");
  static const struct { const char *before[4], *say, *change; } rows[] = {
    { { "a red cube and a blue cube", "the red one spins" }, "the other one too", "animate cube-2" },
    { { "drei Würfel", "der linke soll sich drehen" }, "alle anderen auch", "animate wurfel-1.2" },
    { { "three balloons, one red, one blue and one yellow", "let them float" }, "not the yellow one", "animate balloon-1.1" },
    { { "a girl and a boy" }, "her dress should be yellow", "material girl-1" },
    { { "ein Mädchen und ein Junge" }, "sein Hemd ist grün", "material junge-1" },
    { { "a red sports car" }, "the wheels should be black", "material sports-car-1/wheel" },
    { { "a house in a street", "make it rain" }, "heavier", "particles rain-1" },
    { { "it snows on a house" }, "stop the snow", "remove snow-1" },
    { { "es schneit" }, "hör auf zu schneien", "remove snow-1" },
    { { "a dog runs" }, "stop it after three seconds", "animate dog-1" },
    { { "a round table" }, "the table is made of glass", "material round-table-1" },
    { { "a red cube, a blue cube and a green cube" }, "stack them", "transform cube-2" },
    { { "five penguins in a row" }, "the one on the right slides away", "animate penguin-1.5" },
    { { "un perro corre", "un gato" }, "que persiga al perro", "animate gato-1" },
    { { "ein Tisch", "eine Tasse neben dem Tisch" }, "mach ihn größer", "transform tisch-1" },
    { { "ein Hund links von einer Katze" }, "tausche Hund und Katze", "transform hund-1" },
    { { "a cow on grass" }, "instead of the cow, a horse", "add horse-1" },
    { { "un pino" }, "cambia el pino por una palmera", "add palmera-1" },
    { { "un cubo rojo" }, "y otro al lado", "add cubo-2" },
    { { "three balls, a red one, a blue one and a green one", "the green one bounces" }, "the other two roll to the right", "animate ball-1.1" },
    { { "un gato" }, "otra vez pero de noche", "sky " },
    { { "un gato y un perro" }, "acércate al gato", "camera gato-1" },
  };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autoptr (mk_understanding) said = NULL;
    g_autofree char *change = first_change (rows[i].before, rows[i].say, &said);
    if (!g_str_equal (change, rows[i].change))
      mk_test_fail (__FILE__, __LINE__, "“%s”: %s, not %s: %s", rows[i].say, change, rows[i].change, said->reply);
  }
}

TEST (what_stands_beside_something_on_a_table_is_on_it_too)
{
  speak ("en");
  g_autoptr (mk_json) scene = tell ("a table with a lamp on it. a cup beside the lamp", NULL);
  g_autoptr (mk_understanding) said = hear ("what's on the table?", scene);
  CHECK (strstr (said->reply, "lamp") != NULL && strstr (said->reply, "cup") != NULL);
}

TEST (of_several_of_one_kind_the_answer_names_the_colour_that_tells_them_apart)
{
  speak ("en");
  static const struct { const char *before, *say, *reply; } rows[] = {
    { "a red ball and a blue ball", "the red one bounces", "The red ball bounces." },
    { "ein roter und ein blauer Würfel", "der rote dreht sich", "Der rote Würfel dreht sich." },
    { "a red ball and a cube", "the ball bounces", "The ball bounces." },
    { "three balls, a red one, a blue one and a green one", "the green one bounces", "The green ball bounces." },
  };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autoptr (mk_json) scene = tell (rows[i].before, NULL);
    g_autoptr (mk_understanding) said = hear (rows[i].say, scene);
    CHECK_STRING (said->reply, rows[i].reply);
  }
}

TEST (spanish_en_is_on_what_one_stands_on_and_in_what_holds)
{
  speak ("es");
  static const struct { const char *say, *relation; } rows[] = { { "una taza en la mesa", "on" }, { "un castillo en una colina", "on" }, { "un libro en una caja", "inside" }, { "un pez en una pecera", "inside" } };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autoptr (mk_understanding) said = hear (rows[i].say, NULL);
    const mk_json *last = mk_json_at (said->commands, mk_json_length (said->commands) - 1);
    CHECK_STRING (field_of (mk_json_at (mk_json_get (last, "place"), 0), "relation"), rows[i].relation);
  }
}

TEST (who_it_is_for_may_be_said_by_a_little_word)
{
  speak ("es");
  g_autoptr (mk_json) scene = tell ("una niña y un niño", NULL);
  g_autoptr (mk_understanding) said = hear ("ella le lanza una pelota", scene);
  const mk_json *action = mk_commands_find (said->commands, "animate");
  CHECK_STRING (field_of (action, "to"), "nino-1");
}

TEST (who_kicks_it_back_sends_it_to_who_sent_it)
{
  speak ("en");
  g_autoptr (mk_json) scene = tell ("a girl throws a ball to a boy", NULL);
  g_autoptr (mk_understanding) said = hear ("he kicks it back", scene);
  CHECK_STRING (field_of (mk_json_at (said->commands, 0), "to"), "girl-1");
  CHECK_STRING (field_of (mk_json_at (said->commands, 0), "by"), "boy-1");
}

TEST (what_some_of_several_do_otherwise_is_theirs_alone)
{
  speak ("en");
  g_autoptr (mk_json) scene = tell ("two swans swim", NULL);
  g_autoptr (mk_json) after = tell ("the first swan is twice as fast", scene);
  CHECK_STRING (mk_json_get_string (mk_json_at (mk_json_get (mk_commands_find_id (after, "swim-1"), "targets"), 0)), "swan-1.2");
  CHECK (!mk_json_has (mk_commands_find_id (after, "swim-1"), "speed"));
  CHECK_INT (mk_json_get_int (mk_json_get (mk_commands_find_id (after, "swim-2"), "speed")), ==, 2);
}

TEST (who_rows_goes_with_the_boat_in_every_language)
{
  speak ("en");
  static const char *const talks[][3] = { { "a boat with a man in it", "he rows to the left", "boat-1" }, { "ein Boot, darin sitzt ein Mann", "er rudert nach links", "boot-1" }, { "un hombre sentado en una barca", "rema hacia la izquierda", "barca-1" } };
  for (size_t i = 0; i < MK_COUNT (talks); i++) {
    g_autoptr (mk_json) scene = tell (talks[i][0], NULL);
    g_autoptr (mk_understanding) said = hear (talks[i][1], scene);
    const mk_json *way = mk_json_at (said->commands, 0);
    CHECK_STRING (mk_json_get_string (mk_json_at (mk_json_get (way, "targets"), 0)), talks[i][2]);
    CHECK_STRING (field_of (way, "direction"), "left");
    CHECK_STRING (field_of (mk_json_at (said->commands, 1), "how"), "row");
  }
}

TEST (who_got_a_name_is_called_so_in_every_language)
{
  speak ("en");
  static const char *const talks[][4] = { { "a robot", "rename the robot to Bolt", "Bolt waves", "Bolt waves." }, { "ein Mann", "der Mann soll Otto heißen", "Otto winkt", "Otto winkt." }, { "una niña", "se llama Lola", "Lola saluda", "Lola saluda." } };
  for (size_t i = 0; i < MK_COUNT (talks); i++) {
    g_autoptr (mk_json) scene = tell (talks[i][0], NULL);
    g_autoptr (mk_json) named = tell (talks[i][1], scene);
    g_autoptr (mk_understanding) said = hear (talks[i][2], named);
    CHECK_STRING (said->reply, talks[i][3]);
  }
}

TEST (what_falls_may_be_more_or_less_by_its_name)
{
  speak ("en");
  g_autoptr (mk_json) scene = tell ("a tree", NULL);
  g_autoptr (mk_json) autumn = tell ("make it autumn", scene);
  CHECK_STRING (field_of (mk_json_get (mk_commands_find_id (autumn, "tree-1"), "params"), "season"), "autumn");
  g_autoptr (mk_json) fewer = tell ("fewer leaves", autumn);
  CHECK (mk_json_get_real (mk_json_get (mk_commands_find (fewer, "particles"), "amount")) < 1);
}

TEST (replies_read_as_people_write)
{
  speak ("en");
  static const struct { const char *say, *reply; } rows[] = {
    { "a small boy and a dog", "a boy (0.6 times its size) and a dog" },
    { "an old woman", "a woman with light gray hair." },
    { "eine Tasse Tee auf einem runden Tisch", "einen runden Tisch und eine Tasse Tee auf dem runden Tisch" },
    { "eine Frau mit weißen Haaren und einem grünen Mantel", "eine Frau mit weißen Haaren und einem grünen Mantel" },
    { "zeig mir ein Wohnzimmer mit Kamin", "„Wohnzimmer“" },
    { "un perro persigue a un gato", "El perro sigue al gato." },
    { "un castillo desde arriba", "Cámara: desde arriba." },
  };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autoptr (mk_understanding) said = hear (rows[i].say, NULL);
    if (strstr (said->reply, rows[i].reply) == NULL)
      mk_test_fail (__FILE__, __LINE__, "“%s”: %s", rows[i].say, said->reply);
  }
}

TEST (what_is_suggested_makes_something_and_several_are_called_so)
{
  speak ("en");
  static const struct {
    const char *say, *has, *lacks;
  } rows[] = { { "four chairs, two humans and three sails", "4 chairs, 2 humans and 3 sails", "4 chair," }, { "a flarm in a hat", "flarm", "“fart”" }, { "a knight called Arthur", "The knight is called Arthur.", "cannot" } };
  for (size_t i = 0; i < MK_COUNT (rows); i++) {
    g_autoptr (mk_understanding) said = hear (rows[i].say, NULL);
    if (strstr (said->reply, rows[i].has) == NULL || strstr (said->reply, rows[i].lacks) != NULL)
      mk_test_fail (__FILE__, __LINE__, "“%s”: %s", rows[i].say, said->reply);
  }
}

TEST (two_files_of_one_language_add_up)
{
  speak ("en");
  GError *error = NULL;
  g_autofree char *folder = g_build_filename (mk_test_folder (), "lexicon", "yy", NULL), *world = g_build_filename (mk_test_folder (), "lexicon", "world.json", NULL);
  g_autofree char *a = g_build_filename (folder, "a.json", NULL), *b = g_build_filename (folder, "b.json", NULL);
  CHECK_INT (g_mkdir_with_parents (folder, 0700), ==, 0);
  CHECK (g_file_set_contents (world, "{}", -1, NULL));
  CHECK (g_file_set_contents (a, "{\"object_name\": {\"flonk\": \"dog\"}, \"part_name\": {\"tik\": \"wheel\"}, \"say\": {\"red\": \"rek\"}}", -1, NULL));
  CHECK (g_file_set_contents (b, "{\"object_name\": {\"plonk\": \"cat\", \"flonk\": \"cat\"}, \"part_name\": {\"tak\": \"roof\"}, \"say\": {\"blue\": \"blek\"}}", -1, NULL));
  const mk_recipe_info *objects[] = { mk_library_find (library, "dog"), mk_library_find (library, "cat") };
  g_autoptr (mk_lexicon) lexicon = mk_lexicon_new (mk_test_folder (), "yy", objects, MK_COUNT (objects), &error);
  CHECK_OK (lexicon, error);
  CHECK (mk_lexicon_find (lexicon, "flonk")->object == objects[0] && mk_lexicon_find (lexicon, "plonk")->object == objects[1]);
  CHECK_STRING (mk_lexicon_part_name (lexicon, "wheel"), "tik");
  CHECK_STRING (mk_lexicon_part_name (lexicon, "roof"), "tak");
  CHECK_STRING (mk_lexicon_say (lexicon, "red"), "rek");
  CHECK_STRING (mk_lexicon_say (lexicon, "blue"), "blek");
}
