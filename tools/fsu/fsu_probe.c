/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is in an image, going by its content: the type of a file system with
 * its label, UUID, features and state.  Nothing read here is trusted: every
 * read is bounded by the window, every text is cut to what can be printed.
 * Sources: "The Second Extended File System" and the ext4 wiki's layout
 * pages; ECMA-107 (FAT); ECMA-119 (ISO 9660); ECMA-167 (UDF).
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "fsu.h"
#include "fsu_bytes.h"
#include "fsu_disk.h"

/* Read all of it; false where the window ends before or the host refuses. */
bool
fsu_read_at(const struct fsu_disk *d, uint64_t base, uint64_t size,
    uint64_t off, void *buf, size_t len)
{

	if (off > size || len > size - off)
		return false;
	if (d->d_nbd != NULL)
		return fsu_nbd_read(d->d_nbd, buf, len, base + off) == 0;
	return pread(d->d_fd, buf, len, (off_t)(base + off)) == (ssize_t)len;
}

static void
put_text(char *dst, size_t dstlen, const uint8_t *src, size_t len)
{
	size_t i;

	for (i = 0; i < len && i + 1 < dstlen && src[i] != '\0'; i++)
		dst[i] = src[i] >= ' ' && src[i] != 0x7f ? (char)src[i] : '?';
	while (i > 0 && dst[i - 1] == ' ')
		i--;
	dst[i] = '\0';
}

void
fsu_put_uuid(char *dst, size_t dstlen, const uint8_t u[16])
{

	(void)snprintf(dst, dstlen, "%02x%02x%02x%02x-%02x%02x-%02x%02x-"
	    "%02x%02x-%02x%02x%02x%02x%02x%02x", u[0], u[1], u[2], u[3], u[4],
	    u[5], u[6], u[7], u[8], u[9], u[10], u[11], u[12], u[13], u[14],
	    u[15]);
}

struct bitname {
	uint32_t	bn_bit;
	const char	*bn_name;
};

static const struct bitname ext_compat[] = {
	{ 0x0001, "dir_prealloc" }, { 0x0002, "imagic_inodes" },
	{ 0x0004, "has_journal" }, { 0x0008, "ext_attr" },
	{ 0x0010, "resize_inode" }, { 0x0020, "dir_index" },
	{ 0x0200, "sparse_super2" }, { 0x0400, "fast_commit" },
	{ 0x0800, "stable_inodes" }, { 0x1000, "orphan_file" },
	{ 0, NULL }
};

static const struct bitname ext_incompat[] = {
	{ 0x0001, "compression" }, { 0x0002, "filetype" },
	{ 0x0004, "needs_recovery" }, { 0x0008, "journal_dev" },
	{ 0x0010, "meta_bg" }, { 0x0040, "extent" }, { 0x0080, "64bit" },
	{ 0x0100, "mmp" }, { 0x0200, "flex_bg" }, { 0x0400, "ea_inode" },
	{ 0x1000, "dirdata" }, { 0x2000, "metadata_csum_seed" },
	{ 0x4000, "large_dir" }, { 0x8000, "inline_data" },
	{ 0x10000, "encrypt" }, { 0x20000, "casefold" }, { 0, NULL }
};

static const struct bitname ext_rocompat[] = {
	{ 0x0001, "sparse_super" }, { 0x0002, "large_file" },
	{ 0x0008, "huge_file" }, { 0x0010, "uninit_bg" },
	{ 0x0020, "dir_nlink" }, { 0x0040, "extra_isize" },
	{ 0x0100, "quota" }, { 0x0200, "bigalloc" },
	{ 0x0400, "metadata_csum" }, { 0x1000, "read-only" },
	{ 0x2000, "project" }, { 0x8000, "verity" },
	{ 0x10000, "orphan_present" }, { 0, NULL }
};

static void
put_features(char *dst, size_t dstlen, uint32_t bits,
    const struct bitname *names, char kind)
{
	size_t at;

	for (; bits != 0 && names->bn_name != NULL; names++) {
		if ((bits & names->bn_bit) == 0)
			continue;
		bits &= ~names->bn_bit;
		at = strlen(dst);
		(void)snprintf(dst + at, dstlen - at, "%s%s",
		    at != 0 ? " " : "", names->bn_name);
	}
	at = strlen(dst);
	if (bits != 0)
		(void)snprintf(dst + at, dstlen - at, "%sFEATURE_%c%" PRIx32,
		    at != 0 ? " " : "", kind, bits);
}

static bool
probe_ext(const struct fsu_disk *d, uint64_t off, uint64_t size,
    struct fsu_probe *pr)
{
	uint8_t sb[1024];
	uint32_t compat, incompat, rocompat;
	uint64_t blocks;
	unsigned state;

