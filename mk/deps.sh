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
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
install >"$log" 2>&1 && exit 0
# Most often the lists are absent or old: fetch them and try once more.
$as apt-get update -q >>"$log" 2>&1
install >>"$log" 2>&1 && exit 0
cat "$log" >&2
echo "could not install:$missing" >&2
exit 1
