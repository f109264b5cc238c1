/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * autoconf(9): devices, drivers, and how the tree of devices is built.  A
 * device_t is opaque; drivers use the accessors.  Tables of cfdata, cfdriver
 * and cfattach come from config(1) output or from a component's glue.
 */

#ifndef _SYS_DEVICE_H_
#define	_SYS_DEVICE_H_

#include <sys/device_if.h>
#include <sys/evcnt.h>
#include <sys/mutex.h>
#include <sys/condvar.h>
#include <sys/pmf.h>
#include <sys/queue.h>
#include <sys/types.h>
#include <sys/stdbool.h>
#include <prop/proplib.h>

typedef enum devclass {
	DV_DULL,		/* generic */
	DV_CPU,
	DV_DISK,
	DV_IFNET,		/* network interface */
	DV_TAPE,
	DV_TTY,
	DV_AUDIODEV,
	DV_DISPLAYDEV,
	DV_BUS,
	DV_VIRTUAL
} devclass_t;

/* What ca_activate is asked for. */
typedef enum devact {
	DVACT_DEACTIVATE
} devact_t;
typedef int (*devactfn_t)(device_t, enum devact);

typedef uint64_t	devgen_t;
typedef struct cfdata	*cfdata_t;
typedef struct cfdriver	*cfdriver_t;
typedef struct cfattach	*cfattach_t;

typedef int		*locdesc_t;

struct device_compatible_entry {
	union {
		const char	*compat;	/* a string, or */
		uintptr_t	id;		/* a number */
	};
	union {
		const void	*data;
		uintptr_t	value;
	};
};
#define	DEVICE_COMPAT_EOL	{ .compat = NULL }

/* Where a device may be attached: interface attribute, driver, unit. */
struct cfparent {
	const char	*cfp_iattr;
	const char	*cfp_parent;	/* NULL: any */
	int		cfp_unit;	/* DVUNIT_ANY: any */
};

/* One line of the configuration: this device there. */
struct cfdata {
	const char	*cf_name;	/* driver */
	const char	*cf_atname;	/* attachment */
	unsigned int	cf_unit:24;	/* unit number */
	unsigned char	cf_fstate;	/* FSTATE_* */
	int		*cf_loc;	/* locators */
	int		cf_flags;	/* flags of the configuration */
	const struct cfparent *cf_pspec;	/* where */
};
#define	FSTATE_NOTFOUND		0	/* not found (yet) */
#define	FSTATE_FOUND		1	/* attached */
#define	FSTATE_STAR		2	/* may be found again and again */
#define	FSTATE_DSTAR		3	/* disabled ones of these */
#define	FSTATE_DNOTFOUND	4

#define	DVUNIT_ANY		-1

/* Locators of an interface attribute. */
struct cflocdesc {
	const char	*cld_name;
	const char	*cld_defaultstr;	/* NULL: no default */
	int		cld_default;
};

struct cfiattrdata {
	const char		*ci_name;
	int			ci_loclen;
	const struct cflocdesc	ci_locdesc[];
};

/* How a driver attaches to one kind of parent. */
struct cfattach {
	const char	*ca_name;
	LIST_ENTRY(cfattach) ca_list;	/* of the driver, autoconf's lock */
	size_t		ca_devsize;	/* size of the softc */
	int		ca_flags;	/* DVF_* for its devices */
	int	(*ca_match)(device_t, cfdata_t, void *);
	void	(*ca_attach)(device_t, device_t, void *);
	int	(*ca_detach)(device_t, int);
	devactfn_t	ca_activate;
	int	(*ca_rescan)(device_t, const char *, const int *);
	void	(*ca_childdetached)(device_t, device_t);
};
LIST_HEAD(cfattachlist, cfattach);

#define	CFATTACH_DECL3_NEW(name, ddsize, matfn, attfn, detfn, actfn,	\
    rescanfn, chdetfn, __flags)						\
struct cfattach __CONCAT(name, _ca) = {					\
	.ca_name = ___STRING(name),					\
	.ca_devsize = ddsize,						\
	.ca_flags = (__flags) | DVF_PRIV_ALLOC,				\
	.ca_match = matfn,						\
	.ca_attach = attfn,						\
	.ca_detach = detfn,						\
	.ca_activate = actfn,						\
	.ca_rescan = rescanfn,						\
	.ca_childdetached = chdetfn,					\
}
#define	CFATTACH_DECL2_NEW(name, ddsize, matfn, attfn, detfn, actfn,	\
    rescanfn, chdetfn)							\
	CFATTACH_DECL3_NEW(name, ddsize, matfn, attfn, detfn, actfn,	\
	    rescanfn, chdetfn, 0)
