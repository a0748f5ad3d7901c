/* objects.h - names of objects for tests of the grammar, which must not wait for the library to know a thing. */
#pragma once
#include "scene/objects.h"

static const char *const nobody[] = { NULL };
static const char *const car_parts[] = { "wheel", "door", "window", "headlight", "roof", NULL };
static const char *const house_parts[] = { "door", "window", "roof", "chimney", "wall", NULL };
static const char *const animal_parts[] = { "head", "leg", "tail", "ear", "eye", "body", NULL };
static const char *const bird_parts[] = { "wing", "beak", "tail", "head", NULL };
static const char *const tree_parts[] = { "trunk", "leaf", "crown", NULL };
static const char *const table_parts[] = { "leg", "top", NULL };
static const char *const box_words[] = { "box", "block", NULL };
static const char *const ball_words[] = { "sphere", "orb", NULL };
static const char *const car_words[] = { "automobile", "sedan", NULL };
static const char *const man_words[] = { "guy", "gentleman", NULL };
static const char *const person_words[] = { "human", "figure", "character", NULL };
static const char *const plane_words[] = { "plane", "aeroplane", "jet", NULL };
static const char *const sofa_words[] = { "couch", "settee", NULL };
static const char *const bike_words[] = { "bike", NULL };
static const char *const puppy_words[] = { "puppy", "hound", NULL };
static const char *const kitten_words[] = { "kitten", NULL };
static const char *const donut_words[] = { "doughnut", NULL };
static const char *const pin_words[] = { "pin", NULL };
static const char *const motorbike_words[] = { "motorbike", NULL };
static const char *const phone_words[] = { "phone", "smartphone", NULL };
static const char *const bear_words[] = { "teddy", NULL };
static const char *const leg_options[] = { "summer", "autumn", "winter", "spring", NULL };
static const mk_recipe_param table_params[] = { { "legs", 4, 3, 8, NULL } };
static const mk_recipe_param tree_params[] = { { "season", 0, 0, 3, leg_options } };

