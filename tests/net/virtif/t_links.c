/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links whose other end is the test: what is on the wire when the kernel sends
 * a datagram to 10.0.0.2, which is an ARP request, and what it makes of frames
 * that come in, good ones and others.
 */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <fcntl.h>
#include <poll.h>

#include "vt.h"

static void
boot(void)
{

	setenv("RUMP_NCPU", "2", 1);
	ATF_REQUIRE_EQ(0, rump_init());
}

static void
sun_of(struct sockaddr_un *sun, const char *path)
{

	memset(sun, 0, sizeof(*sun));
	sun->sun_family = AF_UNIX;
	strcpy(sun->sun_path, path);
}

/* The frame has to be: who has 10.0.0.2, tell 10.0.0.1. */
static void
is_arp(const uint8_t *f, ssize_t n)
{
	static const uint8_t all[6] = { 255, 255, 255, 255, 255, 255 };

	ATF_REQUIRE_MSG(n >= 42, "%zd bytes", n);
	ATF_CHECK_EQ(0, memcmp(f, all, 6));
	ATF_CHECK_EQ(0x08, f[12]);
	ATF_CHECK_EQ(0x06, f[13]);
	ATF_CHECK_EQ(1, f[21]);
	ATF_CHECK_EQ(0, memcmp(f + 28, "\x0a\x00\x00\x01", 4));
	ATF_CHECK_EQ(0, memcmp(f + 38, "\x0a\x00\x00\x02", 4));
}

/* Makes of the request f the answer that 2:0:0:0:0:2 is it. */
static void
arp_answer(uint8_t *f)
{
	static const uint8_t us[6] = { 2, 0, 0, 0, 0, 2 };

	memcpy(f, f + 6, 6);
	memcpy(f + 6, us, 6);
	f[21] = 2;
	memcpy(f + 32, f + 22, 10);
	memcpy(f + 22, us, 6);
	memcpy(f + 28, "\x0a\x00\x00\x02", 4);
}

/* Gratuitous requests for the kernel's own address come first. */
static bool
is_own(const uint8_t *f, ssize_t n)
{

	return n >= 42 && f[13] == 0x06 && memcmp(f + 28, f + 38, 4) == 0;
}

static int
say(const char *text)
{
	int s = in_udp("0.0.0.0");

	ATF_CHECK_EQ((ssize_t)strlen(text), in_sendto(s, text, strlen(text),
	    "10.0.0.2", 7));
	return s;
}

/* The datagram, with a checksum that is all there. */
static void
is_udp(const uint8_t *f, ssize_t n, const char *text)
{
	const size_t len = strlen(text);
	uint32_t sum = 17 + 8 + (uint32_t)len;
	size_t i;

	ATF_REQUIRE_MSG(n >= (ssize_t)(42 + len), "%zd bytes", n);
	ATF_CHECK_EQ(17, f[23]);
	ATF_CHECK_EQ(0, memcmp(f + 42, text, len));
	for (i = 26; i < 42 + len; i += 2)
		sum += (uint32_t)f[i] << 8 | (i + 1 < 42 + len ? f[i + 1] : 0);
	sum = (sum >> 16) + (sum & 0xffff);
	sum += sum >> 16;
	ATF_CHECK_EQ(0xffff, sum & 0xffff);
}

static ssize_t
dgram_next(int fd, uint8_t *f, size_t size)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	ssize_t n;

	do {
		ATF_REQUIRE_EQ_MSG(1, poll(&pfd, 1, 20000), "nothing came");
		n = recv(fd, f, size, 0);
	} while (is_own(f, n));
	return n;
}

ATF_TC_WITHOUT_HEAD(dgram);
ATF_TC_BODY(dgram, tc)
{
	struct sockaddr_un here, there;
	uint8_t f[4096];
	int fd, s;

	sun_of(&here, "b");
	sun_of(&there, "a");
	ATF_REQUIRE((fd = socket(AF_UNIX, SOCK_DGRAM, 0)) != -1);
	ATF_REQUIRE_EQ(0, bind(fd, (struct sockaddr *)&here, sizeof(here)));
	boot();
	ATF_REQUIRE_EQ(0, vt_config(0, "dgram:a,b", 0x0a000001, 0));
	s = say("hello");
	is_arp(f, dgram_next(fd, f, sizeof(f)));
	arp_answer(f);
	ATF_REQUIRE_EQ(60, sendto(fd, f, 60, 0, (struct sockaddr *)&there,
	    sizeof(there)));
	is_udp(f, dgram_next(fd, f, sizeof(f)), "hello");
	/* Frames that are none. */
	ATF_CHECK_EQ(1, sendto(fd, f, 1, 0, (struct sockaddr *)&there,
	    sizeof(there)));
	ATF_CHECK_EQ(0, sendto(fd, f, 0, 0, (struct sockaddr *)&there,
	    sizeof(there)));
	ATF_CHECK_EQ(13, sendto(fd, f, 13, 0, (struct sockaddr *)&there,
	    sizeof(there)));
	/* The address is in use, and then not. */
	ATF_CHECK_EQ(48, vt_config(1, "dgram:a,c", 0x0a000101, 0));
	(void)rump_sys_close(s);
	ATF_CHECK_EQ(0, vt_unlink(0));
	ATF_CHECK_EQ(-1, access("a", F_OK));
	ATF_CHECK_EQ(0, vt_config(0, "dgram:a,b", 0x0a000001, 0));
	(void)say("again");
	is_arp(f, dgram_next(fd, f, sizeof(f)));
}