#define	CFATTACH_DECL_NEW(name, ddsize, matfn, attfn, detfn, actfn)	\
	CFATTACH_DECL2_NEW(name, ddsize, matfn, attfn, detfn, actfn,	\
	    NULL, NULL)

/* ca_flags and dv_flags */
#define	DVF_ACTIVE		0x0001
#define	DVF_PRIV_ALLOC		0x0002	/* the softc is apart */
#define	DVF_POWER_HANDLERS	0x0004
#define	DVF_CLASS_SUSPENDED	0x0008
#define	DVF_DRIVER_SUSPENDED	0x0010
#define	DVF_BUS_SUSPENDED	0x0020
#define	DVF_ATTACH_INPROGRESS	0x0040
#define	DVF_DETACH_SHUTDOWN	0x0080	/* detach at shutdown */

struct cfdriver {
	LIST_ENTRY(cfdriver)	cd_list;	/* all drivers */
	struct cfattachlist	cd_attach;	/* its attachments */
	device_t		*cd_devs;	/* devices by unit */
	const char		*cd_name;
	enum devclass		cd_class;
	int			cd_ndevs;	/* length of cd_devs */
	const struct cfiattrdata * const *cd_attrs;
};
LIST_HEAD(cfdriverlist, cfdriver);

#define	CFDRIVER_DECL(name, class, attrs)				\
struct cfdriver __CONCAT(name, _cd) = {					\
	.cd_name = ___STRING(name),					\
	.cd_class = class,						\
	.cd_attrs = attrs,						\
}

/* Attachments of one driver, for config_init_component(). */
struct cfattachinit {
	const char		*cfai_name;	/* driver */
	struct cfattach * const	*cfai_list;	/* its attachments, NULL */
};

struct pdevinit {
	void	(*pdev_attach)(int);
	int	pdev_count;
};

/* Configuration printing function: after the device's name, before ":". */
typedef int	(*cfprint_t)(void *, const char *);
#define	QUIET		0	/* say nothing */
#define	UNCONF		1	/* say "not configured" */
#define	UNSUPP		2	/* say "not supported" */

typedef int	(*cfsubmatch_t)(device_t, cfdata_t, const int *, void *);
typedef int	(*cfsearch_t)(device_t, cfdata_t, const int *, void *);

struct devhandle_impl;
typedef struct devhandle {
	const struct devhandle_impl	*impl;
	union {
		uintptr_t		integer;
		void			*pointer;
		const void		*const_pointer;
		uintptr_t		uintptr;
	};
} devhandle_t;

/* Optional arguments of config_search(9), config_found(9), config_attach(9). */
struct cfargs {
	uintptr_t	cfargs_version;
	cfsubmatch_t	submatch;	/* compares locators, or */
	cfsearch_t	search;		/* does the matching itself */
	const char	*iattr;		/* interface attribute */
	const int	*locators;
	devhandle_t	devhandle;
};
#define	CFARGS_VERSION	1
#define	CFARGS_NONE	NULL
#define	CFARGS(...)							\
	&((const struct cfargs){					\
		.cfargs_version = CFARGS_VERSION,			\
		__VA_ARGS__						\
	})

/* Flags of config_detach(9). */
#define	DETACH_FORCE	0x01	/* it is gone already */
#define	DETACH_QUIET	0x02
#define	DETACH_SHUTDOWN	0x04
#define	DETACH_POWEROFF	0x08

#define	ROOT	((device_t)NULL)

#ifdef _KERNEL
struct dkwedge_info;
struct vnode;

extern struct cfdriverlist	allcfdrivers;
extern struct pdevinit		pdevinit[];
extern int			booted_partition;
extern daddr_t			booted_startblk;
extern uint64_t			booted_nblks;
extern device_t			booted_device;
extern const char		*booted_method;


void	config_init(void);
int	config_init_component(struct cfdriver * const *,
	    const struct cfattachinit *, struct cfdata *);
int	config_fini_component(struct cfdriver * const *,
	    const struct cfattachinit *, struct cfdata *);
void	drvctl_init(void);
void	drvctl_fini(void);

int	config_cfdriver_attach(struct cfdriver *);
int	config_cfdriver_detach(struct cfdriver *);
int	config_cfattach_attach(const char *, struct cfattach *);
int	config_cfattach_detach(const char *, struct cfattach *);

cfdata_t	config_search(device_t, void *, const struct cfargs *);
device_t	config_found(device_t, void *, cfprint_t,
		    const struct cfargs *);
