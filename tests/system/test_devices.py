#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A disk and a network card given to VM 0: files through both while the demonstration runs, and once more after VM 0
has been reset. The network is QEMU's own, between the machine and a server on this host's loopback."""
import contextlib
import hashlib
import http.server
import os
import socket
import subprocess
import tempfile
import threading
import time

from gdbstub import Window
from shell import Shell
from tables import check_machine
from tap import boot, check, run

PAGE = 0xa003000
PAYLOAD = 1 << 19


def sum_of(data):
    return hashlib.sha256(data).hexdigest()


@contextlib.contextmanager
def server():
    """GET /payload and /payload.sum; the answer to a POST is the sum of what came."""
    payload = os.urandom(PAYLOAD)
    answers = {"/payload": payload, "/payload.sum": sum_of(payload).encode()}

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self, body):
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def do_GET(self):
            self.answer(answers.get(self.path))

        def do_POST(self):
            self.answer(sum_of(self.rfile.read(int(self.headers["Content-Length"]))).encode())

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        try:
            yield httpd.server_port
        finally:
            httpd.shutdown()


def make_disk(folder):
    """An ext4 file system with files and their sums, made without mounting it."""
    tree = os.path.join(folder, "tree")
    os.mkdir(tree)
    with open(os.path.join(tree, "SHA256SUMS"), "w", encoding="ascii") as sums:
        for name, size in (("small", 13), ("page", 4096), ("large", 1 << 20)):
            data = os.urandom(size)
            with open(os.path.join(tree, name), "wb") as file:
                file.write(data)
            sums.write(f"{sum_of(data)}  {name}\n")
    disk = os.path.join(folder, "disk")
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-d", tree, disk, "24M"], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, "PATH": path})
    return disk


def check_disk(disk):
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    done = subprocess.run(["e2fsck", "-f", "-n", disk], check=False, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env={**os.environ, "PATH": path})
    check(done.returncode == 0, "the file system that VM 0 has left:\n" + done.stdout)


def free_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def traffic(port):
    """Datagrams for VM 0 without a pause: its card has something to write into its memory at any moment."""
    over = threading.Event()

    def send():
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            while not over.wait(0.01):
                sender.sendto(b"fusiondock" * 100, ("127.0.0.1", port))

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def arguments(disk, port):
    # The first -device gets the last transport of the machine.
    return ["-global", "virtio-mmio.force-legacy=false",
            "-drive", f"file={disk},if=none,id=disk,format=raw", "-device", "virtio-blk-device,drive=disk",
            "-netdev", f"user,id=net,hostfwd=udp:127.0.0.1:{port}-10.0.2.15:9",
            "-device", "virtio-net-device,netdev=net"]


def one_life(machine, shell, port, life):
    shell.step("devices reset")
    shell.step("devices load")
    if life == 1:
        shell.type("linux_shm_demo >/tmp/demo &")
    shell.step(f"devices disk {life}", 120)
    shell.step(f"devices net {port} {life}", 120)
    if life == 1:
        shell.type("wait; cat /tmp/demo")
        machine.expect(r"\[linux\] demo: sent 11, received 16", 60, source="VM 0")
        shell.prompt()


def disk_and_network_work_and_work_again_after_a_reset():
    window = Window()
    forwarded = free_port()
    with tempfile.TemporaryDirectory(prefix="fusiondock-") as folder, server() as port:
        disk = make_disk(folder)
        with boot("devices", append=("interactive",),
                  extra=window.arguments + arguments(disk, forwarded)) as machine:
            shell = Shell(machine).ready()
            one_life(machine, shell, port, 1)
            with window as gdb:
                check_machine("devices", gdb, forced=True, device_pages={0: [PAGE]})
            with traffic(forwarded):
                time.sleep(0.5)
                # At once: Linux has no time to put its devices to rest.
                shell.type("echo b >/proc/sysrq-trigger")
                machine.expect(r"VM 0 \(openEuler-rt\): reset", 30, source="base")
                shell.ready()
                one_life(machine, shell, port, 2)
            shell.type("poweroff -f")
            machine.expect(r"VM 0 \(openEuler-rt\): off", 30, source="base")
            check(not [line for line in machine.lines("base") if "does not own" in line], "denied accesses")
            check(machine.quit() == 0, "the console ends the machine")
        check_disk(disk)


run(disk_and_network_work_and_work_again_after_a_reset)
