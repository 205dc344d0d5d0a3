"""Ways for a process to be killed in a narrow window of its own, without a debugger.

Each SQL statement and each call that flushes, renames or removes a file is an event. At the n-th event of a name the
process kills itself; or lets the kernel do it at its next system call of one kind, which is how to die between two
writes of SQLite; or at the first byte of any file beyond a place, which tears the write that crosses it.
"""

from __future__ import annotations

import ctypes
import os
import platform
import random
import resource
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

CALLS = ("fsync", "fdatasync", "rename", "replace", "unlink", "rmdir", "mkdir")
"""Functions of ``os`` that are events."""
STATEMENTS = ("BEGIN", "COMMIT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "SELECT", "PRAGMA")
"""First words of statements; repetitions of one, as executemany makes, are one event."""
_SYSTEM_CALLS = {
    "x86_64": {
        "write": 1,
        "close": 3,
        "mmap": 9,
        "munmap": 11,
        "pwrite64": 18,
        "fcntl": 72,
        "fsync": 74,
        "fdatasync": 75,
        "ftruncate": 77,
        "rename": 82,
        "unlink": 87,
        "openat": 257,
    },
    "aarch64": {
        "unlinkat": 35,
        "renameat": 38,
        "ftruncate": 46,
        "openat": 56,
        "close": 57,
        "write": 64,
        "pwrite64": 68,
        "fsync": 82,
        "fdatasync": 83,
        "munmap": 215,
        "mmap": 222,
        "fcntl": 25,
    },
}
KILLED = frozenset({signal.SIGKILL, signal.SIGSYS, signal.SIGXFSZ})
"""The signals that an aim ends a process by: none of them lets it do another thing."""


class Aim(NamedTuple):
    """When and how to be killed."""

    event: str
    """A call, the first word of a statement, or ``any``."""
    nth: int
    system_call: str = ""
    """Let the kernel do it at the next of these."""
    beyond: int = -1
    """Let the kernel do it at the first write to a file at or beyond this byte."""


def drawn_aim(chance: random.Random) -> Aim:
    """A random aim; not all are ever met."""
    event = chance.choice((*CALLS[:5], *STATEMENTS, "COMMIT", "COMMIT", "any", "any"))
    aim = Aim(event, 1 + int(chance.random() ** 2 * (400 if event in ("any", "SELECT") else 25)))
    kind = chance.random()
    if kind < 0.4:
        return aim
    if kind < 0.8 and system_calls():
        return aim._replace(system_call=chance.choice(sorted(system_calls())))
    return aim._replace(beyond=int(chance.random() ** 2 * 300_000))


def system_calls() -> dict[str, int]:
    """The numbers of this machine's system calls; empty where the kernel cannot be asked to kill at one."""
    return _SYSTEM_CALLS.get(platform.machine(), {}) if sys.platform == "linux" else {}


class Aimed:
    """Counts the events of this process, and kills it at one."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._aim: Aim | None = None
        self._last = ""
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python would make an error of it
        for name in CALLS:
            setattr(os, name, self._watched(name, getattr(os, name)))
        connect = sqlite3.connect

        def connected(*arguments: Any, **options: Any) -> sqlite3.Connection:
            connection = connect(*arguments, **options)
            connection.set_trace_callback(self._stated)
            return connection

        sqlite3.connect = connected  # type: ignore[assignment]  # the same but for the callback

    def at(self, aim: Aim | None) -> None:
        """Count from here on."""
        self.counts.clear()
        self._last = ""
        self._aim = aim

    def _watched(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self._happened(name)
            result = real(*arguments, **options)
            self._happened(name)  # and once more when it is done
            return result

        return call

    def _stated(self, statement: str) -> None:
        if statement[:30] != self._last:
            self._last = statement[:30]
            self._happened(statement.lstrip().split(" ", 1)[0].upper())

    def _happened(self, name: str) -> None:
        self.counts[name] += 1
        self.counts["any"] += 1
        aim = self._aim
        if aim is not None and aim.event in (name, "any") and self.counts[aim.event] == aim.nth:
            _kill(aim)


def _kill(aim: Aim) -> None:
    if aim.system_call:
        _kill_at(system_calls()[aim.system_call])
    elif aim.beyond >= 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (aim.beyond, aim.beyond))
    else:
        os.kill(os.getpid(), signal.SIGKILL)


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction)))


def _kill_at(number: int) -> None:
    """Have the kernel kill all of this process at the next system call of a number, but for words to the parent."""
    load, equal, answer = 0x20, 0x15, 0x06
    instructions = (_Instruction * 6)(
        _Instruction(load, 0, 0, 0),  # the number
        _Instruction(equal, 0, 3, number),
        _Instruction(load, 0, 0, 16),  # the first argument
        _Instruction(equal, 1, 0, 1),  # the pipe to the parent
        _Instruction(answer, 0, 0, 0x8000_0000),  # kill the process
        _Instruction(answer, 0, 0, 0x7FFF_0000),  # allow
    )
    program = _Program(len(instructions), instructions)
    library = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, seccomp, filter_mode, all_threads = 38, {"x86_64": 317, "aarch64": 277}, 1, 1
    assert library.prctl(no_new_privileges, 1, 0, 0, 0) == 0
    if library.syscall(seccomp[platform.machine()], filter_mode, all_threads, ctypes.byref(program)):
        os.kill(os.getpid(), signal.SIGKILL)  # a kernel without it: here rather than never
