/* Framing: what is small beside what is large. A mouse beside an elephant is to be seen, and the elephant still known. */
#include "scene/camera.h"
#include "scene/objects.h"

#include <stdlib.h>

#define GIANT_TIMES 5.0f    /* the extent of what is next in size */
#define MAX_SORTED 64
#define SHARE 0.4f          /* of the picture's height for what is small, over the root of how many times as large the other is */
#define LEAST_SHARE 0.05f
#define MOST_SHARE 0.16f
#define USUAL_DEPTH 1.5f    /* how far off the camera stands, in heights of what it sees there: 35 mm */
#define WIDE 1.5f           /* of the picture, over its height, with a margin */
#define ROOM 0.95f          /* of it: beside the figures, which stand at its edge */

typedef struct {
  int root;
  float extent;
  bool lives;
} sized;

static int
by_extent (const void *a, const void *b)
{
  float d = ((const sized *)a)->extent - ((const sized *)b)->extent;
  return d < 0 ? -1 : d > 0;
}

static const mk_recipe_info *
info_of (const mk_stage *stage, const mk_scene *scene, int root)
{
  const char *object = mk_scene_get_node (scene, root)->object;
  return object != NULL && stage->library != NULL ? mk_library_find (stage->library, object) : NULL;
}

static float
extent_of (mk_box box)
{
  mk_vec3 size = mk_box_size (box);
  return fmaxf (size.x, fmaxf (size.y, size.z));
}

/* Of a table, though large beside a coin, one sees the top alone: camera_subject.c. */
static bool
is_furniture (const mk_recipe_info *info)
{
  return info != NULL && g_str_equal (info->category, "furniture");
}

GArray *
mk_framing_giants (const mk_stage *stage, const mk_scene *scene, const GArray *roots, double time_s)
{
  GArray *giants = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (mk_pose) pose = mk_pose_new (scene, time_s);
  sized all[MAX_SORTED];
  unsigned n = 0, from = 0, cut = 0;
  for (guint i = 0; i < roots->len && n < MAX_SORTED; i++) {
    int root = g_array_index (roots, int, i);
    mk_box box = mk_scene_bounds (scene, pose, root);
    if (!mk_box_is_empty (box))
      all[n++] = (sized){ root, extent_of (box), mk_recipe_lives (info_of (stage, scene, root)) };
  }
  qsort (all, n, sizeof *all, by_extent);
  while (from < n && !all[from].lives)
    from++;
  from = from < n ? from : 0;
  float most = GIANT_TIMES;
  for (unsigned i = from; i + 1 < n; i++)
    if (all[i + 1].extent >= most * all[i].extent) {
      most = all[i + 1].extent / fmaxf (all[i].extent, 1e-6f);
      cut = i + 1;
    }
  for (unsigned i = cut; cut > 0 && i < n; i++)
    if (!mk_framing_moves (scene, all[i].root) && !is_furniture (info_of (stage, scene, all[i].root)))
      g_array_append_val (giants, all[i].root);
  return giants;
}

/* How much of `room` goes to each of two sides that want `low` and `high`. */
static void
share_out (float room, float *low, float *high)
{
  float wanted = *low + *high, share = wanted > room ? fmaxf (room, 0) / fmaxf (wanted, 1e-6f) : 1;
  *low *= share;
  *high *= share;
}

void
mk_framing_add_giant (GArray *points, mk_box figures, float figure_m, mk_box giant)
{
  float share = CLAMP (SHARE / sqrtf (fmaxf (extent_of (giant) / fmaxf (figure_m, 1e-4f), 1)), LEAST_SHARE, MOST_SHARE), high = fmaxf (figure_m / share, extent_of (figures));
  float z = CLAMP ((figures.min.z + figures.max.z) / 2, giant.min.z, giant.max.z), behind = fmaxf (0, (figures.min.z + figures.max.z) / 2 - z);
  float room = ROOM * high * (USUAL_DEPTH * high + behind) / (USUAL_DEPTH * high); /* what is behind is smaller */
  mk_vec3 low = { fmaxf (0, figures.min.x - giant.min.x), fmaxf (0, figures.min.y - giant.min.y), 0 }, over = { fmaxf (0, giant.max.x - figures.max.x), fmaxf (0, giant.max.y - figures.max.y), 0 };
  share_out (room - (figures.max.y - figures.min.y), &low.y, &over.y);
  share_out (WIDE * room - (figures.max.x - figures.min.x), &low.x, &over.x);
  for (int corner = 0; corner < 4; corner++) {
    mk_vec3 p = { corner & 1 ? figures.max.x + over.x : figures.min.x - low.x, corner & 2 ? figures.max.y + over.y : figures.min.y - low.y, z };
    g_array_append_val (points, p);
  }
}
