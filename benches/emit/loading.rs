//! How long rulesets take to make and to load, and how large they are.

use super::figures::{Figures, kilobytes, pause};
use super::kernel::emitted::jumping;
use super::kernel::load::{Node, Variant};
use super::kernel::netns::Netns;
use super::linear;
use super::mix::{node_name, with_one_more};
use netpolc::emit::plan::{Plan, Scope, plan};
use netpolc::emit::{delta, iptables, nftables};
use netpolc::model::{Cluster, Objects};
use std::error::Error;

/// The rounds, in each of which everything is made and loaded once.
const ROUNDS: usize = 7;

/// What is measured of one cluster, with the figures: always the same things in the same order.
#[derive(Default)]
pub(crate) struct Column(pub(crate) Vec<(String, String)>);

impl Column {
    fn add(&mut self, what: &str, figure: String) {
        self.0.push((what.to_owned(), figure));
    }

    fn times(&mut self, what: &str, figures: &Figures) {
        self.add(what, figures.milliseconds());
    }
}

/// The texts that are loaded.
struct Texts {
    whole: String,
    /// For one node.
    node: String,
    /// From `whole` to the ruleset of the cluster with one pod more, and back.
    there: String,
    back: String,
    iptables: iptables::Files,
    linear: String,
}

/// Everything about one cluster.
///
/// # Errors
/// If a ruleset cannot be written or does not load.
pub(crate) fn measure(objects: &Objects, variants: &[Variant]) -> Result<Column, Box<dyn Error>> {
    let mut column = Column::default();
    let texts = make(objects, &mut column)?;
    let files = &texts.iptables;
    let iptables = [&*files.ipset, &files.v4, &files.v6].concat();
    for (what, text) in [
        ("nftables", &texts.whole),
        ("nftables, one node", &texts.node),
        ("iptables and ipset", &iptables),
        ("a rule per policy rule", &texts.linear),
    ] {
        column.add(&format!("{what}: text"), kilobytes(text));
        if *text != iptables {
            column.add(&format!("{what}: sets, chains, rules"), parts(text));
        }
    }
    load(&texts, variants, &mut column)?;
    Ok(column)
}

fn planned(cluster: &Cluster, scope: &Scope) -> Result<Plan, Box<dyn Error>> {
    let plan = plan(cluster, scope).map(|(plan, _)| plan);
    plan.map_err(|unfit| format!("{unfit:?}").into())
}

fn make(objects: &Objects, column: &mut Column) -> Result<Texts, Box<dyn Error>> {
    let mut figures: [Figures; 6] = Default::default();
    let [join, planning, nft, ipt, on_node, compare] = &mut figures;
    let options = nftables::Options::default();
    let node = Scope::Node(node_name(0));
    let more = Cluster::new(with_one_more(objects));
    let more = nftables::write(&planned(&more, &Scope::Cluster)?, &more, &options);
    let mut texts = None;
    for _ in 0..ROUNDS {
        let objects = objects.clone();
        let cluster = join.time(|| Cluster::new(objects));
        let plan = planning.time(|| planned(&cluster, &Scope::Cluster))?;
        let whole = nft.time(|| nftables::write(&plan, &cluster, &options));
        let iptables = iptables::Options::default();
        let iptables = ipt.time(|| iptables::write(&plan, &cluster, &iptables));
        let node = on_node.time(|| {
            let plan = planned(&cluster, &node)?;
            Ok::<_, Box<dyn Error>>(nftables::write(&plan, &cluster, &options))
        })?;
        let there = compare.time(|| delta::delta(&whole, &more))?;
        texts = Some(Texts {
            back: delta::delta(&there.ruleset, &whole)?.commands,
            linear: linear::write(&plan),
            whole,
            node,
            there: there.commands,
            iptables,
        });
    }
    column.times("join the objects", join);
    column.times("plan", planning);
    column.times("write nftables", nft);
    column.times("write iptables and ipset", ipt);
    column.times("plan and write nftables, one node", on_node);
    column.times("compare two files, one pod more", compare);
    texts.ok_or_else(|| "no round".into())
}

/// `12, 34, 56`: the sets and maps, the chains, and the rules of an nft file.
fn parts(text: &str) -> String {
    let (mut sets, mut chains, mut rules) = (0, 0, 0);
    let mut in_chain = false;
    for line in text.lines() {
        let words = line.trim_start();
        if line.starts_with("\tset ") || line.starts_with("\tmap ") {
            (sets, in_chain) = (sets + 1, false);
        } else if line.starts_with("\tchain ") {
            (chains, in_chain) = (chains + 1, true);
        } else if in_chain && words != "}" && !words.starts_with("type filter hook") {
            rules += 1;
        }
    }
    format!("{sets}, {chains}, {rules}")
}

/// Loads everything, each into a node that has nothing, and then what changes something into a node
/// that has the rest.
fn load(texts: &Texts, variants: &[Variant], column: &mut Column) -> Result<(), Box<dyn Error>> {
    let mut figures: [Figures; 6] = Default::default();
    let [whole, again, there, back, node, linear] = &mut figures;
    let mut iptables: Vec<[Figures; 2]> = vec![Default::default(); variants.len()];
    for _ in 0..ROUNDS {
        let fresh = || {
            // Lets the kernel take away what the last one had.
            pause();
            Netns::fresh().and_then(Node::new)
        };
        let loaded = fresh()?;
        whole.time(|| loaded.load_nft(&texts.whole))?;
        there.time(|| loaded.load_nft(&texts.there))?;
        back.time(|| loaded.load_nft(&texts.back))?;
        again.time(|| loaded.load_nft(&texts.whole))?;
        drop(loaded);
        let loaded = fresh()?;
        node.time(|| loaded.load_nft(&texts.node))?;
        let loaded = fresh()?;
        linear.time(|| loaded.load_nft(&texts.linear))?;
        drop(loaded);
        for (&variant, [sets, rules]) in variants.iter().zip(&mut iptables) {
            let loaded = fresh()?;
            let files = &texts.iptables;
            sets.time(|| loaded.run("ipset", &["restore"], &files.ipset))?;
            rules.time(|| {
                loaded.run(variant.restore(true), &[], &jumping(&files.v4))?;
                loaded.run(variant.restore(false), &[], &jumping(&files.v6))
            })?;
        }
    }
    column.times("nftables: load", whole);
    column.times("nftables: load again in its place", again);
    column.times("nftables, one node: load", node);
    column.times("nftables: load the difference, one pod more", there);
    column.times("nftables: load the difference, one pod less", back);
    for (variant, [sets, rules]) in variants.iter().zip(&iptables) {
        if *variant == Variant::Nft {
            column.times("ipset: load", sets);
            column.times("iptables-nft: load, both families", rules);
        } else {
            column.times("iptables-legacy: load, both families", rules);
        }
    }
    column.times("a rule per policy rule: load", linear);
    Ok(())
}
