/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel half of t_aclnfs4.  Entries are written and compared as text in the
 * compact form of setfacl(1): who, permissions, flags, type.
 */
#include "../base/kt.h"

#include <sys/acl.h>
#include <sys/malloc.h>
#include <sys/stat.h>

void	rump_kt_nfs4_modes(void);
void	rump_kt_nfs4_access(void);
void	rump_kt_nfs4_tomode(void);
void	rump_kt_nfs4_check(void);
void	rump_kt_nfs4_inherit(void);
void	rump_kt_nfs4_long(void);

#define	O	ACL_USER_OBJ
#define	G	ACL_GROUP_OBJ
#define	E	ACL_EVERYONE
#define	NOBODY	ACL_UNDEFINED_ID
#define	ALLOW	ACL_ENTRY_TYPE_ALLOW
#define	DENY	ACL_ENTRY_TYPE_DENY
#define	F	ACL_ENTRY_FILE_INHERIT
#define	D	ACL_ENTRY_DIRECTORY_INHERIT
#define	N	ACL_ENTRY_NO_PROPAGATE_INHERIT
#define	I	ACL_ENTRY_INHERIT_ONLY
#define	H	ACL_ENTRY_INHERITED

static const acl_perm_t perms[14] = {
	ACL_READ_DATA, ACL_WRITE_DATA, ACL_EXECUTE, ACL_APPEND_DATA,
	ACL_DELETE_CHILD, ACL_DELETE, ACL_READ_ATTRIBUTES,
	ACL_WRITE_ATTRIBUTES, ACL_READ_NAMED_ATTRS, ACL_WRITE_NAMED_ATTRS,
	ACL_READ_ACL, ACL_WRITE_ACL, ACL_WRITE_OWNER, ACL_SYNCHRONIZE
};

static const char *
text(const struct acl *acl)
{
	static char buf[2048];
	const struct acl_entry *ae;
	char p[15] = "rwxpDdaARWcCos", f[6];
	size_t len = 0;
	unsigned int i, k;

	buf[0] = '\0';
	for (i = 0; i < acl->acl_cnt; i++) {
		ae = &acl->acl_entry[i];
		strlcpy(p, "rwxpDdaARWcCos", sizeof(p));
		for (k = 0; k < 14; k++) {
			if ((ae->ae_perm & perms[k]) == 0)
				p[k] = '-';
		}
		strlcpy(f, "fdniI", sizeof(f));
		for (k = 0; k < 5; k++) {
			if ((ae->ae_flags & (k == 4 ? H : 1 << k)) == 0)
				f[k] = '-';
		}
		KT(ae->ae_tag == ACL_USER || ae->ae_tag == ACL_GROUP ||
		    ae->ae_id == NOBODY);
		len += snprintf(buf + len, sizeof(buf) - len,
		    ae->ae_tag == O ? "owner@" : ae->ae_tag == G ? "group@" :
		    ae->ae_tag == E ? "everyone@" :
		    ae->ae_tag == ACL_USER ? "u:%u" : "g:%u", ae->ae_id);
		len += snprintf(buf + len, sizeof(buf) - len, ":%s:%s:%s\n",
		    p, f, ae->ae_entry_type == ALLOW ? "allow" : "deny");
	}
	return buf;
}

static void
add(struct acl *acl, acl_tag_t tag, uid_t id, acl_perm_t perm, int flags,
    int type)
{
	struct acl_entry *ae = &acl->acl_entry[acl->acl_cnt++];

	ae->ae_tag = tag;
	ae->ae_id = id;
	ae->ae_perm = perm;
	ae->ae_entry_type = (acl_entry_type_t)type;
	ae->ae_flags = (acl_flag_t)flags;
}

#define	OWN(bits)	"owner@:" bits "--aARWcCos:-----:allow\n"
#define	GRP(bits)	"group@:" bits "--a-R-c--s:-----:allow\n"
#define	EVE(bits)	"everyone@:" bits "--a-R-c--s:-----:allow\n"

