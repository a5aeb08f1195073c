# SPDX-License-Identifier: Apache-2.0
"""One QEMU that runs the base, and its console.

    with Machine("build/base/fusiondock.bin", "build/systems/demo.itb") as m:
        m.expect(r"\\[linux\\] read from shm: (\\d+)", 60, source="VM 0")
        m.send(b"\\x1dq")

The console is read by a thread from start to end, so QEMU never waits for its reader and
nothing is lost between two calls. What is matched is whole lines, cleaned: carriage returns
and escape sequences are gone, what the base took off the screen is too, and bytes that are no
UTF-8 are U+FFFD. How the bytes were cut up
on their way does not matter. Call all methods from one thread.

No QEMU outlives its Machine: quit() and the end of the `with` block stop it by its own pid,
and the kernel kills it when this process dies in any other way.
"""

import codecs
import collections
import ctypes
import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import threading
import time

ESCAPE_KEY = b"\x1d"  # Ctrl-]
END_KEYS = ESCAPE_KEY + b"q"

# The base says these when it goes no further.
FATAL = re.compile(r"^\[base\] (panic|refused)")

SOURCE = re.compile(r"^\[(base|VM \d+)\] ?")
# Control sequences of ECMA-48, and the beginning of one at the end of what is here so far.
ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*(?:[@-~]|$)|[@-Z\\-_]|$)")

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)  # before any fork: the child must not load anything

# With its option `interactive` the base takes an unfinished line off the screen with this, to
# show it again below a line of another source. What stood before it is no text.
ERASE = "\r\x1b[K"

# `text` is cleaned; `raw` keeps escape sequences; `source` is "base", "VM 0", ... or "";
# `erased` is how often it was begun anew.
Line = collections.namedtuple("Line", "text raw source erased")


class MachineError(Exception):
    """Something went wrong; the message says what was awaited and ends with the last lines."""


class Timeout(MachineError):
    """The time was up before the console showed what was awaited."""


class Ended(MachineError):
    """QEMU ended before the console showed what was awaited."""


class BaseStopped(MachineError):
    """The base printed a line of panic or refusal that nobody expected."""


def clean(raw):
    return ESCAPE_SEQUENCE.sub("", raw)


def make_line(received):
    *erased, rest = received.split(ERASE)
    raw = rest.replace("\r", "")
    text = clean(raw)
    found = SOURCE.match(text)
    return Line(text, raw, found.group(1) if found else "", len(erased))


class LineReader:
    """Cuts a byte stream into lines, whatever the pieces it comes in."""

    def __init__(self):
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._rest = ""

    def feed(self, data, final=False):
        """The lines that `data` completes; with `final` also an unfinished last one."""
        self._rest += self._decode(data, final)
        *whole, self._rest = self._rest.split("\n")
        if final and make_line(self._rest).text:
            whole.append(self._rest)
            self._rest = ""
        return [make_line(received) for received in whole]

    @property
    def unfinished(self):
        return make_line(self._rest)


