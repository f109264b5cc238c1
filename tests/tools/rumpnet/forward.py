# SPDX-License-Identifier: BSD-2-Clause
#
# forward.py CASE: programs on both sides of rumpnet forward. A program of the
# host connects to one kernel, that one to another on a bus of shmif, and that
# one to a server of the host: bytes cross the kernels' TCP and UDP, and both
# directions of forwarding. Fails with a traceback.
import errno
import os
import random
import resource
import socket
import struct
import subprocess
import sys
import threading

WAIT = 60
TEN = 'ifconfig shmif0 link bus 10.0.0.%d/24 2001:db8::%d/64'
started = []


def kernel(host, *words, limit=None):
    """A kernel that forwards; the process, and the lines it printed."""
    def less():
        if limit:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    p = subprocess.Popen(['rumpnet', '-e', TEN % (host, host), 'forward',
                          *words], stdout=subprocess.PIPE, text=True,
                         stderr=open('err%d' % host, 'w'), preexec_fn=less)
    started.append(p)
    lines = [p.stdout.readline() for w in words if w[0] == '-']
    assert all(' -> ' in line for line in lines), open('err%d' % host).read()
    return p, lines


def port_of(line):
    return int(line.split(' -> ')[0].rsplit(':', 1)[1])


def end(p):
    p.terminate()
    assert p.wait(WAIT) == 0
    started.remove(p)


def errors(host):
    return open('err%d' % host).read()


def wait_error(host, text):
    for _ in range(WAIT * 20):
        if text in errors(host):
            return
        threading.Event().wait(0.05)
    raise AssertionError('%r is not in %r' % (text, errors(host)))


def read_all(s):
    parts = []
    while True:
        part = s.recv(65536)
        if not part:
            return b''.join(parts)
        parts.append(part)


def listener(kind=socket.SOCK_STREAM):
    s = socket.socket(socket.AF_INET, kind)
    s.settimeout(WAIT)
    s.bind(('127.0.0.1', 0))
    if kind == socket.SOCK_STREAM:
        s.listen(128)
    return s


def connect(where):
    unix = isinstance(where, str)
    s = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
    s.settimeout(WAIT)
    s.connect(where if unix else ('127.0.0.1', where))
    return s


def joined(server, where):
    """A client, and what the server has for it."""
    c = connect(where)
    s, _ = server.accept()
    s.settimeout(WAIT)
    return c, s


def pair(server, target='10.0.0.2', **limit):
    """Two kernels; the processes and the port of the first."""
    there = server if isinstance(server, str) else \
        str(server.getsockname()[1])
    b, _ = kernel(2, '-R', '80,' + there)
    a, lines = kernel(1, '-L', '0,%s:80' % target, **limit)
    return a, b, port_of(lines[0])


def exchange(server, where, size):
    """All of it there, its end, and then all of it back."""
    data = random.Random(size).randbytes(size)
    c, s = joined(server, where)
    sender = threading.Thread(target=lambda: (c.sendall(data),
                                              c.shutdown(socket.SHUT_WR)))
    sender.start()
    got = read_all(s)
    sender.join()
    assert got == data, 'there: %d of %d bytes' % (len(got), size)
    sender = threading.Thread(target=lambda: (s.sendall(data), s.close()))
    sender.start()
    got = read_all(c)
    sender.join()
    assert got == data, 'back: %d of %d bytes' % (len(got), size)
    c.close()


def case_tcp():
    server = listener()
    a, b, port = pair(server)
    for size in 0, 1, 65537, 3000000:
        exchange(server, port, size)
    end(a)
    end(b)
    assert errors(1) == errors(2) == ''


def case_six():
    server = listener()
    a, b, port = pair(server, '[2001:db8::2]')
    exchange(server, port, 100000)
    end(a)
    end(b)


def case_unix():
    server = socket.socket(socket.AF_UNIX)
    server.settimeout(WAIT)
    server.bind('server')
    server.listen(5)
    b, _ = kernel(2, '-R', '80,unix:server')
    a, lines = kernel(1, '-L', 'unix:cl,ient,10.0.0.2:80')
    assert lines == ['tcp unix:cl,ient -> 10.0.0.2:80\n'], lines
    exchange(server, 'cl,ient', 100000)
    end(a)
    end(b)
    assert not os.path.exists('cl,ient')


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
    s.close()


