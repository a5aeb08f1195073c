#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""TAP: scripts/run and scripts/machine.py against a QEMU that says what the case wants."""

import os
import pathlib
import pty
import select
import signal
import subprocess
import sys
import tempfile
import termios
import time

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import machine  # noqa: E402

RUN = str(HERE.parent / "run")
FAKE = str(HERE / "fake-qemu")
CASES = []


def case(function):
    CASES.append(function)
    return function


def boot(fake, **more):
    os.environ["FAKE"] = fake
    return machine.Machine(FAKE, qemu=FAKE, **more)


def run(fake, *arguments, mode="demo", **more):
    """scripts/run with `fake`, its judge replaced by one that FAKE_JUDGE describes."""
    with tempfile.TemporaryDirectory() as build:
        transcript = os.path.join(build, "transcript")
        done = subprocess.run(
            [RUN, mode, "--qemu", FAKE, "--base", FAKE, "--bundle", FAKE, "--transcript",
             transcript, "--grace", "2", *arguments],
            env={**os.environ, "FAKE": fake}, text=True, capture_output=True, timeout=60,
            **{"stdin": subprocess.DEVNULL, **more})
        done.transcript = open(transcript, encoding="utf-8").read()
    return done


def raises(kind, call):
    try:
        call()
    except kind as error:
        return str(error)
    raise AssertionError(f"no {kind.__name__}")


def alive(pid):
    try:
        stat = open(f"/proc/{pid}/stat", encoding="ascii").read()
        return stat.rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def soon(condition, seconds=5):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


@case
def expect_gives_the_match_and_goes_on_after_it():
    with boot("good") as m:
        assert m.expect(r"write to shm int: (\d+)", 5).group(1) == "0"
        assert m.expect(r"write to shm int: (\d+)", 5).group(1) == "8080808"


@case
def each_source_has_its_own_place():
    with boot("good") as m:
        m.expect(r"VM 0 \(.*\): off", 5, source="base")
        m.expect(r"all sent", 5, source="VM 1")
        assert m.expect(r"shm: (\d+)", 5, source="VM 0").group(1) == "8080808"
        assert len(m.lines("VM 1")) == 3, m.lines("VM 1")
    with boot("good") as m:
        assert m.expect(r"int: (\d+)", 5, source="VM 1").group(1) == "8080808"


@case
def torn_coloured_lines_are_whole_and_clean():
    with boot("torn") as m:
        assert m.expect(r"read from shm: (\d+)", 5).group(1) == "8080808"
        m.expect(r"^\[base\] VM 0", 5)
        assert "\x1b" not in m.transcript and "\r" not in m.transcript
        assert m.transcript.startswith("[base] fusiondock\n[VM 0] [    0.000000] Booting")


@case
def bytes_that_are_no_text_do_no_harm():
    with boot("garbage") as m:
        m.expect("end$", 5)
        assert m.transcript == "\ufffd\ufffd[VM 0] \u00e9 end\n", repr(m.transcript)


@case
def an_unfinished_line_matches_only_when_asked():
    with boot("echo") as m:
        assert "/ #" in raises(machine.Timeout, lambda: m.expect("# $", 0.5))
        m.expect("# $", 5, partial=True)
        m.send(b"hello")
        m.expect("<hello>", 5)


@case
def a_line_taken_off_the_screen_is_no_text():
    with boot("redrawn") as m:
        m.expect("/ # $", 5, partial=True)
        m.send(b"x")
        m.expect("# ", 5, source="VM 1")
        assert m.expect(r"# (\w+)$", 5, source="VM 0").group(1) == "echo"
        m.expect("said", 5)
        assert m.lines() == ["[VM 1] tick 1 # ", "[VM 1] tick 2", "[VM 0] / # echo",
                             "[VM 0] said"], m.lines()


@case
def what_replaces_a_matched_unfinished_line_is_looked_at_from_its_start():
    with boot("redrawn") as m:
        m.expect("/ # $", 5, partial=True)
        m.send(b"x")
        m.expect(r"VM 1\] tick 1", 5)


@case
def timeout_says_what_was_awaited_and_the_last_lines():
    with boot("good") as m:
        m.expect("off$", 5)
        text = raises(machine.Timeout, lambda: m.expect("never said", 0.3))
        assert "never said" in text and "VM 0 (linux): off" in text, text


@case
def an_end_is_told_with_status_and_words_of_qemu():
    with boot("dying") as m:
        text = raises(machine.Ended, lambda: m.expect("never said", 5))
        assert "status 7" in text and "something broke" in text and "[VM 0] [li" in text, text


