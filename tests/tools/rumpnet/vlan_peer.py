# SPDX-License-Identifier: BSD-2-Clause
#
# vlan_peer.py INTERFACE HEARD SAID: a host behind tags, made of frames: Linux
# may have no module for them. It answers ARP and echo requests for 10.0.5.1
# that come with the tags HEARD, "5" or "5,6", in frames with the tags SAID,
# the outer one of priority 5 and eligible to be dropped. Runs until it is
# killed; writes a line when it is there.
import socket
import struct
import sys

SOL_PACKET, PACKET_AUXDATA, PACKET_OUTGOING = 263, 8, 4
VLAN_VALID = 0x10
ME, MINE = bytes([2, 0, 0, 0, 5, 1]), socket.inet_aton('10.0.5.1')

name = sys.argv[1]
heard, said = [[int(n) for n in a.split(',')] for a in sys.argv[2:4]]
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
s.bind((name, 0))
print('listening', flush=True)


def checksum(data):
    words = struct.unpack('!%dH' % (len(data) // 2), data)
    total = sum(words)
    total = (total & 0xffff) + (total >> 16)
    return ~((total & 0xffff) + (total >> 16)) & 0xffff


def receive():
    """A frame as it was on the wire: Linux takes the outer tag out."""
    data, controls, _, addr = s.recvmsg(65536, 1024)
    if addr[2] == PACKET_OUTGOING:
        return None
    for level, kind, value in controls:
        if (level, kind) != (SOL_PACKET, PACKET_AUXDATA):
            continue
        status, tci = struct.unpack('=I12xHxx', value[:20])
        if status & VLAN_VALID:
            data = data[:12] + struct.pack('!HH', 0x8100, tci) + data[12:]
    return data


def tags(data):
    """Numbers of tags, and what is behind them, its type first."""
    data, numbers = data[12:], []
    while data[:2] == b'\x81\x00':
        numbers.append(struct.unpack('!H', data[2:4])[0] & 0xfff)
        data = data[4:]
    return numbers, data


def answer(data):
    if data[:2] == b'\x08\x06' and data[8:10] == b'\x00\x01' and \
            data[26:30] == MINE:
        return data[:8] + b'\x00\x02' + ME + MINE + data[10:20]
    if data[:2] == b'\x08\x00' and data[11] == 1 and data[18:22] == MINE \
            and data[22] == 8:
        size = struct.unpack('!H', data[4:6])[0] - 20
        echo = b'\0\0\0\0' + data[26:22 + size]
        total = checksum(echo + b'\0' * (size % 2))
        return data[:14] + data[18:22] + data[14:18] + \
            struct.pack('!HH', 0, total) + echo[4:]
    return None


while True:
    frame = receive()
    numbers, data = tags(frame) if frame else ([], b'')
    reply = answer(data) if numbers == heard else None
    if reply:
        # Priority 5, drop eligible, on the first.
        out = [0xb000 | said[0]] + said[1:]
        s.send(frame[6:12] + ME + b''.join(
            struct.pack('!HH', 0x8100, tci) for tci in out) + reply)
