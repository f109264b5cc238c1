# SPDX-License-Identifier: BSD-2-Clause
#
# e2_populate.py DIR [FILES]: fills a file system, mounted by the host, with
# files of all kinds: FILES names in one directory, links of all lengths,
# holes, unwritten and fragmented extents, devices, times, owners, attributes.
# What the file system at hand does not do is left out.

import os
import random
import socket
import stat
import struct
import sys

random.seed(7)
os.umask(0o022)
os.chdir(sys.argv[1])
nfiles = int(sys.argv[2]) if len(sys.argv) > 2 else 300


def data(n):
    return bytes(random.getrandbits(8) for _ in range(min(n, 4096))) * (
        n // 4096) + bytes(i * 7 & 255 for i in range(n % 4096))


def write(name, contents):
    with open(name, 'wb') as f:
        f.write(contents)


def attempt(func, *args, **kwargs):
    try:
        func(*args, **kwargs)
    except OSError as e:
        print('left out:', func.__name__, str(args[:2])[:60], e.strerror,
              file=sys.stderr)


def sizes():
    """Small ones, around what inodes hold, and some larger."""
    os.mkdir('sizes')
    for n in (0, 1, 4, 59, 60, 61, 100, 130, 150, 151, 155, 156, 157, 160,
              164, 400, 800, 900, 1023, 1024, 1025, 4096, 10000, 200000):
        write('sizes/f%d' % n, data(n))
    os.mkdir('dirs')
    for n in range(9):
        os.mkdir('dirs/d%d' % n)
        for k in range(n):
            write('dirs/d%d/entry-%d' % (n, k), b'x%d' % k)
        os.mkdir('dirs/d%d/sub' % n)


def links():
    os.mkdir('links')
    for n in (1, 20, 58, 59, 60, 61, 80, 100, 140, 155, 160, 250, 500, 1000,
              1022, 1023, 2000, 4000):
        attempt(os.symlink, 'l' * n, 'links/l%d' % n)
    write('links/one', b'one')
    os.link('links/one', 'links/two')
    os.mkdir('links/d')
    os.link('links/one', 'links/d/three')


def names():
    os.mkdir('names')
    write('names/0', b'')
    for i in range(nfiles):
        n = 'names/%d-%s' % (i, 'n' * (i * 37 % 200))
        if i % 50:
            os.link('names/0', n)
        else:
            write(n, b'%d' % i)
    # Bytes above 127, where hashes of signed and unsigned differ.
    os.mkdir('bytes')
    for i in range(128, 256):
        write(b'bytes/' + bytes((i, 255 - i + 128, i)) * (i % 30 + 1), b'b')


def blocks():
    """Holes, extents not written, many short extents."""
    os.mkdir('blocks')
    with open('blocks/holes', 'wb') as f:
        for at in (0, 5000, 70000, 300000, 1 << 24, 3 << 28):
            f.seek(at)
            f.write(data(1500))
    with open('blocks/hole-at-end', 'wb') as f:
        f.write(data(3000))
        f.truncate(100000)
    with open('blocks/reserved', 'wb') as f:
        f.write(data(3000))
        attempt(os.posix_fallocate, f.fileno(), 0, 90000)
        f.seek(50000)
        f.write(data(5000))
    with open('blocks/fragments', 'wb') as f, \
            open('blocks/between', 'wb') as g:
        for i in range(700):
            f.seek(i * 8192)
            f.write(data(1000))
            g.write(data(1024))
            if i % 20 == 0:
                f.flush()
                g.flush()
                os.fsync(f.fileno())
                os.fsync(g.fileno())


def special():
    os.mkdir('special')
    for name, kind, dev in (
            ('null', stat.S_IFCHR, os.makedev(1, 3)),
            ('wide', stat.S_IFCHR, os.makedev(300, 70000)),
            ('disk', stat.S_IFBLK, os.makedev(8, 255)),
            ('disk256', stat.S_IFBLK, os.makedev(8, 256)),
            ('zero', stat.S_IFCHR, os.makedev(0, 0))):
        os.mknod('special/' + name, kind | 0o640, dev)
    os.mkfifo('special/fifo')
    s = socket.socket(socket.AF_UNIX)
    s.bind('special/socket')
    s.close()
    for i, (uid, gid) in enumerate(((0, 0), (65535, 65535), (65536, 70000),
                                    (0x12345678, 0x7fffffff))):
        write('special/owner%d' % i, b'')
        attempt(os.chown, 'special/owner%d' % i, uid, gid)
    for i, mode in enumerate((0, 0o777, 0o4755, 0o2750, 0o1777, 0o6000)):
        write('special/mode%d' % i, b'')
        os.chmod('special/mode%d' % i, mode)


def times():
    os.mkdir('times')
    for i, t in enumerate((0, 1, -1, -2147483648, 2147483647, 2147483648,
                           4294967295, 4294967296, 6442450943, 6442450944,
                           15032385535)):
        write('times/t%d' % i, b'')
        attempt(os.utime, 'times/t%d' % i,
                ns=(t * 10**9 + 123456789, t * 10**9 + 999999999))


def attributes():
    os.mkdir('xattr')
    acl = struct.pack('<IHHIHHIHHIHHIHHI', 2, 1, 6, 0xffffffff, 2, 4, 70000,
                      4, 4, 0xffffffff, 16, 4, 0xffffffff, 32, 4, 0xffffffff)
    for i in range(6):
        name = 'xattr/shared%d' % i
        write(name, b'')
        for k in range(8):
            attempt(os.setxattr, name, 'user.name%d' % k, b'value' * 8)
    for n in (0, 1, 40, 100, 700, 900, 1000, 3000, 4000, 10000, 65000):
        name = 'xattr/size%d' % n
        write(name, b'contents')
        attempt(os.setxattr, name, 'user.v', data(n))
        attempt(os.setxattr, name, 'user.' + 'n' * 200, data(n))
        attempt(os.setxattr, name, 'user.\u00fc\u20ac', data(n))
    write('xattr/kinds', b'')
    attempt(os.setxattr, 'xattr/kinds', 'trusted.t', b'trusted')
    attempt(os.setxattr, 'xattr/kinds', 'security.s', b'security')
    attempt(os.setxattr, 'xattr/kinds', 'system.posix_acl_access', acl)
    attempt(os.symlink, 'x' * 70, 'xattr/link')
    attempt(os.setxattr, 'xattr/link', 'trusted.l', b'link' * 100,
            follow_symlinks=False)
    attempt(os.symlink, 'short', 'xattr/short')
    attempt(os.setxattr, 'xattr/short', 'trusted.l', b'link' * 100,
            follow_symlinks=False)
    os.mkdir('xattr/dir')
    attempt(os.setxattr, 'xattr/dir', 'user.d', b'directory')
    attempt(os.setxattr, 'xattr/dir', 'system.posix_acl_default', acl)


for part in (sizes, links, names, blocks, special, times, attributes):
    part()