device_t	config_rootfound(const char *, void *);
device_t	config_attach(device_t, cfdata_t, void *, cfprint_t,
		    const struct cfargs *);
int	config_match(device_t, cfdata_t, void *);
int	config_probe(device_t, cfdata_t, void *);
bool	ifattr_match(const char *, const char *);
int	config_stdsubmatch(device_t, cfdata_t, const int *, void *);
device_t	config_attach_pseudo(cfdata_t);
int	config_detach(device_t, int);
int	config_detach_children(device_t, int);
void	config_detach_commit(device_t);
bool	config_detach_all(int);
void	config_deactivate(device_t);
int	config_finalize_register(device_t, int (*)(device_t));
void	config_finalize(void);
void	config_finalize_mountroot(void);
void	config_defer(device_t, void (*)(device_t));
void	config_deferred(device_t);
void	config_interrupts(device_t, void (*)(device_t));
void	config_mountroot(device_t, void (*)(device_t));
void	config_pending_incr(device_t);
void	config_pending_decr(device_t);
void	config_create_interruptthreads(void);
void	config_create_mountrootthreads(void);
void	null_childdetached(device_t, device_t);

device_t	device_lookup(cfdriver_t, int);
void		*device_lookup_private(cfdriver_t, int);
device_t	device_lookup_acquire(cfdriver_t, int);
void		device_acquire(device_t);
void		device_release(device_t);
void		device_register(device_t, void *);
void		device_register_post_config(device_t, void *);

devclass_t	device_class(device_t);
cfdata_t	device_cfdata(device_t);
cfdriver_t	device_cfdriver(device_t);
cfattach_t	device_cfattach(device_t);
int		device_unit(device_t);
const char	*device_xname(device_t);
device_t	device_parent(device_t);
void		*device_private(device_t);
void		device_set_private(device_t, void *);
prop_dictionary_t	device_properties(device_t);
int		device_locator(device_t, u_int);
bool		device_is_active(device_t);
bool		device_activation(device_t, devact_t);
bool		device_is_enabled(device_t);
bool		device_has_power(device_t);
bool		device_is_a(device_t, const char *);
bool		device_attached_to_iattr(device_t, const char *);
device_t	device_find_by_xname(const char *);
device_t	device_find_by_driver_unit(const char *, int);
devhandle_t	device_handle(device_t);
void		device_set_handle(device_t, devhandle_t);
int		device_enumerate_children(device_t,
		    bool (*)(device_t, devhandle_t, void *), void *);

/*
 * What a device says it is, most fitting first, against a driver's entries, in
 * whose order they are tried.  match: how early the entry is among the
 * device's, 1 the last, 0 not at all; lookup: the entry, or NULL.  In the p
 * forms entries are patterns of pmatch(9).  Numbers: with what ends entries.
 */
int	device_compatible_match(const char **, int,
	    const struct device_compatible_entry *);
int	device_compatible_pmatch(const char **, int,
	    const struct device_compatible_entry *);
const struct device_compatible_entry *device_compatible_lookup(
	    const char **, int, const struct device_compatible_entry *);
const struct device_compatible_entry *device_compatible_plookup(
	    const char **, int, const struct device_compatible_entry *);
int	device_compatible_match_strlist(const char *, size_t,
	    const struct device_compatible_entry *);
int	device_compatible_pmatch_strlist(const char *, size_t,
	    const struct device_compatible_entry *);
const struct device_compatible_entry *device_compatible_lookup_strlist(
	    const char *, size_t, const struct device_compatible_entry *);
const struct device_compatible_entry *device_compatible_plookup_strlist(
	    const char *, size_t, const struct device_compatible_entry *);
int	device_compatible_match_id(uintptr_t, uintptr_t,
	    const struct device_compatible_entry *);
const struct device_compatible_entry *device_compatible_lookup_id(
	    uintptr_t, uintptr_t, const struct device_compatible_entry *);

/* Power management of a device, pmf(9). */
bool	device_pmf_is_registered(device_t);
bool	device_pmf_driver_suspend(device_t, const pmf_qual_t *);
bool	device_pmf_driver_resume(device_t, const pmf_qual_t *);
bool	device_pmf_driver_shutdown(device_t, int);
void	device_pmf_driver_deregister(device_t);
bool	device_active(device_t, u_int);

/* Size of the disk a vnode stands for, in sectors, and the sector's size. */
int	getdisksize(struct vnode *, uint64_t *, unsigned int *);
int	getdiskinfo(struct vnode *, struct dkwedge_info *);

#endif

#endif /* !_SYS_DEVICE_H_ */
