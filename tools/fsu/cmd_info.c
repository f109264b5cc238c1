/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fsu info: says what an image is without mounting it: partition table, type
 * of file system, label, UUID, features, state, and whether it can be used.
 */
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fsu_disk.h"
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
	if (pr->pr_hint != NULL)
		line(indent, "to use it:", pr->pr_hint);
	line(indent, "features:", pr->pr_features);
	line(indent, "state:", pr->pr_state);
	if (pr->pr_size > window) {
		(void)snprintf(text, sizeof(text), "the image ends %ju bytes "
		    "before the file system does",
		    (uintmax_t)(pr->pr_size - window));
		line(indent, "damaged:", text);
	}
}

/* The same as an object; part: a partition it is in, or NULL. */
static void
json_fs(const char *spec, const char *table, const struct fsu_part *part,
    const struct fsu_probe *pr, uint64_t window)
{

	fsu_json_open();
	fsu_json_text("image", spec);
	if (table != NULL)
		fsu_json_text("table", table);
	if (part != NULL) {
		fsu_json_uint("partition", part->pt_number);
		fsu_json_text("partition_type", part->pt_type);
		fsu_json_text("partition_name", part->pt_name);
		fsu_json_uint("offset", part->pt_start);
	}
	fsu_json_uint("size", window);
	if (pr->pr_desc[0] != '\0') {
		fsu_json_text("type", pr->pr_desc);
		fsu_json_text("driver", pr->pr_type);
		fsu_json_text("label", pr->pr_label);
		fsu_json_text("uuid", pr->pr_uuid);
		fsu_json_text("features", pr->pr_features);
		fsu_json_text("state", pr->pr_state);
		fsu_json_uint("fs_size", pr->pr_size);
		fsu_json_uint("block_size", pr->pr_bsize);
		fsu_json_bool("truncated", pr->pr_size > window);
	}
	fsu_json_close();
}

static void
show_part(const char *file, const char *table, const struct fsu_part *part,
    const struct fsu_probe *pr)
{

	if (fsu_opt_json) {
		json_fs(file, table, part, pr, part->pt_size);
		return;
	}
	(void)printf("  %s#%u: %s%s%s%s, from byte %ju\n", fsu_base(file),
	    part->pt_number, part->pt_type,
	    part->pt_name[0] != '\0' ? " \"" : "", part->pt_name,
	    part->pt_name[0] != '\0' ? "\"" : "", (uintmax_t)part->pt_start);
	size_line("    ", "partition:", part->pt_size);
	show_fs("    ", pr, part->pt_size);
}

static void
show_parts(const struct fsu_disk *d, const char *file, const char *table,
    const struct fsu_part *parts, size_t n)
{
	struct fsu_probe pr;
	size_t i;

	if (!fsu_opt_json)
		(void)printf("  %-12s%s, %zu partition%s\n", "table:", table,
		    n, n == 1 ? "" : "s");
	for (i = 0; i < n; i++) {
		if (fsu_probe(d, parts[i].pt_start, parts[i].pt_size,
		    &pr) == 0)
			show_part(file, table, &parts[i], &pr);
	}
}

/* The whole of an image, or the partition that was named. */
static void
show_window(const struct fsu_disk *d, const char *spec, const char *file,
    bool whole, uint64_t size, const struct fsu_probe *pr)
{
	struct fsu_part *parts;
	const char *table;
	size_t n;

	parts = NULL;
	table = NULL;
	n = 0;
	if (whole && pr->pr_desc[0] == '\0')
		(void)fsu_partitions(d, size, &table, &parts, &n);
	if (!fsu_opt_json) {
		(void)printf("%s:\n", spec);
		size_line("  ", "image:", size);
	} else if (table == NULL || n == 0)
		json_fs(spec, table, NULL, pr, size);
	if (table != NULL)
		show_parts(d, file, table, parts, n);
	else if (!fsu_opt_json)
		show_fs("  ", pr, size);
	free(parts);
}

static int
info_one(const char *spec)
{
	struct fsu_probe pr;
	struct fsu_disk d;
	uint64_t off, size;
	char *file, *user;

	if (fsu_image_window(spec, &file, &off, &size, &pr) != 0)
		return 1;
	if (fsu_disk_open(file, &d) != 0) {
		free(file);
		return 1;
	}
	show_window(&d, spec, file, off == 0, size, &pr);
	user = fsu_disk_user(file, true);
	if (user != NULL && !fsu_opt_json)
		line("  ", "in use:", user);
	free(user);
	fsu_disk_close(&d);
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
	fsu_skip_options(&argc, &argv, 1);
	for (i = 0, status = 0; i < argc; i++) {
		if (fsu_opt_dir != NULL && strcmp(argv[i], ".") == 0)
			(void)fsu_split_image(fsu_opt_dir, &spec);
		else
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
