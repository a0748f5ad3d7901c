"""run_tests.py BUILD [NAME...] - runs the tests Meson knows (those whose name holds a NAME) and sums their TAP.

A program that dies, times out or prints fewer results than it planned counts as one failure. The last line is
`N passed, N failed`, with `, N skipped` where so; the exit status tells the same.
"""
import json
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

MAX_SECONDS = 1800  # of one program, under a sanitizer


def run(test, build):
    environment = {**os.environ, **test["env"]}
    started = time.monotonic()
    try:
        done = subprocess.run(test["cmd"], cwd=test["workdir"] or build, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=MAX_SECONDS)
        output, status = done.stdout.decode(errors="replace"), done.returncode
    except subprocess.TimeoutExpired as late:
        output, status = (late.stdout or b"").decode(errors="replace") + f"\nstill running after {MAX_SECONDS} s", -1
    return test, output, status, time.monotonic() - started


def count(test, output, status):
    """Passed, failed, skipped."""
    if test["protocol"] != "tap":
        return (1, 0, 0) if status == 0 else (0, 0, 1) if status == 77 else (0, 1, 0)
    skipped = len(re.findall(r"^ok\b.*# SKIP", output, re.M))
    passed = len(re.findall(r"^ok\b", output, re.M)) - skipped
    failed = len(re.findall(r"^not ok\b", output, re.M))
    planned = re.search(r"^1\.\.(\d+)", output, re.M)
    is_whole = planned is not None and int(planned[1]) == passed + failed + skipped
    if not is_whole or (status != 0 and failed == 0):
        failed += 1
    return passed, failed, skipped


def main():
    build, wanted = sys.argv[1], sys.argv[2:]
    listed = subprocess.run(["meson", "introspect", "--tests", build], check=True, capture_output=True, text=True)
    tests = [t for t in json.loads(listed.stdout) if not wanted or any(w in t["name"] for w in wanted)]
    alone = [t for t in tests if not t["is_parallel"]]
    together = [t for t in tests if t["is_parallel"]]
    total = [0, 0, 0]

    def report(result):
        test, output, status, seconds = result
        numbers = count(test, output, status)
        for i, n in enumerate(numbers):
            total[i] += n
        print(f"{test['name']}: {numbers[0]} passed, {numbers[1]} failed, {numbers[2]} skipped ({seconds:.1f} s)", flush=True)
        if numbers[1] > 0:
            print(output, flush=True)

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for result in pool.map(lambda test: run(test, build), together):
            report(result)
    for test in alone:
        report(run(test, build))
    passed, failed, skipped = total
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or passed == 0 else 0


sys.exit(main())
