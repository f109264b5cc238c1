# SPDX-License-Identifier: BSD-2-Clause
#
# awk -f ioconf.awk -v out=DIR -v options="FOO BAR=3" FRAGMENT...: writes the
# headers that config(1) would, from config(5) fragments and from files.*
# definitions:
#   options FOO[=VALUE]            #define FOO VALUE in the header that a
#   defflag|defparam FILE.h FOO    line names for it, else in opt_foo.h
#   pseudo-device foo [N]          #define NFOO N (1) in foo.h
#   device foo ...; defpseudo foo  foo.h is there, with 0 if nothing asks for it
# Attachment lines (foo* at bar?) are told about: they need no header.

function note(what) {
	printf "%s:%d: note: %s\n", FILENAME, FNR, what | "cat >&2"
}
function set_option(text,	name, value, i) {
	i = index(text, "=")
	name = i ? substr(text, 1, i - 1) : text
	value = i ? substr(text, i + 1) : "1"
	gsub(/"/, "", name)
	if (name !~ /^[A-Za-z_][A-Za-z0-9_]*$/) {
		printf "%s: error: options: not a name: %s\n", \
		    FILENAME == "" ? "OPTIONS" : FILENAME, name | "cat >&2"
		rc = 1
		return
	}
	opt[name] = value
}
function count_of(name, n) {
	if (!(name in count) || n > count[name])
		count[name] = n
}
BEGIN {
	n = split(options, o, " ")
	for (i = 1; i <= n; i++)
		set_option(o[i])
}
{ sub(/#.*/, "") }
NF == 0 { next }
$1 == "options" {
	line = $0
	sub(/^[ \t]*options[ \t]+/, "", line)
	n = split(line, o, /[ \t]*,[ \t]*/)
	for (i = 1; i <= n; i++) {
		gsub(/^[ \t]+|[ \t]+$/, "", o[i])
		set_option(o[i])
	}
	next
}
$1 == "defflag" || $1 == "defparam" || $1 == "deffs" {
	file = $2
	first = 3
	if (file !~ /\.h$/) {
		file = "opt_" tolower($2) ".h"
		first = 2
	}
	made[file] = 1
	for (i = first; i <= NF && $i !~ /^:/; i++) {
		split($i, a, "=")
		header[a[1]] = file
	}
	next
}
$1 == "pseudo-device" { count_of($2, NF > 2 ? $3 : 1); next }
$1 == "defpseudo" || $1 == "defpseudodev" || $1 == "device" {
	name = $2
	sub(/[:{].*/, "", name)
	count_of(name, 0)
	next
}
$2 == "at" && $1 !~ /^(attach|file)$/ {
	name = $1
	sub(/[*0-9]+$/, "", name)
	count_of(name, 1)
	next
}
$1 == "ioconf" || $1 == "include" || $1 == "pseudo-root" || \
    $1 == "attach" || $1 == "file" || $1 == "define" || $1 == "makeoptions" || \
    $1 == "no" || $1 == "prefix" { next }
{ note("ignored: " $1) }
END {
	for (name in opt) {
		file = name in header ? header[name] : \
		    "opt_" tolower(name) ".h"
		made[file] = 1
		text[file] = text[file] "#define\t" name "\t" opt[name] "\n"
	}
	for (name in count) {
		file = name ".h"
		made[file] = 1
		text[file] = text[file] "#define\tN" toupper(name) "\t" \
		    count[name] "\n"
	}
	for (file in made) {
		printf "/* made by ioconf.awk */\n%s", text[file] > out "/" file
		close(out "/" file)
	}
	close("cat >&2")
	exit rc
}
