/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * proplib(3) from the inside: what every object begins with, the operations
 * of a type, collections, and the writer of property lists.  Only prop_*.c
 * includes this.
 *
 * No two locks of objects are ever held together: who walks a collection
 * takes a copy of its members first (prop_coll_copy()), and references are
 * dropped after the lock.  Walks are bounded by PROP_MAXDEPTH, freeing needs
 * no recursion.
 */

#ifndef _KERN_BASE_PROP_PRIVATE_H_
#define _KERN_BASE_PROP_PRIVATE_H_

#include <sys/param.h>
#include <sys/rwlock.h>
#include <sys/systm.h>

#include <prop/proplib.h>

#define PROP_MAXDEPTH	64		/* collections in collections */
#define PROP_MAXCOUNT	(1U << 24)	/* members of one */

/*
 * Locks: c, constant after creation; a, atomic; d, of the thread that dropped
 * the last reference.
 */
struct prop_object {
	const struct prop_type	*po_type;	/* c */
	volatile u_int		po_refcnt;	/* a */
	struct prop_object	*po_dead;	/* d: others to be freed */
};

struct prop_out;

/* A type's operations.  Depth is what is left of PROP_MAXDEPTH. */
struct prop_type {
	prop_type_t	pt_type;
	size_t		pt_size;	/* of the object; 0: never freed */
	/* Free what it owns; members go through prop_drop(). */
	void	(*pt_fini)(struct prop_object *, struct prop_object **);
	/* Compare with another of the type: 0, or why they are not equal. */
	int	(*pt_compare)(struct prop_object *, struct prop_object *,
		    u_int);
	/* Write as XML. */
	bool	(*pt_write)(struct prop_out *, struct prop_object *, u_int);
};
/* Results of pt_compare(). */
#define PROP_SAME	0
#define PROP_DIFFERENT	1
#define PROP_CANT_TELL	2		/* no memory, or too deep */

extern const struct prop_type prop_type_bool, prop_type_number,
    prop_type_string, prop_type_data, prop_type_array, prop_type_dictionary,
    prop_type_keysym;

/* Memory.  The size goes back with it; fails only if a test wants it to. */
void	*prop_alloc(size_t);
void	prop_free(void *, size_t);
extern volatile size_t prop_bytes;	/* a: in use, for tests */

/* A new object, zeroed, with one reference. */
void	*prop_object_new(const struct prop_type *);
/* Drop a reference; the object joins the list if that was the last. */
void	prop_drop(prop_object_t, struct prop_object **);
int	prop_compare(prop_object_t, prop_object_t, u_int);

static inline bool
prop_is(const void *obj, const struct prop_type *type)
{

	return obj != NULL &&
	    ((const struct prop_object *)obj)->po_type == type;
}

struct _prop_dictionary_keysym {
	struct prop_object	pdk_obj;
	size_t			pdk_len;	/* c: without NUL */
	char			*pdk_text;	/* c */
};

/* NULL if the key is no good. */
prop_dictionary_keysym_t prop_keysym_new(const char *);

/*
 * Arrays and dictionaries are collections of slots; those of a dictionary are
 * in the order of their keys.  pc_version changes with every change.
 */
struct prop_slot {
	prop_dictionary_keysym_t ps_key;	/* NULL in an array */
	struct prop_object	*ps_value;
};

/* Locks: l, pc_lock; c, constant after creation. */
struct prop_coll {
	struct prop_object	pc_obj;
	krwlock_t		pc_lock;
	struct prop_slot	*pc_slots;	/* l */
	u_int			pc_count;	/* l */
	u_int			pc_capacity;	/* l */
	u_int			pc_version;	/* l */
	bool			pc_immutable;	/* l: never false again */
};

struct _prop_array {
	struct prop_coll	pa_coll;
};
struct _prop_dictionary {
	struct prop_coll	pd_coll;
};

void	*prop_coll_new(const struct prop_type *, u_int);
void	*prop_coll_copy(struct prop_coll *, bool);
void	prop_coll_fini(struct prop_object *, struct prop_object **);
int	prop_coll_compare(struct prop_object *, struct prop_object *, u_int);
u_int	prop_coll_count(struct prop_coll *);
bool	prop_coll_ensure(struct prop_coll *, u_int);
void	prop_coll_make_immutable(struct prop_coll *);
bool	prop_coll_mutable(struct prop_coll *);
prop_object_iterator_t prop_coll_iterator(struct prop_coll *);
/* With pc_lock held. */
bool	prop_coll_room(struct prop_coll *, u_int);
void	prop_coll_insert(struct prop_coll *, u_int, struct prop_slot);
struct prop_slot prop_coll_take(struct prop_coll *, u_int);

