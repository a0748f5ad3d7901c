/* crash_point.h - named places at which a test lets the program die, as a power cut would.
 *
 * Use       MIKTOS_CRASH_AT=task.created ends the process there by SIGKILL; MIKTOS_CRASH_AT=task.created:3 at the
 *           third time. Costs a comparison otherwise.
 * Tests     tests/crash/test_bridge_crash.py
 */
#pragma once

void mk_crash_point (const char *name);
