/* mcp.h - agents drive the bridge: Model Context Protocol at /mcp, and by `miktos mcp` on standard input and output.
 *
 * Tests     tests/e2e/test_mcp.mjs, with the client of @modelcontextprotocol/sdk
 */
#pragma once
#include "bridge/api.h"

void mk_mcp_add_routes (mk_bridge *bridge);
