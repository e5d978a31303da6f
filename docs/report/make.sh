#!/bin/sh
# Makes the pictures of docs/report.md: docs/report/make.sh, with Chromium at hand and playwright-core where
# NODE_PATH says.
set -eu
cd "$(dirname "$0")/../.."
chromium=${NETPOLC_CHROMIUM:-$(command -v chromium)}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cargo run --quiet --release -- report policies/shop > "$work/shop.html"
cargo run --quiet --release --example generate -- peers-2000 -o "$work/pods"
cargo run --quiet --release -- report "$work/pods" --title "2,000 pods" > "$work/pods.html"
node tests/report/browser.cjs "$chromium" shots "$work/shop.html" docs/report/shop.png
node tests/report/browser.cjs "$chromium" shots "$work/pods.html" docs/report/pods-2000.png
