/* room.h - the walls of a room.
 *
 * Purpose   A ground command with `walls` stands in a room: walls with skirting boards and a window, around all that is there
 *           over the whole film. A wall stands only where no camera and no lamp is behind it, so that a room is open
 *           towards whoever looks.
 * Form      One root without an id, "walls", made by the ground's command.
 * Tests     tests/scene/test_layout.c
 */
#pragma once
#include "scene/objects.h"

/* For mk_scene_complete, the first before anything is framed, the second once cameras and lamps stand. */
void mk_room_clear (mk_scene *scene);
bool mk_room_build (mk_scene *scene, GError **error);
