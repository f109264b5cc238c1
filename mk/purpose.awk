# SPDX-License-Identifier: BSD-2-Clause
#
# awk -f purpose.awk [-v where=DIR/] FILE...: fails unless the first twelve
# lines of each source and header hold the licence line and a comment that
# says what the file is for, and unless a makefile (a component's) has at most
# ten lines that are not comments.

function done_with(f) {
	if (f == "")
		return
	if (f ~ /Makefile$/) {
		if (lines > 10)
			say(f, "a component's makefile has at most ten lines")
		return
	}
	if (!spdx)
		say(f, "no SPDX-License-Identifier line at the top")
	if (words < 4)
		say(f, "no purpose comment in the first twelve lines")
}
function say(f, what) {
	if (f !~ /^\//)
		f = where f
	printf "%s: error: %s\n", f, what | "cat >&2"
	rc = 1
}
FNR == 1 {
	done_with(file)
	file = FILENAME
	spdx = words = lines = incomment = 0
}
file ~ /Makefile$/ { if ($0 !~ /^#/ && NF) lines++; next }
FNR > 12 { next }
{
	text = $0
	if (text ~ /SPDX-License-Identifier/) {
		spdx = 1
		next
	}
	if (text ~ /\/\*/)
		incomment = 1
	else if (!incomment && text !~ /^[ \t]*\/\// && text !~ /^#( |$)/)
		next
	gsub(/[^A-Za-z ]/, " ", text)
	words += split(text, w, " ")
	if ($0 ~ /\*\//)
		incomment = 0
}
END {
	done_with(file)
	close("cat >&2")
	exit rc
}
