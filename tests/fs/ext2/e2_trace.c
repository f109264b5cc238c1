/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recording what is written, and making images of it; see e2_trace.h.
 */
#include "e2_trace.h"

#include <dlfcn.h>
#include <pthread.h>

#include <rump/rumpuser.h>

static pthread_mutex_t trace_lock = PTHREAD_MUTEX_INITIALIZER;
static FILE *trace_fp;			/* trace_lock */
static uint64_t trace_n;		/* trace_lock: records */

static void
put(int type, uint64_t off, uint32_t len, const void *data)
{
	const struct e2_rec r = { .r_type = type, .r_off = off,
	    .r_len = len };

	if (fwrite(&r, sizeof(r), 1, trace_fp) != 1 ||
	    (len != 0 && fwrite(data, len, 1, trace_fp) != 1) ||
	    fflush(trace_fp) != 0)
		abort();
	trace_n++;
}

void
rumpuser_bio(int fd, int op, void *data, size_t dlen, int64_t off,
    rump_biodone_fn done, void *arg)
{
	static void (*real)(int, int, void *, size_t, int64_t,
	    rump_biodone_fn, void *);

	pthread_mutex_lock(&trace_lock);
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "rumpuser_bio");
	if (trace_fp != NULL && (op & RUMPUSER_BIO_WRITE) != 0)
		put(TR_WRITE, off, dlen, data);
	pthread_mutex_unlock(&trace_lock);
	real(fd, op, data, dlen, off, done, arg);
}

int
rumpuser_syncfd(int fd, int flags, uint64_t start, uint64_t len)
{
	static int (*real)(int, int, uint64_t, uint64_t);
	uint64_t n;
	int error;

	pthread_mutex_lock(&trace_lock);
	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "rumpuser_syncfd");
	n = trace_n;
	pthread_mutex_unlock(&trace_lock);
	error = real(fd, flags, start, len);
	pthread_mutex_lock(&trace_lock);
	if (trace_fp != NULL && error == 0 &&
	    (flags & RUMPUSER_SYNCFD_SYNC) != 0)
		put(TR_BARRIER, n, 0, NULL);
	pthread_mutex_unlock(&trace_lock);
	return error;
}

void
e2_trace_on(const char *file)
{

	pthread_mutex_lock(&trace_lock);
	trace_fp = fopen(file, "w");
	pthread_mutex_unlock(&trace_lock);
	ATF_REQUIRE(trace_fp != NULL);
}

void
e2_trace_mark(unsigned mark)
{

	pthread_mutex_lock(&trace_lock);
	put(TR_MARK, mark, 0, NULL);
	pthread_mutex_unlock(&trace_lock);
}

static uint8_t *
slurp(const char *file, size_t *sizep)
{
	struct stat st;
	uint8_t *buf;
	FILE *fp;

	ATF_REQUIRE_MSG((fp = fopen(file, "r")) != NULL, "%s", file);
	ATF_REQUIRE_EQ(0, fstat(fileno(fp), &st));
	ATF_REQUIRE((buf = malloc(st.st_size)) != NULL);
	ATF_REQUIRE_EQ(1, fread(buf, st.st_size, 1, fp));
	fclose(fp);
	*sizep = st.st_size;
	return buf;
}

void
e2_trace_load(struct e2_trace *t, const char *file, const char *img)
{
	uint8_t *buf;
	struct e2_rec r;
	size_t size, at;

	memset(t, 0, sizeof(*t));
	t->t_base = slurp(img, &t->t_size);
	buf = slurp(file, &size);
	for (at = 0; at < size; at += r.r_len) {
		memcpy(&r, buf + at, sizeof(r));
		at += sizeof(r);
		r.r_data = buf + at;
		t->t_recs = realloc(t->t_recs,
		    (t->t_nrecs + 1) * sizeof(r));
		ATF_REQUIRE(t->t_recs != NULL);
		t->t_recs[t->t_nrecs++] = r;
		if (r.r_type == TR_WRITE) {
			ATF_REQUIRE(r.r_off + r.r_len <= t->t_size);
			t->t_nwrites++;
		}
	}
}

void
e2_trace_image(const struct e2_trace *t, unsigned n, unsigned lose,
    const char *img)
{
	const struct e2_rec *r = t->t_recs;
	uint64_t settled = lose == 0 ? n : 0;
	unsigned i, rnd = lose;
	uint8_t *buf;
	FILE *fp;

	for (i = 0; i < n; i++)
		if (r[i].r_type == TR_BARRIER && r[i].r_off > settled)
			settled = r[i].r_off;
	ATF_REQUIRE((buf = malloc(t->t_size)) != NULL);
	memcpy(buf, t->t_base, t->t_size);
	for (i = 0; i < n; i++) {
		if (r[i].r_type != TR_WRITE)
			continue;
		rnd = rnd * 1103515245 + 12345;
		if (i < settled || (rnd >> 16 & 1) != 0)
			memcpy(buf + r[i].r_off, r[i].r_data, r[i].r_len);
	}
	ATF_REQUIRE((fp = fopen(img, "w")) != NULL);
	ATF_REQUIRE_EQ(1, fwrite(buf, t->t_size, 1, fp));
	ATF_REQUIRE_EQ(0, fclose(fp));
	free(buf);
}
