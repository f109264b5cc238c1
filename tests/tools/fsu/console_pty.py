# SPDX-License-Identifier: BSD-2-Clause
#
# console_pty.py IMAGE: a person at a terminal: runs "fsu console IMAGE" on one,
# types what standard input holds, waiting for the prompt after each line, and
# prints what the terminal shows. In a line, <TAB>, <UP> and <INT> are keys;
# <INT> is typed once "waiting" has been shown.

import os
import pty
import select
import sys

KEYS = {"<TAB>": "\t", "<UP>": "\x1b[A", "<INT>": "\x03"}


def read_until(fd, text, shown):
    start = len(shown)
    while text not in shown[start:]:
        if not select.select([fd], [], [], 50)[0]:
            sys.exit("no %r in %r" % (text, bytes(shown)))
        try:
            data = os.read(fd, 4096)
        except OSError:
            return False
        if not data:
            return False
        shown.extend(data)
    return True


pid, fd = pty.fork()
if pid == 0:
    os.execvp("fsu", ["fsu", "console", sys.argv[1]])
shown = bytearray()
read_until(fd, b"> ", shown)
for line in sys.stdin:
    line = line.rstrip("\n")
    before, interrupt, line_rest = line.partition("<INT>")
    for name, key in KEYS.items():
        before = before.replace(name, key)
    os.write(fd, before.encode() + b"\r")
    if interrupt:
        read_until(fd, b"waiting\r\n", shown)
        os.write(fd, b"\x03")
        # the terminal may throw away a prompt that comes with the signal
        read_until(fd, b"^C", shown)
        os.write(fd, b"\r")
    if not read_until(fd, b"> ", shown):
        break
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stdout.write(shown.decode("utf-8", "replace").replace("\r", ""))
print("\nstatus", status)
