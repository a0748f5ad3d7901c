"""test_clients.py MIKTOS ROOT - clients of ComfyUI that others wrote, each against a running engine. Prints TAP."""
import os
import pathlib
import subprocess
import sys
import tempfile

PROGRAM, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
HERE = ROOT / "tests" / "clients"
SCRIPTS = [("the_client_of_stable_canvas_queues_follows_views_uploads_and_interrupts", ["node", HERE / "client.mjs"]),
           ("the_sdk_of_saintno_builds_queues_follows_views_uploads_and_interrupts", ["node", HERE / "sdk.mjs"]),
           ("a_script_with_websocket_client_queues_and_listens", ["/usr/bin/python3", HERE / "listen.py"])]


def run(command):
    """None, or what was not so."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "MIKTOS_ASSETS": str(ROOT / "assets")}
        engine = subprocess.Popen([PROGRAM, "engine", "--port", "0", "--base-directory", folder, "--preview-method", "auto"], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            line = engine.stdout.readline()
            if ": http" not in line:
                return "the engine did not start"
            done = subprocess.run([*command, line.split(": ", 1)[1].strip()], cwd=HERE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
            return None if done.returncode == 0 else done.stdout
        except subprocess.TimeoutExpired as late:
            return f"still running after two minutes: {(late.stdout or b'').decode()[-2000:]}"
        finally:
            engine.terminate()
            engine.wait(30)
            engine.stdout.close()


def main():
    subprocess.run([ROOT / "tools" / "npm_packages.sh", HERE], check=True, stdout=sys.stderr)
    print(f"1..{len(SCRIPTS)}")
    for number, (name, command) in enumerate(SCRIPTS, 1):
        trouble = run(command)
        if trouble is not None:
            print("".join(f"# {line}\n" for line in trouble.splitlines()[-40:]), end="")
        print(f"{'ok' if trouble is None else 'not ok'} {number} - {name}", flush=True)


main()
