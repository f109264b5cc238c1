# SPDX-License-Identifier: BSD-2-Clause
#
# complete.bash COMPLETION LINE...: what completes the last word of each line,
# as bash would ask for it. Run by t_console.sh.

. /usr/share/bash-completion/bash_completion
. "$1"
shift
compopt() { :; }	# only there while bash itself completes
for line; do
	COMP_LINE=$line
	COMP_POINT=${#COMP_LINE}
	read -ra COMP_WORDS <<<"${line//:/ : }"
	[[ $line != *[\ :] ]] || COMP_WORDS+=("")
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	COMPREPLY=()
	_fsu
	echo "${COMPREPLY[@]}"
done
