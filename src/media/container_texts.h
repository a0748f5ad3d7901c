/* container_texts.h - {key: text or JSON} and FFmpeg's tags; for the files of this room that read or write containers. */
#pragma once
#include "media/ffmpeg.h"
#include "base/json.h"

static inline void
mk_container_add_texts (AVDictionary **tags, const mk_json *texts)
{
  for (mk_json_iter i = mk_json_iterate (texts); mk_json_next (&i);) {
    g_autofree char *text = mk_json_get_kind (i.value) == MK_JSON_STRING ? g_strdup (mk_json_get_string (i.value)) : mk_json_print (i.value);
    mk_ff.av_dict_set (tags, i.key, text, 0);
  }
}

static inline void
mk_container_get_texts (const AVDictionary *tags, mk_json *texts)
{
  for (const AVDictionaryEntry *tag = NULL; (tag = mk_ff.av_dict_get (tags, "", tag, AV_DICT_IGNORE_SUFFIX)) != NULL;)
    if (g_utf8_validate (tag->value, -1, NULL)) {
      g_autofree char *small = g_ascii_strdown (tag->key, -1), *large = g_ascii_strup (tag->key, -1);
      mk_json_set (texts, g_str_equal (large, tag->key) ? small : tag->key, mk_json_new_string (tag->value)); /* Matroska writes its tags in capitals */
    }
}
