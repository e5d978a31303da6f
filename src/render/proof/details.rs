//! Why a claim has its result: the claim, what carries the proof or what shows that it is wrong,
//! and what was taken for granted.

use super::short::{route, says};
use crate::model::Origin;
use crate::net::{ConnSet, PortSet};
use crate::prove::outcome::{Change, Core, CorePart, Outcome, Proved, Witness};
use crate::render::text::{connections, paragraph};
use crate::render::{Look, visible};
use crate::source::SourceMap;

/// How far the entries of a list stand in.
const ITEM: usize = 2;
/// How far YAML stands in.
const YAML: usize = 4;

/// Lines under way.
pub(super) struct Details<'a> {
    sources: &'a SourceMap,
    width: usize,
    /// Columns that stay free before every line.
    indent: usize,
    out: String,
}

impl<'a> Details<'a> {
    /// The lines about one claim, `indent` columns in.
    pub(super) fn of(proved: &Proved, sources: &'a SourceMap, look: Look, indent: usize) -> String {
        let mut details = Self {
            sources,
            width: look.width,
            indent,
            out: String::new(),
        };
        details.claim(proved);
        details.out
    }

    fn claim(&mut self, proved: &Proved) {
        self.say(&format!("claimed: {}.", proved.claim));
        match &proved.outcome {
            Outcome::Holds { core } => {
                self.assumed(&proved.assumed);
                match core {
                    Core::Parts(parts) => self.core(parts),
                    Core::TooMany => self.say(
                        "which parts of policies carry the proof was not found out: too many have a say.",
                    ),
                    Core::Unasked => {}
                }
            }
            Outcome::Vacuous { why } => {
                self.say(&format!("it speaks of nobody: {why}."));
                self.assumed(&proved.assumed);
            }
            Outcome::Fails { witness } => {
                self.witness(witness);
                self.assumed(&proved.assumed);
            }
            Outcome::Unknown { why, witness } => {
                self.listed("it cannot be decided", why);
                if let Some(witness) = witness {
                    self.witness(witness);
                }
                self.assumed(&proved.assumed);
            }
        }
    }

    fn assumed(&mut self, assumed: &[String]) {
        if !assumed.is_empty() {
            self.listed("taken for granted", assumed);
        }
    }

    fn core(&mut self, core: &[CorePart]) {
        if core.is_empty() {
            return self.say("it holds whatever the policies say.");
        }
        let needed = core.iter().all(|part| part.needed);
        self.say(match (needed, core.len()) {
            (true, 1) => "this part of a policy carries the proof, and cannot be left out:",
            (true, _) => "these parts of policies carry the proof, and none can be left out:",
            (false, 1) => {
                "this part of a policy carries the proof, one selection that suffices; there are others:"
            }
            (false, _) => {
                "these parts of policies carry the proof, one selection that suffices; there are others:"
            }
        });
        for part in core {
            let (policy, field, role) = (&part.policy, &part.field, &part.role);
            let place = self.place(part.origin);
            self.item(&format!("{policy} {field} — {role}{place}"));
        }
    }

    fn witness(&mut self, witness: &Witness) {
        if witness.judged.is_empty() {
            self.say(&format!("for example {}.", route(witness)));
        }
        for judged in &witness.judged {
            let end = if judged.reasons.is_empty() { "." } else { ":" };
            self.say(&format!("{}{end}", says(witness, judged)));
            for reason in &judged.reasons {
                let place = self.place(reason.origin);
                self.item(&format!("{}{place}", reason.text));
            }
        }
        let only = ConnSet::of(witness.protocol, PortSet::single(witness.port));
        if witness.connections != only && !witness.connections.is_empty() {
            let all = connections(&witness.connections);
            self.say(&format!("the same holds on {all}."));
        }
        self.imagined(witness);
        self.opening(&witness.opening);
    }

    /// The manifests of the ends that do not exist, as one that can be applied.
    fn imagined(&mut self, witness: &Witness) {
        let ends = [&witness.source, &witness.destination];
        let mut ends = ends
            .into_iter()
            .filter_map(|end| Some((end.name.as_str(), end.manifest.as_deref()?)));
        let Some((one, first)) = ends.next() else {
            return;
        };
        match ends.next().filter(|&end| end != (one, first)) {
            None => {
                self.say(&format!("{one} is imagined; this would make it:"));
                self.yaml(first);
            }
            Some((other, second)) => {
                self.say(&format!(
                    "{one} and {other} are imagined; this would make them:"
                ));
                self.yaml(first);
                self.yaml("---");
                self.yaml(second);
            }
        }
    }

    fn opening(&mut self, opening: &[Change]) {
        match opening.len() {
            0 => return,
            1 => self.say("the smallest change that would open it:"),
            _ => self.say("the fewest changes that would open it, all of them together:"),
        }
        for change in opening {
            let place = self.place(change.origin);
            let end = if change.yaml.is_empty() { "" } else { ":" };
            self.item(&format!("{}{place}{end}", change.what));
            self.yaml(&change.yaml);
        }
    }

    /// ` (shop.yaml:12)`, or nothing for what is in no file.
    fn place(&self, origin: Origin) -> String {
        origin.span.map_or_else(String::new, |span| {
            format!(" ({})", self.sources.line(span))
        })
    }

    /// One sentence behind its title; a list where there are more.
    fn listed(&mut self, title: &str, sentences: &[String]) {
        if let [one] = sentences {
            return self.say(&format!("{title}: {one}."));
        }
        self.say(&format!("{title}:"));
        for sentence in sentences {
            self.item(sentence);
        }
    }

    fn say(&mut self, text: &str) {
        paragraph(&mut self.out, self.width, self.indent, 0, text);
    }

    fn item(&mut self, text: &str) {
        paragraph(&mut self.out, self.width, self.indent + ITEM, 2, text);
    }

    /// Lines of YAML, which are never wrapped: where a line breaks is part of what it means.
    fn yaml(&mut self, yaml: &str) {
        if yaml.is_empty() {
            return;
        }
        let margin = " ".repeat(self.indent + YAML);
        for line in yaml.strip_suffix('\n').unwrap_or(yaml).split('\n') {
            let margin = if line.is_empty() { "" } else { &margin };
            self.out.extend([margin, &*visible(line), "\n"]);
        }
    }
}
