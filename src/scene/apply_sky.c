/* sky: what is behind everything, and the light that comes from it. */
#include "scene/fields.h"
#include "scene/ops.h"

static const char *const keys[] = { "kind", "color", "sun_elevation_deg", "sun_azimuth_deg", "fog", "wind", "brightness", NULL };
static const char *const kinds[] = { "day", "morning", "sunset", "golden-hour", "night", "aurora", "overcast", "studio", "neon", "fog", "space", "underwater", "color", NULL };

#define DEGREE (MK_PI / 180)

/* Where the sun stands and how the air is, by the row of `kinds`. The sun is beside the viewer, so that things have a
 * bright and a dark side. */
static const struct {
  mk_sky_kind kind;
  float elevation_deg, azimuth_deg, turbidity, fog_density;
  mk_vec3 color, fog_color;
  float aurora;
} looks[] = {
  { MK_SKY_DAY, 45, 40, 3, 0, { 1, 1, 1 }, { 0.75f, 0.82f, 0.9f } },
  { MK_SKY_DAY, 16, -65, 3.2f, 0.0012f, { 1, 1, 1 }, { 1, 0.97f, 0.93f } },
  { MK_SKY_SUNSET, 3.2f, 160, 4, 0.0006f, { 1, 1, 1 }, { 1, 0.95f, 0.9f } },
  { MK_SKY_SUNSET, 10, -62, 4, 0.0005f, { 1, 1, 1 }, { 1, 0.97f, 0.92f } },
  { MK_SKY_NIGHT, 42, -35, 3, 0, { 1, 1, 1 }, { 0.03f, 0.04f, 0.08f } }, /* the moon */
  { MK_SKY_NIGHT, 24, 35, 3, 0, { 1, 1, 1 }, { 0.03f, 0.05f, 0.08f }, .aurora = 1 },
  { MK_SKY_OVERCAST, 50, 30, 8, 0.0006f, { 1, 1, 1 }, { 0.75f, 0.77f, 0.8f } },
  { MK_SKY_STUDIO, 50, 40, 3, 0, { 1, 1, 1 }, { 0.8f, 0.8f, 0.8f } },
  { MK_SKY_NEON, 40, 30, 3, 0, { 1, 1, 1 }, { 0.1f, 0.03f, 0.15f } },
  { MK_SKY_FOG, 24, 172, 8, 0.045f, { 1, 1, 1 }, { 0.78f, 0.8f, 0.82f } },
  { MK_SKY_SPACE, 25, 55, 3, 0, { 1, 1, 1 }, { 0, 0, 0 } },
  { MK_SKY_UNDERWATER, 64, 150, 3, 0.03f, { 1, 1, 1 }, { 0.72f, 0.95f, 1 } },
  { MK_SKY_COLOR, 45, 40, 3, 0, { 0.85f, 0.85f, 0.85f }, { 0.85f, 0.85f, 0.85f } },
};

bool
mk_apply_sky (const mk_stage *stage, mk_scene *scene, mk_json *command, int index, GError **error)
{
  (void)stage;
  (void)index;
  int kind = 0;
  bool has_color;
  if (!mk_fields_check (command, keys, error) || !mk_field_choice (command, "kind", kinds, &kind, error))
    return false;
  float elevation_deg = looks[kind].elevation_deg, azimuth_deg = looks[kind].azimuth_deg, fog = 0, brightness = 1;
  mk_sky sky = { .kind = looks[kind].kind, .sun_intensity = 1, .sky_intensity = 1, .color = looks[kind].color, .turbidity = looks[kind].turbidity,
                 .fog_density = looks[kind].fog_density, .fog_color = looks[kind].fog_color, .aurora = looks[kind].aurora };
  if (!mk_field_color (command, "color", &sky.color, &has_color, error) || !mk_field_float (command, "sun_elevation_deg", -90, 90, &elevation_deg, error) ||
      !mk_field_float (command, "sun_azimuth_deg", -36000, 36000, &azimuth_deg, error) || !mk_field_float (command, "fog", 0, 1, &fog, error) ||
      !mk_field_float (command, "wind", 0, 3, &sky.wind, error) || !mk_field_float (command, "brightness", 0, 100, &brightness, error))
    return false;
  sky.sun_elevation_rad = elevation_deg * DEGREE;
  sky.sun_azimuth_rad = azimuth_deg * DEGREE;
  if (mk_json_has (command, "fog"))
    sky.fog_density = 0.16f * fog * fog; /* 1: gone after 20 m */
  sky.sun_intensity = sky.sky_intensity = brightness;
  if (has_color && sky.kind == MK_SKY_FOG)
    sky.fog_color = sky.color;
  scene->sky = sky;
  return true;
}