/* What chmod(2) makes of any list. */
void
rump_kt_nfs4_modes(void)
{
	static const struct {
		mode_t mode;
		const char *want;
	} table[] = {
		{ 0000, OWN("----") GRP("----") EVE("----") },
		{ 0600, OWN("rw-p") GRP("----") EVE("----") },
		{ 0644, OWN("rw-p") GRP("r---") EVE("r---") },
		{ 0755, OWN("rwxp") GRP("r-x-") EVE("r-x-") },
		{ 0777, OWN("rwxp") GRP("rwxp") EVE("rwxp") },
		{ 0070, "owner@:rwxp----------:-----:deny\n"
		    OWN("----") GRP("rwxp") EVE("----") },
		{ 0007, "owner@:rwxp----------:-----:deny\n"
		    "group@:rwxp----------:-----:deny\n"
		    OWN("----") GRP("----") EVE("rwxp") },
		{ 0705, "owner@:r-x-----------:-----:allow\n"
		    "group@:r-x-----------:-----:deny\n"
		    OWN("rwxp") GRP("----") EVE("r-x-") },
		{ 0426, "owner@:r-------------:-----:allow\n"
		    "owner@:-w-p----------:-----:deny\n"
		    "group@:r-------------:-----:deny\n"
		    OWN("r---") GRP("-w-p") EVE("rw-p") },
	};
	struct acl *acl = acl_alloc(M_WAITOK);
	size_t i;

	add(acl, ACL_USER, 17, ACL_FULL_SET, 0, ALLOW);
	for (i = 0; i < __arraycount(table); i++) {
		acl_nfs4_sync_acl_from_mode(acl, S_IFREG | table[i].mode, 5);
		kt_streq(text(acl), table[i].want);
	}
	acl_free(acl);
}

/* RFC 7530 6.2.1: in order, who it is about, until all is decided. */
static bool
granted(const struct acl *acl, bool owner, bool group, acl_perm_t perm)
{
	const struct acl_entry *ae;
	unsigned int i;

	for (i = 0; i < acl->acl_cnt && perm != 0; i++) {
		ae = &acl->acl_entry[i];
		if (!(ae->ae_tag == E || (ae->ae_tag == O && owner) ||
		    (ae->ae_tag == G && group)))
			continue;
		if (ae->ae_entry_type == ALLOW)
			perm &= ~ae->ae_perm;
		else if ((ae->ae_perm & perm) != 0)
			return false;
	}
	return perm == 0;
}

/* The list of every mode gives whom the mode gives what, and is trivial. */
void
rump_kt_nfs4_access(void)
{
	static const acl_perm_t bits[] = { ACL_EXECUTE,
	    ACL_WRITE_DATA | ACL_APPEND_DATA, ACL_READ_DATA };
	struct acl *acl = acl_alloc(M_WAITOK);
	unsigned int mode, who, bit, class;
	mode_t back;

	for (mode = 0; mode < 01000; mode++) {
		acl_nfs4_sync_acl_from_mode(acl, (mode_t)mode, -1);
		for (who = 0; who < 4; who++) {
			class = (who & 1) ? mode >> 6 :
			    (who & 2) ? mode >> 3 : mode;
			for (bit = 0; bit < 3; bit++)
				KT_EQ((class >> bit) & 1, granted(acl, who & 1,
				    who & 2, bits[bit]));
			KT_EQ(who & 1, granted(acl, who & 1, who & 2,
			    ACL_WRITE_ACL | ACL_WRITE_OWNER));
			KT(granted(acl, who & 1, who & 2, ACL_READ_ACL));
		}
		back = S_IFDIR | 05777;
		__acl_nfs4_sync_mode_from_acl(&back, acl);
		KT_EQ(S_IFDIR | 05000 | mode, back);
		KT_EQ(1, acl_nfs4_is_trivial(acl, -1));
		KT_EQ(0, acl_nfs4_check(acl, 0));
		acl->acl_entry[0].ae_flags = H;
		KT_EQ(0, acl_nfs4_is_trivial(acl, -1));
		acl->acl_entry[0].ae_flags = 0;
		acl->acl_entry[acl->acl_cnt - 1].ae_perm ^= ACL_DELETE;
		KT_EQ(0, acl_nfs4_is_trivial(acl, -1));
	}
	acl->acl_cnt = 0;
	KT_EQ(0, acl_nfs4_is_trivial(acl, -1));
	acl_nfs4_sync_acl_from_mode(acl, 0644, -1);
	add(acl, ACL_USER, 17, ACL_READ_DATA, 0, ALLOW);
	KT_EQ(0, acl_nfs4_is_trivial(acl, -1));
	acl_free(acl);
}

static mode_t
to_mode(const struct acl *acl)
{
	mode_t mode = 07000;

	__acl_nfs4_sync_mode_from_acl(&mode, acl);
	KT_EQ(07000, mode & 07000);
	return mode & 0777;
}

