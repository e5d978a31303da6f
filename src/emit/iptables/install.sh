#!/bin/sh
# Loads the rules beside this file; with `remove`, takes away all that it ever loaded.
# README.md says in which order, and why. IPTABLES, IP6TABLES and IPSET name other commands,
# such as IPTABLES=iptables-legacy.
set -eu
LC_ALL=C
export LC_ALL
# It would lead `cd` elsewhere.
unset CDPATH
cd -- "$(dirname -- "$0")"

iptables=${IPTABLES:-iptables}
ip6tables=${IP6TABLES:-ip6tables}
ipset=${IPSET:-ipset}

# The form of our names: nothing else is ever taken away.
chains='@PREFIX@-(FORWARD|EG|IN|(EG|IN|G|R)-[0-9A-F]{20})'
sets='@PREFIX@-[PBN]-[0-9A-F]{20}-[46]'

# say WORDS: tells the user.
say() {
	echo "install.sh: $*" >&2
}

# others FILE: those names from standard input that the file does not make.
others() {
	awk 'reading && /^:/ { kept[substr($1, 2)] }
		reading && $1 == "create" { kept[$2] }
		!reading && !($0 in kept)' reading=1 "$1" reading= -
}

# table COMMAND: our chains, the rules of the first, and what leads there. What saves the table is no part
# of a pipe, which would hide that it failed.
table() {
	all=$("$1-save" -t filter) || return
	printf '%s\n' "$all" |
		grep -E "^:$chains |^-A @PREFIX@-FORWARD |^-A .* -[jg] @PREFIX@-FORWARD\$" || :
}

# refuse COMMAND TABLE: ends the script if somebody else has a chain with one of our plain names. Ours
# are all there, and the first leads to the others, unless somebody flushed it.
refuse() {
	printf '%s\n' "$2" | awk '
		/^:@PREFIX@-(FORWARD|EG|IN) / { plain++; next }
		/^:/ { long = 1 }
		/^-A @PREFIX@-FORWARD / { rules = 1 }
		/^-A @PREFIX@-FORWARD -j @PREFIX@-(EG|IN)$/ { led++ }
		END { exit plain && !long && (plain < 3 || rules && led < 2) }' && return
	say "$1: others made chains named @PREFIX@-FORWARD, @PREFIX@-EG or @PREFIX@-IN: nothing was changed; emit with another --prefix"
	exit 1
}

# change COMMAND LINES: changes the filter table, in one step. All is known before the change begins: from
# then on it holds the lock, and other commands would wait for it for ever.
change() {
	printf '*filter\n%s\nCOMMIT\n' "$2" | "$1-restore" -w --noflush
}

# jump COMMAND: makes ours the first rule of FORWARD, and there only.
jump() {
	rules=$("$1" -w -S FORWARD)
	change "$1" "$(printf '%s\n' "$rules" | sed -n 's/^-A \(FORWARD -j @PREFIX@-FORWARD\)$/-D \1/p')
-I FORWARD 1 -j @PREFIX@-FORWARD"
}

# drop_chains COMMAND TABLE FILE: takes away our chains that the file does not make, and with the first all
# that leads there. First none leads to another, then none is left.
drop_chains() {
	old=$(printf '%s\n' "$2" | sed -n 's/^:\([^ ]*\) .*/\1/p' | others "$3")
	[ -n "$old" ] || return 0
	jumps=
	case " $(echo $old) " in
	*' @PREFIX@-FORWARD '*)
		jumps=$(printf '%s\n' "$2" | sed -n 's/^-A \(.* -[jg] @PREFIX@-FORWARD\)$/-D \1/p') ;;
	esac
	change "$1" "$jumps
$(printf -- '-F %s\n' $old)
$(printf -- '-X %s\n' $old)"
}

# drop_sets FILE: takes away our sets that the file does not make. The kernel lets go of the sets of
# rules that are gone a little later.
drop_sets() {
	for pause in 0 0 1 1 2 4 8; do
		sleep "$pause"
		all=$("$ipset" list -n)
		old=$(printf '%s\n' "$all" | { grep -E -x "$sets" || :; } | others "$1")
		[ -n "$old" ] || return 0
		printf 'destroy %s\n' $old | "$ipset" restore 2>/dev/null || :
	done
	say 'sets of an earlier run are still in use:' $old
	return 1
}

# governs6: whether there are rules for IPv6 addresses, to be loaded or loaded before.
governs6() {
	case $task in
	load) ! grep '^:@PREFIX@-G-' rules.v6 >/dev/null || return 0 ;;
	esac
	printf '%s\n' "$had" | grep -E -x "${sets%'[46]'}6" >/dev/null
}

# without6: goes on without IPv6, if that leaves no policy out.
without6() {
	if governs6; then
		say "$ip6tables does not work here, and policies govern IPv6 addresses; no rule was changed"
		exit 1
	fi
	say "$ip6tables does not work here, and no policy governs an IPv6 address: only IPv4 is changed"
	ip6tables=
}

case ${1-} in
'') task=load ;;
remove) task=remove ;;
*)
	echo 'usage: install.sh [remove]' >&2
	exit 2
	;;
esac

# One run at a time for each network namespace, from whatever directory.
exec 9</proc/self/ns/net
if command -v flock >/dev/null && ! flock -n 9; then
	say 'waits for another run to end'
	flock 9
fi

# What is there. Up to here and in this part nothing changes.
had=$("$ipset" list -n)
v4=$(table "$iptables")
refuse "$iptables" "$v4"
if v6=$(table "$ip6tables"); then
	refuse "$ip6tables" "$v6"
else
	without6
fi

if [ "$task" = remove ]; then
	drop_chains "$iptables" "$v4" /dev/null
	[ -z "$ip6tables" ] || drop_chains "$ip6tables" "$v6" /dev/null
	drop_sets /dev/null
	exit
fi

"$ipset" -exist restore <rules.ipset
# Costs as much as to load, so only for the family that is loaded last: the other just fails.
"$iptables-restore" -w --test --noflush <rules.v4
if [ -n "$ip6tables" ] && ! "$ip6tables-restore" -w --noflush <rules.v6; then
	[ -z "$v6" ] || exit 1
	without6
fi
"$iptables-restore" -w --noflush <rules.v4
jump "$iptables"
[ -z "$ip6tables" ] || jump "$ip6tables"
drop_chains "$iptables" "$v4" rules.v4
[ -z "$ip6tables" ] || drop_chains "$ip6tables" "$v6" rules.v6
drop_sets rules.ipset
