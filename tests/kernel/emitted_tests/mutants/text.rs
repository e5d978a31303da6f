//! A ruleset's text as lines that are edited one at a time.

use std::collections::BTreeMap;

/// A ruleset with one edit.
pub struct Mutant {
    /// What sort of edit.
    pub kind: &'static str,
    /// The edit in words that are the same in every run.
    pub name: String,
    pub text: String,
}

/// A line, and the set, map or chain in which it is.
pub struct Line<'t> {
    pub number: usize,
    pub block: &'t str,
    pub text: &'t str,
}

/// Mutants of one text.
pub struct Mutants<'t> {
    lines: Vec<&'t str>,
    /// Names made of digits, with short ones for people.
    names: BTreeMap<String, String>,
    pub made: Vec<Mutant>,
}

/// `text` with the only occurrence of `old` replaced.
pub fn once(text: &str, old: &str, new: &str) -> String {
    assert_eq!(text.matches(old).count(), 1, "`{old}` in\n{text}");
    text.replace(old, new)
}

impl<'t> Mutants<'t> {
    /// Of a text in whose names the fingerprints are the words that `is_name` knows: a letter, and
    /// what is to be replaced. They are called what the text says of them, else by numbers.
    pub fn of(
        text: &'t str,
        is_name: fn(&str) -> Option<(&str, &str)>,
        said_of: fn(&str, &str) -> Option<String>,
    ) -> Self {
        let mut names = BTreeMap::new();
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
        for (letter, long) in words.filter_map(is_name) {
            names.entry(long.to_owned()).or_insert_with(|| {
                let count = counts.entry(letter).or_default();
                *count += 1;
                let said = said_of(text, long);
                said.map_or_else(
                    || format!("{letter}{count}"),
                    |said| format!("{letter}({said})"),
                )
            });
        }
        let lines = text.lines().collect();
        Mutants {
            lines,
            names,
            made: Vec::new(),
        }
    }

    /// All lines inside of blocks, as nft writes them.
    pub fn lines(&self) -> Vec<Line<'t>> {
        let mut block = "";
        let mut lines = Vec::new();
        for (number, &text) in self.lines.iter().enumerate() {
            let head = text
                .strip_prefix('\t')
                .and_then(|text| text.strip_suffix(" {"));
            if let Some(head) = head {
                block = head;
            } else if let Some(text) = text.strip_prefix("\t\t") {
                lines.push(Line {
                    number,
                    block,
                    text,
                });
            }
        }
        lines
    }

    /// One with a line replaced, or dropped if there is no new one.
    pub fn with(&mut self, kind: &'static str, number: usize, new: Option<&str>, words: &str) {
        let old = self.lines[number];
        assert_ne!(Some(old), new, "{kind}");
        let mut lines = self.lines.clone();
        match new {
            Some(new) => lines[number] = new,
            None => drop(lines.remove(number)),
        }
        let text = lines.join("\n") + "\n";
        self.push(kind, words, text);
    }

    /// One with two lines in each other's place.
    pub fn swapped(&mut self, kind: &'static str, (one, other): (usize, usize), words: &str) {
        let mut lines = self.lines.clone();
        lines.swap(one, other);
        let text = lines.join("\n") + "\n";
        self.push(kind, words, text);
    }

    fn push(&mut self, kind: &'static str, words: &str, text: String) {
        let name = format!("{kind}: {words}");
        let all = self.names.iter();
        let name = all.fold(name, |name, (long, short)| name.replace(long, short));
        self.made.push(Mutant { kind, name, text });
    }
}

/// The same port or range of ports with an end moved by one, one way and the other.
pub fn ports_moved(text: &str, dash: char) -> Vec<String> {
    let (first, last) = text.split_once(dash).unwrap_or((text, text));
    let number = |text: &str| text.parse::<u16>().expect("a port");
    let (first, last) = (number(first), number(last));
    let word = |first: u16, last: u16| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}{dash}{last}")
        }
    };
    let mut moved = vec![word(first, last + 1)];
    if first < last {
        moved.extend([
            word(first - 1, last),
            word(first + 1, last),
            word(first, last - 1),
        ]);
    } else {
        moved.push(word(first - 1, last - 1));
    }
    moved
}

/// The protocol that takes another's place.
pub fn other_protocol(word: &str) -> &'static str {
    match word {
        "tcp" => "udp",
        "udp" => "sctp",
        "sctp" => "tcp",
        other => panic!("{other}"),
    }
}
