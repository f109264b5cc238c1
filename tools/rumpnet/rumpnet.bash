# SPDX-License-Identifier: BSD-2-Clause
#
# Completion for bash(1): options, commands as "rumpnet help" lists them, and
# the words that commands take. Installed as completions/rumpnet.

# where the command's name is among the words, -1 if there is none yet
_rumpnet_command_at() {
	local i
	for ((i = 1; i < cword; i++)); do
		case ${words[i]} in
		-[ef]) ((i++)) ;;
		-*) ;;
		*) echo "$i"; return ;;
		esac
	done
	echo -1
}

# options and fixed words of a command
_rumpnet_words() {
	case $1 in
	arp) echo "-a -d -s auto temp pub" ;;
	bridge) echo "add delete static forget flush maxaddr timeout stp" \
	    "-stp priority hello fwddelay maxage ifpriority ifcost" ;;
	dhcp) echo "-6 -a -i -p -q -r" ;;
	dump) echo "-c -i -p -w" ;;
	forward) echo "-L -R" ;;
	help) rumpnet help | sed -n 's/^    \([a-z]*\).*/\1/p' ;;
	ifconfig) echo "create destroy link -link autoconf -autoconf mtu up" \
	    "down vlan vlanif -vlanif" ;;
	ndp) echo "-a -d -p -r" ;;
	netstat) echo "-a -i -p -r -s" ;;
	ping) echo "-c -i -s -t -w" ;;
	route) echo "show add change delete get default" ;;
	sockstat) echo "-c -l" ;;
	stream) echo "-v -w listen connect" ;;
	traceroute) echo "-I -m -p -q -w" ;;
	esac
}

_rumpnet() {
	local cur prev words cword at
	_get_comp_words_by_ref -n : cur prev words cword || return
	COMPREPLY=()
	at=$(_rumpnet_command_at)
	if ((at < 0)); then
		case $prev in
		-e) return ;;
		-f) _filedir; return ;;
		esac
		COMPREPLY=($(compgen -W "-e -f -h --help $(_rumpnet_words \
		    help)" -- "$cur"))
		return
	fi
	if [[ ${words[at]} = ifconfig && $prev = link ]]; then
		_filedir
		return
	fi
	COMPREPLY=($(compgen -W "$(_rumpnet_words "${words[at]}")" \
	    -- "$cur"))
}

complete -F _rumpnet rumpnet
