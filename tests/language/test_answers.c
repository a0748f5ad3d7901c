/* What is said back: an honest account in plain words, and no more made than was asked for. */
#include "language/command.h"
#include "speaker.h"

#include <string.h>

typedef struct {
  const char *after, *say, *reply; /* NULL after: the first sentence; `reply` must hold these words */
  unsigned n_commands;
} answer;

static void
check_answers (const answer *answers, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    GError *error = NULL;
    g_autoptr (mk_understanding) before = NULL, said = NULL;
    if (answers[i].after != NULL)
      CHECK_OK (mk_language_parse (language, answers[i].after, NULL, &before, &error), error);
    CHECK_OK (mk_language_parse (language, answers[i].say, before != NULL ? before->commands : NULL, &said, &error), error);
    if (strstr (said->reply, answers[i].reply) == NULL || mk_json_length (said->commands) != answers[i].n_commands)
      mk_test_fail (__FILE__, __LINE__, "“%s”: %zu commands, “%s”", answers[i].say, mk_json_length (said->commands), said->reply);
  }
}

TEST (a_part_is_found_on_what_has_it_though_something_else_was_named_since)
{
  static const answer answers[] = {
    { "a house with a tree", "paint the roof green", "The roof of the house is now green", 1 },
    { "a house. a tree", "the roof is green", "The roof of the house is now green", 1 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

/* A scene that was made in English and goes on in German: a boy is no "enkel", though grandsons are shown as one. */
TEST (what_was_named_in_another_language_is_called_by_its_own_word)
{
  static const struct {
    const char *object, *say, *reply;
  } cases[] = { { "man", "mach ihn rot", "Der Mann ist jetzt rot" }, { "girl", "mach sie rot", "Das Mädchen ist jetzt rot" }, { "bridge", "mach sie rot", "Die Brücke ist jetzt rot" } };
  speak ("de");
  for (size_t i = 0; i < MK_COUNT (cases); i++) {
    GError *error = NULL;
    g_autofree char *text = g_strdup_printf ("[{\"op\": \"add\", \"id\": \"%s-1\", \"object\": \"%s\", \"name\": \"%s\"}]", cases[i].object, cases[i].object, cases[i].object);
    g_autoptr (mk_json) scene = NULL;
    g_autoptr (mk_understanding) said = NULL;
    CHECK_OK (mk_json_parse (text, strlen (text), NULL, &scene, &error), error);
    CHECK_OK (mk_language_parse (language, cases[i].say, scene, &said, &error), error);
    if (strstr (said->reply, cases[i].reply) == NULL)
      mk_test_fail (__FILE__, __LINE__, "“%s”: “%s”", cases[i].say, said->reply);
  }
}

TEST (questions_are_answered_and_make_nothing)
{
  static const answer answers[] = {
    { "a cat under a table", "is the cat on the table?", "a cat under the table", 0 },
    { "a dog runs to a house", "what does the dog do?", "the dog runs to the house.", 0 },
    { "a dog runs to a house", "how long is the film?", "at least 4 s", 0 },
    { "a house and two trees", "are there any trees?", "There are 2 trees", 0 },
    { "a house", "is there a dog?", "There is no “dog”", 0 },
    { NULL, "what can you do?", "The scene is empty", 0 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

TEST (where_light_comes_from_is_said_of_the_lamp)
{
  static const answer answers[] = {
    { NULL, "a vase, soft window light from the left", "Light: softbox on the left.", 2 },
    { NULL, "a vase with warm light from above", "Light: area in peach above.", 2 },
    { NULL, "a portrait of a king", "Camera: close-up, at the king.", 3 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

TEST (several_that_have_one_name_are_told_as_one)
{
  static const answer answers[] = {
    { NULL, "a family of four dances", "I added a family of 4. The family dances.", 2 },
    { NULL, "a football team", "I added a football team of 5.", 1 },
    { "a family of four", "the family waves", "The family waves.", 1 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

TEST (what_nobody_named_is_told)
{
  static const answer answers[] = {
    { NULL, "a cow", "You named neither sky nor ground; I took what suits it: grass.", 1 },
    { NULL, "a red cube", "what suits it: studio.", 1 },
    { NULL, "a saturn", "what suits it: space.", 1 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

TEST (a_dark_or_coloured_backdrop_gets_a_floor_and_lamps_and_a_white_one_lights_by_itself)
{
  static const answer answers[] = {
    { NULL, "a red cube on a teal background", "I lit it with three lamps", 4 },
    { NULL, "a red cube, black background, candlelight", "Light: candle", 4 },
    { NULL, "a red cube on a white background", "Sky: white. Ground: studio. I added a red cube.", 3 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

TEST (praise_of_a_picture_is_left_out_and_named)
{
  static const answer answers[] = {
    { NULL, "masterpiece, trending on artstation, a red cube, unreal engine", "I left out “masterpiece”, “trending on artstation”, “unreal engine”", 1 },
    { NULL, "a red cube, 85mm, f/1.8", "Camera: 85 mm f/1.8.", 2 },
    { NULL, "(masterpiece:1.2), (a red cube:1.4)", "I added a red cube.", 1 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

TEST (words_without_their_marks_or_spaces_mean_the_same)
{
  static const answer english[] = { { NULL, "a palmtree", "a palm tree", 1 }, { NULL, "a gril dances", "girl", 2 } };
  speak ("en");
  check_answers (english, MK_COUNT (english));
}

TEST (german_without_umlauts_is_german)
{
  static const answer german[] = { { NULL, "ein gruener Baer und ein Fussball", "Bär", 2 }, { NULL, "ein Fuchs laeuft", "Fuchs", 2 } };
  speak ("de");
  check_answers (german, MK_COUNT (german));
}

TEST (follow_ups_change_the_shot_the_count_and_the_time)
{
  static const answer answers[] = {
    { "a cat on a chair, wide shot", "closer", "Camera: full.", 2 },
    { "three cats", "actually make that five", "5 cats", 1 },
    { "a car drives to the right in 3 seconds", "it should take twice as long", "for 6 s", 1 },
    { "a car in front of a house", "turn the car around", "The car is turned by 180°", 1 },
    { "a table, a lamp and a chair", "forget the lamp", "I removed the lamp.", 1 },
    { "a dog runs to a ball", "after that it sits down", "Then the dog sits.", 1 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

TEST (who_plays_rows_leaps_and_gets_up_is_where_that_is_done)
{
  static const answer answers[] = {
    { NULL, "a woman plays the piano", "a woman on the piano. The woman plays.", 3 },
    { NULL, "a man rows a boat", "a man on the boat. The boat drives. Meanwhile the man rows.", 4 },
    { NULL, "a horse jumps over a fence", "The horse jumps over the fence.", 3 },
    { NULL, "a man stands up from a chair", "a man on the chair. The man stands up.", 3 },
    { NULL, "a man runs up the stairs", "The man runs onto the stairs.", 3 },
    { NULL, "a boy swims", "I took what suits it: water.", 3 },
    { NULL, "a lion roars", "The lion roars.", 2 },
    { NULL, "a robot walks to the house and then waves", "Then the robot waves.", 4 }, /* no wave of the sea */
    { NULL, "a chef chops a tomato", "The chef chops.", 3 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

static mk_json *
read_asset (const char *name)
{
  GError *error = NULL;
  mk_json *json = NULL;
  g_autofree char *path = g_build_filename (mk_test_source (), "..", "assets", name, NULL);
  CHECK_OK (mk_json_parse_file (path, NULL, &json, &error), error);
  return json;
}

TEST (every_gesture_is_said_with_a_verb_in_every_language)
{
  static const char *const replies[] = { "lexicon/en/reply.json", "lexicon/de/reply.json", "lexicon/es/reply.json" };
  g_autoptr (mk_json) gestures = read_asset ("gestures.json");
  for (size_t i = 0; i < MK_COUNT (replies); i++) {
    g_autoptr (mk_json) reply = read_asset (replies[i]);
    for (mk_json_iter gesture = mk_json_iterate (gestures); mk_json_next (&gesture);)
      if (strchr (mk_json_get_string (mk_json_get (mk_json_get (reply, "does"), gesture.key)), '|') == NULL)
        mk_test_fail (__FILE__, __LINE__, "%s: “does” lacks “%s”, as one and as several do it", replies[i], gesture.key);
  }
}

TEST (gestures_are_understood_in_german)
{
  static const answer answers[] = {
    { NULL, "ein Clown jongliert mit drei Bällen", "Der Clown jongliert.", 3 },
    { NULL, "ein Hund wedelt mit dem Schwanz", "Der Hund wedelt mit dem Schwanz.", 2 },
    { NULL, "ein Mann macht einen Handstand", "Der Mann macht einen Handstand.", 2 },
    { NULL, "zwei Kinder verstecken sich", "Die Kinder verstecken sich.", 2 },
  };
  speak ("de");
  check_answers (answers, MK_COUNT (answers));
}

TEST (gestures_are_understood_in_spanish)
{
  static const answer answers[] = {
    { NULL, "un payaso hace malabares con tres pelotas", "El payaso hace malabares.", 3 },
    { NULL, "una niña patina sobre hielo", "La niña patina.", 2 },
    { NULL, "un lobo aúlla", "El lobo aúlla.", 2 },
  };
  speak ("es");
  check_answers (answers, MK_COUNT (answers));
}

TEST (several_are_said_in_the_plural_that_people_use)
{
  static const answer answers[] = {
    { NULL, "two men and three sheep", "2 men and 3 sheep", 2 },
    { NULL, "three children, five fish and two knives", "3 children, 5 fish and 2 knives", 3 },
    { NULL, "two gizmos", "2 gizmos (a stand-in)", 1 },
    { NULL, "a unicorn and an apple", "a unicorn and an apple", 2 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

TEST (one_thing_whose_word_is_a_plural_has_the_article_and_the_verb_of_several)
{
  static const answer answers[] = {
    { NULL, "a dog beside sunglasses", "I added sunglasses and a dog beside the sunglasses.", 2 },
    { NULL, "the skis spin", "I added skis. The skis spin.", 2 },
    { NULL, "two pink scissors", "I added 2 pink scissors.", 1 },
    { NULL, "a glass", "I added a glass.", 1 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

TEST (one_thing_whose_german_word_is_a_plural_bends_like_several)
{
  static const answer answers[] = { { NULL, "Rote Pommes drehen sich", "Ich habe rote Pommes hinzugefügt. Die Pommes drehen sich.", 2 } };
  speak ("de");
  check_answers (answers, MK_COUNT (answers));
}

TEST (one_thing_whose_spanish_word_is_a_plural_bends_like_several)
{
  static const answer answers[] = { { NULL, "gafas giran", "He añadido gafas. Las gafas giran.", 2 } };
  speak ("es");
  check_answers (answers, MK_COUNT (answers));
}

TEST (it_is_no_furniture_and_nobody_throws_oneself)
{
  static const answer answers[] = {
    { "a robot in a kitchen", "it waves", "The robot waves.", 1 },
    { "a girl and a ball", "she throws it back", "The girl throws the ball.", 1 },
    { "a girl", "she throws it", "I cannot show “throws”.", 0 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

TEST (what_is_replaced_looked_at_and_arranged_anew_is_said_so)
{
  static const answer answers[] = {
    { "a deer and a fox behind the deer", "replace the fox with a wolf", "I added a wolf behind the deer. I removed the fox.", 2 },
    { "a dog and a cat on a sofa", "swap the sofa for a bench", "The dog is now on the bench.", 4 },
    { "a dog and a cat", "swap the cat for a horse", "I added a horse. I removed the cat.", 2 },
    { "a dog and a moon", "cut to the moon", "Camera: at the moon.", 1 },
    { "three cubes", "stack them", "The cubes are now in a stack.", 1 },
    { "a stack of three cubes", "make the top one red", "The cube no. 3 is now red.", 1 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

TEST (who_stops_stops_alone)
{
  static const answer answers[] = {
    { "a dog and a cat jump", "stop the dog", "The cat jumps", 1 },
    { "a dog and a cat jump", "stop jumping", "No longer: the dog and the cat jump.", 1 },
    { "a dog and a cat jump", "don't let the cat move", "The dog jumps", 1 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

TEST (what_several_hold_is_there_as_often_and_in_their_hands)
{
  static const answer answers[] = {
    { NULL, "two knights fight with swords", "2 swords in the hands of the knights", 3 },
    { NULL, "two pirates fight each other with swords", "2 swords in the hands of the pirates", 3 },
    { NULL, "three girls hold umbrellas", "3 umbrellas in the hands of the girls", 2 },
    { NULL, "a man with a hammer", "a hammer in the hands of the man", 2 },
    { NULL, "a man walks with a cane", "in the hands of the man", 3 },
    { NULL, "three girls dance with umbrellas", "The girls dance.", 3 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

TEST (what_a_verb_asks_for_is_no_verb_and_no_list_ends_without_and)
{
  static const answer answers[] = {
    { NULL, "two children play football", "The children kick the soccer ball.", 3 },
    { NULL, "a car without wheels", "I cannot show “without wheels”.", 1 },
    { NULL, "an old man feeds ducks", "3 ducks in front of the man", 3 },
    { NULL, "a campfire at night, three friends sit around it", "The friends sit.", 4 },
    { NULL, "a red sports car races a blue one", "The red sports car and the blue sports car drive.", 3 },
    { NULL, "a boy rides a bike", "The bike drives.", 3 },
    { NULL, "a boy races his sister", "The boy and the sister run.", 3 },
    { NULL, "a snail races a turtle", "The snail and the turtle slide.", 3 },
    { NULL, "two dogs fight over a bone", "a bone in front of the dogs", 3 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

TEST (what_is_barked_roared_and_breathed_at_is_said_so)
{
  static const answer answers[] = {
    { NULL, "a dragon breathes fire at a castle", "The dragon breathes fire at the castle.", 3 },
    { NULL, "a dog barks at a cat", "The dog barks at the cat.", 3 },
  };
  speak ("en");
  check_answers (answers, MK_COUNT (answers));
}

TEST (what_is_breathed_at_is_said_so_in_german)
{
  static const answer german[] = { { NULL, "ein Drache speit Feuer auf ein Schloss", "Der Drache speit Feuer auf das Schloss.", 3 } };
  speak ("de");
  check_answers (german, MK_COUNT (german));
}
