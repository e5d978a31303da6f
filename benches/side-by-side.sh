#!/bin/sh
# netpolc and network-config-analyzer on the same manifests, one after the other.
#
#   python3 -m venv /tmp/nca && /tmp/nca/bin/pip install network-config-analyzer==2.1.0
#   benches/side-by-side.sh /tmp/nca [PRESET [RUNS-OF-NCA]]
#
# Prints one table row: medians of whole processes, and their ratio.
set -eu

venv=${1:?usage: benches/side-by-side.sh VENV [PRESET [RUNS-OF-NCA]]}
preset=${2:-peers-2000}
runs=${3:-1}

cd "$(dirname "$0")/.."
cargo build --quiet --release --bin netpolc --example generate
release=${CARGO_TARGET_DIR:-target}/release
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$release/examples/generate" "$preset" -o "$work/cluster"

# Milliseconds that a command takes; its output goes to a file.
time_of() {
    out=$1
    shift
    start=$(date +%s%N)
    "$@" >"$out" 2>"$work/errors" || { cat "$work/errors" >&2; exit 1; }
    echo $((($(date +%s%N) - start) / 1000000))
}

# The median of the numbers on the standard input.
median() {
    sort -n | awk '{ of[NR] = $1 } END { print of[int((NR + 1) / 2)] }'
}

netpolc() { time_of "$work/netpolc.txt" "$release/netpolc" matrix -o txt -f "$work/cluster"; }
nca() { time_of "$work/nca.txt" "$venv/bin/nca" --connectivity "$work/cluster" -r "$work/cluster"; }

ours=$(for _ in 1 2 3 4 5; do netpolc; done | median)
theirs=$(i=0; while [ $i -lt "$runs" ]; do nca; i=$((i + 1)); done | median)

echo "| cluster | netpolc | network-config-analyzer | ratio |"
echo "|---|--:|--:|--:|"
echo "| $preset | $ours ms | $theirs ms | $((theirs / (ours > 0 ? ours : 1))) |"