def die_with(parent):
    """In the child, before exec: be killed when `parent` dies."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


class Machine:
    """See the module. `bundle` None boots `base` alone (any arm64 Image).

    append: words for the base's command line. extra: QEMU arguments as they are.
    on_line(Line): called for each line as it comes, on the reader's thread.
    on_bytes(bytes): the same before any cleaning, for a terminal.
    transcript: a file that gets the cleaned lines as they come.
    fatal: a line that ends every expect() with BaseStopped, or None.
    """

    def __init__(self, base, bundle=None, *, append=(), qemu="qemu-system-aarch64",
                 machine="virt,gic-version=3,virtualization=on", cpu="max", smp=4, memory="2G",
                 extra=(), on_line=None, on_bytes=None, transcript=None, fatal=FATAL):
        self.command = [
            qemu, "-M", machine, "-cpu", cpu, "-smp", str(smp), "-m", memory,
            "-display", "none", "-monitor", "none", "-nic", "none",
            "-chardev", "stdio,id=con,signal=off", "-serial", "chardev:con",
            "-kernel", os.fspath(base)]
        if bundle is not None:
            self.command += ["-initrd", os.fspath(bundle)]
        if append:
            self.command += ["-append", " ".join(append)]
        self.command += list(extra)
        self._files = [path for path in (base, bundle) if path is not None]
        self._on_line = on_line
        self._on_bytes = on_bytes
        self._transcript_path = transcript
        self._transcript_file = None
        self._fatal = re.compile(fatal) if isinstance(fatal, str) else fatal
        self._fatal_lines = []
        self._lines = []
        self._reader = LineReader()
        self._cursors = {}  # source -> (index of the line, column in it, its `erased`)
        self._news = threading.Condition()
        self._closed = False  # the console has ended
        self._process = None
        self._thread = None
        self._stderr = None
        self._stderr_text = ""

    # --- Life

    def start(self):
        """Starts QEMU. MachineError names what is not there."""
        if self._process is not None:
            raise MachineError("this Machine was started before: make a new one")
        for path in self._files:
            if not os.path.isfile(path):
                raise MachineError(f"{path}: no such file; build it with `make`")
        if shutil.which(self.command[0]) is None:
            raise MachineError(f"{self.command[0]} is not in PATH (Debian: qemu-system-arm)")
        if self._transcript_path is not None:
            self._transcript_file = open(self._transcript_path, "w", encoding="utf-8")
        self._stderr = tempfile.TemporaryFile()
        parent = os.getpid()
        # A session of its own: Ctrl-C at our terminal is ours to handle.
        self._process = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._stderr,
            bufsize=0, start_new_session=True, preexec_fn=lambda: die_with(parent))
        os.set_blocking(self._process.stdin.fileno(), False)
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        return self

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, value, traceback):
        self.kill()

    @property
    def pid(self):
        return self._process.pid

    @property
    def running(self):
        return self._process is not None and self._process.poll() is None

    def quit(self, grace=10):
        """Asks the base to end (Ctrl-] q) and waits `grace` seconds for it to power off.

        Returns QEMU's exit status, or None when it had to be stopped.
        """
        try:
            self.send(END_KEYS)
        except MachineError:
            pass
        return self.wait(grace)

    def wait(self, seconds):
        """Waits for the machine to end by itself, stops it after that. Returns as quit()."""
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            status = None
        self.kill()
        return status

    def kill(self):
        """Stops QEMU if it still runs, and closes everything. Harmless a second time."""
        if self._process is None or self._stderr is None:
            return
        if self.running:
            self._process.terminate()
            try:
                self._process.wait(3)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._thread.join(3)
        self._process.stdin.close()
        if not self._thread.is_alive():
            self._process.stdout.close()
        self._stderr_text = self._read_stderr()
        self._stderr.close()
        self._stderr = None
        if self._transcript_file is not None:
            self._transcript_file.close()

    # --- What the console says

    @property
    def stopped(self):
        """The base's line of panic or refusal that no expect() asked for, or None."""
        return self._fatal_lines[0].text if self._fatal_lines else None

    def expect(self, pattern, timeout, *, source=None, partial=False):
        """The match of `pattern` in the first line after the last match that has it.

        Waits up to `timeout` seconds for that line. `source` ("base", "VM 0", ...) looks only
        at the lines of that source; each source, and None for all of them, has a place of its
        own from which it goes on. `partial` looks at the unfinished last line too, for a
        prompt. The text has the prefix of its source, "[VM 0] ".

        Timeout, Ended or BaseStopped say what was awaited and show the last lines.
        """
        regex = re.compile(pattern)
        deadline = time.monotonic() + timeout
        with self._news:
            while True:
                match = self._search(regex, source, partial)
                if match:
                    return match
                if self._fatal_lines:
                    raise BaseStopped(self._report(f"{self.stopped}\n{_while(regex)}"))
                if self._closed:
                    raise Ended(self._report(f"the machine ended, {_while(regex)}"))
                left = deadline - time.monotonic()
                if left <= 0:
                    raise Timeout(self._report(f"nothing for {timeout} s, {_while(regex)}"))
                self._news.wait(left)

    def send(self, data, timeout=10):
        """Types `data`. MachineError when the machine takes no input for `timeout` seconds."""
        if self._process.stdin.closed:
            raise Ended(self._report("the machine ended, it took no input"))
        fd = self._process.stdin.fileno()
        deadline = time.monotonic() + timeout
        while data:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([], [fd], [], left)[1]:
                raise MachineError(self._report(f"the console took no input for {timeout} s"))
            try:
                data = data[os.write(fd, data):]
            except BlockingIOError:
                time.sleep(0.01)
            except BrokenPipeError:
                raise Ended(self._report("the machine ended, it took no input")) from None

    def lines(self, source=None):
        """The complete lines so far, cleaned, of one source or of all."""
        with self._news:
            return [line.text for line in self._lines if source in (None, line.source)]

    @property
    def transcript(self):
        """All that the console said so far, cleaned; the unfinished line last."""
        with self._news:
            return "".join(line.text + "\n" for line in self._lines) + self._reader.unfinished.text

    @property
    def errors(self):
        """What QEMU itself has written to its standard error."""
        return self._stderr_text if self._stderr is None else self._read_stderr()

    def tail(self, count=15):
        return "\n".join(self.transcript.splitlines()[-count:])

    # --- Inside

    def _read(self):
        fd = self._process.stdout.fileno()
        while True:
            data = os.read(fd, 65536)
            if self._on_bytes and data:
                self._on_bytes(data)
            with self._news:
                lines = self._reader.feed(data, final=not data)
                self._take(lines)
                self._closed = not data
                self._news.notify_all()
            if self._on_line:
                for line in lines:
                    self._on_line(line)
            if not data:
                return

    def _take(self, lines):
        for line in lines:
            self._lines.append(line)
            if self._transcript_file is not None:
                self._transcript_file.write(line.text + "\n")
                self._transcript_file.flush()
            if self._fatal and self._fatal.search(line.text):
                self._fatal_lines.append(line)

    def _search(self, regex, source, partial):
        index, column, erased = self._cursors.get(source, (0, 0, 0))
        lines = self._lines
        while index < len(lines) or (partial and index == len(lines)):
            line = lines[index] if index < len(lines) else self._reader.unfinished
            if line.erased != erased:
                column = 0  # what was matched there is gone
            match = regex.search(line.text, column) if source in (None, line.source) else None
            if match:
                self._cursors[source] = (index, match.end(), line.erased)
                if line in self._fatal_lines:
                    self._fatal_lines.remove(line)  # it was expected
                return match
            if index == len(lines):
                return None
            index, column, erased = index + 1, 0, 0
            self._cursors[source] = (index, column, erased)
        return None

    def _read_stderr(self):
        if self._stderr is None:
            return ""
        with os.fdopen(os.dup(self._stderr.fileno()), "rb") as copy:
            return os.pread(copy.fileno(), 65536, 0).decode("utf-8", "replace")

    def _report(self, what):
        """`what`, then QEMU's own words and the last lines. The lock may be held: take none."""
        parts = [what]
        if self._closed:
            try:
                parts[0] += f" (QEMU's exit status {self._process.wait(3)})"
            except subprocess.TimeoutExpired:
                pass
        if self.errors.strip():
            parts.append("QEMU says: " + self.errors.strip())
        last = [line.text for line in self._lines[-15:]] + [self._reader.unfinished.text]
        parts.append("the last lines:\n  " + "\n  ".join(filter(None, last)))
        return "\n".join(parts)


def _while(regex):
    return f"while waiting for {regex.pattern!r}"