def hears_reset(s):
    try:
        while s.recv(100):
            pass
    except ConnectionResetError:
        return
    raise AssertionError('an end, and no reset')


def refuses(port):
    """Connects, and is reset, maybe before it knows that it has connected."""
    try:
        c = connect(port)
    except ConnectionResetError:
        return
    hears_reset(c)


def case_reset():
    server = listener()
    a, b, port = pair(server)
    c, s = joined(server, port)
    reset(s)
    hears_reset(c)
    c, s = joined(server, port)
    c.sendall(b'x')
    assert s.recv(1) == b'x'
    reset(c)
    hears_reset(s)
    # Nobody is there.
    server.close()
    refuses(port)
    wait_error(2, '80 -> 127.0.0.1:%d: connect: Connection refused\n' %
               server_port(b))
    end(b)
    c = connect(port)
    end(a)
    hears_reset(c)


def server_port(p):
    return int(p.args[-1].split(',')[1])


def case_slow():
    """Who is slow to read is waited for, in memory that has an end."""
    server = listener()
    a, b, port = pair(server)
    c, s = joined(server, port)
    c.settimeout(3)
    piece = random.Random(1).randbytes(1 << 16)
    sent = 0
    try:
        while sent < 64 << 20:
            sent += c.send(piece)
    except socket.timeout:
        pass
    assert 0 < sent < 64 << 20
    c.settimeout(WAIT)
    c.shutdown(socket.SHUT_WR)
    assert len(read_all(s)) == sent
    end(a)
    end(b)


def case_many():
    """More than there may be descriptors: the rest waits its turn."""
    server = listener()
    a, b, port = pair(server, limit=64)
    clients = [connect(port) for _ in range(100)]
    for i, c in enumerate(clients):
        c.sendall(b'%d' % i)
        c.shutdown(socket.SHUT_WR)
    wait_error(1, 'accept: Too many open files\n')
    seen = set()
    for _ in clients:
        s, _ = server.accept()
        s.settimeout(WAIT)
        seen.add(read_all(s))
        s.close()
    assert seen == {b'%d' % i for i in range(100)}
    for c in clients:
        assert c.recv(1) == b''
    end(a)
    end(b)


def case_end():
    """Those that are open end with it, and hear of it."""
    server = listener()
    a, b, port = pair(server)
    c, s = joined(server, port)
    end(a)
    hears_reset(c)
    hears_reset(s)
    end(b)


def case_udp():
    server = listener(socket.SOCK_DGRAM)
    b, _ = kernel(2, '-R', 'udp:53,127.0.0.1:%d' % server.getsockname()[1])
    a, lines = kernel(1, '-L', 'udp:0,10.0.0.2:53', '-L',
                      'udp:0,[2001:db8::2]:53')
    clients = [socket.socket(type=socket.SOCK_DGRAM) for _ in range(4)]
    for i, c in enumerate(clients):
        c.settimeout(WAIT)
        c.connect(('127.0.0.1', port_of(lines[i % 2])))
    for size in 0, 1, 1472, 9000, 60000:
        for i, c in enumerate(clients):
            data = random.Random(size + i).randbytes(size)
            c.send(data)
            got, peer = server.recvfrom(65536)
            assert got == data, '%d: %d' % (size, len(got))
            server.sendto(data[::-1], peer)
            assert c.recv(65536) == data[::-1]
    # Each is a flow of its own: answers may come in any order.
    peers = []
    for i, c in enumerate(clients):
        c.send(b'%d' % i)
        peers.append(server.recvfrom(100))
    for data, peer in reversed(peers):
        server.sendto(b'to ' + data, peer)
    for i, c in enumerate(clients):
        assert c.recv(100) == b'to %d' % i
    assert errors(1) == errors(2) == ''
    # Nobody is there: it is said once, and does not end anything.
    server.close()
    clients[0].send(b'x')
    wait_error(2, ': Connection refused\n')
    end(a)
    end(b)


try:
    globals()['case_' + sys.argv[1]]()
finally:
    for process in started:
        process.kill()
