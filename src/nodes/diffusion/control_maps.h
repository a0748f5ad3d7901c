/* control_maps.h - what a renderer knows, drawn as the usual ControlNets were taught to read it.
 *
 * Depth     Inverse depth, white is near, black the farthest and the sky; one range for the whole clip, so that a film
 *           does not flicker.
 * Normal    Camera space as in ControlNet 1.1: blue faces the camera, red faces left, green faces up; sky faces the camera.
 * Lines     White on black where one thing ends, where the surface folds or where depth jumps.
 * Segments  The colours of ADE20K's classes.
 * Pose      OpenPose's eighteen points and seventeen limbs in its colours, for whatever has two arms and two legs;
 *           points that something else hides are left out.
 * Threads   Pure functions.
 * Tests     tests/nodes/test_control_maps.c
 */
#pragma once
#include "render/render.h"
#include "scene/objects.h"

/* From metres to inverse metres in place, 0 for the sky; and then the whole clip to 0..1, as three equal channels. */
void mk_control_depth (const mk_image *metres, mk_image *rgb, int index);
void mk_control_depth_normalise (mk_image *rgb);
/* `camera`: the camera's node in the world. */
void mk_control_normal (const mk_frame *frame, mk_mat4 camera, mk_image *rgb, int index);
void mk_control_lines (const mk_frame *frame, const mk_scene *scene, mk_image *rgb, int index);
void mk_control_segments (const mk_frame *frame, const mk_scene *scene, mk_image *rgb, int index);
void mk_control_pose (const mk_library *library, const mk_scene *scene, const mk_pose *pose, const mk_frame *frame, mk_image *rgb, int index);