/* The first entry about a permission decides; some do not show. */
void
rump_kt_nfs4_tomode(void)
{
	struct acl *acl = acl_alloc(M_WAITOK);

	KT_EQ(0, to_mode(acl));
	add(acl, ACL_USER, 17, ACL_FULL_SET, 0, ALLOW);
	add(acl, ACL_GROUP, 17, ACL_FULL_SET, 0, DENY);
	add(acl, E, NOBODY, ACL_FULL_SET, F | I, ALLOW);
	add(acl, E, NOBODY, ACL_FULL_SET, 0, ACL_ENTRY_TYPE_AUDIT);
	KT_EQ(0, to_mode(acl));
	add(acl, G, NOBODY, ACL_WRITE_DATA, 0, DENY);
	KT_EQ(0, to_mode(acl));
	add(acl, E, NOBODY, ACL_WRITE_DATA | ACL_READ_DATA, 0, ALLOW);
	KT_EQ(0646, to_mode(acl));
	add(acl, O, NOBODY, ACL_READ_DATA | ACL_EXECUTE, 0, DENY);
	add(acl, G, NOBODY, ACL_WRITE_DATA, 0, ALLOW);
	KT_EQ(0646, to_mode(acl));
	add(acl, E, NOBODY, ACL_EXECUTE, D, ALLOW);
	KT_EQ(0657, to_mode(acl));
	acl->acl_cnt = 0;
	add(acl, O, NOBODY, ACL_APPEND_DATA, 0, ALLOW);
	KT_EQ(0, to_mode(acl));
	acl_free(acl);
}

void
rump_kt_nfs4_check(void)
{
	static const struct {
		acl_tag_t	tag;
		uid_t		id;
		acl_perm_t	perm;
		int		flags, type, file, dir;
	} table[] = {
		{ O, NOBODY, ACL_FULL_SET, 0, ALLOW, 0, 0 },
		{ G, NOBODY, 0, H, DENY, 0, 0 },
		{ ACL_USER, 0, ACL_READ_SET, 0, ALLOW, 0, 0 },
		{ ACL_GROUP, 7, ACL_WRITE_SET, 0, DENY, 0, 0 },
		{ E, NOBODY, ACL_MODIFY_SET, F | D | N | I | H, ALLOW, EINVAL,
		    0 },
		{ E, NOBODY, 1, F, ALLOW, EINVAL, 0 },
		{ E, NOBODY, 1, D, ALLOW, EINVAL, 0 },
		{ E, NOBODY, 1, N, ALLOW, EINVAL, 0 },
		{ E, NOBODY, 1, I, ALLOW, EINVAL, 0 },
		{ O, 0, 1, 0, ALLOW, EINVAL, EINVAL },
		{ G, 7, 1, 0, ALLOW, EINVAL, EINVAL },
		{ E, 7, 1, 0, ALLOW, EINVAL, EINVAL },
		{ ACL_USER, NOBODY, 1, 0, ALLOW, EINVAL, EINVAL },
		{ ACL_GROUP, NOBODY, 1, 0, ALLOW, EINVAL, EINVAL },
		{ ACL_MASK, NOBODY, 1, 0, ALLOW, EINVAL, EINVAL },
		{ ACL_OTHER, NOBODY, 1, 0, ALLOW, EINVAL, EINVAL },
		{ 0, NOBODY, 1, 0, ALLOW, EINVAL, EINVAL },
		{ O, NOBODY, ACL_READ, 0, ALLOW, EINVAL, EINVAL },
		{ O, NOBODY, 0x10000, 0, ALLOW, EINVAL, EINVAL },
		{ O, NOBODY, 1, 0, ACL_ENTRY_TYPE_AUDIT, EINVAL, EINVAL },
		{ O, NOBODY, 1, 0, ACL_ENTRY_TYPE_ALARM, EINVAL, EINVAL },
		{ O, NOBODY, 1, 0, ALLOW | DENY, EINVAL, EINVAL },
		{ O, NOBODY, 1, 0, 0, EINVAL, EINVAL },
		{ O, NOBODY, 1, ACL_ENTRY_SUCCESSFUL_ACCESS, ALLOW, EINVAL,
		    EINVAL },
		{ O, NOBODY, 1, ACL_ENTRY_FAILED_ACCESS, ALLOW, EINVAL,
		    EINVAL },
		{ O, NOBODY, 1, 0x40, ALLOW, EINVAL, EINVAL },
		{ O, NOBODY, 1, 0x100, ALLOW, EINVAL, EINVAL },
	};
	struct acl *acl = acl_alloc(M_WAITOK);
	size_t i;

	KT_EQ(EINVAL, acl_nfs4_check(acl, 0));
	acl_nfs4_sync_acl_from_mode(acl, 0644, -1);
	for (i = 0; i < __arraycount(table); i++) {
		add(acl, table[i].tag, table[i].id, table[i].perm,
		    table[i].flags, table[i].type);
		KT_EQ(table[i].file, acl_nfs4_check(acl, 0));
		KT_EQ(table[i].dir, acl_nfs4_check(acl, 1));
		acl->acl_cnt--;
	}
	while (acl->acl_cnt < ACL_MAX_ENTRIES)
		add(acl, O, NOBODY, 1, 0, ALLOW);
	KT_EQ(0, acl_nfs4_check(acl, 0));
	acl->acl_cnt++;
	KT_EQ(EINVAL, acl_nfs4_check(acl, 0));
	acl_free(acl);
}

