//! One ruleset in the place of another, while packets keep coming.

use super::super::available::{Tool, available};
use super::super::emitted::{Emitted, load_iptables};
use super::super::lab::Lab;
use super::super::load::Variant;
use super::super::probe::Probe;
use super::super::traffic::Flood;
use super::clusters;
use super::table::table;
use super::written::pod;
use netpolc::emit::delta::delta;
use netpolc::emit::iptables::Files;
use netpolc::emit::nftables::{self, Options};
use netpolc::model::{Cluster, Objects};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A cluster, and the same with one policy less and one pod more.
fn two() -> [Objects; 2] {
    let one = clusters::plain();
    let mut other = one.clone();
    other.policies.retain(|policy| &*policy.name != "db-scan");
    let more = pod("shop/web-3", "web", &["10.1.0.9", "fd01::9"], "n1");
    other.pods.push(more);
    [one, other]
}

/// The rulesets of both.
fn both() -> [Emitted; 2] {
    two().map(|objects| Emitted::of(Cluster::new(objects)))
}

/// A lab for both, with packets that neither lets through and packets that both do.
fn lab() -> (Lab, Vec<Probe>, Vec<Probe>) {
    let [one, other] = two();
    let lab = Lab::new(&Emitted::of(Cluster::new(other.clone())).pods()).expect("a lab");
    let known: BTreeMap<String, bool> = table(&one)
        .into_iter()
        .filter_map(|(probe, allowed)| Some((format!("{probe:?}"), allowed?)))
        .collect();
    let agreed = table(&other).into_iter().filter_map(|(probe, allowed)| {
        let same = known.get(&format!("{probe:?}")).copied() == allowed;
        allowed.filter(|_| same).map(|allowed| (probe, allowed))
    });
    let (allowed, denied): (Vec<_>, Vec<_>) = agreed.partition(|(_, allowed)| *allowed);
    let some = |all: Vec<(Probe, bool)>, count| {
        let probes = all.into_iter().map(|(probe, _)| probe);
        probes.take(count).collect()
    };
    // The kernel remembers each that passes, and drops some if it is told to forget meanwhile.
    (lab, some(denied, 42), some(allowed, 6))
}

/// Loads one and the other in turn, under traffic.
fn flood(times: usize, load: impl Fn(&Lab, usize) -> Result<(), String>) -> Flood {
    let (lab, denied, allowed) = lab();
    load(&lab, 0).expect("it loads");
    let turns = AtomicUsize::new(1);
    let flood = lab.under_traffic(&denied, &allowed, times, |lab| {
        let turn = turns.fetch_add(1, Ordering::Relaxed);
        load(lab, turn)
    });
    let flood = flood.expect("every load");
    assert!(flood.allowed > times, "{flood:?}");
    flood
}

/// Nothing that both deny gets through, and all that both allow does.
fn reload(times: usize, load: impl Fn(&Lab, usize) -> Result<(), String>) {
    let flood = flood(times, load);
    assert_eq!((flood.leaked, flood.lost), (0, 0), "{flood:?}");
}

/// One file in the place of the other, by one transaction each. Of first packets that another processor
/// has under way at that very moment, the kernel (6.18) gets a few wrong:
///
/// - It puts the hooks of the new table before those of the old one; they say nothing until the
///   transaction ends, and the old ones nothing from then on. What is between the two leaks.
/// - Sets with intervals are filled just after: what is looked for in them before is not found.
#[test]
fn nft_files_take_each_others_place() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let texts = both().map(|emitted| emitted.nft());
    let flood = flood(200, |lab, turn| lab.load_nft(&texts[turn % 2]));
    assert!(flood.leaked * 10_000 < flood.denied, "{flood:?}");
    assert!(flood.lost * 1_000 < flood.allowed, "{flood:?}");
}

/// The script leaks nothing and loses nothing.
#[test]
fn the_script_of_nftables_leaks_nothing() {
    if !available(&[Tool::Nft]) {
        return;
    }
    let install = nftables::install(&Options::default());
    let directories = Directories::new(
        "nftables",
        both().map(|emitted| {
            [
                ("netpolc.nft", emitted.nft()),
                ("install.sh", install.clone()),
            ]
        }),
    );
    let flood = flood(200, |lab, turn| {
        lab.run("sh", &[&directories.script(turn % 2)], "")
            .map(drop)
    });
    assert_eq!((flood.leaked, flood.lost), (0, 0), "{flood:?}");

    let (lab, ..) = lab();
    let tables = || {
        let listed = lab.run("nft", &["list", "tables"], "");
        listed.expect("a list")
    };
    let before = tables();
    let script = directories.script(0);
    lab.run("sh", &[&script], "").expect("it loads");
    assert_eq!(tables(), format!("{before}table inet netpolc\n"));
    lab.run("sh", &[&script, "remove"], "")
        .expect("it is taken away");
    assert_eq!(tables(), before);
}

