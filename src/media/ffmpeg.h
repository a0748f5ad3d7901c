/* ffmpeg.h - FFmpeg, loaded when the first film is opened.
 *
 * Why       base/dynamic.h tells.
 * Use       mk_ffmpeg_load, then call through the table: mk_ff.av_dict_set (...).
 * Versions  The libraries are those of the headers that this was built with; their major versions are part of the names.
 * Threads   Any thread may load; afterwards the table is constant.
 */
#pragma once
#include "base/base.h"

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>

#define MK_FFMPEG_FUNCTIONS(X)                                                                                    \
  X (avutil, av_channel_layout_copy) X (avutil, av_channel_layout_default) X (avutil, av_d2q)                     \
  X (avutil, av_dict_free) X (avutil, av_dict_get) X (avutil, av_dict_set) X (avutil, av_frame_alloc)             \
  X (avutil, av_frame_free) X (avutil, av_frame_get_buffer) X (avutil, av_frame_make_writable)                    \
  X (avutil, av_frame_unref) X (avutil, av_freep) X (avutil, av_get_bytes_per_sample)                             \
  X (avutil, av_get_packed_sample_fmt) X (avutil, av_log_set_level) X (avutil, av_malloc) X (avutil, av_opt_set)  \
  X (avutil, av_sample_fmt_is_planar) X (avutil, av_strerror) X (avcodec, av_packet_alloc)                        \
  X (avcodec, av_packet_free) X (avcodec, av_packet_rescale_ts) X (avcodec, av_packet_unref)                      \
  X (avcodec, avcodec_alloc_context3) X (avcodec, avcodec_find_decoder) X (avcodec, avcodec_find_encoder)         \
  X (avcodec, avcodec_find_encoder_by_name) X (avcodec, avcodec_free_context) X (avcodec, avcodec_get_name)       \
  X (avcodec, avcodec_open2) X (avcodec, avcodec_parameters_from_context)                                         \
  X (avcodec, avcodec_parameters_to_context) X (avcodec, avcodec_receive_frame)                                   \
  X (avcodec, avcodec_receive_packet) X (avcodec, avcodec_send_frame) X (avcodec, avcodec_send_packet)            \
  X (avformat, av_find_best_stream) X (avformat, av_find_input_format) X (avformat, av_interleaved_write_frame)   \
  X (avformat, av_read_frame) X (avformat, av_write_trailer) X (avformat, avformat_alloc_context)                 \
  X (avformat, avformat_alloc_output_context2) X (avformat, avformat_close_input)                                 \
  X (avformat, avformat_find_stream_info) X (avformat, avformat_free_context) X (avformat, avformat_new_stream)   \
  X (avformat, avformat_open_input) X (avformat, avformat_write_header) X (avformat, avio_alloc_context)          \
  X (avformat, avio_closep) X (avformat, avio_context_free) X (avformat, avio_open) X (swscale, sws_freeContext)  \
  X (swscale, sws_getCachedContext) X (swscale, sws_getCoefficients) X (swscale, sws_getContext)                  \
  X (swscale, sws_scale) X (swscale, sws_setColorspaceDetails)

typedef struct mk_ffmpeg {
#define X(library, name) __typeof__ (name) *name;
  MK_FFMPEG_FUNCTIONS (X)
#undef X
} mk_ffmpeg;

extern mk_ffmpeg mk_ff;

/* UNSUPPORTED, with the package to install, when a library is not here. */
bool mk_ffmpeg_load (GError **error);
