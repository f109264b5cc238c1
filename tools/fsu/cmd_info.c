/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu info: says what an image is without mounting it: partition table, type
 * of file system, label, UUID, features, state, and whether it can be used.
 */
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fsu_image.h"

static void
line(const char *indent, const char *label, const char *text)
{

	if (text[0] != '\0')
		(void)printf("%s%-12s%s\n", indent, label, text);
}

static void
size_line(const char *indent, const char *label, uint64_t bytes)
{
	char human[16], text[64];

	fsu_human(human, sizeof(human), bytes);
	(void)snprintf(text, sizeof(text), "%ju bytes (%s)",
	    (uintmax_t)bytes, human);
	line(indent, label, text);
}

static void
show_fs(const char *indent, const struct fsu_probe *pr, uint64_t window)
{
	char text[96];

	line(indent, "type:", pr->pr_desc[0] != '\0' ? pr->pr_desc :
	    "no file system found");
	line(indent, "driver:", pr->pr_type[0] != '\0' ? pr->pr_type :
	    pr->pr_desc[0] != '\0' ? "none" : "");
	line(indent, "label:", pr->pr_label);
	line(indent, "UUID:", pr->pr_uuid);
	if (pr->pr_size != 0)
		size_line(indent, "size:", pr->pr_size);
	if (pr->pr_bsize != 0) {
		(void)snprintf(text, sizeof(text), "%u bytes", pr->pr_bsize);
		line(indent, "block size:", text);
	}
	line(indent, "features:", pr->pr_features);
	line(indent, "state:", pr->pr_state);
	if (pr->pr_size > window) {
		(void)snprintf(text, sizeof(text), "the image ends %ju bytes "
		    "before the file system does",
		    (uintmax_t)(pr->pr_size - window));
		line(indent, "damaged:", text);
	}
}

static void
show_parts(int fd, uint64_t size, const char *file)
{
	struct fsu_part *parts;
	struct fsu_probe pr;
	const char *table;
	size_t n, i;

	if (fsu_partitions(fd, size, &table, &parts, &n) != 0 ||
	    table == NULL)
		return;
	(void)printf("  %-12s%s, %zu partition%s\n", "table:", table, n,
	    n == 1 ? "" : "s");
	for (i = 0; i < n; i++) {
		(void)printf("  %s#%u: %s%s%s%s, from byte %ju\n",
		    fsu_base(file), parts[i].pt_number, parts[i].pt_type,
		    parts[i].pt_name[0] != '\0' ? " \"" : "",
		    parts[i].pt_name, parts[i].pt_name[0] != '\0' ? "\"" : "",
		    (uintmax_t)parts[i].pt_start);
		size_line("    ", "partition:", parts[i].pt_size);
		if (fsu_probe(fd, parts[i].pt_start, parts[i].pt_size,
		    &pr) == 0)
			show_fs("    ", &pr, parts[i].pt_size);
	}
	free(parts);
}

static int
info_one(const char *spec)
{
	struct fsu_probe pr;
	uint64_t off, size;
	const char *table;
	struct fsu_part *parts;
	size_t n;
	char *file;
	int fd;

	if (fsu_image_window(spec, &file, &off, &size, &pr) != 0)
		return 1;
	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fsu_partitions(fd, size, &table, &parts, &n) != 0) {
		fsu_warn(0, "cannot read image '%s'", file);
		free(file);
		return 1;
	}
	free(parts);
	(void)printf("%s:\n", spec);
	size_line("  ", "image:", size);
	if (off == 0 && table != NULL && pr.pr_desc[0] == '\0')
		show_parts(fd, size, file);
	else
		show_fs("  ", &pr, size);
	(void)close(fd);
	free(file);
	return 0;
}

int
cmd_info(int argc, char **argv)
{
	static const struct option none[] = { { NULL, 0, NULL, 0 } };
	char *spec;
	size_t len;
	int i, status;

	while (getopt_long(argc, argv, "", none, NULL) != -1)
		fsu_usage();
	if (optind >= argc)
		fsu_usage();
	for (i = optind, status = 0; i < argc; i++) {
		spec = fsu_strdup(argv[i]);
		len = strlen(spec);
		if (len > 2 && strcmp(spec + len - 2, ":/") == 0)
			spec[len - 2] = '\0';
		else if (len > 1 && spec[len - 1] == ':')
			spec[len - 1] = '\0';
		status |= info_one(spec);
		free(spec);
	}
	return status;
}
