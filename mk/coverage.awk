# SPDX-License-Identifier: BSD-2-Clause
#
# awk -f coverage.awk PAGES TEST...: the table of docs/kpi-coverage.md. PAGES is
# docs/kpi-pages.txt; the tests' "Covers:" lines say which pages a program is
# about. Which functions of these pages it calls is seen in its source, of
# which kt_NAME.c goes after t_NAME.c. Unknown pages are an error.

function program(file,	n, part) {
	n = split(file, part, "/")
	sub(/^k?t_/, "", part[n])
	sub(/\.c$/, "", part[n])
	return part[n - 2] "/" part[n - 1] ":t_" part[n]
}
# Text without its comments; incom says whether a line begins inside of one.
function code(s,	out, i) {
	while (s != "") {
		i = index(s, incom ? "*/" : "/*")
		if (!incom)
			out = out (i ? substr(s, 1, i - 1) : s) " "
		if (!i)
			break
		incom = !incom
		s = substr(s, i + 2)
	}
	return out
}
function covers(s,	n, i, list) {
	sub(/.*Covers: */, "", s)
	n = split(s, list, /, */)
	for (i = 1; i <= n; i++) {
		if (list[i] in funcs) {
			if (!((list[i], prog) in claimed))
				tests[list[i]] = tests[list[i]] " " prog
			claimed[list[i], prog] = 1
		} else {
			printf "%s: no page %s in the list\n", FILENAME, \
			    list[i] >"/dev/stderr"
			bad = 1
		}
	}
}
function called(page, f,	n, i, list) {
	n = split(tests[page], list, " ")
	for (i = 1; i <= n; i++)
		if ((list[i], f) in word)
			return 1
	return 0
}
function state(page,	n, i, list, absent, none, have) {
	n = split(funcs[page], list, " ")
	have = n
	for (i = 1; i <= n; i++) {
		if (sub(/^-/, "", list[i])) {
			absent = absent ", " list[i]
			have--
		} else if (!called(page, list[i])) {
			none = none ", " list[i]
			missing++
		}
	}
	total += have
	if (minus[page])
		return "not provided"
	if (tests[page] == "")
		none = ", **no test**"
	return (none == "" ? "all called" : tests[page] == "" ? "no test" : \
	    "not called: " substr(none, 3)) \
	    (absent == "" ? "" : "; not provided: " substr(absent, 3))
}

FNR == 1 { incom = 0; prog = program(FILENAME) }
FILENAME == ARGV[1] {
	if ($1 !~ /^#/) {
		page = $1
		off = sub(/^-/, "", page)
		minus[page] = off
		order[++npages] = page
		$1 = ""
		funcs[page] = substr($0, 2)
	}
	next
}
/^ \* Covers: / { covers($0) }
{
	n = split(code($0), list, /[^A-Za-z0-9_]+/)
	for (i = 1; i <= n; i++)
		word[prog, list[i]] = 1
}
END {
	for (i = 1; i <= npages; i++) {
		page = order[i]
		st = state(page)
		cnt[st ~ /^not prov/ ? "off" : st ~ /^no test/ ? "none" : \
		    st ~ /^all/ ? "all" : "part"]++
		row[i] = "| " page " |" (tests[page] == "" ? " -" : \
		    tests[page]) " | " st " |"
	}
	printf "%d pages: all functions called by tests %d, some %d, " \
	    "no test %d, not provided %d.\n\n", npages, cnt["all"], \
	    cnt["part"], cnt["none"], cnt["off"]
	print "| page | test programs | functions |"
	print "| --- | --- | --- |"
	for (i = 1; i <= npages; i++)
		print row[i]
	exit bad
}