/* A new file or directory of this mode, and what is not the mode's own. */
static void
heir(const struct acl *parent, mode_t mode, int dir, const char *deny,
    const char *want, const char *tail)
{
	struct acl *child = acl_alloc(M_WAITOK);
	char buf[1024];

	acl_nfs4_compute_inherited_acl(parent, child, mode, 5, dir);
	snprintf(buf, sizeof(buf), "%s%s%s", deny, want, tail);
	kt_streq(text(child), buf);
	KT_EQ(0, acl_nfs4_check(child, dir));
	acl_free(child);
}

#define	M750	OWN("rwxp") GRP("r-x-") EVE("----")
#define	FULL	"rwxpDdaARWcCos"

void
rump_kt_nfs4_inherit(void)
{
	struct acl *acl = acl_alloc(M_WAITOK);

	/* Not inheritable at all. */
	add(acl, ACL_USER, 1, ACL_FULL_SET, 0, ALLOW);
	add(acl, ACL_USER, 1, ACL_FULL_SET, H, DENY);
	heir(acl, 0750, 0, "", "", M750);
	heir(acl, 0750, 1, "", "", M750);

	/* By files: in directories it waits, unless it does not go on. */
	acl->acl_cnt = 0;
	add(acl, ACL_USER, 1, ACL_FULL_SET, F, ALLOW);
	heir(acl, 0750, 0, "", "u:1:r-x-Dda-R-c--s:----I:allow\n", M750);
	heir(acl, 0770, 0, "", "u:1:rwxpDda-R-c--s:----I:allow\n",
	    OWN("rwxp") GRP("rwxp") EVE("----"));
	heir(acl, 0700, 0, "", "u:1:----Dda-R-c--s:----I:allow\n",
	    OWN("rwxp") GRP("----") EVE("----"));
	heir(acl, 0750, 1, "", "u:1:" FULL ":f--iI:allow\n", M750);
	acl->acl_entry[0].ae_flags = F | N;
	heir(acl, 0750, 0, "", "u:1:r-x-Dda-R-c--s:----I:allow\n", M750);
	heir(acl, 0750, 1, "", "", M750);

	/* By directories. */
	acl->acl_entry[0].ae_flags = D;
	heir(acl, 0750, 0, "", "", M750);
	heir(acl, 0750, 1, "", "u:1:r-x-Dda-R-c--s:-d--I:allow\n", M750);
	acl->acl_entry[0].ae_flags = D | N | I;
	heir(acl, 0750, 1, "", "u:1:r-x-Dda-R-c--s:----I:allow\n", M750);

	/* By both; what denies is not cut, and stands behind the mode's. */
	acl->acl_entry[0].ae_flags = F | D | I;
	add(acl, ACL_GROUP, 2, ACL_FULL_SET, F | D, DENY);
	heir(acl, 0750, 0, "", "u:1:r-x-Dda-R-c--s:----I:allow\n"
	    "g:2:" FULL ":----I:deny\n", M750);
	heir(acl, 0750, 1, "", "u:1:r-x-Dda-R-c--s:fd--I:allow\n"
	    "g:2:" FULL ":fd--I:deny\n", M750);
	heir(acl, 0070, 0, "owner@:rwxp----------:-----:deny\n",
	    "u:1:rwxpDda-R-c--s:----I:allow\ng:2:" FULL ":----I:deny\n",
	    OWN("----") GRP("rwxp") EVE("----"));
	acl_free(acl);
}

/* As many as fit; one more, and none is. */
void
rump_kt_nfs4_long(void)
{
	struct acl *acl = acl_alloc(M_WAITOK), *child = acl_alloc(M_WAITOK);
	unsigned int i;

	for (i = 0; i < ACL_MAX_ENTRIES - 6; i++)
		add(acl, ACL_USER, i, ACL_READ_DATA, F, DENY);
	acl_nfs4_compute_inherited_acl(acl, child, 0426, 5, 0);
	KT_EQ(ACL_MAX_ENTRIES, child->acl_cnt);
	KT_EQ(0, acl_nfs4_check(child, 0));
	add(acl, ACL_USER, i, ACL_READ_DATA, F, DENY);
	child->acl_cnt = 0;
	acl_nfs4_compute_inherited_acl(acl, child, 0426, 5, 0);
	KT_EQ(1, acl_nfs4_is_trivial(child, 5));
	while (acl->acl_cnt < ACL_MAX_ENTRIES)
		add(acl, ACL_USER, 1, ACL_READ_DATA, F, DENY);
	child->acl_cnt = 0;
	acl_nfs4_compute_inherited_acl(acl, child, 0426, 5, 0);
	KT_EQ(1, acl_nfs4_is_trivial(child, 5));
	acl_free(acl);
	acl_free(child);
}