	if (!fsu_read_at(d, off, size, 1024, sb, sizeof(sb)) ||
	    get16(sb + 0x38) != 0xef53 || get32(sb + 0x18) > 6)
		return false;
	compat = get32(sb + 0x5c);
	incompat = get32(sb + 0x60);
	rocompat = get32(sb + 0x64);
	(void)snprintf(pr->pr_type, sizeof(pr->pr_type), "ext2fs");
	(void)snprintf(pr->pr_desc, sizeof(pr->pr_desc), "%s",
	    (incompat & ~0x0006U) != 0 || (rocompat & ~0x0003U) != 0 ?
	    "ext4" : (compat & 0x0004) != 0 ? "ext3" : "ext2");
	fsu_put_uuid(pr->pr_uuid, sizeof(pr->pr_uuid), sb + 0x68);
	put_text(pr->pr_label, sizeof(pr->pr_label), sb + 0x78, 16);
	put_features(pr->pr_features, sizeof(pr->pr_features), compat,
	    ext_compat, 'C');
	put_features(pr->pr_features, sizeof(pr->pr_features), incompat,
	    ext_incompat, 'I');
	put_features(pr->pr_features, sizeof(pr->pr_features), rocompat,
	    ext_rocompat, 'R');
	pr->pr_bsize = 1024U << get32(sb + 0x18);
	blocks = get32(sb + 0x04);
	if (incompat & 0x0080)
		blocks |= (uint64_t)get32(sb + 0x150) << 32;
	pr->pr_size = blocks > UINT64_MAX / pr->pr_bsize ? UINT64_MAX :
	    blocks * pr->pr_bsize;
	state = get16(sb + 0x3a);
	(void)snprintf(pr->pr_state, sizeof(pr->pr_state), "%s%s%s",
	    (state & 1) != 0 ? "clean" : "not clean",
	    (state & 2) != 0 ? ", with errors" : "",
	    (incompat & 4) != 0 ? ", journal needs recovery" : "");
	return true;
}

static bool
probe_fat(const struct fsu_disk *d, uint64_t off, uint64_t size,
    struct fsu_probe *pr)
{
	uint8_t b[512];
	unsigned bps, id;
	uint32_t sectors;
	bool fat32;

	if (!fsu_read_at(d, off, size, 0, b, sizeof(b)) ||
	    get16(b + 510) != 0xaa55)
		return false;
	bps = get16(b + 11);
	fat32 = memcmp(b + 82, "FAT32", 5) == 0;
	if (bps < 512 || bps > 4096 || (bps & (bps - 1)) != 0 ||
	    b[13] == 0 || (b[13] & (b[13] - 1)) != 0 ||
	    (!fat32 && memcmp(b + 54, "FAT", 3) != 0))
		return false;
	sectors = get16(b + 19) != 0 ? get16(b + 19) : get32(b + 32);
	(void)snprintf(pr->pr_desc, sizeof(pr->pr_desc), "%.5s",
	    fat32 ? "FAT32" : memcmp(b + 54, "FAT12", 5) == 0 ? "FAT12" :
	    memcmp(b + 54, "FAT16", 5) == 0 ? "FAT16" : "FAT");
	put_text(pr->pr_label, sizeof(pr->pr_label), b + (fat32 ? 71 : 43), 11);
	id = get32(b + (fat32 ? 67 : 39));
	(void)snprintf(pr->pr_uuid, sizeof(pr->pr_uuid), "%04X-%04X",
	    id >> 16, id & 0xffff);
	pr->pr_bsize = bps * b[13];
	pr->pr_size = (uint64_t)sectors * bps;
	return true;
}

static bool
probe_iso(const struct fsu_disk *d, uint64_t off, uint64_t size,
    struct fsu_probe *pr)
{
	uint8_t b[2048];
	int i;
	bool iso, udf;

	iso = udf = false;
	for (i = 0; i < 16; i++) {
		if (!fsu_read_at(d, off, size, 32768 + 2048 * (uint64_t)i, b,
		    sizeof(b)))
			break;
		if (memcmp(b + 1, "CD001", 5) == 0 && b[0] == 1 && !iso) {
			iso = true;
			put_text(pr->pr_label, sizeof(pr->pr_label), b + 40,
			    32);
			pr->pr_bsize = get16(b + 128);
			pr->pr_size = (uint64_t)get32(b + 80) * pr->pr_bsize;
		} else if (memcmp(b + 1, "NSR0", 4) == 0)
			udf = true;
		else if (memcmp(b + 1, "CD001", 5) != 0 &&
		    memcmp(b + 1, "BEA01", 5) != 0)
			break;
	}
	if (iso || udf)
		(void)snprintf(pr->pr_desc, sizeof(pr->pr_desc), "%s",
		    iso && udf ? "ISO 9660 with UDF" :
		    iso ? "ISO 9660" : "UDF");
	return iso || udf;
}

/*
 * Types that are only named, with what helps.  Magic numbers are those of
 * magic(5) and of the formats' own descriptions.
 */
