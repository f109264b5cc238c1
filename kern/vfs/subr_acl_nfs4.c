/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * acl(9): lists as NFSv4 has them, RFC 7530 section 6, and permission bits.
 *
 * Entries are looked through in order, and for each permission the first one
 * that names it decides.  The list for a mode has an entry that allows for
 * the owner, the group and everyone, in this order; before those come ones
 * that deny, only where somebody would get by a later entry what the mode
 * does not give him.
 */

#include <sys/param.h>
#include <sys/acl.h>
#include <sys/errno.h>
#include <sys/malloc.h>
#include <sys/stat.h>
#include <sys/systm.h>

#include <lib/libkern/libkern.h>

/* The bits of a class in a mode, rwx. */
#define	CLASS_READ	4
#define	CLASS_WRITE	2
#define	CLASS_EXEC	1

/* Whoever it is may know about the file; its owner may change that. */
#define	PERM_EVERYONE	(ACL_READ_ACL | ACL_READ_ATTRIBUTES | \
    ACL_READ_NAMED_ATTRS | ACL_SYNCHRONIZE)
#define	PERM_OWNER	(ACL_WRITE_ACL | ACL_WRITE_OWNER | \
    ACL_WRITE_ATTRIBUTES | ACL_WRITE_NAMED_ATTRS)

#define	INHERIT_FLAGS	(ACL_ENTRY_FILE_INHERIT | \
    ACL_ENTRY_DIRECTORY_INHERIT | ACL_ENTRY_NO_PROPAGATE_INHERIT | \
    ACL_ENTRY_INHERIT_ONLY)

static acl_perm_t
class_perm(mode_t class)
{
	acl_perm_t perm = 0;

	if ((class & CLASS_READ) != 0)
		perm |= ACL_READ_DATA;
	if ((class & CLASS_WRITE) != 0)
		perm |= ACL_WRITE_DATA | ACL_APPEND_DATA;
	if ((class & CLASS_EXEC) != 0)
		perm |= ACL_EXECUTE;
	return perm;
}

static mode_t
perm_class(acl_perm_t perm)
{

	return ((perm & ACL_READ_DATA) != 0 ? CLASS_READ : 0) |
	    ((perm & ACL_WRITE_DATA) != 0 ? CLASS_WRITE : 0) |
	    ((perm & ACL_EXECUTE) != 0 ? CLASS_EXEC : 0);
}

static void
append(struct acl *acl, acl_tag_t tag, acl_perm_t perm, acl_entry_type_t type)
{
	struct acl_entry *ae;

	KASSERT(acl->acl_cnt < ACL_MAX_ENTRIES);
	ae = &acl->acl_entry[acl->acl_cnt++];
	ae->ae_tag = tag;
	ae->ae_id = ACL_UNDEFINED_ID;
	ae->ae_perm = perm;
	ae->ae_entry_type = type;
	ae->ae_flags = 0;
}

/*
 * The list that a mode is, with other entries, so many, between what denies
 * and what allows.
 */
static void
mode_list(struct acl *acl, mode_t mode, const struct acl_entry *between,
    unsigned int n)
{
	acl_perm_t everyone = PERM_EVERYONE | class_perm(mode);
	acl_perm_t group = PERM_EVERYONE | class_perm(mode >> 3);
	acl_perm_t owner = PERM_EVERYONE | PERM_OWNER | class_perm(mode >> 6);
	acl_perm_t owner_deny = (group | everyone) & ~owner;
	acl_perm_t group_deny = everyone & ~group;
	/* An owner who is in the group shall not be denied with it. */
	acl_perm_t owner_first = group_deny & ~owner_deny;

	acl->acl_cnt = 0;
	if (owner_first != 0)
		append(acl, ACL_USER_OBJ, owner_first, ACL_ENTRY_TYPE_ALLOW);
	if (owner_deny != 0)
		append(acl, ACL_USER_OBJ, owner_deny, ACL_ENTRY_TYPE_DENY);
	if (group_deny != 0)
		append(acl, ACL_GROUP_OBJ, group_deny, ACL_ENTRY_TYPE_DENY);
	KASSERT(acl->acl_cnt + n <= ACL_MAX_ENTRIES);
	for (; n > 0; n--)
		acl->acl_entry[acl->acl_cnt++] = *between++;
	append(acl, ACL_USER_OBJ, owner, ACL_ENTRY_TYPE_ALLOW);
	append(acl, ACL_GROUP_OBJ, group, ACL_ENTRY_TYPE_ALLOW);
	append(acl, ACL_EVERYONE, everyone, ACL_ENTRY_TYPE_ALLOW);
}

/* Entries before and after what mode_list() puts in between. */
#define	MODE_ENTRIES	6

/* chmod(2): nothing is left of the list. */
void
acl_nfs4_sync_acl_from_mode(struct acl *acl, mode_t mode, int owner)
{

	mode_list(acl, mode, NULL, 0);
}

/*
 * What the owner, the group and everyone have whatever else they are: entries
 * of named users and groups do not show, nor those only to be inherited.
 */