/* A datagram of len bytes from 10.0.0.2 to 10.0.0.1, without a checksum. */
static size_t
udp_frame(uint8_t *f, const uint8_t lla[6], uint16_t port, size_t len)
{
	static const uint8_t from[6] = { 2, 0, 0, 0, 0, 2 };
	const uint16_t total = htons((uint16_t)(len + 28));
	const uint16_t ulen = htons((uint16_t)(len + 8)), to = htons(port);
	uint32_t sum = 0;
	size_t i;

	memset(f, 0, 42);
	memcpy(f, lla, 6);
	memcpy(f + 6, from, 6);
	f[12] = 8;
	f[14] = 0x45;
	memcpy(f + 16, &total, 2);
	f[22] = 64;
	f[23] = 17;
	memcpy(f + 26, "\x0a\x00\x00\x02\x0a\x00\x00\x01", 8);
	for (i = 14; i < 34; i += 2)
		sum += (uint32_t)f[i] << 8 | f[i + 1];
	sum = (sum >> 16) + (sum & 0xffff);
	sum = ~sum & 0xffff;
	f[24] = (uint8_t)(sum >> 8);
	f[25] = (uint8_t)sum;
	f[35] = 7;
	memcpy(f + 36, &to, 2);
	memcpy(f + 38, &ulen, 2);
	for (i = 0; i < len; i++)
		f[42 + i] = (uint8_t)(i * 7 + (i >> 8) + len);
	return len + 42;
}

/* Large frames come in whole, whichever pieces of storage they end in. */
ATF_TC_WITHOUT_HEAD(dgram_large);
ATF_TC_BODY(dgram_large, tc)
{
	static const size_t frames[] = { 60, 12287, 12288, 16381, 16382, 16383,
	    60, 32765, 32766, 32767, 49151, 65533, 65534, 65535, 65549, 60 };
	static uint8_t f[65600], got[65600];
	struct sockaddr_un here, there;
	const int space = 100000;
	uint8_t lla[6];
	in_sin peer;
	size_t i, len;
	int fd, s;

	sun_of(&here, "b");
	sun_of(&there, "a");
	ATF_REQUIRE((fd = socket(AF_UNIX, SOCK_DGRAM, 0)) != -1);
	ATF_REQUIRE_EQ(0, bind(fd, (struct sockaddr *)&here, sizeof(here)));
	boot();
	ATF_REQUIRE_EQ(0, vt_config(0, "dgram:a,b", 0x0a000001, 65535));
	s = say("hello");
	is_arp(f, dgram_next(fd, f, sizeof(f)));
	memcpy(lla, f + 6, 6);
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_RCVBUF, &space, sizeof(space)));
	for (i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		len = udp_frame(f, lla, (uint16_t)in_port(s), frames[i] - 42);
		ATF_REQUIRE_EQ((ssize_t)len, sendto(fd, f, len, 0,
		    (struct sockaddr *)&there, sizeof(there)));
		ATF_REQUIRE_EQ((ssize_t)len - 42, in_recvfrom(s, got,
		    sizeof(got), 0, &peer));
		ATF_CHECK_EQ_MSG(0, memcmp(f + 42, got, len - 42),
		    "a frame of %zu bytes", len);
	}
}

static ssize_t
stream_next(int fd, uint8_t *f, size_t size)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	uint8_t len[4];
	size_t n, want;

	do {
		ATF_REQUIRE_EQ_MSG(1, poll(&pfd, 1, 20000), "nothing came");
		ATF_REQUIRE_EQ(4, recv(fd, len, 4, MSG_WAITALL));
		n = (size_t)len[2] << 8 | len[3];
		ATF_REQUIRE(len[0] == 0 && len[1] == 0 && n <= size);
		want = n;
		ATF_REQUIRE_EQ((ssize_t)want, recv(fd, f, want, MSG_WAITALL));
	} while (is_own(f, (ssize_t)n));
	return (ssize_t)n;
}