@case
def a_refusal_ends_the_waiting_unless_it_is_what_is_awaited():
    with boot("refusing") as m:
        assert "used twice" in raises(machine.BaseStopped, lambda: m.expect("never said", 5))
    with boot("refusing") as m:
        m.expect(r"refused: /vms/vm@1", 5)
        m.expect("no VM runs", 5)
        raises(machine.Timeout, lambda: m.expect("never said", 0.2))


@case
def quit_lets_the_base_end_and_keeps_its_last_words():
    with boot("good") as m:
        m.expect("off$", 5)
        assert m.quit() == 0
        assert "exits: hvc 11" in m.transcript
        assert m.quit() == 0


@case
def quit_stops_one_that_does_not_answer():
    with boot("no_answer") as m:
        m.expect("off$", 5)
        assert m.quit(0.5) is None
        assert not alive(m.pid)


@case
def no_machine_outlives_its_block_or_its_process():
    try:
        with boot("silent") as m:
            raise KeyError
    except KeyError:
        assert not alive(m.pid)
    code = (f"import sys, os, signal; sys.path.insert(0, {str(HERE.parent)!r}); import machine; "
            f"m = machine.Machine({FAKE!r}, qemu={FAKE!r}).start(); print(m.pid, flush=True); "
            "os.kill(os.getpid(), signal.SIGKILL)")
    done = subprocess.run([sys.executable, "-B", "-c", code], env={**os.environ, "FAKE": "silent"},
                          stdout=subprocess.PIPE, text=True, timeout=20)
    assert soon(lambda: not alive(int(done.stdout)))


@case
def qemu_gets_the_machine_of_the_contract():
    with boot("arguments", bundle=FAKE, append=["color", "x=1"], extra=["-d", "int"]) as m:
        m.wait(5)
        said = " ".join(line.removeprefix("[base] ") for line in m.lines())
    assert said == (
        "-M virt,gic-version=3,virtualization=on -cpu max -smp 4 -m 2G -display none -monitor none"
        " -nic none -chardev stdio,id=con,signal=off -serial chardev:con -kernel " + FAKE +
        " -initrd " + FAKE + " -append color x=1 -d int"), said


@case
def a_file_that_is_not_there_is_named():
    text = raises(machine.MachineError,
                  lambda: machine.Machine("/nowhere/fusiondock.bin", qemu=FAKE).start())
    assert "/nowhere/fusiondock.bin" in text
    text = raises(machine.MachineError, lambda: machine.Machine(FAKE, qemu="no-qemu").start())
    assert "qemu-system-arm" in text


@case
def demo_shows_all_and_tells_its_progress():
    done = run("torn", "--judge", "/bin/true")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[base] exits: hvc 11", done.stdout
    assert done.transcript == done.stdout
    told = [done.stderr.index(word) for word in
            ("booting the base", "waiting for Linux", "waiting for messages", "ending", "booted")]
    assert told == sorted(told), done.stderr


@case
def demo_fails_when_the_judge_does():
    done = run("good", "--judge", "/bin/false")
    assert done.returncode == 1 and "transcript" in done.stderr, done.stderr


@case
def demo_hands_transcript_and_kind_to_the_judge():
    with tempfile.NamedTemporaryFile("w", suffix=".py", delete=False) as judge:
        judge.write("#!/usr/bin/env python3\nimport sys\n"
                    "ok = 'all sent' not in open(sys.argv[1]).read()"
                    " and sys.argv[2:] == ['--linux-only']\nsys.exit(not ok)\n")
    os.chmod(judge.name, 0o755)
    try:
        done = run("half", "--linux-only", "--judge", judge.name)
        assert done.returncode == 0, done.stderr
        assert run("good", "--judge", judge.name).returncode == 1
    finally:
        os.unlink(judge.name)


@case
def demo_says_what_it_waited_for_when_the_time_is_up():
    done = run("half", "--timeout", "2", "--judge", "/bin/true")
    assert done.returncode == 1
    assert "waiting for messages the other way" in done.stderr.split("failed:")[1], done.stderr
    done = run("silent", "--timeout", "1", "--judge", "/bin/true")
    assert done.returncode == 1 and "booting the base" in done.stderr.split("failed:")[1]


@case
def demo_fails_at_once_on_a_refusal_with_its_reason():
    start = time.monotonic()
    done = run("refusing", "--judge", "/bin/true")
    assert done.returncode == 1 and "used twice" in done.stderr.split("failed:")[1]
    assert "no VM runs" in done.stdout and time.monotonic() - start < 8


@case
def demo_fails_at_once_when_a_vm_is_stopped():
    done = run("stopping", "--judge", "/bin/true")
    assert done.returncode == 1 and "VM 1 (uniproton): stopped" in done.stderr.split("failed:")[1]


@case
def demo_fails_when_qemu_dies_or_ends_badly():
    done = run("dying", "--judge", "/bin/true")
    assert done.returncode == 1 and "something broke" in done.stderr, done.stderr
    done = run("bad_exit", "--judge", "/bin/true")
    assert done.returncode == 1 and "status 3" in done.stderr, done.stderr


