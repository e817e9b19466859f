"""Takes powers away from the process that calls it: no network, no exec, no other processes, no files but its own libraries."""

import ctypes
import errno
import os
import platform
import struct
import sys
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
SIGKILL = 9
CLONE_NEWNET, CLONE_NEWUSER, CLONE_THREAD = 0x40000000, 0x10000000, 0x00010000
SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC = 1, 1
SECCOMP_RET_KILL, SECCOMP_RET_ERRNO, SECCOMP_RET_ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
LANDLOCK_READ_FILE, LANDLOCK_READ_DIR, LANDLOCK_ALL = 1 << 2, 1 << 3, (1 << 13) - 1

# BPF: load a word of seccomp_data, jump when equal, when not below, or when a bit is set; return.
LOAD, JUMP_EQUAL, JUMP_ABOVE, JUMP_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16

# Per machine: AUDIT_ARCH, seccomp, clone, clone3 and prlimit64, then what is refused: sockets, exec, fork, other
# processes, namespaces, kernel interfaces, and changes to files by path.
MACHINES: dict[str, tuple[int, int, int, int, int, tuple[int, ...]]] = {
    "x86_64": (
        *(0xC000003E, 317, 56, 435, 302),
        (
            *(41, 42, 43, 49, 50, 53, 288),  # socket connect accept bind listen socketpair accept4
            *(57, 58, 59, 322),  # fork vfork execve execveat
            *(
                62,
                101,
                129,
                200,
                234,
                297,
                310,
                311,
                424,
                434,
                438,
            ),  # kill ptrace *sigqueueinfo t*kill process_vm pidfd
            *(165, 166, 155, 161, 272, 308, 429, 430, 442),  # mount umount pivot_root chroot unshare setns fsopen
            *(248, 249, 250, 298, 321, 323, 425, 426, 427),  # keys perf_event bpf userfaultfd io_uring
            *(
                76,
                82,
                83,
                84,
                85,
                86,
                87,
                88,
                90,
                92,
                94,
                133,
                188,
                189,
            ),  # truncate rename mkdir rmdir creat link chmod
            *(258, 259, 260, 263, 264, 265, 266, 268, 316, 452),  # the same, relative to a directory
        ),
    ),
    "aarch64": (
        *(0xC00000B7, 277, 220, 435, 261),
        (
            *(198, 199, 200, 201, 202, 203, 242),
            *(221, 281),
            *(117, 129, 130, 131, 138, 240, 270, 271, 424, 434, 438),
            *(39, 40, 41, 51, 97, 268, 429, 430, 442),
            *(217, 218, 219, 241, 280, 282, 425, 426, 427),
            *(5, 6, 33, 34, 35, 36, 37, 38, 45, 53, 54, 276, 452),
        ),
    ),
}


def die_with_parent(parent: int) -> None:
    """End this process when `parent` ends, also when that has happened already."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)


def lock_down() -> list[str]:
    """Take away what can be taken away, and say what it was: `seccomp` or `netns` (no network), `landlock` (no files).

    Modules that are imported later must lie under the interpreter's own folders.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    guards = ["landlock"] if _hide_files(libc) else []
    if _filter_system_calls(libc):
        return [*guards, "seccomp"]
    if libc.unshare(CLONE_NEWNET) == 0 or libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0:
        return [*guards, "netns"]
    return guards


def _filter_system_calls(libc: ctypes.CDLL) -> bool:
    """Install the filter in every thread. False where the kernel or the container does not let us."""
    machine = MACHINES.get(platform.machine())
    if machine is None:
        return False
    program = seccomp_program(*machine)
    filters = ctypes.create_string_buffer(program)
    # struct sock_fprog: a count, six bytes of padding, a pointer.
    header = struct.pack("H6xP", len(program) // 8, ctypes.addressof(filters))
    flags = SECCOMP_FILTER_FLAG_TSYNC
    return bool(libc.syscall(machine[1], SECCOMP_SET_MODE_FILTER, flags, ctypes.create_string_buffer(header)) == 0)


def seccomp_program(
    architecture: int, _seccomp: int, clone: int, clone3: int, prlimit: int, refused: tuple[int, ...]
) -> bytes:
    """The BPF program: threads may start, processes may not; prlimit works on oneself only; `refused` fail with EPERM."""
    refuse = (RETURN, 0, 0, SECCOMP_RET_ERRNO | errno.EPERM)
    allow = (RETURN, 0, 0, SECCOMP_RET_ALLOW)
    steps = [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, SECCOMP_RET_KILL),
        (LOAD, 0, 0, NUMBER),
        (JUMP_ABOVE, 0, 1, 0x40000000),  # the x32 calls of x86_64 have numbers of their own
        refuse,
        (JUMP_EQUAL, 0, 1, clone3),  # its flags cannot be seen from here; without it the C library uses clone
        (RETURN, 0, 0, SECCOMP_RET_ERRNO | errno.ENOSYS),
        (JUMP_EQUAL, 0, 4, clone),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (JUMP_BIT, 0, 1, CLONE_THREAD),
        allow,
        refuse,
        (JUMP_EQUAL, 0, 4, prlimit),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (JUMP_EQUAL, 0, 1, 0),
        allow,
        refuse,
    ]
    for number in refused:
        steps += [(JUMP_EQUAL, 0, 1, number), refuse]
    return b"".join(struct.pack("HBBI", *step) for step in [*steps, allow])


def _hide_files(libc: ctypes.CDLL) -> bool:
    """Leave only the interpreter, its packages and the system's libraries and fonts, to be read."""
    ruleset = libc.syscall(LANDLOCK_CREATE_RULESET, struct.pack("Q", LANDLOCK_ALL), 8, 0)
    if ruleset < 0:
        return False
    packages = [entry for entry in sys.path if "python" in Path(entry).name or "packages" in Path(entry).name]
    system = ["/usr", "/lib", "/lib64", "/etc/fonts", "/etc/ld.so.cache", "/dev/null", "/dev/urandom"]
    hardware = ["/sys/devices/system", "/sys/fs/cgroup", "/proc/self", "/proc/cpuinfo", "/proc/meminfo"]
    for path in filter(os.path.exists, {sys.prefix, sys.base_prefix, *packages, *system, *hardware}):
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        rights = LANDLOCK_READ_FILE | (LANDLOCK_READ_DIR if Path(path).is_dir() else 0)
        libc.syscall(LANDLOCK_ADD_RULE, ruleset, 1, struct.pack("=Qi", rights, handle), 0)
        os.close(handle)
    hidden = bool(libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0)
    os.close(ruleset)
    return hidden