static int
stream_pair(const char *path, int mtu)
{
	struct sockaddr_un sun;
	int lfd, fd;

	sun_of(&sun, path);
	ATF_REQUIRE((lfd = socket(AF_UNIX, SOCK_STREAM, 0)) != -1);
	ATF_REQUIRE_EQ(0, bind(lfd, (struct sockaddr *)&sun, sizeof(sun)));
	ATF_REQUIRE_EQ(0, listen(lfd, 1));
	boot();
	ATF_REQUIRE_EQ(0, vt_config(0, "stream:sock", 0x0a000001, mtu));
	ATF_REQUIRE((fd = accept(lfd, NULL, NULL)) != -1);
	ATF_REQUIRE_EQ(0, close(lfd));
	return fd;
}

ATF_TC_WITHOUT_HEAD(stream);
ATF_TC_BODY(stream, tc)
{
	uint8_t f[4096] = { 0 }, out[64] = { 0, 0, 0, 60 };
	int fd = stream_pair("sock", 0), i;

	(void)say("hello");
	is_arp(f, stream_next(fd, f, sizeof(f)));
	arp_answer(f);
	memcpy(out + 4, f, 60);
	/* Byte by byte. */
	for (i = 0; i < 64; i++)
		ATF_REQUIRE_EQ(1, send(fd, out + i, 1, 0));
	is_udp(f, stream_next(fd, f, sizeof(f)), "hello");
}

/* The last one of many large frames comes whole, though no other follows. */
ATF_TC_WITHOUT_HEAD(stream_full);
ATF_TC_BODY(stream_full, tc)
{
	static uint8_t f[65600], data[60000];
	int fd = stream_pair("sock", 65535), s = say("hello"), n, i;
	const int space = 65536;

	is_arp(f, stream_next(fd, f, sizeof(f)));
	arp_answer(f);
	ATF_REQUIRE_EQ(4, send(fd, "\0\0\0\x3c", 4, 0));
	ATF_REQUIRE_EQ(60, send(fd, f, 60, 0));
	is_udp(f, stream_next(fd, f, sizeof(f)), "hello");
	ATF_REQUIRE_EQ(0, rump_sys_setsockopt(s, SK_SOL_SOCKET,
	    RUMP_SO_SNDBUF, &space, sizeof(space)));
	for (n = 1; n <= 8; n++) {
		for (i = 0; i < n; i++)
			ATF_REQUIRE_EQ((ssize_t)sizeof(data), in_sendto(s,
			    data, sizeof(data), "10.0.0.2", 7));
		for (i = 0; i < n; i++)
			ATF_REQUIRE_EQ((ssize_t)sizeof(data) + 42,
			    stream_next(fd, f, sizeof(f)));
	}
}

/* A length that no frame has, and the end: the link is down, no more. */
ATF_TC_WITHOUT_HEAD(stream_bad);
ATF_TC_BODY(stream_bad, tc)
{
	int fd = stream_pair("sock", 0);

	ATF_REQUIRE_EQ(8, send(fd, "\xff\xff\xff\xff....", 8, 0));
	ATF_REQUIRE_EQ(0, close(fd));
	(void)say("hello");
	ATF_CHECK_EQ(0, vt_unlink(0));
	ATF_CHECK_EQ(61, vt_config(0, "stream:sock", 0x0a000001, 0));
	ATF_CHECK_EQ(2, vt_config(0, "stream:none", 0x0a000001, 0));
}

/* What is sent to one file comes from it again. */
ATF_TC_WITHOUT_HEAD(pcap);
ATF_TC_BODY(pcap, tc)
{
	struct stat st;
	int error, s;

	boot();
	error = vt_config(0, "pcap:,out.pcap", 0x0a000001, 0);
	if (error == 19)
		atf_tc_skip("built without libpcap");
	ATF_REQUIRE_EQ(0, error);
	s = say("hello");
	ATF_CHECK_EQ(0, vt_unlink(0));
	(void)rump_sys_close(s);
	ATF_REQUIRE_EQ(0, stat("out.pcap", &st));
	/* The file's header, then at least the frame of the request. */
	ATF_CHECK(st.st_size >= 24 + 16 + 42);
	ATF_CHECK_EQ(0, vt_config(0, "pcap:out.pcap,", 0x0a000002, 0));
	ATF_CHECK(vt_until_down(0) >= 1);
	ATF_CHECK_EQ(2, vt_config(1, "pcap:none,", 0x0a000102, 0));
	ATF_CHECK_EQ(22, vt_config(1, "pcap:x", 0x0a000102, 0));
}