#define THING(name, size, synonyms, parts) { name, NULL, "thing", "height", size, synonyms, parts, nobody, nobody, NULL, 0, NULL, 0, false }
static const mk_recipe_info test_objects[] = {
  THING ("ball", 0.3f, ball_words, nobody), THING ("cube", 1, box_words, nobody), THING ("cone", 1, nobody, nobody), THING ("cylinder", 1, nobody, nobody), THING ("torus", 1, nobody, nobody),
  { "table", NULL, "furniture", "height", 0.75f, nobody, table_parts, nobody, nobody, table_params, 1, NULL, 0, false },
  { "chair", NULL, "furniture", "height", 0.9f, nobody, table_parts, nobody, nobody, table_params, 1, NULL, 0, false },
  { "tree", NULL, "plant", "height", 6, nobody, tree_parts, nobody, nobody, tree_params, 1, NULL, 0, false },
  THING ("desk", 0.75f, nobody, table_parts), THING ("sofa", 0.8f, sofa_words, nobody), THING ("lamp", 1.5f, nobody, nobody), THING ("bed", 0.6f, nobody, nobody), THING ("bookshelf", 2, nobody, nobody),
  THING ("cat", 0.25f, kitten_words, animal_parts), THING ("dog", 0.5f, puppy_words, animal_parts), THING ("horse", 1.6f, nobody, animal_parts), THING ("cow", 1.4f, nobody, animal_parts),
  { "mouse", "mice", "animal", "height", 0.05f, nobody, animal_parts, nobody, nobody, NULL, 0, NULL, 0, false },
  { "sheep", "sheep", "animal", "height", 1, nobody, animal_parts, nobody, nobody, NULL, 0, NULL, 0, false },
  { "fish", "fish", "animal", "height", 0.2f, nobody, nobody, nobody, nobody, NULL, 0, NULL, 0, false },
  { "wolf", "wolves", "animal", "height", 0.8f, nobody, animal_parts, nobody, nobody, NULL, 0, NULL, 0, false },
  { "man", "men", "person", "height", 1.8f, man_words, nobody, nobody, nobody, NULL, 0, NULL, 0, false },
  { "woman", "women", "person", "height", 1.7f, nobody, nobody, nobody, nobody, NULL, 0, NULL, 0, false },
  { "person", "people", "person", "height", 1.75f, person_words, nobody, nobody, nobody, NULL, 0, NULL, 0, false },
  { "child", "children", "person", "height", 1.2f, nobody, nobody, nobody, nobody, NULL, 0, NULL, 0, false },
  THING ("robot", 1.8f, nobody, nobody), THING ("astronaut", 1.8f, nobody, nobody), THING ("snowman", 1.6f, nobody, nobody), THING ("dragon", 3, nobody, bird_parts), THING ("elephant", 3, nobody, animal_parts),
  THING ("bird", 0.2f, nobody, bird_parts), THING ("owl", 0.3f, nobody, bird_parts), THING ("butterfly", 0.1f, nobody, bird_parts), THING ("bee", 0.05f, nobody, bird_parts), THING ("duck", 0.4f, nobody, bird_parts), THING ("penguin", 1, nobody, nobody), THING ("whale", 4, nobody, nobody), THING ("shark", 1.5f, nobody, nobody),
  THING ("rabbit", 0.3f, nobody, animal_parts), THING ("fox", 0.4f, nobody, animal_parts), THING ("lion", 1.2f, nobody, animal_parts), THING ("giraffe", 5, nobody, animal_parts), THING ("bear", 1.4f, bear_words, animal_parts), THING ("turtle", 0.4f, nobody, nobody), THING ("frog", 0.1f, nobody, nobody), THING ("ant", 0.01f, nobody, nobody),
  THING ("car", 1.5f, car_words, car_parts), THING ("truck", 3, nobody, car_parts), THING ("bus", 3, nobody, car_parts), THING ("bicycle", 1.1f, bike_words, nobody), THING ("motorcycle", 1.2f, motorbike_words, nobody), THING ("train", 4, nobody, car_parts), THING ("airplane", 10, plane_words, bird_parts), THING ("helicopter", 3.5f, nobody, nobody), THING ("boat", 2, nobody, nobody), THING ("ship", 20, nobody, nobody), THING ("sailboat", 8, nobody, nobody), THING ("rocket", 20, nobody, nobody), THING ("ufo", 3, nobody, nobody), THING ("submarine", 5, nobody, nobody), THING ("tractor", 3, nobody, car_parts), THING ("hot air balloon", 15, nobody, nobody), THING ("balloon", 0.3f, nobody, nobody),
  THING ("house", 6, nobody, house_parts), THING ("castle", 20, nobody, house_parts), THING ("tower", 15, nobody, nobody), THING ("bridge", 5, nobody, nobody), THING ("lighthouse", 15, nobody, nobody), THING ("windmill", 12, nobody, nobody), THING ("barn", 7, nobody, house_parts), THING ("church", 20, nobody, house_parts), THING ("pyramid", 20, nobody, nobody), THING ("skyscraper", 100, nobody, nobody), THING ("tent", 1.5f, nobody, nobody), THING ("fence", 1, nobody, nobody), THING ("door", 2, nobody, nobody), THING ("window", 1.2f, nobody, nobody), THING ("wall", 2.5f, nobody, nobody), THING ("road", 0.1f, nobody, nobody), THING ("street lamp", 5, nobody, nobody), THING ("traffic light", 4, nobody, nobody), THING ("bench", 0.8f, nobody, nobody), THING ("fountain", 2, nobody, nobody), THING ("tunnel", 5, nobody, nobody), THING ("fire hydrant", 0.8f, nobody, nobody),
  THING ("flower", 0.4f, nobody, nobody), THING ("rose", 0.4f, nobody, nobody), THING ("cactus", 1.5f, nobody, nobody), THING ("palm tree", 8, nobody, nobody), THING ("bush", 1, nobody, nobody), THING ("mushroom", 0.2f, nobody, nobody), THING ("pine tree", 10, nobody, nobody), THING ("sunflower", 1.5f, nobody, nobody), THING ("rock", 0.8f, nobody, nobody), THING ("mountain", 100, nobody, nobody), THING ("cloud", 3, nobody, nobody), THING ("sun", 5, nobody, nobody), THING ("moon", 3, nobody, nobody), THING ("planet", 3, nobody, nobody), THING ("earth", 3, nobody, nobody), THING ("mars", 3, nobody, nobody), THING ("saturn", 3, nobody, nobody), THING ("star", 1, nobody, nobody), THING ("island", 10, nobody, nobody),
  THING ("apple", 0.08f, nobody, nobody), THING ("orange", 0.08f, nobody, nobody), THING ("banana", 0.2f, nobody, nobody), THING ("cake", 0.2f, nobody, nobody), THING ("pizza", 0.05f, nobody, nobody), THING ("donut", 0.05f, donut_words, nobody), THING ("sandwich", 0.06f, nobody, nobody), THING ("ice cream", 0.2f, nobody, nobody), THING ("cup", 0.1f, nobody, nobody), THING ("mug", 0.1f, nobody, nobody), THING ("bottle", 0.3f, nobody, nobody), THING ("wine glass", 0.2f, nobody, nobody), THING ("glass", 0.12f, nobody, nobody), THING ("bowl", 0.1f, nobody, nobody), THING ("vase", 0.3f, nobody, nobody), THING ("plate", 0.02f, nobody, nobody), THING ("candle", 0.2f, nobody, nobody),
  { "knife", "knives", "kitchen", "length", 0.2f, nobody, nobody, nobody, nobody, NULL, 0, NULL, 0, false },
  THING ("spoon", 0.2f, nobody, nobody), THING ("fork", 0.2f, nobody, nobody), THING ("book", 0.25f, nobody, nobody), THING ("laptop", 0.25f, nobody, nobody), THING ("television", 0.7f, nobody, nobody), THING ("cell phone", 0.15f, phone_words, nobody), THING ("clock", 0.3f, nobody, nobody), THING ("guitar", 1, nobody, nobody), THING ("umbrella", 1, nobody, nobody), THING ("hat", 0.2f, nobody, nobody), THING ("crown", 0.15f, nobody, nobody), THING ("gear", 0.5f, nobody, nobody), THING ("pendulum", 1, nobody, nobody), THING ("domino", 0.05f, nobody, nobody), THING ("bowling pin", 0.38f, pin_words, nobody), THING ("chess board", 0.05f, nobody, nobody), THING ("football", 0.22f, nobody, nobody), THING ("swing", 2.5f, nobody, nobody), THING ("kite", 1, nobody, nobody), THING ("flag", 2, nobody, nobody), THING ("treasure chest", 0.5f, nobody, nobody), THING ("diamond", 0.2f, nobody, nobody), THING ("heart", 0.5f, nobody, nobody), THING ("sword", 1, nobody, nobody), THING ("toy car", 0.1f, nobody, nobody), THING ("refrigerator", 1.8f, nobody, nobody), THING ("suitcase", 0.6f, nobody, nobody),
};

static inline const mk_recipe_info *const *
test_objects_list (unsigned *n)
{
  static const mk_recipe_info *list[MK_COUNT (test_objects)];
  for (size_t i = 0; i < MK_COUNT (test_objects); i++)
    list[i] = &test_objects[i];
  *n = MK_COUNT (test_objects);
  return list;
}
