/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shmif_pcapin(1): sends the frames of a file of pcap(3) on a bus, one after
 * the other, as fast as its members read them.  It is a member itself for as
 * long, which reads as well, as others would wait for it.
 */
#include <err.h>
#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shmif_bus.h"

#define	WAIT_MS		100

static void
usage(void)
{

	(void)fprintf(stderr, "usage: shmif_pcapin file bus\n");
	exit(2);
}

static pcap_t *
open_file(const char *path)
{
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *pc = pcap_open_offline(path, why);

	if (pc == NULL)
		errx(1, "%s: %s", path, why);
	if (pcap_datalink(pc) != DLT_EN10MB)
		errx(1, "%s: not frames of Ethernet", path);
	return pc;
}

/* A local address that nobody has, most likely. */
static struct shmif_bus *
open_bus(const char *path)
{
	const unsigned int n = (unsigned int)getpid();
	const uint8_t mac[6] = { 0x02, 0xca, (uint8_t)(n >> 24),
	    (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };
	struct shmif_bus *b;

	if ((errno = shmif_bus_open(path, mac, &b)) != 0) {
		if (errno == EINVAL)
			errx(1, "%s: not a bus", path);
		err(1, "%s", path);
	}
	return b;
}

/* Nobody may have to wait for us. */
static void
skip_all(struct shmif_bus *b)
{
	struct shmif_frame meta;

	while (shmif_bus_next(b, &meta) != NULL)
		(void)shmif_bus_done(b);
}

static void
send_frame(struct shmif_bus *b, const u_char *p, uint32_t len)
{
	const struct shmif_frame plain = { .sf_len = len };
	void *room;
	int error;

	while ((error = shmif_bus_begin(b, len, &room)) == EAGAIN) {
		skip_all(b);
		shmif_bus_wait(b, WAIT_MS);
	}
	if (error != 0) {
		errno = error;
		err(1, "a frame of %u bytes", len);
	}
	memcpy(room, p, len);
	shmif_bus_commit(b, &plain);
	skip_all(b);
}

/* How many could not be sent: they were cut, or are none of Ethernet. */
static unsigned long
send_all(pcap_t *pc, struct shmif_bus *b, const char *path)
{
	struct pcap_pkthdr *ph;
	const u_char *p;
	unsigned long left = 0;
	int rv;

	while ((rv = pcap_next_ex(pc, &ph, &p)) == 1) {
		if (ph->caplen != ph->len || ph->len < SHMIF_FRAMEMIN ||
		    ph->len > SHMIF_FRAMEMAX)
			left++;
		else
			send_frame(b, p, ph->len);
	}
	if (rv == PCAP_ERROR)
		errx(1, "%s: %s", path, pcap_geterr(pc));
	return left;
}

int
main(int argc, char **argv)
{
	struct shmif_bus *b;
	unsigned long left;
	pcap_t *pc;

	if (getopt(argc, argv, "") != -1 || optind != argc - 2)
		usage();
	pc = open_file(argv[optind]);
	b = open_bus(argv[optind + 1]);
	left = send_all(pc, b, argv[optind]);
	shmif_bus_close(b);
	pcap_close(pc);
	if (left > 0)
		errx(1, "%s: %lu frames are not whole", argv[optind], left);
	return 0;
}
