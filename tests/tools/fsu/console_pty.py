# SPDX-License-Identifier: BSD-2-Clause
#
# console_pty.py IMAGE: a person at a terminal: runs "fsu console IMAGE" on one,
# types what standard input holds, waiting for the prompt after each line, and
# prints what the terminal shows. In a line, <TAB>, <UP> and <INT> are keys;
# <INT> is typed once "waiting" has been shown. The terminal may throw away a
# prompt that comes with the signal, so the line after it is typed without one,
# and has to say what it shows: "status<SHOWS>130".

import os
import pty
import select
import sys

KEYS = {"<TAB>": "\t", "<UP>": "\x1b[A", "<INT>": "\x03"}


shown = bytearray()
seen = 0


def read_until(fd, text):
    """What is behind the text is for the next call."""
    global seen
    while (at := shown.find(text, seen)) == -1:
        if not select.select([fd], [], [], 50)[0]:
            sys.exit("no %r in %r" % (text, bytes(shown)))
        try:
            data = os.read(fd, 4096)
        except OSError:
            return False
        if not data:
            return False
        shown.extend(data)
    seen = at + len(text)
    return True


def type_line(fd, line):
    """False: that was the end."""
    before, interrupt, _ = line.partition("<INT>")
    before, _, shows = before.partition("<SHOWS>")
    for name, key in KEYS.items():
        before = before.replace(name, key)
    os.write(fd, before.encode() + b"\r")
    if interrupt:
        read_until(fd, b"waiting\r\n")
        os.write(fd, b"\x03")
        return read_until(fd, b"^C")
    if shows:
        read_until(fd, b"\r\n" + shows.encode() + b"\r\n")
    return read_until(fd, b"> ")


pid, fd = pty.fork()
if pid == 0:
    os.execvp("fsu", ["fsu", "console", sys.argv[1]])
read_until(fd, b"> ")
for line in sys.stdin:
    if not type_line(fd, line.rstrip("\n")):
        break
# A line that is drawn again looks like a prompt: some may not have been run.
while read_until(fd, b"> "):
    pass
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stdout.write(shown.decode("utf-8", "replace").replace("\r", ""))
print("\nstatus", status)
