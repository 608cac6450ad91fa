"""The private servers: each in a directory of its own, on free loopback
ports or unix sockets, stopped by its process id."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(HERE)
WORK = os.path.join(ROOT, ".build", "bench")


class Stage:
    """Where all servers of one run live; leaving it stops them."""

    def __init__(self, workers, redis_settings=()):
        self.workers = workers
        self.redis_settings = redis_settings
        self.running = []

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="scim-bench.")
        return self

    def __exit__(self, failed, *ignored):
        for process in reversed(self.running):
            stop(process)
        if failed and failed is not KeyboardInterrupt:
            print(f"bench: the servers' logs are in {self.directory}",
                  file=sys.stderr)
        else:
            shutil.rmtree(self.directory, ignore_errors=True)

    def folder(self, name):
        path = os.path.join(self.directory, name)
        os.makedirs(path, exist_ok=True)
        return path

    def write(self, folder, name, text):
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def start(self, name, command, ready, folder):
        """Starts a server and waits until `ready()` is true."""
        with open(os.path.join(folder, "output.log"), "ab") as log:
            process = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True)
        self.running.append(process)

        end = time.monotonic() + 20
        while not ready():
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(
                    f"{name} did not start:\n{tail(folder)}")
            time.sleep(0.02)
        return process

    def redis(self, name):
        """A Redis with the settings the module ships; returns socket and
        process."""
        folder = self.folder(name)
        path = os.path.join(folder, "redis.sock")
        command = ["redis-server", os.path.join(ROOT, "redis", "redis.conf"),
                   "--unixsocket", path, "--dir", folder,
                   "--daemonize", "no", "--logfile", "",
                   "--pidfile", os.path.join(folder, "redis.pid"),
                   *self.redis_settings]
        process = self.start(name, command, lambda: answers_unix(path), folder)
        return path, process

    def nginx(self, name, template, **values):
        """An nginx from bench/nginx/TEMPLATE; returns port and process.

        @NAME@ in the template is replaced by values["NAME"].
        """
        folder = self.folder(name)
        port = free_port()
        with open(os.path.join(HERE, "nginx", template),
                  encoding="utf-8") as file:
            text = file.read()
        values = {"FOLDER": folder, "PORT": port, "WORKERS": self.workers,
                  "CONF": os.path.join(ROOT, "conf"), "USER": user_line(),
                  **values}
        for key, value in values.items():
            text = text.replace(f"@{key}@", str(value))
        configuration = self.write(folder, "nginx.conf", text)

        command = ["nginx", "-p", folder, "-c", configuration,
                   "-e", os.path.join(folder, "error.log")]
        process = self.start(name, command, lambda: answers_tcp(port), folder)
        return port, process


def stop(process):
    """Ends a server that this run started, and waits for it."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def user_line():
    """Workers run as whoever runs the benchmark: the files are theirs."""
    return "user root root;" if os.getuid() == 0 else ""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers_tcp(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def answers_unix(path):
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(path)
            probe.sendall(b"PING\r\n")
            return probe.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def redis_command(path, *words):
    """One command to a Redis; its output as redis-cli prints it."""
    return subprocess.run(
        ["redis-cli", "-s", path, "--raw", *words], check=True,
        stdout=subprocess.PIPE, text=True).stdout


def workers_of(process):
    """The worker processes of an nginx master, by process id."""
    with open(f"/proc/{process.pid}/task/{process.pid}/children",
              encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def busy(processes):
    """Processor time in seconds that servers and their children took."""
    ticks = 0
    for process in processes:
        for pid in (process.pid, *workers_of(process)):
            with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                fields = file.read().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def memory_of(pid, field="VmRSS"):
    """Resident memory in MB; VmHWM: the most that it ever was."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        for line in file:
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) / 1024
    return 0.0


def tail(folder):
    text = ""
    for name in ("output.log", "error.log"):
        path = os.path.join(folder, name)
        if os.path.exists(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                text += "".join(file.readlines()[-10:])
    return text
