/* What a follow-up changes, command by command: nothing else, and nobody else. */
#include "language/command.h"
#include "speaker.h"

static mk_json *
say (const char *sentence, const mk_json *context)
{
  GError *error = NULL;
  g_autoptr (mk_understanding) said = NULL;
  CHECK_OK (mk_language_parse (language, sentence, context, &said, &error), error);
  return mk_json_ref (said->commands);
}

/* The commands that `sentence` changes a scene by, as they are written, with "; " between; the scene is told in sentences with " | " between. */
static char *
change_of (const char *scene, const char *sentence)
{
  g_auto (GStrv) told = g_strsplit (scene, " | ", -1);
  g_autoptr (mk_json) context = NULL;
  for (char **i = told; *i != NULL; i++) {
    g_autoptr (mk_json) commands = say (*i, context);
    mk_json *longer = mk_commands_merge (context, commands);
    mk_json_unref (context);
    context = longer;
  }
  g_autoptr (mk_json) commands = say (sentence, context);
  GString *text = g_string_new (NULL);
  for (size_t i = 0; i < mk_json_length (commands); i++) {
    g_autofree char *one = mk_json_print_compact (mk_json_at (commands, i));
    g_string_append_printf (text, "%s%s", i > 0 ? "; " : "", one);
  }
  return g_string_free (text, FALSE);
}

static void
check_changes (const char *const (*rows)[3], size_t n)
{
  for (size_t i = 0; i < n; i++) {
    g_autofree char *change = change_of (rows[i][0], rows[i][1]);
    if (!g_str_equal (change, rows[i][2]))
      mk_test_fail (__FILE__, __LINE__, "“%s”, “%s”: %s", rows[i][0], rows[i][1], change);
  }
}

TEST (one_of_several_is_told_by_where_it_stands)
{
  static const char *const rows[][3] = {
    { "three dogs", "paint the dog on the right black", "{\"op\":\"material\",\"targets\":[\"dog-1.3\"],\"color\":\"#141416\"}" },
    { "three dogs", "the dog on the left jumps", "{\"op\":\"animate\",\"id\":\"jump-1\",\"targets\":[\"dog-1.1\"],\"motion\":\"jump\"}" },
    { "a house between two trees", "remove the tree on the left", "{\"op\":\"remove\",\"targets\":[\"tree-1.1\"]}" },
    { "a dog and a cat", "put the dog on the left", "{\"op\":\"transform\",\"targets\":[\"dog-1\"],\"place\":[{\"relation\":\"left\"}]}" },
  };
  speak ("en");
  check_changes (rows, MK_COUNT (rows));
}

TEST (who_is_there_is_given_a_beard_and_keeps_the_coat)
{
  static const char *const rows[][3] = {
    { "a man in a coat", "give him a beard", "{\"op\":\"add\",\"id\":\"man-1\",\"params\":{\"coat\":1,\"beard\":1}}" },
    { "a man", "he wears glasses", "{\"op\":\"add\",\"id\":\"man-1\",\"params\":{\"glasses\":1}}" },
    { "three dogs", "paint the first one black, the second one white and the third one gray", "{\"op\":\"material\",\"targets\":[\"dog-1.1\"],\"color\":\"#141416\"}; {\"op\":\"material\",\"targets\":[\"dog-1.2\"],\"color\":\"#f4f4f2\"}; {\"op\":\"material\",\"targets\":[\"dog-1.3\"],\"color\":\"#808080\"}" },
    { "a dog runs to a tree", "it should start after three seconds", "{\"op\":\"animate\",\"id\":\"run-1\",\"targets\":[\"dog-1\"],\"motion\":\"run\",\"to\":\"tree-1\",\"start_s\":3}" },
    { "a cat on a sofa", "it should jump down", "{\"op\":\"animate\",\"id\":\"jump-1\",\"targets\":[\"cat-1\"],\"motion\":\"jump\",\"to\":\"sofa-1\",\"end\":\"off\"}" },
    { "three dogs", "they should be of different sizes", "{\"op\":\"add\",\"id\":\"dog-1\",\"scales\":[1,0.65,1.35,0.8,1.2,0.5,1.5]}" },
    { "a boy and a dog", "let the dog run faster", "{\"op\":\"animate\",\"id\":\"run-1\",\"targets\":[\"dog-1\"],\"motion\":\"run\",\"speed\":1.6}" },
  };
  speak ("en");
  check_changes (rows, MK_COUNT (rows));
}

TEST (what_is_done_instead_takes_the_place_of_what_was_done)
{
  static const char *const rows[][3] = {
    { "a dog walks to a tree", "make it run instead", "{\"op\":\"animate\",\"id\":\"walk-1\",\"targets\":[\"dog-1\"],\"motion\":\"run\",\"to\":\"tree-1\"}" },
    { "a dog walks to a tree and then it barks", "no, let the dog run instead", "{\"op\":\"animate\",\"id\":\"walk-1\",\"targets\":[\"dog-1\"],\"motion\":\"run\",\"to\":\"tree-1\"}" },
    { "a dog jumps", "make it jump higher", "{\"op\":\"animate\",\"id\":\"jump-1\",\"targets\":[\"dog-1\"],\"motion\":\"jump\",\"height_m\":0.465}" },
  };
  speak ("en");
  check_changes (rows, MK_COUNT (rows));
}

