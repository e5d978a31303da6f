#!/bin/sh
# Loads the rules beside this file; with `remove`, takes away all that it ever loaded.
# README.md says in which order, and why. IPTABLES, IP6TABLES and IPSET name other commands,
# such as IPTABLES=iptables-legacy.
set -eu
cd -- "$(dirname -- "$0")"

iptables=${IPTABLES:-iptables}
ip6tables=${IP6TABLES:-ip6tables}
ipset=${IPSET:-ipset}

# The form of our names: nothing else is ever taken away.
chains='@PREFIX@-(FORWARD|EG|IN|(EG|IN|G|R)-[0-9A-F]{20})'
sets='@PREFIX@-[PBN]-[0-9A-F]{20}-[46]'

# others FILE: those names from standard input that the file does not make.
others() {
	awk 'reading && /^:/ { kept[substr($1, 2)] }
		reading && $1 == "create" { kept[$2] }
		!reading && !($0 in kept)' reading=1 "$1" reading= -
}

# unjump COMMAND: how FORWARD ceases to jump to us, if it does.
unjump() {
	if "$1" -w -C FORWARD -j @PREFIX@-FORWARD 2>/dev/null; then
		echo '-D FORWARD -j @PREFIX@-FORWARD'
	fi
}

# change COMMAND LINES: changes the filter table, in one step. All is known before the change begins: from
# then on it holds the lock, and other commands would wait for it for ever.
change() {
	printf '*filter\n%s\nCOMMIT\n' "$2" | "$1-restore" -w --noflush
}

# jump COMMAND: makes ours the first rule of FORWARD, and there only.
jump() {
	change "$1" "$(unjump "$1")
-I FORWARD 1 -j @PREFIX@-FORWARD"
}

# drop_chains COMMAND FILE: takes away our chains that the file does not make. First none leads to another,
# then none is left.
drop_chains() {
	old=$("$1-save" -t filter | sed -n -E "s/^:($chains) .*/\1/p" | others "$2")
	[ -n "$old" ] || return 0
	change "$1" "$(printf -- '-F %s\n' $old)
$(printf -- '-X %s\n' $old)"
}

# drop_sets FILE: takes away our sets that the file does not make. The kernel lets go of the sets of
# rules that are gone a little later.
drop_sets() {
	for pause in 0 0 1 1 2 4 8; do
		sleep "$pause"
		old=$("$ipset" list -n | grep -E -x "$sets" | others "$1")
		[ -n "$old" ] || return 0
		printf 'destroy %s\n' $old | "$ipset" restore 2>/dev/null || :
	done
	echo "install.sh: sets of an earlier run are still in use:" $old >&2
	return 1
}

case ${1-} in
'')
	"$ipset" -exist restore <rules.ipset
	"$iptables-restore" -w --test --noflush <rules.v4
	"$ip6tables-restore" -w --test --noflush <rules.v6
	"$iptables-restore" -w --noflush <rules.v4
	"$ip6tables-restore" -w --noflush <rules.v6
	jump "$iptables"
	jump "$ip6tables"
	drop_chains "$iptables" rules.v4
	drop_chains "$ip6tables" rules.v6
	drop_sets rules.ipset
	;;
remove)
	change "$iptables" "$(unjump "$iptables")"
	change "$ip6tables" "$(unjump "$ip6tables")"
	drop_chains "$iptables" /dev/null
	drop_chains "$ip6tables" /dev/null
	drop_sets /dev/null
	;;
*)
	echo 'usage: install.sh [remove]' >&2
	exit 2
	;;
esac
