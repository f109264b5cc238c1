/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * shmif_dumpbus(1): the frames that are on a bus, and with -f those that come,
 * as lines of text or as a file of pcap(3).  It is a member that watches:
 * nobody waits for it, so that it may miss some, which it tells.
 */
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <pcap/pcap.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "shmif_finish.h"

/* What is to be done with frames. */
struct dump {
	struct shmif_bus *d_bus;
	bool		d_follow;
	unsigned long	d_count;	/* frames, 0: no limit */
	unsigned long	d_seen;
	pcap_t		*d_dead;
	pcap_dumper_t	*d_pcap;	/* NULL: text */
	uint8_t		d_buf[SHMIF_FRAMEMAX];
};

static struct dump dump;
static volatile sig_atomic_t ended;

static void
note(int sig)
{

	(void)sig;
	ended = 1;
	shmif_bus_kick(dump.d_bus);
}

static void
usage(void)
{

	(void)fprintf(stderr, "usage: shmif_dumpbus [-f] [-n count] "
	    "[-p file] bus\n       shmif_dumpbus -h bus\n");
	exit(2);
}

/* A bus that is there: to look at one must not make it. */
static struct shmif_bus *
open_bus(const char *path)
{
	struct shmif_bus *b;
	struct stat st;

	if (stat(path, &st) == -1)
		err(1, "%s", path);
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		errx(1, "%s: not a bus", path);
	if ((errno = shmif_bus_open(path, NULL, &b)) != 0) {
		if (errno == EINVAL)
			errx(1, "%s: not a bus", path);
		err(1, "%s", path);
	}
	shmif_bus_rewind(b);
	return b;
}

static void
show_head(const char *path, struct shmif_bus *b)
{
	struct shmif_stats st;

	shmif_bus_stats(b, &st);
	(void)printf("%s: version %d, %ju members\n", path, SHMIF_VERSION,
	    (uintmax_t)st.st_members);
}

static void
show_address(const uint8_t *p)
{

	(void)printf("%02x:%02x:%02x:%02x:%02x:%02x", p[0], p[1], p[2], p[3],
	    p[4], p[5]);
}

static void
show(const uint8_t *p, const struct shmif_frame *meta)
{
	const time_t sec = (time_t)(meta->sf_time / 1000000000);
	struct tm tm;
	char text[32];

	if (gmtime_r(&sec, &tm) == NULL ||
	    strftime(text, sizeof(text), "%T", &tm) == 0)
		(void)snprintf(text, sizeof(text), "?");
	(void)printf("%s.%06u slot %u: ", text,
	    (unsigned int)(meta->sf_time % 1000000000 / 1000), meta->sf_slot);
	show_address(p + 6);
	(void)printf(" > ");
	show_address(p);
	(void)printf(" type %02x%02x, %u bytes", p[12], p[13], meta->sf_len);
	if ((meta->sf_flags & SHMIF_FRAME_GSO) != 0)
		(void)printf(", segments of %u", meta->sf_gso);
	(void)putchar('\n');
}

static void
save(struct dump *d, const struct shmif_frame *meta)
{
	struct pcap_pkthdr ph;

	shmif_finish(d->d_buf, meta->sf_len, meta);
	ph.ts.tv_sec = (time_t)(meta->sf_time / 1000000000);
	/* The file's are nanoseconds. */
	ph.ts.tv_usec = (suseconds_t)(meta->sf_time % 1000000000);
	ph.caplen = ph.len = meta->sf_len;
	pcap_dump((u_char *)d->d_pcap, &ph, d->d_buf);
}

/* All that are there; a signal or the count ends it. */
static void
dump_frames(struct dump *d)
{
	struct shmif_frame meta;
	const void *p;

	while (ended == 0 && (d->d_count == 0 || d->d_seen < d->d_count) &&
	    (p = shmif_bus_next(d->d_bus, &meta)) != NULL) {
		memcpy(d->d_buf, p, meta.sf_len);
		/* Overwritten meanwhile: the next call finds the oldest. */
		if (!shmif_bus_done(d->d_bus))
			continue;
		d->d_seen++;
		if (d->d_pcap != NULL)
			save(d, &meta);
		else
			show(d->d_buf, &meta);
	}
}

static void
flush(struct dump *d)
{

	if (d->d_pcap != NULL ? pcap_dump_flush(d->d_pcap) == -1 :
	    fflush(stdout) != 0 || ferror(stdout))
		err(1, "%s", d->d_pcap != NULL ? "the file" :
		    "standard output");
}

static void
run(struct dump *d)
{

	for (;;) {
		dump_frames(d);
		flush(d);
		if (ended != 0 || !d->d_follow ||
		    (d->d_count != 0 && d->d_seen >= d->d_count))
			break;
		shmif_bus_wait(d->d_bus, -1);
	}
}

static void
catch_signals(void)
{
	struct sigaction sa = { .sa_handler = note };

	(void)sigaction(SIGHUP, &sa, NULL);
	(void)sigaction(SIGINT, &sa, NULL);
	(void)sigaction(SIGTERM, &sa, NULL);
}

static void
open_pcap(struct dump *d, const char *path)
{

	d->d_dead = pcap_open_dead_with_tstamp_precision(DLT_EN10MB,
	    SHMIF_FRAMEMAX, PCAP_TSTAMP_PRECISION_NANO);
	if (d->d_dead == NULL)
		errx(1, "out of memory");
	if ((d->d_pcap = pcap_dump_open(d->d_dead, path)) == NULL)
		errx(1, "%s", pcap_geterr(d->d_dead));
}

static int
finish(struct dump *d)
{
	struct shmif_stats st;

	shmif_bus_stats(d->d_bus, &st);
	if (st.st_corrupt > 0)
		warnx("the bus is damaged");
	if (st.st_lost > 0)
		warnx("frames were missed %ju times", (uintmax_t)st.st_lost);
	shmif_bus_close(d->d_bus);
	if (d->d_pcap != NULL)
		pcap_dump_close(d->d_pcap);
	if (d->d_dead != NULL)
		pcap_close(d->d_dead);
	return st.st_corrupt > 0 ? 1 : 0;
}

int
main(int argc, char **argv)
{
	const char *file = NULL;
	bool head = false;
	char *end;
	int opt;

	while ((opt = getopt(argc, argv, "fhn:p:")) != -1) {
		switch (opt) {
		case 'f':
			dump.d_follow = true;
			break;
		case 'h':
			head = true;
			break;
		case 'n':
			dump.d_count = strtoul(optarg, &end, 10);
			if (*optarg < '1' || *optarg > '9' || *end != '\0')
				usage();
			break;
		case 'p':
			file = optarg;
			break;
		default:
			usage();
		}
	}
	if (optind != argc - 1)
		usage();
	dump.d_bus = open_bus(argv[optind]);
	if (head) {
		show_head(argv[optind], dump.d_bus);
		flush(&dump);
		return finish(&dump);
	}
	if (file != NULL)
		open_pcap(&dump, file);
	catch_signals();
	run(&dump);
	return finish(&dump);
}
