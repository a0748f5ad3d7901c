/* "a portrait of an old woman": a picture near enough for the face of the first who has one, where nobody says another shot. */
#include "language/constructions.h"

void
mk_frame_portrait (mk_parser *p)
{
  for (guint t = 0; p->is_portrait && t < p->things->len; t++) {
    const mk_thing *thing = mk_thing_at (p, (int)t);
    if (thing->command < 0 || thing->count > 1 || !mk_thing_is_living (thing))
      continue;
    mk_json *camera = mk_command_json (p, mk_camera_begin (p, "targets"));
    if (!mk_json_has (camera, "targets")) {
      mk_refs one = { 0 };
      mk_refs_add (&one, (int)t, 0);
      mk_json_set (camera, "targets", mk_refs_to_json (p, &one));
    }
    if (!mk_json_has (camera, "shot"))
      mk_set_text (camera, "shot", "close-up");
    return;
  }
}
