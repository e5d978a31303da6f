#!/bin/sh
# Loads netpolc.nft beside this file, or replaces what it loaded before; with `remove`, takes it away.
# NFT names another command.
set -eu
unset CDPATH
cd -- "$(dirname -- "$0")"

nft=${NFT:-nft}
table='@TABLE@'

gone() {
	printf 'add table %s\ndelete table %s\n' "$1" "$1"
}

# load TEXT: first what rules look into, then the hooks: a set is whole when it is looked into.
load() {
	printf '%s\n' "$1" | sed -e '/^	chain [a-z]*_hook {$/,/^	}$/d' | "$nft" -f -
	printf '%s\n' "$1" | sed -n -e '/^table /p' -e '/^	chain [a-z]*_hook {$/,/^	}$/p' -e '/^}$/p' | "$nft" -f -
}

case ${1-} in
'')
	# The kernel judges a packet that is under way while one table takes another's place by neither. So
	# the new rules stand a second time, under another name, until that is over.
	rules=$(cat netpolc.nft)
	load "$(printf '%s\n' "$rules" | sed -e "s/^add table $table\$/&_twin/" \
		-e "s/^delete table $table\$/&_twin/" -e "s/^table $table {\$/table ${table}_twin {/")"
	load "$rules"
	gone "${table}_twin" | "$nft" -f -
	;;
remove)
	gone "$table" | "$nft" -f -
	;;
*)
	echo 'usage: install.sh [remove]' >&2
	exit 2
	;;
esac
