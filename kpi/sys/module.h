/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * module(9): parts of the kernel with a name, an initialiser and needs.
 *
 * MODULE(class, name, "needs,these") registers at link or load time; the
 * kernel calls name_modcmd(MODULE_CMD_INIT) after those it needs, and
 * MODULE_CMD_FINI before it goes.  modctl(2) lists and unloads.
 */
#ifndef _SYS_MODULE_H_
#define _SYS_MODULE_H_

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/param.h>
#include <sys/queue.h>
#include <sys/uio.h>
#include <sys/mutex.h>

#define MAXMODNAME	32
#define MAXMODDEPS	10

typedef enum modclass {
	MODULE_CLASS_ANY,
	MODULE_CLASS_MISC,
	MODULE_CLASS_VFS,
	MODULE_CLASS_DRIVER,
	MODULE_CLASS_EXEC,
	MODULE_CLASS_SECMODEL,
	MODULE_CLASS_BUFQ,
	MODULE_CLASS_MAX
} modclass_t;

typedef enum modsrc {
	MODULE_SOURCE_KERNEL,
	MODULE_SOURCE_BOOT,
	MODULE_SOURCE_FILESYS
} modsrc_t;

typedef enum modcmd {
	MODULE_CMD_INIT,		/* mandatory */
	MODULE_CMD_FINI,		/* mandatory */
	MODULE_CMD_STAT,		/* optional */
	MODULE_CMD_AUTOUNLOAD,		/* optional */
} modcmd_t;

struct _prop_dictionary;

typedef struct modinfo {
	u_int			mi_version;
	modclass_t		mi_class;
	int			(*mi_modcmd)(modcmd_t, void *);
	const char		*mi_name;
	const char		*mi_required;
} const modinfo_t;

/* Lock legend: (k) kernconfig_lock, (:) constant. */
TAILQ_HEAD(modlist, module);

typedef struct module {
	u_int			mod_refcnt;	/* k: modules that need it */
	int			mod_flags;	/* k: MODFLG_ */
#define MODFLG_MUST_FORCE	0x01
#define MODFLG_AUTO_LOADED	0x02
	const modinfo_t		*mod_info;	/* : */
	struct kobj		*mod_kobj;	/* : always NULL */
	TAILQ_ENTRY(module)	mod_chain;	/* k: list it is on */
	struct module		*mod_required[MAXMODDEPS]; /* k: */
	u_int			mod_nrequired;	/* k: */
	u_int			mod_arequired;	/* k: */
	modsrc_t		mod_source;	/* : */
	time_t			mod_autotime;	/* k: */
	void			*mod_ctf;	/* : */
	u_int			mod_fbtentries;	/* : */
	int			(*mod_init)(void);
	bool			mod_busy;	/* k: initialising */
	int			mod_error;	/* k: of the last initialisation */
} module_t;

#define MODULE(class, name, required)				\
static int name##_modcmd(modcmd_t, void *);			\
static const modinfo_t name##_modinfo = {			\
	.mi_version = __NetBSD_Version__,			\
	.mi_class = (class),					\
	.mi_modcmd = name##_modcmd,				\
	.mi_name = #name,					\
	.mi_required = (required)				\
};								\
__link_set_add_rodata(modules, name##_modinfo)

extern struct modlist	module_list;
extern struct modlist	module_builtins;
extern u_int		module_gen;

/* The lock of all configuration changes; recursive. */
void	kernconfig_lock_init(void);
void	kernconfig_lock(void);
void	kernconfig_unlock(void);
bool	kernconfig_is_held(void);

void	module_init(void);
void	module_start_unload_thread(void);
void	module_builtin_require_force(void);
void	module_init_md(void);
void	module_init_class(modclass_t);
int	module_prime(const char *, void *, size_t);
int	module_load(const char *, int, struct _prop_dictionary *, modclass_t);
int	module_autoload(const char *, modclass_t);
int	module_unload(const char *);
int	module_hold(const char *);
void	module_rele(const char *);
int	module_find_section(const char *, void **, size_t *);
void	module_thread_kick(void);
void	module_load_vfs_init(void);
module_t *module_lookup(const char *);
int	module_builtin_add(modinfo_t *const *, size_t, bool);
int	module_builtin_remove(modinfo_t *, bool);

void	module_print(const char *, ...) __printflike(1, 2);
void	module_error(const char *, ...) __printflike(1, 2);

/* modctl(2) */
enum modctl {
	MODCTL_LOAD,		/* modctl_load_t */
	MODCTL_UNLOAD,		/* char *name */
	MODCTL_STAT,		/* struct iovec *buffer */
	MODCTL_EXISTS		/* enum: 0 load, 1 autoload */
};

typedef struct modctl_load {
	const char	*ml_filename;
	int		ml_flags;
#define MODCTL_LOAD_FORCE	0x1
#define MODCTL_NO_PROP		0x2
	const char	*ml_props;
	size_t		ml_propslen;
} modctl_load_t;

/*
 * What MODCTL_STAT copies out: an int (how many), these, then the strings of
 * needed modules; ms_reqoffset is from the start of the strings, 0 is none.
 */
typedef struct modstat {
	char		ms_name[MAXMODNAME];
	uint64_t	ms_addr;
	modsrc_t	ms_source;
	modclass_t	ms_class;
	u_int		ms_size;
	u_int		ms_refcnt;
	u_int		ms_flags;
	u_int		ms_reqoffset;
} modstat_t;

#endif /* _SYS_MODULE_H_ */
