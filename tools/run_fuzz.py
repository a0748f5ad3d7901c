"""run_fuzz.py BUILD [SECONDS] - runs every fuzz target over its corpus, a minute each; says which failed and where the input is."""
import os
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parent.parent
build, seconds = pathlib.Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "60"
environment = {**os.environ, "MIKTOS_ASSETS": str(root / "assets")}
kept = (build / "fuzz-finds").resolve()
kept.mkdir(exist_ok=True)
failed = []
programs = sorted(path for path in (build / "tests/fuzz").glob("fuzz-*") if path.is_file())
if not programs:
    sys.exit(f"{build}/tests/fuzz holds no targets; make fuzz builds them")
for program in programs:
    name = program.name.removeprefix("fuzz-")
    with tempfile.TemporaryDirectory() as found:  # new inputs stay out of the repository
        arguments = [program.resolve(), f"-max_total_time={seconds}", "-max_len=65536", "-rss_limit_mb=4096", "-timeout=10", "-print_final_stats=0", "-verbosity=0", f"-artifact_prefix={kept}/{name}-", found]
        done = subprocess.run([*map(str, arguments), str(root / "tests/fuzz/corpus" / name)], env=environment, cwd=found, capture_output=True, text=True)
    print(f"{name}: {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
    if done.returncode != 0:
        failed.append(name)
        print(done.stderr[-4000:])
sys.exit(1 if failed else 0)
