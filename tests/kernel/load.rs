//! Rulesets into a node, and what the kernel made of them out of it again, with the tools that an
//! operator would use.

use super::netlink::{Netlink, Request};
use super::netns::Netns;
use nix::sys::socket::SockProtocol;
use serde_json::Value;
use std::env;
use std::fs;
use std::io::{self, Write};
use std::mem;
use std::path::PathBuf;
use std::process::{self, Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Which implementation of iptables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// The one on `nf_tables`.
    Nft,
    /// The one with a kernel part of its own.
    Legacy,
}

impl Variant {
    /// The command of this variant that reads a table for a family.
    pub fn restore(self, v4: bool) -> &'static str {
        match (self, v4) {
            (Variant::Nft, true) => "iptables-nft-restore",
            (Variant::Nft, false) => "ip6tables-nft-restore",
            (Variant::Legacy, true) => "iptables-legacy-restore",
            (Variant::Legacy, false) => "ip6tables-legacy-restore",
        }
    }
}

/// A ruleset for iptables: the sets, for `ipset restore`, and the tables of both families.
#[derive(Clone, Copy, Debug)]
pub struct Iptables<'t> {
    pub variant: Variant,
    pub ipset: &'t str,
    pub v4: &'t str,
    pub v6: &'t str,
}

/// Packets counted by one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    pub table: String,
    pub chain: String,
    /// Empty where the rule has none.
    pub comment: String,
    pub packets: u64,
}

/// The namespace in which rules are loaded.
pub struct Node {
    netns: Netns,
    conntrack: Netlink,
    /// The legacy variant locks a file, which only the administrator may in the usual place.
    lock: PathBuf,
    /// What may have left something that `flush` has to remove.
    used: Mutex<Used>,
}

#[derive(Default)]
struct Used {
    variants: Vec<Variant>,
    sets: bool,
}

/// The path of a command: administrators' directories are not on everybody's path.
pub fn command(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let more = ["/usr/sbin", "/sbin"].map(PathBuf::from);
    let mut directories = env::split_paths(&path).chain(more);
    directories.find_map(|directory| Some(directory.join(name)).filter(|path| path.is_file()))
}

impl Node {
    pub fn new(netns: Netns) -> io::Result<Self> {
        static NODES: AtomicUsize = AtomicUsize::new(0);
        let number = NODES.fetch_add(1, Ordering::Relaxed);
        let lock = format!("netpolc-xtables-{}-{number}.lock", process::id());
        Ok(Node {
            conntrack: netns.inside(|| Netlink::open(SockProtocol::NetlinkNetFilter))?,
            netns,
            lock: env::temp_dir().join(lock),
            used: Mutex::default(),
        })
    }

    /// Starts a command in the node.
    pub fn start(&self, name: &str, arguments: &[&str]) -> Result<Child, String> {
        let path = command(name).ok_or_else(|| format!("`{name}` is not installed"))?;
        let mut command = Command::new(path);
        command.args(arguments).env("XTABLES_LOCKFILE", &self.lock);
        let piped = || Stdio::piped();
        command.stdin(piped()).stdout(piped()).stderr(piped());
        let started = self.netns.inside(|| command.spawn());
        started.map_err(|error| format!("`{name}` does not start: {error}"))
    }

    /// Runs a command in the node with text to read: what it prints, or what it complains of.
    pub fn run(&self, name: &str, arguments: &[&str], text: &str) -> Result<String, String> {
        let mut child = self.start(name, arguments)?;
        let mut input = child.stdin.take().expect("it is piped");
        // A command that stops reading says why by itself.
        let _ = input.write_all(text.as_bytes());
        drop(input);
        let output = child
            .wait_with_output()
            .map_err(|error| error.to_string())?;
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() {
            return Ok(said(&output.stdout));
        }
        let status = output.status;
        Err(format!("{name}: {status}\n{}", said(&output.stderr)))
    }

    /// Loads the text of an nft file, on top of what is there.
    pub fn load_nft(&self, text: &str) -> Result<(), String> {
        self.run("nft", &["-f", "-"], text).map(drop)
    }

    /// Loads sets, then tables; a table that is there is replaced, as `iptables-restore` does it.
    pub fn load_iptables(&self, ruleset: &Iptables<'_>) -> Result<(), String> {
        if !ruleset.ipset.is_empty() {
            self.used().sets = true;
            self.run("ipset", &["restore"], ruleset.ipset)?;
        }
        self.used().variants.push(ruleset.variant);
        self.run(ruleset.variant.restore(true), &[], ruleset.v4)?;
        self.run(ruleset.variant.restore(false), &[], ruleset.v6)?;
        Ok(())
    }

    /// Removes all rules and sets of every kind, and all connections.
    pub fn flush(&self) -> Result<(), String> {
        let mut used = mem::take(&mut *self.used());
        if command("nft").is_some() {
            self.load_nft("flush ruleset")?;
            used.variants.retain(|variant| *variant != Variant::Nft);
        }
        used.variants.dedup();
        for variant in used.variants {
            for restore in [true, false].map(|v4| variant.restore(v4)) {
                for table in ["mangle", "raw", "filter", "nat"] {
                    // A table that the kernel does not have holds no rules.
                    let _ = self.run(restore, &[], &format!("*{table}\nCOMMIT\n"));
                }
            }
        }
        if used.sets {
            self.run("ipset", &["destroy"], "")?;
        }
        self.forget_connections()
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets all connections.
    pub fn forget_connections(&self) -> Result<(), String> {
        const CONNTRACK_DELETE: u16 = 0x0102;
        // No family, version 0, no resource: all of them.
        let all = Request::new(CONNTRACK_DELETE, 0, &[0; 4]);
        let asked = self.conntrack.ask(vec![all]);
        asked.map_err(|error| format!("connections cannot be forgotten: {error}"))
    }

    /// The ruleset as nft reads it back: the entries of `nft -j list ruleset`.
    pub fn listed(&self) -> Result<Vec<Value>, String> {
        let text = self.run("nft", &["-j", "list", "ruleset"], "")?;
        let mut root: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        match root.get_mut("nftables").map(Value::take) {
            Some(Value::Array(entries)) => Ok(entries),
            other => Err(format!("nft lists {other:?}")),
        }
    }

    /// The counters of all rules, in the order of the listing.
    pub fn counted(&self) -> Result<Vec<Counted>, String> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let listed = self.listed()?;
        let counters = listed.iter().filter_map(|entry| {
            let rule = entry.get("rule")?;
            let parts = rule["expr"].as_array()?;
            let counter = parts.iter().find_map(|part| part.get("counter"))?;
            Some(Counted {
                table: text(&rule["table"]),
                chain: text(&rule["chain"]),
                comment: text(&rule["comment"]),
                packets: counter["packets"].as_u64()?,
            })
        });
        Ok(counters.collect())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.lock);
    }
}
