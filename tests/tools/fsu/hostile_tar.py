# SPDX-License-Identifier: BSD-2-Clause
#
# hostile_tar.py KIND >ARCHIVE: archives made to lead out of the directory they
# are taken apart in, with names in each other's way, or of another format. Run by
# t_tar.sh.

import io
import sys
import tarfile


def add(tar, name, data=None, kind=tarfile.REGTYPE, link="", mode=0o644):
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = link
    info.mode = mode
    info.size = len(data) if data is not None else 0
    tar.addfile(info, io.BytesIO(data) if data is not None else None)


def escape(tar):
    add(tar, "../out1", b"evil")
    add(tar, "a/../../out2", b"evil")
    add(tar, "/abs", b"fine")
    add(tar, "./dot//slash", b"fine")
    add(tar, "..", kind=tarfile.DIRTYPE, mode=0o777)
    add(tar, "link", kind=tarfile.SYMTYPE, link="/victim")
    add(tar, "link/out3", b"evil")
    add(tar, "up", kind=tarfile.SYMTYPE, link="..")
    add(tar, "up/out4", b"evil")
    add(tar, "link", kind=tarfile.DIRTYPE, mode=0o777)
    add(tar, "hard1", kind=tarfile.LNKTYPE, link="../victim/file")
    add(tar, "hard2", kind=tarfile.LNKTYPE, link="link/file")
    add(tar, "filelink", kind=tarfile.SYMTYPE, link="/victim/file")
    add(tar, "hard3", kind=tarfile.LNKTYPE, link="filelink")
    add(tar, "filelink", b"new")
    add(tar, "last", b"fine")


def nodir(tar):
    add(tar, "file", b"x")
    add(tar, "file/below", b"y")
    add(tar, "dir/file", b"x")
    add(tar, "dir", b"a file in a directory's place")
    add(tar, "hard", kind=tarfile.LNKTYPE, link="missing")
    add(tar, "self", kind=tarfile.LNKTYPE, link="self")
    add(tar, "last", b"fine")


def long(tar):
    add(tar, "n" * 300, b"x")
    add(tar, "/".join(["d" * 200] * 10) + "/f", b"x")
    add(tar, "last", b"fine")


def cpio():
    out = b""
    for name, mode, data in (("dir", 0o40755, b""), ("dir/file", 0o100644,
                             b"data"), ("TRAILER!!!", 0, b"")):
        raw = name.encode() + b"\0"
        fields = (0, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(raw), 0)
        head = b"070701" + b"".join(b"%08X" % f for f in fields) + raw
        out += head + b"\0" * (-len(head) % 4)
        out += data + b"\0" * (-len(data) % 4)
    sys.stdout.buffer.write(out)


if sys.argv[1] == "cpio":
    cpio()
    sys.exit(0)
kinds = {"escape": escape, "nodir": nodir, "long": long}
with tarfile.open(fileobj=sys.stdout.buffer, mode="w|",
                  format=tarfile.PAX_FORMAT) as archive:
    kinds[sys.argv[1]](archive)