bool	prop_coll_write(struct prop_out *, struct prop_object *, u_int);

/* The calls that are the same for both types but for their names. */
#define PROP_COLL_CALLS(name, coll)					\
prop_##name##_t								\
prop_##name##_create(void)						\
{									\
									\
	return prop_coll_new(&prop_type_##name, 0);			\
}									\
									\
prop_##name##_t								\
prop_##name##_create_with_capacity(unsigned int capacity)		\
{									\
									\
	return prop_coll_new(&prop_type_##name, capacity);		\
}									\
									\
prop_##name##_t								\
prop_##name##_copy(prop_##name##_t po)					\
{									\
									\
	return prop_is(po, &prop_type_##name) ?				\
	    prop_coll_copy(&po->coll, false) : NULL;			\
}									\
									\
prop_##name##_t								\
prop_##name##_copy_mutable(prop_##name##_t po)				\
{									\
									\
	return prop_is(po, &prop_type_##name) ?				\
	    prop_coll_copy(&po->coll, true) : NULL;			\
}									\
									\
unsigned int								\
prop_##name##_count(prop_##name##_t po)					\
{									\
									\
	return prop_is(po, &prop_type_##name) ?				\
	    prop_coll_count(&po->coll) : 0;				\
}									\
									\
bool									\
prop_##name##_ensure_capacity(prop_##name##_t po, unsigned int capacity) \
{									\
									\
	return prop_is(po, &prop_type_##name) &&			\
	    prop_coll_ensure(&po->coll, capacity);			\
}									\
									\
void									\
prop_##name##_make_immutable(prop_##name##_t po)			\
{									\
									\
	if (prop_is(po, &prop_type_##name))				\
		prop_coll_make_immutable(&po->coll);			\
}									\
									\
bool									\
prop_##name##_mutable(prop_##name##_t po)				\
{									\
									\
	return prop_is(po, &prop_type_##name) &&			\
	    prop_coll_mutable(&po->coll);				\
}									\
									\
prop_object_iterator_t							\
prop_##name##_iterator(prop_##name##_t po)				\
{									\
									\
	return prop_is(po, &prop_type_##name) ?				\
	    prop_coll_iterator(&po->coll) : NULL;			\
}									\
									\
bool									\
prop_##name##_equals(prop_##name##_t po, prop_##name##_t other)		\
{									\
									\
	return prop_is(po, &prop_type_##name) &&			\
	    prop_object_equals(po, other);				\
}									\
									\
char *									\
prop_##name##_externalize(prop_##name##_t po)				\
{									\
									\
	return prop_externalize(po, &prop_type_##name);			\
}									\
									\
prop_##name##_t								\
prop_##name##_internalize(const char *text)				\
{									\
									\
	return prop_internalize(text, &prop_type_##name);		\
}

/* The writer: text that grows. */
struct prop_out {
	char	*pw_text;		/* malloc(9)ed */
	size_t	pw_len;
	size_t	pw_size;
	u_int	pw_indent;
};

bool	prop_out_text(struct prop_out *, const char *);
bool	prop_out_char(struct prop_out *, int);
bool	prop_out_escaped(struct prop_out *, const char *, size_t);
bool	prop_out_indent(struct prop_out *);
/* <tag>, </tag> or <tag/> by the value of how: 0, '/' or '.'. */
bool	prop_out_tag(struct prop_out *, const char *, int);
bool	prop_out_object(struct prop_out *, struct prop_object *, u_int);

/* Whole property lists, with a root of that type or, if NULL, of any. */
char	*prop_externalize(void *, const struct prop_type *);
void	*prop_internalize(const char *, const struct prop_type *);
/* The same with EIO for what is malformed, and ENOMEM. */
int	prop_parse(const char *, const struct prop_type *, void **);
int	prop_copyin(const struct plistref *, const struct prop_type *,
	    void **, size_t);
int	prop_copyout(struct plistref *, void *, const struct prop_type *);

#endif /* !_KERN_BASE_PROP_PRIVATE_H_ */
