/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Links to files of pcap(3): frames that were captured come in, in one go, and
 * those that are sent are written to another file.  By libpcap.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "virtif_backend.h"

#ifdef HAVE_LIBPCAP
#include <pcap/pcap.h>

struct files {
	pcap_t		*f_in;		/* NULL: nothing comes in */
	pcap_t		*f_dead;	/* what f_out is made with */
	pcap_dumper_t	*f_out;		/* NULL: what is sent is lost */
	uint8_t		*f_buf;		/* a frame in one piece */
};

static void
pcap_end(struct virtif *v)
{
	struct files *f = v->v_private;

	if (f->f_in != NULL)
		pcap_close(f->f_in);
	if (f->f_out != NULL)
		pcap_dump_close(f->f_out);
	if (f->f_dead != NULL)
		pcap_close(f->f_dead);
	free(f->f_buf);
	free(f);
	v->v_private = NULL;
}

static int
open_files(struct files *f, const char *in, const char *out)
{
	char why[PCAP_ERRBUF_SIZE];

	if (*in != '\0') {
		errno = 0;
		if ((f->f_in = pcap_open_offline(in, why)) == NULL)
			return errno != 0 ? errno : EINVAL;
		if (pcap_datalink(f->f_in) != DLT_EN10MB)
			return EINVAL;
	}
	if (*out == '\0')
		return 0;
	f->f_dead = pcap_open_dead(DLT_EN10MB, VIRTIF_FRAMEMAX);
	f->f_buf = malloc(VIRTIF_FRAMEMAX);
	if (f->f_dead == NULL || f->f_buf == NULL)
		return ENOMEM;
	errno = 0;
	if ((f->f_out = pcap_dump_open(f->f_dead, out)) == NULL)
		return errno != 0 ? errno : EIO;
	return 0;
}

static int
pcap_begin(struct virtif *v, const char *arg, bool *offload)
{
	const char *comma = strchr(arg, ',');
	char *in;
	int error;

	(void)offload;
	if (comma == NULL || strchr(comma + 1, ',') != NULL)
		return EINVAL;
	in = strndup(arg, (size_t)(comma - arg));
	v->v_private = calloc(1, sizeof(struct files));
	if (in == NULL || v->v_private == NULL) {
		free(in);
		free(v->v_private);
		return ENOMEM;
	}
	error = open_files(v->v_private, in, comma + 1);
	free(in);
	if (error != 0)
		pcap_end(v);
	return error;
}

static int
pcap_put(struct virtif *v, struct iovec *iov, size_t n)
{
	struct files *f = v->v_private;
	struct pcap_pkthdr ph;
	size_t i, len = 0;

	if (f->f_out == NULL)
		return 0;
	for (i = 1; i < n; i++) {
		if (len + iov[i].iov_len > VIRTIF_FRAMEMAX)
			return EMSGSIZE;
		memcpy(f->f_buf + len, iov[i].iov_base, iov[i].iov_len);
		len += iov[i].iov_len;
	}
	(void)gettimeofday(&ph.ts, NULL);
	ph.caplen = ph.len = (bpf_u_int32)len;
	pcap_dump((u_char *)f->f_out, &ph, f->f_buf);
	return pcap_dump_flush(f->f_out) == -1 ? EIO : 0;
}

static long
pcap_get(struct virtif *v, const void **data)
{
	struct files *f = v->v_private;
	struct pcap_pkthdr *ph;
	const u_char *p;

	while (f->f_in != NULL && pcap_next_ex(f->f_in, &ph, &p) == 1) {
		/* Those that were cut are not what was on the wire. */
		if (ph->caplen != ph->len || ph->len < VIRTIF_FRAMEMIN ||
		    ph->len > VIRTIF_FRAMEMAX)
			continue;
		*data = p;
		return (long)ph->len;
	}
	return -1;
}

const struct virtif_kind virtif_pcap = {
	.vk_name = "pcap", .vk_open = pcap_begin, .vk_close = pcap_end,
	.vk_send = pcap_put, .vk_recv = pcap_get,
};

#else

const struct virtif_kind virtif_pcap = {
	.vk_name = "pcap", .vk_open = virtif_left_out,
};
#endif
