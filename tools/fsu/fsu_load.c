/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Drivers that -l names: loaded before the kernel boots, looked at when it
 * has, so that a driver that does not work is told about in words: what is
 * missing and who has it, or what became of its modules.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>

#include <rump/rump.h>
#include <rump/rumperrno2host.h>

#include "fsu.h"

struct library {
	struct library	*li_next;
	const char	*li_file;	/* as on the command line */
	const struct rump_dsosets *li_sets;
};
static struct library *libraries, **libraries_end = &libraries;

/* Has the symbol list of a component this name, as one of its own? */
static bool
symfile_has(const char *dir, const char *comp, const char *name)
{
	char *path, *line;
	size_t room;
	ssize_t len;
	bool found;
	FILE *f;

	path = fsu_join(dir, comp);
	f = fopen(path, "r");
	free(path);
	if (f == NULL)
		return false;
	found = false;
	line = NULL;
	room = 0;
	while (!found && (len = getline(&line, &room, f)) > 2) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		found = line[0] == 'D' && strcmp(line + 2, name) == 0;
	}
	free(line);
	(void)fclose(f);
	return found;
}

static char *
symdir_find(const char *dir, const char *name)
{
	struct dirent *de;
	char *comp;
	DIR *d;

	d = opendir(dir);
	if (d == NULL)
		return NULL;
	comp = NULL;
	while (comp == NULL && (de = readdir(d)) != NULL) {
		if (de->d_name[0] != '.' && symfile_has(dir, de->d_name, name))
			comp = fsu_strdup(de->d_name);
	}
	(void)closedir(d);
	return comp;
}

/*
 * The component that has a name, or NULL.  Lists are where this was installed
 * or built; the caller frees the result.
 */
static char *
component_of(const char *name)
{
	static const char *const places[] = {
		"../share/anykernel/sym", "../sym"
	};
	char *lib, *dir, *comp;
	Dl_info info;
	size_t i;

	if (dladdr((const void *)(uintptr_t)rump_init, &info) == 0)
		return NULL;
	lib = fsu_dirname(info.dli_fname);
	comp = NULL;
	for (i = 0; i < sizeof(places) / sizeof(places[0]) && comp == NULL;
	    i++) {
		dir = fsu_join(lib, places[i]);
		comp = symdir_find(dir, name);
		free(dir);
	}
	free(lib);
	return comp;
}

/* dlerror()'s text, said for people where it names a missing symbol. */
static void
explain_dlerror(const char *file, const char *text)
{
	static const char what[] = "undefined symbol: ";
	static const char prefix[] = "rumpns_";
	const char *p, *shown;
	char *comp, *name;

	p = strstr(text, what);
	if (p == NULL)
		fsu_die(0, "%s", text);
	name = fsu_strdup(p + sizeof(what) - 1);
	name[strcspn(name, " ,")] = '\0';
	shown = name;
	if (strncmp(name, prefix, sizeof(prefix) - 1) == 0)
		shown += sizeof(prefix) - 1;
	comp = component_of(name);
	if (comp != NULL)
		fsu_die(0, "%s: needs %s, which component lib%s has: "
		    "load it first (-l lib%s.so)", file, shown, comp, comp);
	fsu_die(0, "%s: needs %s, which no component has", file, shown);
}

/* The link sets of this library itself, not of one it needs. */
static const struct rump_dsosets *
own_sets(void *handle)
{
	struct link_map *lm;
	Dl_info info;
	void *sets;

	sets = dlsym(handle, "rump_dsosets");
	if (sets == NULL || dlinfo(handle, RTLD_DI_LINKMAP, &lm) != 0 ||
	    dladdr(sets, &info) == 0 ||
	    (uintptr_t)info.dli_fbase != lm->l_addr)
		return NULL;
	return sets;
}

void
fsu_load(const char *file)
{
	struct library *li;
	void *handle;

	handle = dlopen(file, RTLD_NOW | RTLD_GLOBAL);
	if (handle == NULL)
		explain_dlerror(file, dlerror());
	li = fsu_alloc(sizeof(*li));
	li->li_file = file;
	li->li_sets = own_sets(handle);
	if (li->li_sets == NULL)
		fsu_die(0, "%s: it is no component of a rump kernel", file);
	*libraries_end = li;
	libraries_end = &li->li_next;
}

static void
check_library(const struct library *li)
{
	const char *module;
	int error, init;

	error = rump_dso_error(li->li_sets, &module, &init);
	if (error == 0 || (error == RUMP_ENOEXEC && module == NULL))
		return;		/* no module: others may need it */
	if (module == NULL)
		fsu_die(0, "%s: it is for another version of the kernel",
		    li->li_file);
	if (init)
		fsu_die(rump_errno2host(error),
		    "%s: module '%s' cannot be initialised", li->li_file,
		    module);
	fsu_die(0, "%s: module '%s' %s", li->li_file, module,
	    error == RUMP_EEXIST ? "is there already" :
	    error == RUMP_EINVAL ? "has a wrong class or too long a name" :
	    "is for another version of the kernel");
}

/* After boot: all that was loaded must work. */
void
fsu_load_check(void)
{
	const struct library *li;

	for (li = libraries; li != NULL; li = li->li_next)
		check_library(li);
}

/* There is no driver for a type: say which libraries brought nothing. */
void
fsu_load_hint(void)
{
	const struct library *li;
	const char *module;
	int init;

	for (li = libraries; li != NULL; li = li->li_next) {
		(void)rump_dso_error(li->li_sets, &module, &init);
		if (module == NULL)
			fsu_warn(0, "%s: there is no module in it", li->li_file);
		else
			fsu_warn(0, "%s: it has module '%s'", li->li_file,
			    module);
	}
}
