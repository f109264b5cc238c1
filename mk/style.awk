# SPDX-License-Identifier: BSD-2-Clause
#
# awk -f style.awk FILE...: the layout rules that a tool can decide, one line
# per breach, and the lengths of functions. Called by style.sh. Code lines are
# counted for functions: blanks and comments left out.

function breach(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	rc = 1
}
function width(s,	i, n, w, parts) {
	n = split(s, parts, "\t")
	w = 0
	for (i = 1; i <= n; i++) {
		w += length(parts[i])
		if (i < n)
			w += 8 - w % 8
	}
	return w
}
function file_end() {
	if (file != "" && flen > 1000 && !reason) {
		printf "%s: %d lines without a \"Length:\" reason at its top\n", \
		    file, flen
		rc = 1
	}
}
FNR == 1 { file_end(); file = FILENAME; infn = incom = reason = 0 }
{ flen = FNR }
FNR <= 15 && /Length:/ { reason = 1 }
length($0) > 60 && !/https?:/ {
	t = $0
	sub(/[ \t]*\\$/, "", t)
	if (width(t) > 80)
		breach("over 80 columns")
}
/[ \t]$/ { breach("trailing blank") }
/^        / { breach("indented with spaces") }
/\r/ { breach("carriage return") }
# A function's body is from { to } in the first column.
/^\{/ { infn = 1; start = FNR; code = 0; next }
/^\}/ && infn {
	infn = 0
	if (FILENAME !~ /\.h$/) {
		nfn++
		len[code]++
		if (code > 100) {
			nlong++
			long[nlong] = FILENAME ":" start ": function of " code \
			    " code lines"
		}
	}
	next
}
infn {
	t = $0
	gsub(/\/\*.*\*\//, "", t)
	if (incom) {
		if (t ~ /\*\//)
			incom = 0
		next
	}
	if (t ~ /\/\*/)
		incom = 1
	if (t ~ /^[ \t]*(\/\/|\/\*|$)/)
		next
	code++
}
END {
	file_end()
	for (i = 0; i < 2000; i++) {
		seen += len[i]
		if (!med && seen * 2 >= nfn)
			med = i
		if (!p90 && seen * 10 >= nfn * 9)
			p90 = i
	}
	printf "%d functions: median %d, p90 %d, %d over 100 lines\n", nfn, \
	    med, p90, nlong
	if (nlong * 100 > nfn) {
		for (i = 1; i <= nlong; i++)
			print long[i]
		rc = 1
	}
	if (p90 > 40) {
		print "more than a tenth of the functions is over 40 lines"
		rc = 1
	}
	exit rc
}
