//! What emitted rulesets cost in the kernel: per packet, and to load.
//!
//! `cargo bench --bench emit [-- POLICIES/PODS…]` prints two tables. Rulesets are compared within one
//! run: each is in a node of its own, and in every round each has its turn. It needs the right to
//! make network namespaces (root, or `unshare -rn` around it) and `nft`.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "prints its tables; the lab fails by panicking"
)]
#![cfg(target_os = "linux")]

mod figures;
mod flows;
mod kernel;
mod linear;
mod loading;
mod mix;
mod packets;
#[expect(dead_code, reason = "synthetic clusters use all of it")]
#[path = "../generator/random.rs"]
mod random;
mod stream;

use kernel::emitted::{Emitted, load_iptables};
use kernel::load::{Node, Variant, command};
use kernel::netns::Netns;
use kernel::topology;
use loading::Column;
use mix::Size;
use netpolc::model::Cluster;
use std::error::Error;

/// The seed of every cluster that is measured.
const SEED: u64 = 1;

/// Policies and pods.
const SIZES: [(&str, Size); 3] = [
    ("10/100", Size::new(10, 100)),
    ("1000/1000", Size::new(1_000, 1_000)),
    ("10000/10000", Size::new(10_000, 10_000)),
];

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo bench` adds `--bench`.
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let wanted = wanted.iter().filter(|argument| *argument != "--bench");
    let wanted: Vec<&String> = wanted.collect();
    let unknown = |name: &&&String| !SIZES.iter().any(|(size, _)| size == **name);
    if let Some(unknown) = wanted.iter().find(unknown) {
        let names = SIZES.map(|(name, _)| name).join(", ");
        return Err(format!("no size `{unknown}`: write some of {names}").into());
    }
    if let Err(error) = topology::raw(&[]) {
        println!("not measured: no network namespaces: {error}");
        return Ok(());
    }
    if command("nft").is_none() {
        println!("not measured: `nft` is not installed");
        return Ok(());
    }
    let variants = variants()?;
    println!(
        "| policies/pods | rules | new packet | new packet, ratio | known connection, ratio |"
    );
    println!("|--:|---|--:|--:|--:|");
    let mut columns = Vec::new();
    for (name, size) in SIZES {
        if !wanted.is_empty() && !wanted.iter().any(|one| *one == name) {
            continue;
        }
        let objects = mix::objects(size, SEED);
        let emitted = Emitted::of(Cluster::new(objects.clone()));
        let flows = flows::flows(&emitted.cluster, SEED);
        packets::measure(name, &emitted, &flows, &variants)?;
        columns.push((name, loading::measure(&objects, &variants)?));
    }
    println!();
    table(&columns);
    Ok(())
}

/// Prints a line for each thing that was measured and a column for each size.
fn table(columns: &[(&str, Column)]) {
    let Some((_, first)) = columns.first() else {
        return;
    };
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    println!("| policies/pods | {} |", names.join(" | "));
    println!("|---|{}", "--:|".repeat(names.len()));
    for (line, (what, _)) in first.0.iter().enumerate() {
        let figures = columns.iter().map(|(_, column)| &*column.0[line].1);
        let figures: Vec<&str> = figures.collect();
        println!("| {what} | {} |", figures.join(" | "));
    }
}

/// The implementations of iptables that work here; says which do not, and why.
fn variants() -> Result<Vec<Variant>, Box<dyn Error>> {
    let emitted = Emitted::of(Cluster::new(mix::objects(Size::new(10, 100), SEED)));
    let files = emitted.iptables();
    let mut working = Vec::new();
    for variant in [Variant::Nft, Variant::Legacy] {
        let node = Netns::fresh().and_then(Node::new)?;
        match load_iptables(&node, &files, variant) {
            Ok(()) => working.push(variant),
            Err(error) => println!("without {variant:?} iptables: {}", error.trim()),
        }
    }
    Ok(working)
}
