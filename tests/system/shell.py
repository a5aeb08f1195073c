# SPDX-License-Identifier: Apache-2.0
"""VM 0's shell, for the tests that drive a program of tests/system/rootfs step by step."""
import re

from tap import BOOT, check

PROMPT = r"/ # "


class Shell:
    """Commands typed on VM 0's console. They are short: its UART takes 32 characters at once."""

    def __init__(self, machine):
        self.machine = machine

    def ready(self):
        """After a start or a reset."""
        self.machine.expect(r"PREEMPT_RT", 3 * BOOT, source="VM 0")
        self.prompt()
        return self

    def prompt(self):
        self.machine.expect(PROMPT, 60, source="VM 0", partial=True)

    def type(self, command):
        check(len(command) < 32, f"{command}: too long for the UART at once")
        self.machine.send(command.encode() + b"\n")

    def step(self, command, timeout=180):
        """Runs `smp cores 2` and waits for "[smp] cores: ok"; what follows the ok, and the lines before it."""
        program, name = command.split()[:2]
        first = len(self.machine.lines("VM 0"))
        self.type(command)
        end = self.machine.expect(rf"\[\w+\] {name}: (ok|FAILED)|\[ring\] (burst)", timeout, source="VM 0")
        lines = [line.removeprefix("[VM 0] ") for line in self.machine.lines("VM 0")[first:]]
        check(end.group(1) == "ok" or end.group(2), "\n".join(lines))
        for line in lines:
            if line.startswith(f"[{program}] ") or line.startswith("[ring] "):
                print("# " + line, flush=True)
        self.prompt()
        return lines


class Commands:
    """Whole commands for VM 0's /bin/sh, with what they say and their exit status."""

    def __init__(self, machine):
        self.machine = machine
        self.count = 0

    def ready(self):
        """After a start or a reset."""
        self.machine.expect(r"job control turned off", BOOT, source="VM 0")
        self.run("stty -echo; PS1=")
        return self

    def run(self, command, status=0, timeout=60):
        """What the command says. Its exit status must be as given; None: any."""
        self.count += 1
        first = len(self.machine.lines("VM 0"))
        self.machine.send(f"{command}\necho end-$(({self.count})):$?\n".encode())
        got = self.machine.expect(rf"end-{self.count}:(\d+)", timeout, source="VM 0").group(1)
        lines = [line.removeprefix("[VM 0] ") for line in self.machine.lines("VM 0")[first:]]
        text = "\n".join(line for line in lines if not line.startswith(f"end-{self.count}:"))
        check(status in (None, int(got)), f"`{command}` has status {got}, not {status}:\n{text}")
        return text


def ring_total(machine):
    """Doorbells that the program `ring` says it has rung, in all its runs."""
    sent = [re.search(r"\[ring\] .*\bsent (\d+)", line) for line in machine.lines("VM 0")]
    return sum(int(found.group(1)) for found in sent if found)
