#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# check-component.sh DIR COMP NEEDS KERNELOBJS: fails, with one line
# per breach, when the component
#   - uses a symbol outside the contract, or of a component it does not declare,
#   - includes a host header, or another component's private one.
# What it may declare at all is check-layers.sh's affair. Called by component.mk
# before anything is linked; TOP, B and NM are set. With HEADERS=any, for those
# outside the tree, headers are not looked at.

dir=$1 comp=$2 needs=$3 objs=$4
mk=$TOP/mk
bad=0
[ -n "$objs" ] || exit 0

# Symbols: what is used and neither here, nor in what is needed, nor the host's.
others=
for f in "$B"/sym/*; do
	[ -f "$f" ] || continue
	case " $comp $needs " in
	*" ${f##*/} "*) ;;
	*) others="$others $f" ;;
	esac
done
list=$B/sym/.check$$
trap 'rm -f "$list"' EXIT
awk -v comp="$comp" -v needs="$needs" '
BEGIN { n = split(needs, a, " "); for (i = 1; i <= n; i++) needed[a[i]] = 1 }
FNR == 1 { name = FILENAME; sub(".*/", "", name) }
name == "exempt-syms" {
	if ($0 !~ /^#/ && NF == 2 && $2 == "host")
		host[nhost++] = $1
	next
}
name == comp && $1 == "U" { want[$2] = 1 }
$1 != "D" { next }
name == comp || (name in needed) { have[$2] = 1; next }
($2 in want) && !($2 in where) { where[$2] = name }
END {
	for (s in want) {
		ok = s in have
		for (i = 0; i < nhost && !ok; i++)
			ok = s ~ host[i]
		if (!ok)
			print s, (s in where) ? where[s] : "-"
	}
}' "$mk/exempt-syms" "$B/sym/$comp" $(for n in $needs; do
	echo "$B/sym/$n"; done) $others | LC_ALL=C sort >"$list" || exit 1
if [ -s "$list" ]; then
	bad=1
	# Tell which source uses each: costs only when there is something to say.
	$NM -A -u -P $objs | awk -v dir="$dir" -v comp="$comp" '
	NR == FNR { where[$1] = $2; next }
	{
		o = $1
		sub(/:$/, "", o)
		sub(".*/", "", o)
		sub(/\[.*/, "", o)
		sub(/\.o:?$/, ".c", o)
		s = $2
		r = (s in where) ? s : "rumpns_" s
		if (!(r in where) || seen[o, s]++)
			next
		if (where[r] != "-")
			printf "%s/%s: error: layering: symbol %s used by %s " \
			    "is in %s, which %s does not declare in NEEDS\n", \
			    dir, o, s, comp, where[r], comp
		else
			printf "%s/%s: error: undefined symbol %s: neither %s " \
			    "nor a component it needs has it\n", dir, o, s, comp
	}' "$list" - >&2
fi

[ "$HEADERS" != any ] || exit $bad

# Headers, from the dependency files the compiler wrote.
for o in $objs; do
	echo "${o%.o}.d"
done | xargs awk -v top="$TOP/" -v b="$B/" -v dir="$dir" '
function bad_header(p) {
	if (p !~ /^\//)
		p = top dir "/" p
	gsub(/\/\.\//, "/", p)
	while (p ~ /\/\.\.\//)
		sub(/\/[^\/]*\/\.\.\//, "/", p)
	if (index(p, b) == 1)
		return 0
	if (index(p, top) != 1)
		return 1
	p = substr(p, length(top) + 1)
	return !(index(p, "kpi/") == 1 || index(p, "include/rump/") == 1 || \
	    index(p, dir "/") == 1)
}
FNR == 1 { o = FILENAME; sub(".*/", "", o); sub(/\.d$/, ".c", o) }
{
	for (i = 1; i <= NF; i++) {
		p = $i
		if (p == "\\" || p ~ /:$/ || p ~ /\.[co]$/ || (o, p) in seen)
			continue
		seen[o, p] = 1
		if (bad_header(p)) {
			printf "%s/%s: error: kernel code includes %s\n", \
			    dir, o, p
			rc = 1
		}
	}
}
END { exit rc }' >&2 || bad=1
exit $bad
