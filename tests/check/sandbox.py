"""sandbox.py - whether bubblewrap may make namespaces here."""
import subprocess


def why_no_sandbox():
    """What bubblewrap says where it may not: as a user in a chroot, and on kernels that keep namespaces for root. None where it may."""
    trial = subprocess.run(["bwrap", "--unshare-pid", "--unshare-net", "--ro-bind", "/", "/", "--proc", "/proc", "true"], capture_output=True, text=True)
    return trial.stderr.partition("\n")[0] if trial.returncode != 0 else None
