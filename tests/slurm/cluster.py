"""A real SLURM of two nodes on one machine, from Debian's packages, in a folder of its own.

Debian builds slurmd so that several of them can run side by side: two daemons with a port, a spool folder and a pid
file each are two nodes. Of /etc, /run and /var one link is used, /etc/slurm/slurm.conf, because the plugin takes
SLURM_CONF out of the environment of its jobs; where that file exists there is a cluster already, which is left alone.

The cluster ends with the process that brought it up, also where that is killed. Where even that failed, its link is
known by the folder that it points to, and the next run removes it.
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tests.afterwards import Afterwards, birth
from tests.slurm import leave
from tests.waiting import until

PACKAGES = ("slurm-wlm", "munge")
# Daemons stand where the search path of a plain user does not look.
PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
PROGRAMS = ("slurmctld", "slurmd", "munged", "sbatch", "squeue")
LINK = Path("/etc/slurm/slurm.conf")
#: Begin of the names of folders that hold a cluster of these tests, and of those that held one before it had a name.
NAME = "metawright-slurm"
OURS = re.compile(rf"/(?:{NAME}|pytest-of-[^/]+/pytest-\d+/slurm)[^/]*/slurm\.conf$")
#: In such a folder: the process that brought the cluster up, and when that began.
OWNER = "owner"
POLICY = Path("/usr/sbin/policy-rc.d")
CONFIGURATION = """\
ClusterName=mini
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
MpiDefault=none
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=5,batch_sched_delay=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=500
SlurmdTimeout=600
KillWait=3
MinJobAge=86400
ReturnToService=2
AccountingStorageType=accounting_storage/none
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=2 RealMemory=3000 State=UNKNOWN
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=2 RealMemory=3000 State=UNKNOWN
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=1-0 State=UP
"""


def taken(link: Path = LINK) -> str:
    """Say whose cluster the link names; empty where there is none. What a dead test run left is removed."""
    if not link.is_symlink() and not link.exists():
        return ""
    if not link.is_symlink() or not OURS.search(str(link.readlink())):
        return f"there is a {link} already"
    folder = link.readlink().parent
    owner = folder / OWNER
    process, began = owner.read_text().split() if owner.is_file() else ("0", "dead")
    if birth(int(process)) == began:
        return f"another test run (process {process}) has a cluster"
    leave.leave(folder, link)
    return ""


def why_not() -> str:
    """Say why no cluster can be had here; empty if one can."""
    if not sys.platform.startswith("linux"):
        return "SLURM runs on Linux"
    found = taken()
    if found:
        return found
    if os.geteuid() != 0:
        return "bringing up SLURM needs root"
    if not all(shutil.which(name, path=PATH) for name in PROGRAMS) and shutil.which("apt-get") is None:
        return "SLURM is not installed and there is no apt-get to install it"
    return ""


def install() -> str:
    """Install what is missing; return why that failed, or nothing."""
    if all(shutil.which(name, path=PATH) for name in PROGRAMS):
        return ""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # the packages' own daemons must not start
    ours = Afterwards("rm", "-f", POLICY) if not POLICY.exists() else None
    if ours:
        POLICY.write_text("#!/bin/sh\nexit 101\n")
        POLICY.chmod(0o755)
    try:
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
            done = subprocess.run(["apt-get", *command], env=environment, capture_output=True, text=True)
            if done.returncode:
                return f"apt-get {command[0]} failed: {done.stderr.strip().splitlines()[-1:]}"
    finally:
        if ours:
            ours.now()
    return ""


class Cluster:
    """Two nodes, n1 and n2, of two CPUs each.

    Parameters
    ----------
    folder : Path
        Everything of the cluster: configuration, state, logs, pid files, key. Its name begins with `NAME`.
    link : Path
        Where the plugin finds the configuration.
    """

    def __init__(self, folder: Path, link: Path = LINK) -> None:
        self.folder, self.link = folder, link
        self.environment = {**os.environ, "PATH": PATH, "SLURM_CONF": str(folder / "slurm.conf")}

    def up(self) -> None:
        """Start the daemons and wait until both nodes are idle."""
        self._end = Afterwards(sys.executable, leave.__file__, self.folder, self.link)
        (self.folder / OWNER).write_text(f"{os.getpid()} {birth(os.getpid())}")
        for name in ("state", "spool.n1", "spool.n2", "munge"):
            (self.folder / name).mkdir(parents=True)
        munge = self.folder / "munge"
        munge.chmod(0o755)
        key = munge / "key"
        key.write_bytes(secrets.token_bytes(1024))
        key.chmod(0o400)
        with _free_ports(3) as ports:
            text = CONFIGURATION.format(host=socket.gethostname(), folder=self.folder, ports=ports)
        (self.folder / "slurm.conf").write_text(text)
        self.link.parent.mkdir(exist_ok=True)
        self.link.symlink_to(self.folder / "slurm.conf")
        files = {"socket": "socket", "key-file": "key", "pid-file": "pid", "log-file": "log", "seed-file": "seed"}
        self._start("munged", "--force", *(f"--{option}={munge / name}" for option, name in files.items()))
        self._start("slurmctld")
        for node in ("n1", "n2"):
            self.start_node(node)
        until(lambda: len(self.ask("sinfo", "-h", "-N", "-t", "idle", "-o", "%N")) == 2)

    def down(self) -> None:
        """End everything that was started."""
        for job in self.jobs():
            self.ask("scancel", job)
        self._end.now()

    def start_node(self, node: str) -> None:
        """Start the daemon of a node."""
        self._start("slurmd", "-N", node)

    def kill_node(self, node: str) -> list[str]:
        """Let a node die with its daemon and its jobs, at once; return the jobs.

        The controller is told so: by itself it notices after `SlurmdTimeout`, which is long, for a busy machine is no
        dead node.
        """
        jobs = self.jobs(node)
        pid = self._pid(f"slurmd.{node}.pid")
        _signal(pid, signal.SIGKILL)
        for job in jobs:
            for process in self.processes(job):
                _signal(process, signal.SIGKILL)
        self.ask("scontrol", "update", f"NodeName={node}", "State=DOWN", "Reason=died")
        return jobs

    def limit(self, job: str, minutes: int) -> None:
        """Give a job, which may run, another time limit; it counts from the job's start."""
        self.ask("scontrol", "update", f"JobId={job}", f"TimeLimit={minutes}")

    def jobs(self, node: str | None = None) -> list[str]:
        """Return the ids of the jobs that run, on a node or on all."""
        return self.ask("squeue", "-h", "-t", "R", "-o", "%i", *(["-w", node] if node else []))

    def states(self) -> dict[str, str]:
        """Return the state of every job that the controller remembers."""
        return dict(line.split() for line in self.ask("squeue", "-h", "-t", "all", "-o", "%i %T"))

    def processes(self, job: str) -> list[int]:
        """Return the processes of a job, its steps' daemons included."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and (
                    f"SLURM_JOB_ID={job}\0".encode() in (entry / "environ").read_bytes()
                    or f"slurmstepd: [{job}.".encode() in (entry / "cmdline").read_bytes()
                ):
                    found.append(int(entry.name))
            except OSError:
                continue
        return found

    def stall(self, job: str) -> None:
        """Stop the clock of a job's own processes, so that it never ends by itself."""
        for process in self.processes(job):
            name = Path(f"/proc/{process}/comm")
            try:
                if not name.read_text().startswith(("slurmstepd", "srun")):
                    _signal(process, signal.SIGSTOP)
            except OSError:
                continue

    def ask(self, *command: str) -> list[str]:
        """Run a client and return the lines that it printed."""
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        return done.stdout.split("\n")[:-1]

    def _start(self, *command: str) -> None:
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()}")

    def _pid(self, name: str) -> int | None:
        file = self.folder / name
        return int(file.read_text()) if file.is_file() and file.read_text().strip() else None


class _free_ports:  # noqa: N801 - a context manager
    def __init__(self, count: int) -> None:
        self._sockets = [socket.socket() for _ in range(count)]

    def __enter__(self) -> list[int]:
        for one in self._sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in self._sockets]

    def __exit__(self, *_) -> None:
        for one in self._sockets:
            one.close()


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