TEST (a_thing_is_darker_and_so_is_a_scene)
{
  static const char *const rows[][3] = {
    { "a red car", "make the car darker", "{\"op\":\"material\",\"targets\":[\"car-1\"],\"shade\":0.6}" },
    { "a house and a tree", "the house should be a bit lighter", "{\"op\":\"material\",\"targets\":[\"house-1\"],\"shade\":1.25}" },
    { "a red car", "make it darker", "{\"op\":\"sky\",\"brightness\":0.6}" },
  };
  speak ("en");
  check_changes (rows, MK_COUNT (rows));
}

TEST (all_but_some_and_every_second_are_counted_among_those_that_there_are)
{
  static const char *const rows[][3] = {
    { "five ducks", "remove all ducks but one", "{\"op\":\"remove\",\"targets\":[\"duck-1.1\",\"duck-1.2\",\"duck-1.3\",\"duck-1.4\"]}" },
    { "five ducks", "remove all but two ducks", "{\"op\":\"remove\",\"targets\":[\"duck-1.1\",\"duck-1.2\",\"duck-1.3\"]}" },
    { "four apples", "paint every second apple blue", "{\"op\":\"material\",\"targets\":[\"apple-1.2\",\"apple-1.4\"],\"color\":\"#1f5fd6\"}" },
    { "four apples", "the remaining apples should be blue", "{\"op\":\"material\",\"targets\":[\"apple-1\"],\"color\":\"#1f5fd6\"}" },
  };
  speak ("en");
  check_changes (rows, MK_COUNT (rows));
}

TEST (how_much_is_no_thing_and_a_way_is_no_goal)
{
  static const char *const rows[][3] = {
    { "a bench", "zoom out a little", "{\"op\":\"camera\",\"id\":\"camera-1\",\"motion\":\"zoom-out\"}" },
    { "a bench", "the camera moves back a bit", "{\"op\":\"camera\",\"id\":\"camera-1\",\"motion\":\"dolly-out\"}" },
    { "a robot", "it goes to the right", "{\"op\":\"animate\",\"id\":\"walk-1\",\"targets\":[\"robot-1\"],\"motion\":\"walk\",\"direction\":\"right\"}" },
    { "a robot", "then he continues to the left", "{\"op\":\"animate\",\"id\":\"walk-1\",\"targets\":[\"robot-1\"],\"motion\":\"walk\",\"direction\":\"left\"}" },
  };
  speak ("en");
  check_changes (rows, MK_COUNT (rows));
}

TEST (words_that_are_written_get_other_letters_and_are_spoken_of)
{
  static const char *const rows[][3] = {
    { "a title that says HELLO", "change the title to GOOD BYE", "{\"op\":\"text\",\"id\":\"text-1\",\"text\":\"GOOD BYE\"}" },
    { "a title that says HELLO", "make the title red", "{\"op\":\"material\",\"targets\":[\"text-1\"],\"color\":\"#d81e1e\"}" },
    { "a title that says HELLO", "make a title that says MORE", "{\"op\":\"text\",\"id\":\"text-2\",\"text\":\"MORE\"}" },
    { "a sign that says OPEN", "the sign should say CLOSED", "{\"op\":\"text\",\"id\":\"text-1\",\"text\":\"CLOSED\",\"place\":[{\"relation\":\"written\",\"targets\":[\"sign-1\"]}]}" },
  };
  speak ("en");
  check_changes (rows, MK_COUNT (rows));
}

TEST (who_comes_from_a_side_goes_to_the_other)
{
  static const char *const rows[][3] = {
    { "a train", "it comes from the left", "{\"op\":\"animate\",\"id\":\"drive-1\",\"targets\":[\"train-1\"],\"motion\":\"drive\",\"direction\":\"right\"}" },
    { "a bird", "it flies in from the right", "{\"op\":\"animate\",\"id\":\"fly-1\",\"targets\":[\"bird-1\"],\"motion\":\"fly\",\"direction\":\"left\"}" },
    { "a house", "from the left", "{\"op\":\"camera\",\"id\":\"camera-1\",\"side\":\"left\"}" },
  };
  speak ("en");
  check_changes (rows, MK_COUNT (rows));
}