/* More than are taken at a time; none before the interface is up. */
ATF_TC_WITHOUT_HEAD(pcap_many);
ATF_TC_BODY(pcap_many, tc)
{
	static const uint32_t head[6] = { 0xa1b2c3d4, 0, 0, 0,
	    65535, 1 }, frame[4] = { 0, 0, 60, 60 };
	static const uint16_t version[2] = { 2, 4 };
	uint8_t f[60] = { 2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 8, 0x88, 0xb5 };
	FILE *file = fopen("in.pcap", "w");
	int error, i;

	ATF_REQUIRE(file != NULL);
	ATF_REQUIRE_EQ(1, fwrite(head, sizeof(head), 1, file));
	ATF_REQUIRE_EQ(0, fseek(file, 4, SEEK_SET));
	ATF_REQUIRE_EQ(1, fwrite(version, sizeof(version), 1, file));
	ATF_REQUIRE_EQ(0, fseek(file, 0, SEEK_END));
	for (i = 0; i < 500; i++) {
		ATF_REQUIRE_EQ(1, fwrite(frame, sizeof(frame), 1, file));
		ATF_REQUIRE_EQ(1, fwrite(f, sizeof(f), 1, file));
	}
	ATF_REQUIRE_EQ(0, fclose(file));
	boot();
	error = vt_config(0, "pcap:in.pcap,", 0x0a000001, 0);
	if (error == 19)
		atf_tc_skip("built without libpcap");
	ATF_REQUIRE_EQ(0, error);
	ATF_CHECK_EQ(500, vt_until_down(0));
}

/* What is at a path of a socket's name is left there. */
ATF_TC_WITHOUT_HEAD(files_stay);
ATF_TC_BODY(files_stay, tc)
{
	struct sockaddr_un sun;
	struct stat st;
	int fd, lfd;

	ATF_REQUIRE((fd = open("notes", O_CREAT | O_WRONLY, 0644)) != -1);
	ATF_REQUIRE_EQ(4, write(fd, "text", 4));
	ATF_REQUIRE_EQ(0, close(fd));
	sun_of(&sun, "served");
	ATF_REQUIRE((lfd = socket(AF_UNIX, SOCK_STREAM, 0)) != -1);
	ATF_REQUIRE_EQ(0, bind(lfd, (struct sockaddr *)&sun, sizeof(sun)));
	ATF_REQUIRE_EQ(0, listen(lfd, 5));
	boot();
	ATF_CHECK_EQ(48, vt_config(0, "dgram:notes,b", 0x0a000001, 0));
	ATF_CHECK_EQ(48, vt_config(0, "stream:notes,server", 0x0a000001, 0));
	ATF_CHECK_EQ(48, vt_config(0, "stream:served,server", 0x0a000001, 0));
	ATF_REQUIRE_EQ(0, stat("notes", &st));
	ATF_CHECK_EQ(4, st.st_size);
	ATF_CHECK_EQ(0, access("served", F_OK));
}

ATF_TC_WITHOUT_HEAD(refused);
ATF_TC_BODY(refused, tc)
{
	static const char *const bad[] = { "", "tap", "nothing:x", "dgram:a",
	    "dgram:,b", "dgram:a,", "stream:", "stream:a,client",
	    "tap:a-name-that-is-too-long" };
	char link[300];
	size_t i;

	boot();
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_EQ_MSG(22, vt_config(0, bad[i], 0x0a000001, 0),
		    "%s", bad[i]);
	memset(link, 'x', 200);
	memcpy(link, "stream:", 7);
	link[200] = '\0';
	ATF_CHECK_EQ(63, vt_config(0, link, 0x0a000001, 0));
	ATF_CHECK_EQ(6, vt_config(0, "packet:none", 0x0a000001, 0));
}

ATF_TP_ADD_TCS(tp)
{

	ATF_TP_ADD_TC(tp, dgram);
	ATF_TP_ADD_TC(tp, dgram_large);
	ATF_TP_ADD_TC(tp, stream);
	ATF_TP_ADD_TC(tp, stream_full);
	ATF_TP_ADD_TC(tp, stream_bad);
	ATF_TP_ADD_TC(tp, pcap);
	ATF_TP_ADD_TC(tp, pcap_many);
	ATF_TP_ADD_TC(tp, files_stay);
	ATF_TP_ADD_TC(tp, refused);
	return atf_no_error();
}
