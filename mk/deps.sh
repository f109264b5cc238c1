#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# deps.sh WHAT...: installs the packages of mk/packages that are missing, WHAT
# being sections or, for optional ones, what they are for. Asks nothing; tells
# what to do when it cannot install; does nothing on a system without dpkg.

command -v dpkg-query >/dev/null 2>&1 || exit 0
list=$(dirname "$0")/packages
want=$(awk -v what="$*" '
BEGIN { n = split(what, a, " "); for (i = 1; i <= n; i++) take[a[i]] = 1 }
/^#/ || NF < 2 { next }
($1 in take) || ($1 == "optional" && ($3 in take)) { print $2 }' "$list")
have=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' $want 2>/dev/null |
    awk '$1 == "ii" { print $2 }')
missing=
for p in $want; do
	case "
$have
" in
	*"
$p
"*) ;;
	*) missing="$missing $p" ;;
	esac
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	as=
elif sudo -n true 2>/dev/null; then
	as="sudo -n"
else
	echo "These packages are missing and only root can install them:" >&2
	echo "    apt-get install$missing" >&2
	exit 1
fi
echo "Installing:$missing"
DEBIAN_FRONTEND=noninteractive
export DEBIAN_FRONTEND
install() {
	$as apt-get install -y -q --no-install-recommends \
	    -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 $missing
}
# Nobody who runs tests wants a server on his machine from then on.
stop_services() {
	[ -d /run/systemd/system ] || return 0
	for p in $missing; do
		unit=$(awk -v p="$p" '$2 == p && sub(/^unit=/, "", $3) {
		    print $3 }' "$list")
		[ -z "$unit" ] || $as systemctl -q disable --now "$unit" ||
		    echo "the service $unit may be running now" >&2
	done
}
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
if ! install >"$log" 2>&1; then
	# Most often the lists are absent or old: fetch them, try once more.
	$as apt-get update -q >>"$log" 2>&1
	if ! install >>"$log" 2>&1; then
		cat "$log" >&2
		echo "could not install:$missing" >&2
		exit 1
	fi
fi
stop_services
