//! A finding as plain data: which rule, how severe, what is wrong, where, and what to write
//! instead. How it looks is [`crate::render`]'s business.

use crate::source::Span;
use crate::table::listed;
use std::borrow::Cow;

/// Whether a character could steer a terminal or disguise text: controls (C0, DEL, C1), line
/// separators, and the invisible marks that reorder or hide text.
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The longest piece of somebody's text that is repeated where it is cut, in characters.
pub const LONGEST: usize = 80;

/// The longest word that a message repeats whole, in bytes: paths and lists of ports can be long.
const LONGEST_WORD: usize = 1000;

/// A message of which words that nobody can have meant so long are cut.
pub fn short_words(text: &str) -> Cow<'_, str> {
    let is_long = |word: &str| word.len() > LONGEST_WORD;
    if !text.split([' ', '\n']).any(is_long) {
        return Cow::Borrowed(text);
    }
    let mut short = String::new();
    for word in text.split_inclusive([' ', '\n']) {
        if is_long(word) {
            short.extend(word.chars().take(LONGEST));
            short.push('…');
            // What closes or ends the word still closes it.
            let end = word.trim_end_matches(|c: char| !c.is_alphanumeric());
            short.push_str(
                word.get(end.len()..)
                    .filter(|end| end.len() < LONGEST)
                    .unwrap_or(" "),
            );
        } else {
            short.push_str(word);
        }
    }
    Cow::Owned(short)
}

listed! {
    /// How bad a finding is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Severity {
        /// Worth knowing; the answer stands.
        Note,
        /// Probably not what was meant; the answer stands.
        Warning,
        /// The API server would refuse it, or it cannot be read: the object is left out.
        Error,
    }
}

impl Severity {
    /// The severity in one lower-case word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place in a manifest with what there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is said at the place; may be empty.
    pub text: String,
}

/// One change of a manifest's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The stable kebab-case name of what was found, such as `unknown-field`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong: lower case, one line, no full stop, user text in backticks.
    pub message: String,
    /// Where; the first label is the primary one.
    pub labels: Vec<Label>,
    /// What to write instead.
    pub help: Option<String>,
    /// The same as changes of the text, where no answer that somebody meant depends on them: what
    /// stands there is refused or dropped by the API server. All of them are made, or none.
    pub edits: Vec<Edit>,
}

impl Finding {
    /// A finding of `severity` with no place and no help yet.
    pub fn new(rule: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity,
            message: message.into(),
            labels: Vec::new(),
            help: None,
            edits: Vec::new(),
        }
    }

    /// An error.
    pub fn error(rule: &'static str, message: impl Into<String>) -> Self {
        Self::new(rule, Severity::Error, message)
    }

    /// A warning.
    pub fn warning(rule: &'static str, message: impl Into<String>) -> Self {
        Self::new(rule, Severity::Warning, message)
    }

    /// Adds a place.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a change of the text that does what the help says.
    #[must_use]
    pub fn edit(mut self, span: Span, text: impl Into<String>) -> Self {
        self.edits.push(Edit {
            span,
            text: text.into(),
        });
        self
    }

    /// The primary place.
    pub fn span(&self) -> Option<Span> {
        self.labels.first().map(|label| label.span)
    }
}
