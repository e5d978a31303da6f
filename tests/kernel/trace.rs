//! Which rules decided over packets, as the kernel tells it: `nft monitor trace`.

use super::lab::Lab;
use super::probe::Probe;
use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::Child;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// What one base chain, or a chain it went to, made of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub table: String,
    pub chain: String,
    /// Of the rule that decided: none where it has no comment, or the base chain's policy decided.
    pub comment: Option<String>,
    pub by_policy: bool,
    pub accepted: bool,
}

/// The way of one packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced {
    pub passed: bool,
    /// In the order of the base chains; the last one is final. Without the lab's own chain.
    pub decisions: Vec<Decision>,
}

/// The table that turns tracing on, before all others.
const OWN: &str = "netpolc_trace";
/// Packets whose events fit into the monitor's buffer.
const AT_ONCE: usize = 100;
const PATIENCE: Duration = Duration::from_secs(10);

/// A running monitor. It ends with the value.
struct Monitor {
    child: Child,
    lines: Receiver<String>,
}

impl Drop for Monitor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Monitor {
    fn start(lab: &Lab) -> Result<Self, String> {
        let mut child = lab.start("nft", &["monitor", "trace"])?;
        let output = child.stdout.take().expect("it is piped");
        let (sender, lines) = channel();
        thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            lines
                .map_while(|line| sender.send(line).ok())
                .for_each(drop);
        });
        Ok(Monitor { child, lines })
    }
}

impl Lab {
    /// As `probe`, with the rules that decided over each packet.
    pub fn trace(&self, probes: &[Probe]) -> Result<Vec<Traced>, String> {
        let Some(&mark) = probes.first() else {
            return Ok(Vec::new());
        };
        self.load_nft(&format!(
            "add table inet {OWN}\ndelete table inet {OWN}\ntable inet {OWN} {{\nchain every {{\n\
             type filter hook forward priority -1000; policy accept;\nmeta nftrace set 1\n}}\n}}\n"
        ))?;
        let monitor = Monitor::start(self)?;
        self.wait_until_it_listens(&monitor, mark)?;
        let mut traced = Vec::with_capacity(probes.len());
        for some in probes.chunks(AT_ONCE) {
            traced.extend(self.trace_some(&monitor, some, mark)?);
        }
        drop(monitor);
        self.load_nft(&format!("delete table inet {OWN}"))?;
        Ok(traced)
    }

    /// Sends a packet again and again until the monitor speaks of one.
    fn wait_until_it_listens(&self, monitor: &Monitor, mark: Probe) -> Result<(), String> {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            self.probe(&[mark])?;
            match monitor.lines.recv_timeout(Duration::from_millis(10)) {
                Ok(_) => return Ok(()),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        Err("`nft monitor trace` says nothing".to_owned())
    }

    fn trace_some(
        &self,
        monitor: &Monitor,
        probes: &[Probe],
        mark: Probe,
    ) -> Result<Vec<Traced>, String> {
        let first = self.next_id();
        let passed = self.probe(probes)?;
        // What the monitor says comes in the order of the packets: after these comes the mark.
        let last = self.next_id();
        self.probe(&[mark])?;
        let mut reading = Reading::default();
        while !reading.seen.contains_key(&low(last)) {
            let line = monitor.lines.recv_timeout(PATIENCE);
            reading.take(&line.map_err(|_| "`nft monitor trace` has stopped".to_owned())?);
        }
        let ids = first..last;
        let traced = passed
            .into_iter()
            .zip(probes)
            .zip(ids)
            .map(|((passed, probe), id)| {
                let decisions = reading.seen.remove(&low(id));
                let decisions = decisions.ok_or_else(|| format!("no trace of {probe:?}"))?;
                Ok(Traced { passed, decisions })
            });
        traced.collect()
    }
}

/// The part of an id that the address headers carry.
fn low(id: u32) -> u32 {
    id & 0xffff
}

/// What the monitor has said.
#[derive(Default)]
struct Reading {
    /// The packet that a trace speaks of. The kernel takes names of traces again, one after the
    /// other.
    current: HashMap<String, u32>,
    /// By the lower bits of the id.
    seen: HashMap<u32, Vec<Decision>>,
}

impl Reading {
    /// Reads one line: `trace id ID FAMILY TABLE CHAIN`, then `packet: …`, `rule … (verdict V)`,
    /// `policy V …` or `verdict V …`.
    fn take(&mut self, line: &str) {
        let mut words = line.splitn(7, ' ');
        let (Some("trace"), Some("id"), Some(trace), Some(_), Some(table), Some(chain), Some(rest)) = (
            words.next(),
            words.next(),
            words.next(),
            words.next(),
            words.next(),
            words.next(),
            words.next(),
        ) else {
            return;
        };
        if let Some(packet) = rest.strip_prefix("packet: ") {
            if let Some(id) = id_of(packet) {
                self.current.insert(trace.to_owned(), id);
                self.seen.entry(id).or_default();
            }
            return;
        }
        let Some((comment, by_policy, accepted)) = decided(rest) else {
            return;
        };
        let decisions = self.current.get(trace).and_then(|id| self.seen.get_mut(id));
        if let Some(decisions) = decisions.filter(|_| table != OWN) {
            decisions.push(Decision {
                table: table.to_owned(),
                chain: chain.to_owned(),
                comment,
                by_policy,
                accepted,
            });
        }
    }
}

/// The identification that a packet's line shows.
fn id_of(packet: &str) -> Option<u32> {
    let (_, after) = packet
        .split_once(" ip id ")
        .or_else(|| packet.split_once(" ip6 flowlabel "))?;
    after.split(' ').next()?.parse().ok()
}

/// The comment, whether the policy decided, and whether it accepted; none where nothing is decided.
fn decided(text: &str) -> Option<(Option<String>, bool, bool)> {
    if let Some(verdict) = text.strip_prefix("policy ") {
        return Some((None, true, verdict.starts_with("accept")));
    }
    let (rule, verdict) = text.strip_prefix("rule ")?.rsplit_once(" (verdict ")?;
    let accepted = match verdict.trim_end() {
        "accept)" => true,
        "drop)" => false,
        _ => return None,
    };
    let quoted = rule
        .strip_suffix('"')
        .and_then(|rule| rule.rsplit_once(" comment \""));
    Some((
        quoted.map(|(_, comment)| comment.to_owned()),
        false,
        accepted,
    ))
}
