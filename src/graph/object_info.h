/* object_info.h - a node's table as ComfyUI prints it. */
#pragma once
#include "graph/registry.h"

/* One record of /object_info. `context` lets lists of files be read from disk. */
mk_json *mk_object_info_of (const mk_node_def *def, const mk_folders *folders);
/* {id: record} for all. */
mk_json *mk_object_info_all (const mk_registry *registry, const mk_folders *folders);
/* The pair [type, options] of one input, in the form of its node's schema. */
mk_json *mk_object_info_input (const mk_node_def *def, const mk_port *port, const mk_folders *folders);
/* Another number when a list of files in these tables may be another: base/folder_stamp.h. */
uint64_t mk_object_info_stamp (const mk_folders *folders);
/* What a COMBO offers now; g_strfreev. NULL when it is no COMBO. */
char **mk_port_list_options (const mk_port *port, const mk_folders *folders);