TEST (what_is_said_of_who_is_there_already_is_read_as_in_a_first_sentence)
{
  static const char *const rows[][3] = {
    { "a man and a shield", "he drops the shield", "{\"op\":\"physics\",\"id\":\"drop-1\",\"targets\":[\"shield-1\"],\"scenario\":\"drop\"}" },
    { "a car", "make the car look rusty", "{\"op\":\"material\",\"targets\":[\"car-1\"],\"material\":\"rust\"}" },
    { "a caterpillar", "it turns into a butterfly", "{\"op\":\"add\",\"id\":\"butterfly-1\",\"object\":\"butterfly\",\"name\":\"butterfly\",\"place\":[{\"relation\":\"inside\",\"targets\":[\"caterpillar-1\"]}]}; "
      "{\"op\":\"animate\",\"id\":\"fade-out-1\",\"targets\":[\"caterpillar-1\"],\"motion\":\"fade-out\",\"duration_s\":2}; "
      "{\"op\":\"animate\",\"id\":\"fade-in-1\",\"targets\":[\"butterfly-1\"],\"motion\":\"fade-in\",\"duration_s\":2,\"with\":\"fade-out-1\"}" },
    { "a dog", "give him a hat and a scarf", "{\"op\":\"add\",\"id\":\"hat-1\",\"object\":\"hat\",\"name\":\"hat\",\"place\":[{\"relation\":\"on\",\"targets\":[\"dog-1\"]}]}; "
      "{\"op\":\"add\",\"id\":\"scarf-1\",\"object\":\"scarf\",\"name\":\"scarf\",\"place\":[{\"relation\":\"on\",\"targets\":[\"dog-1\"]}]}" },
  };
  speak ("en");
  check_changes (rows, MK_COUNT (rows));
}

TEST (what_is_said_of_a_place_of_number_and_of_letters_changes_that_alone)
{
  static const char *const rows[][3] = {
    { "a ball on a table", "put the ball on the floor", "{\"op\":\"transform\",\"targets\":[\"ball-1\"],\"place\":[{\"relation\":\"beside\",\"targets\":[\"table-1\"]}]}" },
    { "a house and a snowman", "turn on the lights in the house", "{\"op\":\"sky\",\"kind\":\"day\"}" },
    { "eight chairs | remove the second chair | fewer chairs", "fewer chairs", "{\"op\":\"remove\",\"targets\":[\"chair-1.3\",\"chair-1.4\"]}" },
    { "four apples | remove the second apple", "the first two apples should be blue", "{\"op\":\"material\",\"targets\":[\"apple-1.1\",\"apple-1.3\"],\"color\":\"#1f5fd6\"}" },
    { "four chairs", "fewer chairs", "{\"op\":\"remove\",\"targets\":[\"chair-1.3\",\"chair-1.4\"]}" },
    { "a cube", "fewer trees", "" },
    { "a red chair", "make four of them", "{\"op\":\"add\",\"id\":\"chair-1\",\"count\":4}" },
    { "two people sit at a table", "the one on the left drinks coffee", "{\"op\":\"animate\",\"id\":\"drink-1\",\"targets\":[\"person-1.1\"],\"motion\":\"gesture\",\"how\":\"drink\"}" },
    { "a cube", "add a title at the bottom: THE END", "{\"op\":\"text\",\"id\":\"text-1\",\"text\":\"THE END\"}" },
  };
  speak ("en");
  check_changes (rows, MK_COUNT (rows));
}

TEST (german_relative_clauses_and_verbs_at_the_end_in_follow_ups)
{
  static const char *const rows[][3] = {
    { "ein Haus", "füge einen Wolf hinzu, der heult", "{\"op\":\"add\",\"id\":\"wolf-1\",\"object\":\"wolf\",\"name\":\"wolf\"}; {\"op\":\"animate\",\"id\":\"gesture-1\",\"targets\":[\"wolf-1\"],\"motion\":\"gesture\",\"how\":\"howl\"}" },
    { "ein Wolf und ein Haus", "lass den Wolf zum Haus laufen", "{\"op\":\"animate\",\"id\":\"walk-1\",\"targets\":[\"wolf-1\"],\"motion\":\"walk\",\"to\":\"haus-1\"}" },
    { "ein Wolf rennt", "stattdessen soll er springen", "{\"op\":\"animate\",\"id\":\"run-1\",\"targets\":[\"wolf-1\"],\"motion\":\"jump\"}" },
  };
  speak ("de");
  check_changes (rows, MK_COUNT (rows));
}

TEST (the_camera_that_is_moved_or_put_somewhere_is_the_one_that_sees)
{
  static const char *const rows[][3] = {
    { "a cake", "move the camera to the left", "{\"op\":\"camera\",\"id\":\"camera-1\",\"motion\":\"truck-left\"}" },
    { "a cake and six candles", "move the camera closer to the cake", "{\"op\":\"camera\",\"id\":\"camera-1\",\"motion\":\"dolly-in\",\"targets\":[\"cake-1\"]}" },
    { "a red car drives", "put the camera behind the car", "{\"op\":\"camera\",\"id\":\"camera-1\",\"side\":\"back\",\"targets\":[\"car-1\"]}" },
    { "a cake", "move the camera up", "{\"op\":\"camera\",\"id\":\"camera-1\",\"motion\":\"crane-up\"}" },
    { "a camera on a table", "move the camera to the left", "{\"op\":\"transform\",\"targets\":[\"camera-1\"],\"place\":[{\"relation\":\"left\"}]}" },
  };
  speak ("en");
  check_changes (rows, MK_COUNT (rows));
}