fn swap(variant: Variant) {
    if !available(&[Tool::Iptables(variant)]) {
        return;
    }
    let files = both().map(|emitted| emitted.iptables());
    // The sets of both side by side: their names are made of what is in them.
    let sets: BTreeSet<&str> = files.iter().flat_map(|files| files.ipset.lines()).collect();
    let (made, filled): (Vec<&str>, Vec<&str>) = sets
        .into_iter()
        .partition(|line| line.starts_with("create"));
    let sets = [made, filled].concat().join("\n") + "\n";
    let first = AtomicUsize::new(0);
    reload(200, |lab, turn| {
        let ipset = if first.fetch_add(1, Ordering::Relaxed) == 0 {
            sets.clone()
        } else {
            String::new()
        };
        load_iptables(
            lab,
            &Files {
                ipset,
                ..files[turn % 2].clone()
            },
            variant,
        )
    });
}

#[test]
fn tables_of_iptables_take_each_others_place() {
    swap(Variant::Nft);
}

#[test]
fn tables_of_legacy_iptables_take_each_others_place() {
    swap(Variant::Legacy);
}

/// Directories with the files of both, gone when the value is.
struct Directories(std::path::PathBuf);

impl Directories {
    /// `name` is that of one test: those of a process run beside each other.
    fn new<F, T>(name: &str, files: [F; 2]) -> Self
    where
        F: IntoIterator<Item = (&'static str, T)>,
        T: AsRef<[u8]>,
    {
        let root = std::env::temp_dir().join(format!("netpolc-{name}-{}", std::process::id()));
        for (number, files) in files.into_iter().enumerate() {
            let place = root.join(number.to_string());
            fs::create_dir_all(&place).expect("a directory");
            for (name, text) in files {
                fs::write(place.join(name), text).expect("a file");
            }
        }
        Directories(root)
    }

    fn script(&self, which: usize) -> String {
        let script = self.0.join(which.to_string()).join("install.sh");
        script.to_str().expect("plain").to_owned()
    }

    fn run(&self, lab: &Lab, prefix: &str, which: usize, word: &[&str]) -> Result<(), String> {
        let script = self.script(which);
        let (v4, v6) = (
            format!("IPTABLES=iptables-{prefix}"),
            format!("IP6TABLES=ip6tables-{prefix}"),
        );
        let words = [&[&*v4, &v6, "sh", &script], word].concat();
        lab.run("env", &words, "").map(drop)
    }
}

impl Drop for Directories {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// All that iptables and ipset hold, without what packets have counted.
fn kept(lab: &Lab, prefix: &str) -> String {
    let save = |family: &str| {
        let text = lab
            .run(&format!("{family}-{prefix}-save"), &["-t", "filter"], "")
            .expect("rules");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let plain = lines.map(|line| line.split(" [").next().unwrap_or_default().to_owned());
        plain.collect::<Vec<_>>().join("\n")
    };
    let sets = lab.run("ipset", &["list", "-n"], "").expect("names");
    let mut sets: Vec<&str> = sets.lines().collect();
    sets.sort_unstable();
    format!(
        "{}\n{}\n{}",
        save("iptables"),
        save("ip6tables"),
        sets.join("\n")
    )
}

/// Names of chains and sets that a text of iptables or ipset makes.
fn names(text: &str) -> BTreeSet<&str> {
    let made = text.lines().filter_map(|line| {
        line.strip_prefix(":NP-")
            .or(line.strip_prefix("create NP-"))
    });
    made.filter_map(|rest| rest.split(' ').next()).collect()
}

/// What was there before ours.
const OTHERS: &str = "*filter\n:FORWARD ACCEPT [0:0]\n:OTHERS - [0:0]\n:NP-OTHERS - [0:0]\n\
                      -A FORWARD -j OTHERS\n-A OTHERS -p tcp -m tcp --dport 4 -j ACCEPT\nCOMMIT\n";

fn script(variant: Variant, prefix: &str) {
    if !available(&[Tool::Iptables(variant)]) {
        return;
    }
    let files = both().map(|emitted| emitted.iptables());
    let directories = Directories::new(
        &format!("iptables-{prefix}"),
        files.each_ref().map(Files::named),
    );
    reload(10, |lab, turn| directories.run(lab, prefix, turn % 2, &[]));
    let (lab, ..) = lab();
    for v4 in [true, false] {
        lab.run(variant.restore(v4), &[], OTHERS).expect("it loads");
    }
    lab.run("ipset", &["create", "NP-OTHERS", "hash:ip"], "")
        .expect("a set");
    let before = kept(&lab, prefix);
    for which in [0, 1, 1] {
        directories.run(&lab, prefix, which, &[]).expect("it loads");
        let now = kept(&lab, prefix);
        let (ours, sets): (Vec<&str>, Vec<&str>) = now
            .lines()
            .partition(|line| line.starts_with([':', '-', '*', 'C']));
        assert_eq!(
            ours.iter()
                .filter(|line| **line == "-A FORWARD -j NP-FORWARD")
                .count(),
            2
        );
        let chains = ours.join("\n").replace(":NP-OTHERS -", "");
        let written = [&*files[which].v4, &files[which].v6].concat();
        assert_eq!(names(&chains), names(&written));
        let sets: BTreeSet<&str> = sets
            .into_iter()
            .filter_map(|set| set.strip_prefix("NP-"))
            .collect();
        let expected = names(&files[which].ipset);
        assert_eq!(sets, expected.into_iter().chain(["OTHERS"]).collect());
    }
    directories
        .run(&lab, prefix, 1, &["remove"])
        .expect("it goes");
    assert_eq!(kept(&lab, prefix), before);
}

#[test]
fn the_script_of_iptables_leaves_nothing_behind() {
    script(Variant::Nft, "nft");
}

#[test]
fn the_script_of_legacy_iptables_leaves_nothing_behind() {
    script(Variant::Legacy, "legacy");
}

/// What the kernel lists, without numbers that tell one load from another.
fn listing(lab: &Lab) -> BTreeSet<String> {
    let sorted = |mut entry: Value| {
        for part in entry.as_object_mut().expect("an entry").values_mut() {
            let fields = part.as_object_mut().expect("fields");
            fields.remove("handle");
            if let Some(Value::Array(elements)) = fields.get_mut("elem") {
                elements.sort_by_key(Value::to_string);
            }
        }
        entry.to_string()
    };
    lab.listed()
        .expect("a listing")
        .into_iter()
        .map(sorted)
        .collect()
}

/// Loads the ruleset of one cluster, then what leads to that of another.
fn leads(old: &Objects, new: &Objects) {
    let emitted = [old, new].map(|objects| Emitted::of(Cluster::new(objects.clone())));
    let [old_text, new_text] = [&emitted[0], &emitted[1]].map(Emitted::nft);
    let change = delta(&old_text, &new_text).expect("elements only");
    let (change, new_text) = (change.commands, change.ruleset);
    assert!(change.contains(" element inet netpolc "), "{change}");
    let lab = Lab::new(&emitted[1].pods()).expect("a lab");
    lab.load_nft(&old_text).expect("it loads");
    lab.load_nft(&change)
        .unwrap_or_else(|error| panic!("{error}\n{change}"));
    // It was made for what is no longer loaded.
    assert!(lab.load_nft(&change).is_err(), "{change}");
    let changed = listing(&lab);
    let known = table(new)
        .into_iter()
        .filter(|(_, allowed)| allowed.is_some());
    let known: Vec<_> = known.step_by(9).collect();
    let probes: Vec<Probe> = known.iter().map(|(probe, _)| *probe).collect();
    let passed = lab.probe(&probes).expect("packets");
    for ((probe, allowed), passed) in known.iter().zip(passed) {
        assert_eq!(Some(passed), *allowed, "{probe:?}");
    }
    lab.load_nft(&new_text).expect("it loads");
    assert_eq!(changed, listing(&lab));
}

#[test]
fn changed_elements_lead_to_the_next_ruleset() {
    if !available(&[Tool::Nft]) {
        return;
    }
    for one in [clusters::plain(), clusters::tiers()] {
        let mut more = one.clone();
        let web = pod("shop/web-3", "web", &["10.1.0.9", "fd01::9"], "n1");
        more.pods.push(web);
        let mut moved = one.clone();
        for pod in moved.pods.iter_mut().filter(|pod| &*pod.name == "web-2") {
            *pod = super::written::pod("shop/web-2", "client", &["10.1.0.20", "fd01::20"], "n1");
        }
        leads(&one, &more);
        leads(&more, &one);
        leads(&one, &moved);
        leads(&more, &moved);
    }
}
