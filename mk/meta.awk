# SPDX-License-Identifier: BSD-2-Clause
#
# awk -f meta.awk -v top=DIR MAKEFILE...: reads the makefiles of all folders
# and prints what the top makefile and the linking of programs must know of
# them: which folders hold components, programs, tests and benchmarks, and
# which libraries each needs. Only plain assignments are understood.

function finish(	c, i, n, w, libs) {
	if (dir == "")
		return
	if (kind == "component") {
		c = v["COMP"]
		if (c == "") {
			printf "$(error %s/Makefile: COMP is not set)\n", dir
			return
		}
		print "COMPS += " c
		print "DIR." c " := " dir
		print "COMP." dir " := " c
		print "NEEDS." c " := " v["NEEDS"] \
		    (v["WORLD"] == "host" ? "" : " rumpuser")
		print "HOSTLIBS." c " := " v["HOSTLIBS"]
		print "PKGS." c " := " v["PKGS"] " " v["OPT_PKGS"]
		if (gen)
			print "GEN_DIRS += " dir
	} else if (kind != "") {
		libs = ("LIBS" in v) ? v["LIBS"] : "rump"
		if (kind == "test" && v["TESTS"] v["HELPERS"] == "")
			libs = ""
		for (i in v)
			if (i ~ /^LIBS\./)
				libs = libs " " v[i]
		libs = libs " " v["LOADS"]
		print toupper(kind) "_DIRS += " dir
		print "LIBS." dir " := " libs
		print "TOOLS." dir " := " v["TOOLS"]
	}
}
FNR == 1 {
	finish()
	dir = FILENAME
	sub(/\/Makefile$/, "", dir)
	if (index(dir, top "/") == 1)
		dir = substr(dir, length(top) + 2)
	kind = ""
	gen = 0
	split("", v)
	cont = ""
}
{
	sub(/(^|[ \t])#.*/, "")
	if (cont != "") {
		$0 = cont " " $0
		cont = ""
	}
	if (/\\$/) {
		cont = substr($0, 1, length($0) - 1)
		next
	}
}
/^-?include[ \t].*component\.mk/ { kind = "component" }
/^-?include[ \t].*program\.mk/ { kind = dir ~ /^bench/ ? "bench" : "prog" }
/^-?include[ \t].*test\.mk/ { kind = "test" }
/^GEN(_CMD)?[ \t]*[:?+]?=/ || /^gen:/ { gen = 1 }
/^[A-Za-z_][A-Za-z0-9_.-]*[ \t]*[:?+]?=/ {
	i = index($0, "=")
	name = substr($0, 1, i - 1)
	value = substr($0, i + 1)
	add = name ~ /\+$/
	gsub(/[ \t:?+]+$/, "", name)
	gsub(/^[ \t]+|[ \t]+$/, "", value)
	v[name] = add ? v[name] " " value : value
}
END { finish() }