void
__acl_nfs4_sync_mode_from_acl(mode_t *modep, const struct acl *acl)
{
	const struct acl_entry *ae;
	mode_t mode = 0, seen = 0, bits;
	unsigned int i;

	for (i = 0; i < acl->acl_cnt; i++) {
		ae = &acl->acl_entry[i];
		if (ae->ae_entry_type != ACL_ENTRY_TYPE_ALLOW &&
		    ae->ae_entry_type != ACL_ENTRY_TYPE_DENY)
			continue;
		if ((ae->ae_flags & ACL_ENTRY_INHERIT_ONLY) != 0)
			continue;
		bits = perm_class(ae->ae_perm);
		if (ae->ae_tag == ACL_USER_OBJ)
			bits <<= 6;
		else if (ae->ae_tag == ACL_GROUP_OBJ)
			bits <<= 3;
		else if (ae->ae_tag == ACL_EVERYONE)
			bits |= bits << 6 | bits << 3;
		else
			continue;
		if (ae->ae_entry_type == ACL_ENTRY_TYPE_ALLOW)
			mode |= bits & ~seen;
		seen |= bits;
	}
	*modep = (*modep & ACL_PRESERVE_MASK) | mode;
}

static bool
entry_same(const struct acl_entry *a, const struct acl_entry *b)
{

	return a->ae_tag == b->ae_tag && a->ae_id == b->ae_id &&
	    a->ae_perm == b->ae_perm &&
	    a->ae_entry_type == b->ae_entry_type && a->ae_flags == b->ae_flags;
}

int
acl_nfs4_is_trivial(const struct acl *acl, int owner)
{
	struct acl *trivial;
	mode_t mode = 0;
	unsigned int i;
	bool same;

	if (acl->acl_cnt > MODE_ENTRIES)
		return 0;
	trivial = acl_alloc(M_WAITOK);
	__acl_nfs4_sync_mode_from_acl(&mode, acl);
	mode_list(trivial, mode, NULL, 0);
	same = acl->acl_cnt == trivial->acl_cnt;
	for (i = 0; same && i < acl->acl_cnt; i++)
		same = entry_same(&acl->acl_entry[i], &trivial->acl_entry[i]);
	acl_free(trivial);
	return same;
}

static bool
entry_valid(const struct acl_entry *ae, bool dir)
{

	switch (ae->ae_tag) {
	case ACL_USER_OBJ:
	case ACL_GROUP_OBJ:
	case ACL_EVERYONE:
		if (ae->ae_id != ACL_UNDEFINED_ID)
			return false;
		break;
	case ACL_USER:
	case ACL_GROUP:
		if (ae->ae_id == ACL_UNDEFINED_ID)
			return false;
		break;
	default:
		return false;
	}
	if ((ae->ae_perm & ~ACL_NFS4_PERM_BITS) != 0)
		return false;
	if (ae->ae_entry_type != ACL_ENTRY_TYPE_ALLOW &&
	    ae->ae_entry_type != ACL_ENTRY_TYPE_DENY)
		return false;
	/* Only directories have heirs. */
	return (ae->ae_flags & ~(ACL_ENTRY_INHERITED |
	    (dir ? INHERIT_FLAGS : 0))) == 0;
}

int
acl_nfs4_check(const struct acl *acl, int is_directory)
{
	unsigned int i;

	if (acl->acl_cnt == 0 || acl->acl_cnt > ACL_MAX_ENTRIES)
		return EINVAL;
	for (i = 0; i < acl->acl_cnt; i++) {
		if (!entry_valid(&acl->acl_entry[i], is_directory != 0))
			return EINVAL;
	}
	return 0;
}

/*
 * What becomes of a directory's entry in the list of a new file there; false
 * if nothing does.
 */
static bool
entry_inherit(struct acl_entry *ae, mode_t mode, bool dir)
{
	const bool files = (ae->ae_flags & ACL_ENTRY_FILE_INHERIT) != 0;
	const bool dirs = (ae->ae_flags & ACL_ENTRY_DIRECTORY_INHERIT) != 0;
	const bool once =
	    (ae->ae_flags & ACL_ENTRY_NO_PROPAGATE_INHERIT) != 0;

	/* Those for files wait in directories for a file to come. */
	if (dir ? !dirs && (!files || once) : !files)
		return false;
	ae->ae_flags |= ACL_ENTRY_INHERITED;
	ae->ae_flags &= ~ACL_ENTRY_INHERIT_ONLY;
	if (!dir || once)
		ae->ae_flags &= ~INHERIT_FLAGS;
	else if (!dirs)
		ae->ae_flags |= ACL_ENTRY_INHERIT_ONLY;

	/* It allows no more than the mode does the group. */
	if (ae->ae_entry_type == ACL_ENTRY_TYPE_ALLOW &&
	    (ae->ae_flags & ACL_ENTRY_INHERIT_ONLY) == 0)
		ae->ae_perm &= ~(PERM_OWNER |
		    (class_perm(7) & ~class_perm(mode >> 3)));
	return true;
}

/*
 * More than a list can hold, with what the mode is, are not inherited: the
 * mode decides.
 */
void
acl_nfs4_compute_inherited_acl(const struct acl *parent, struct acl *child,
    mode_t mode, int owner, int is_directory)
{
	struct acl *heirs = acl_alloc(M_WAITOK);
	unsigned int i;

	KASSERT(child->acl_cnt == 0);
	KASSERT(parent->acl_cnt <= ACL_MAX_ENTRIES);
	for (i = 0; i < parent->acl_cnt; i++) {
		heirs->acl_entry[heirs->acl_cnt] = parent->acl_entry[i];
		if (entry_inherit(&heirs->acl_entry[heirs->acl_cnt], mode,
		    is_directory != 0))
			heirs->acl_cnt++;
	}
	if (heirs->acl_cnt > ACL_MAX_ENTRIES - MODE_ENTRIES)
		heirs->acl_cnt = 0;
	mode_list(child, mode, heirs->acl_entry, heirs->acl_cnt);
	acl_free(heirs);
}
