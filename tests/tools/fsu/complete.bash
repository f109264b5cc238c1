# SPDX-License-Identifier: BSD-2-Clause
#
# complete.bash COMPLETION LINE...: what completes the last word of each line,
# as bash would ask for it. The function is that of the last "complete -F".
# Run by t_console.sh and rumpnet's tests.

. /usr/share/bash-completion/bash_completion
. "$1"
shift
func=$(complete -p | sed -n 's/.*-F \(_fsu\|_rumpnet\) .*/\1/p' | head -n 1)
compopt() { :; }	# only there while bash itself completes
for line; do
	COMP_LINE=$line
	COMP_POINT=${#COMP_LINE}
	read -ra COMP_WORDS <<<"${line//:/ : }"
	[[ $line != *[\ :] ]] || COMP_WORDS+=("")
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	COMPREPLY=()
	$func
	echo "${COMPREPLY[@]}"
done