static const struct magic {
	uint64_t	m_off;
	const char	*m_magic;
	size_t		m_len;
	const char	*m_desc;
	const char	*m_hint;
} magics[] = {
#define	UNPACK(how)	"unpack it first (" how ")"
#define	SERVE(fmt)	"serve it: \"qemu-nbd -r -f " fmt " -k $PWD/s -t " \
	"FILE\", then \"fsu ls nbd+unix:///?socket=$PWD/s\""
	{ 3, "NTFS    ", 8, "NTFS", NULL },
	{ 3, "EXFAT   ", 8, "exFAT", NULL },
	{ 3, "-FVE-FS-", 8, "BitLocker (encrypted)",
	    "open it with cryptsetup(8)" },
	{ 0, "XFSB", 4, "XFS", NULL },
	{ 0, "hsqs", 4, "squashfs", UNPACK("unsquashfs") },
	{ 0, "LUKS\xba\xbe", 6, "LUKS (encrypted)",
	    "open it (cryptsetup open FILE name), then use /dev/mapper/name" },
	{ 0, "QFI\xfb", 4, "a qcow2 image", SERVE("qcow2") },
	{ 0, "KDMV", 4, "a VMDK image", SERVE("vmdk") },
	{ 0, "# Disk DescriptorFile", 21, "a VMDK descriptor",
	    SERVE("vmdk") },
	{ 0, "vhdxfile", 8, "a VHDX image", SERVE("vhdx") },
	{ 0, "conectix", 8, "a VHD image", SERVE("vpc") },
	{ 64, "\x7f\x10\xda\xbe", 4, "a VDI image", SERVE("vdi") },
	{ 0, "\x1f\x8b\x08", 3, "compressed by gzip",
	    UNPACK("gunzip -k") },
	{ 0, "BZh", 3, "compressed by bzip2", UNPACK("bunzip2 -k") },
	{ 0, "\xfd" "7zXZ", 6, "compressed by xz", UNPACK("unxz -k") },
	{ 0, "\x28\xb5\x2f\xfd", 4, "compressed by zstd",
	    UNPACK("unzstd -k") },
	{ 0, "\x04\x22\x4d\x18", 4, "compressed by lz4", UNPACK("unlz4") },
	{ 0, "PK\x03\x04", 4, "a zip archive", UNPACK("unzip") },
	{ 0, "7z\xbc\xaf\x27\x1c", 6, "a 7z archive", UNPACK("7z x") },
	{ 257, "ustar", 5, "a tar archive",
	    "\"fsu tar -x\" puts it into an image" },
	{ 0, "070701", 6, "a cpio archive",
	    "\"fsu tar -x\" puts it into an image" },
	{ 0, "!<arch>\n", 8, "an ar archive", UNPACK("ar x") },
	{ 0, "\x7f" "ELF", 4, "a program", NULL },
	{ 512, "LABELONE", 8, "a physical volume of LVM",
	    "attach it (losetup -f FILE; vgchange -ay), then use "
	    "/dev/GROUP/VOLUME" },
	{ 4096, "\xfc\x4e\x2b\xa9", 4, "a member of a RAID (md)",
	    "assemble it with mdadm(8)" },
	{ 0, "\xfc\x4e\x2b\xa9", 4, "a member of a RAID (md)",
	    "assemble it with mdadm(8)" },
	{ 4096 + 24, "\xc6\x85\x73\xf6\x4e\x1a\x45\xca", 8, "bcache", NULL },
	{ 65536 + 64, "_BHRfS_M", 8, "btrfs", NULL },
	{ 1024, "\x10\x20\xf5\xf2", 4, "F2FS", NULL },
	{ 1024, "\xe2\xe1\xf5\xe0", 4, "EROFS", NULL },
	{ 1024, "H+", 2, "HFS+", NULL },
	{ 1024, "HX", 2, "HFSX", NULL },
	{ 32, "NXSB", 4, "APFS", NULL },
	{ 65536 + 52, "ReIsEr", 6, "ReiserFS", NULL },
	{ 131072, "\x0c\xb1\xba\0\0\0\0\0", 8, "ZFS", NULL },
	{ 4096 - 10, "SWAPSPACE2", 10, "Linux swap", "there are no files" },
	{ 65536 + 1372, "\x19\x01\x54\x19", 4, "FFSv2", NULL },
	{ 8192 + 1372, "\x54\x19\x01\x00", 4, "FFSv1", NULL },
#undef UNPACK
#undef SERVE
};

static bool
probe_magic(const struct fsu_disk *d, uint64_t off, uint64_t size,
    struct fsu_probe *pr)
{
	const struct magic *m;
	uint8_t b[32];

	for (m = magics; m < magics + sizeof(magics) / sizeof(*m); m++) {
		if (!fsu_read_at(d, off, size, m->m_off, b, m->m_len) ||
		    memcmp(b, m->m_magic, m->m_len) != 0)
			continue;
		(void)snprintf(pr->pr_desc, sizeof(pr->pr_desc), "%s",
		    m->m_desc);
		pr->pr_hint = m->m_hint;
		return true;
	}
	return false;
}

/*
 * Look at what a window of a file holds: pr_type stays empty when there is no
 * driver for it, pr_desc when it is not known.  0 or an errno.
 */
int
fsu_probe(const struct fsu_disk *d, uint64_t off, uint64_t size,
    struct fsu_probe *pr)
{

	*pr = (struct fsu_probe){ 0 };
	if (!probe_ext(d, off, size, pr) && !probe_iso(d, off, size, pr) &&
	    !probe_magic(d, off, size, pr))
		(void)probe_fat(d, off, size, pr);
	return 0;
}
