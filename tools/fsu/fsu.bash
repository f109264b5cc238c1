# SPDX-License-Identifier: BSD-2-Clause
#
# Completion for bash(1): commands and options of fsu, names of host files, and
# behind IMAGE: the names in the image. Installed as completions/fsu.

# the names in an image that begin with $1, as IMAGE:NAME
_fsu_names() {
	local image=${1%%:*} path=${1#*:} dir base name
	[[ -r $image || ${image%#*} != "$image" && -r ${image%#*} ]] || return
	dir=${path%"${path##*/}"}
	base=${path##*/}
	compopt -o nospace
	while IFS= read -r name; do
		case $name in
		*[@=\|*]) name=${name%?} ;;
		esac
		[[ $name = "$base"* ]] || continue
		printf -v name %q "$name"
		[[ $name = */ ]] || name+=" "
		COMPREPLY+=("$image:$dir$name")
	done < <(fsu ls -1AF "$image:${dir:-/}" 2>/dev/null)
}

# where the command's name is among the words, 0 if there is none yet
_fsu_command_at() {
	local i
	[[ ${words[0]##*/} != fsu_* ]] || { echo 0; return; }
	for ((i = 1; i < cword; i++)); do
		case ${words[i]} in
		-[Clot]) ((i++)) ;;
		-*) ;;
		*) echo "$i"; return ;;
		esac
	done
	echo -1
}

_fsu_options() {
	case $1 in
	ls|stat|df|find|info) echo "--json --help" ;;
	diff) echo "--attributes --brief --recursive --json --help" ;;
	xattr) echo "--hex --namespace --json --help" ;;
	cp|ecp) echo "--archive --force --no-clobber --no-dereference \
--no-target-directory --recursive --sparse= --verbose --help" ;;
	tar) echo "--create --extract --file --keep-old-files --owner \
--verbose --gzip --bzip2 --xz --zstd --help" ;;
	write) echo "--append --no-create --offset --help" ;;
	exec) echo "--write --help" ;;
	*) echo "--help" ;;
	esac
}

_fsu() {
	local cur prev words cword at command
	_get_comp_words_by_ref -n : cur prev words cword || return
	COMPREPLY=()
	at=$(_fsu_command_at)
	if ((at < 0)); then
		case $prev in
		-C|-l) _filedir; return ;;
		-o|-t) return ;;
		esac
		COMPREPLY=($(compgen -W "-C -l -o -r -t --help $(fsu --help |
		    sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p')" \
		    -- "$cur"))
		return
	fi
	command=${words[at]##*/}
	command=${command#fsu_}
	if [[ $cur = -* ]]; then
		COMPREPLY=($(compgen -W "$(_fsu_options "$command")" \
		    -- "$cur"))
		[[ ${COMPREPLY[0]} != *= ]] || compopt -o nospace
	elif [[ $command = xattr && $prev = xattr ]]; then
		COMPREPLY=($(compgen -W "list get set rm" -- "$cur"))
	elif [[ $cur = *:* ]]; then
		_fsu_names "$cur"
		__ltrim_colon_completions "$cur"
	else
		_filedir
	fi
}

complete -F _fsu fsu $(compgen -c fsu_ | sort -u)