@case
def demo_fails_when_the_base_does_not_power_off():
    done = run("no_answer", "--judge", "/bin/true")
    assert done.returncode == 1 and "power" in done.stderr, done.stderr


@case
def a_signal_ends_run_and_qemu():
    with tempfile.TemporaryDirectory() as build:
        child = subprocess.Popen(
            [RUN, "demo", "--qemu", FAKE, "--base", FAKE, "--bundle", FAKE, "--build", build],
            env={**os.environ, "FAKE": "no_answer"}, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        child.stdout.readline()
        qemu = int(open(f"/proc/{child.pid}/task/{child.pid}/children", encoding="ascii").read())
        child.send_signal(signal.SIGTERM)
        assert child.wait(20) == 128 + signal.SIGTERM
        child.stdout.close()
        assert not alive(qemu)


@case
def interactive_works_line_wise_without_a_terminal():
    read, write = os.pipe()
    os.write(write, b"uname\n\x1d1\x1dq")
    done = run("echo", mode="interactive", stdin=read)
    os.close(read)
    os.close(write)
    assert done.returncode == 0, done.stderr
    assert "Ctrl-]" in done.stderr
    assert "/ # " in done.stdout


@case
def interactive_gives_the_terminal_back():
    leader, terminal = pty.openpty()
    before = termios.tcgetattr(terminal)
    child = subprocess.Popen(
        [RUN, "interactive", "--qemu", FAKE, "--base", FAKE, "--bundle", FAKE, "--grace", "1"],
        env={**os.environ, "FAKE": "echo", "TERM": "xterm"}, stdin=terminal, stdout=terminal,
        stderr=terminal)
    try:
        check_terminal(leader, terminal, child, before)
    finally:
        child.kill()
        child.wait()
        os.close(leader)
        os.close(terminal)


def read_until(fd, awaited, shown=b""):
    while awaited not in shown:
        assert select.select([fd], [], [], 10)[0], f"{awaited!r} not in {shown!r}"
        shown += os.read(fd, 1000)


def check_terminal(leader, terminal, child, before):
    read_until(leader, b"/ # ")
    assert termios.tcgetattr(terminal)[3] & termios.ICANON == 0
    os.write(leader, b"\x03")  # Ctrl-C is the guest's
    read_until(leader, b"<\x03>\r\n")
    os.write(leader, b"\x1d")
    time.sleep(0.3)
    os.write(leader, b"q")
    assert child.wait(20) == 1  # this base takes the two keys apart and does not answer
    assert termios.tcgetattr(terminal) == before


def asks_for_colour(**environment):
    """Whether the base is told to colour, on a terminal with this environment."""
    leader, terminal = pty.openpty()
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    child = subprocess.Popen(
        [RUN, "interactive", "--qemu", FAKE, "--base", FAKE, "--bundle", FAKE, "--grace", "1"],
        env={**plain, "FAKE": "arguments", **environment}, stdin=terminal, stdout=terminal,
        stderr=subprocess.DEVNULL)
    os.close(terminal)
    shown = b""
    try:
        while True:
            shown += os.read(leader, 4096)
    except OSError:  # the runner has ended
        pass
    child.wait(20)
    os.close(leader)
    assert b"-append" in shown, shown
    return b"color" in shown


@case
def colours_are_for_terminals_that_want_them():
    assert asks_for_colour(TERM="xterm")
    assert not asks_for_colour(TERM="xterm", NO_COLOR="1")
    assert not asks_for_colour(TERM="dumb")
    assert not asks_for_colour()
    assert "color" not in run("arguments").stdout


@case
def interactive_ends_when_its_terminal_goes():
    leader, terminal = pty.openpty()
    child = subprocess.Popen(
        [RUN, "interactive", "--qemu", FAKE, "--base", FAKE, "--bundle", FAKE, "--grace", "1"],
        env={**os.environ, "FAKE": "echo"}, stdin=terminal, stdout=terminal,
        stderr=subprocess.DEVNULL)
    try:
        os.close(terminal)
        read_until(leader, b"/ # ")
        os.close(leader)
        assert child.wait(20) == 128 + signal.SIGHUP
    finally:
        child.kill()
        child.wait()


def main():
    print(f"1..{len(CASES)}", flush=True)
    failed = 0
    for number, function in enumerate(CASES, 1):
        try:
            function()
            verdict = "ok"
        except Exception as error:  # any: the next case runs all the same
            verdict = "not ok"
            failed += 1
            print("\n".join(f"# {line}" for line in f"{error!r}".replace("\\n", "\n").split("\n")))
        print(f"{verdict} {number} - {function.__name__.replace('_', ' ')}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
