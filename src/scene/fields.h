/* fields.h - the fields of a command, read with their limits.
 *
 * Use       Absent fields leave the value as it is and are no error; wrong ones name the field and what is allowed.
 */
#pragma once
#include "base/base.h"
#include "base/json.h"
#include "scene/vec.h"

/* Every key of the command is "op" or one of the NULL-terminated list. */
bool mk_fields_check (const mk_json *command, const char *const *keys, GError **error);
bool mk_field_number (const mk_json *command, const char *key, double least, double most, double *value, GError **error);
bool mk_field_float (const mk_json *command, const char *key, double least, double most, float *value, GError **error);
/* A list of three numbers. */
bool mk_field_vec3 (const mk_json *command, const char *key, double most, mk_vec3 *value, GError **error);
/* Degrees as [yaw, pitch, roll]. */
bool mk_field_rotation (const mk_json *command, const char *key, mk_quat *value, GError **error);
/* Linear light, from "#rrggbb". `is_there` may be NULL. */
bool mk_field_color (const mk_json *command, const char *key, mk_vec3 *value, bool *is_there, GError **error);
/* Borrowed text. */
bool mk_field_string (const mk_json *command, const char *key, const char **value, GError **error);
/* The index of the word in a NULL-terminated list; stays when absent. */
bool mk_field_choice (const mk_json *command, const char *key, const char *const *words, int *value, GError **error);
