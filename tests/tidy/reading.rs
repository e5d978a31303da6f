//! What one source file declares, imports and names, read from its tokens: enough to tell which
//! file a path leads to, and no more of Rust. Comments, strings and `#[cfg(test)]` do not count.

/// A word (with its line), `::`, or any other single character of the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// A path in the code, or one of the paths that a `use` brings in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) line: usize,
    pub(crate) path: Vec<String>,
}

/// One name that a `use` brings in.
#[derive(Debug, Clone)]
pub(crate) struct Import {
    pub(crate) named: Named,
    /// The name in this file; `*` for all that there is.
    pub(crate) alias: String,
    /// Whether it is handed on: `pub use`.
    pub(crate) public: bool,
}

/// What a file says.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) imports: Vec<Import>,
    /// The items that stand in the file, outside of functions and blocks.
    pub(crate) items: Vec<String>,
    /// The words in calls of macros that stand where items do: they may be names of items.
    pub(crate) perhaps: Vec<String>,
    /// The paths in the code outside of `use`, of one word too.
    pub(crate) paths: Vec<Named>,
}

/// Reads the text of a file.
pub(crate) fn read(text: &str) -> Reading {
    let tokens = code(text);
    let mut reading = Reading::default();
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(token) = tokens.get(at) {
        let word = |ahead: usize| {
            tokens
                .get(at + ahead)
                .map_or("", |token| token.text.as_str())
        };
        match token.text.as_str() {
            "use" if word(1) != "<" => {
                let public = [")", "pub"].contains(&before(&tokens, at));
                at = import(&tokens, at + 1, &[], public, &mut reading.imports);
            }
            "{" => depth += 1,
            "}" => depth = depth.saturating_sub(1),
            "fn" | "struct" | "enum" | "trait" | "type" | "const" | "static" if depth == 0 => {
                reading.items.push(word(1).to_owned());
            }
            "macro_rules" => reading.items.push(word(2).to_owned()),
            "!" if depth == 0 && ["{", "("].contains(&word(1)) => {
                let end = closing(&tokens, at + 1);
                let inside = tokens.get(at..end).unwrap_or_default();
                let words = inside.iter().map(|token| token.text.clone());
                reading.perhaps.extend(words.filter(|text| is_word(text)));
            }
            text if is_word(text) && !["::", ".", "mod"].contains(&before(&tokens, at)) => {
                let mut path = vec![text.to_owned()];
                let mut next = at + 1;
                while let Some([colons, word]) = tokens.get(next..next + 2) {
                    if colons.text != "::" || !is_word(&word.text) {
                        break;
                    }
                    path.push(word.text.clone());
                    next += 2;
                }
                let line = token.line;
                reading.paths.push(Named { line, path });
            }
            _ => {}
        }
        at += 1;
    }
    reading
}

fn before(tokens: &[Token], at: usize) -> &str {
    let before = at.checked_sub(1).and_then(|at| tokens.get(at));
    before.map_or("", |token| token.text.as_str())
}

pub(crate) fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Reads the tree of a `use` from `at`, and gives back where its end stands.
fn import(
    tokens: &[Token],
    mut at: usize,
    above: &[String],
    public: bool,
    all: &mut Vec<Import>,
) -> usize {
    let mut path = above.to_vec();
    let mut alias = None;
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "::" => {}
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|token| token.text != "}") {
                    at = import(tokens, at, &path, public, all);
                    at += usize::from(tokens.get(at).is_some_and(|token| token.text == ","));
                }
                return at + 1;
            }
            "as" => {
                at += 1;
                alias = tokens.get(at).map(|token| token.text.clone());
            }
            // `{self}` brings in the module itself.
            "self" if !above.is_empty() => {}
            text if is_word(text) => path.push(text.to_owned()),
            "*" => alias = Some("*".to_owned()),
            _ => break,
        }
        at += 1;
    }
    let line = at.checked_sub(1).and_then(|at| tokens.get(at));
    let line = line.map_or(0, |token| token.line);
    let alias = alias.or_else(|| path.last().cloned()).unwrap_or_default();
    let named = Named { line, path };
    all.push(Import {
        named,
        alias,
        public,
    });
    at
}

/// Where what opens at `at` is closed.
fn closing(tokens: &[Token], at: usize) -> usize {
    let mut depth = 0_usize;
    for (place, token) in tokens.iter().enumerate().skip(at) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" if depth <= 1 => return place,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

/// The tokens that end up in the program.
pub(crate) fn code(text: &str) -> Vec<Token> {
    without_tests(&tokens(text))
}

/// The tokens without the items under `#[cfg(test)]`.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    const ATTRIBUTE: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut left = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let here = tokens.iter().skip(at).map(|token| token.text.as_str());
        if !here.take(ATTRIBUTE.len()).eq(ATTRIBUTE) {
            left.push(token.clone());
            at += 1;
            continue;
        }
        at += ATTRIBUTE.len();
        while let Some(token) = tokens.get(at) {
            match token.text.as_str() {
                "(" | "[" => at = closing(tokens, at),
                "{" => {
                    at = closing(tokens, at) + 1;
                    break;
                }
                ";" => {
                    at += 1;
                    break;
                }
                _ => {}
            }
            at += 1;
        }
    }
    left
}

/// The tokens of a text, without comments, strings and characters.
fn tokens(text: &str) -> Vec<Token> {
    let mut all = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let (length, counts) = token(rest, first);
        let (text, after) = rest.split_at(length);
        if counts {
            let text = text.to_owned();
            all.push(Token { line, text });
        }
        line += text.matches('\n').count();
        rest = after;
    }
    all
}

/// How long the token is that `rest` begins with, and whether it is one that counts.
fn token(rest: &str, first: char) -> (usize, bool) {
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
    let word = word.unwrap_or(rest.len());
    let (prefix, quoted) = rest.split_at(word);
    if rest.starts_with("//") {
        (rest.find('\n').unwrap_or(rest.len()), false)
    } else if rest.starts_with("/*") {
        (rest.find("*/").map_or(rest.len(), |end| end + 2), false)
    } else if ["r", "br"].contains(&prefix) && quoted.starts_with(['"', '#']) {
        let hashes = quoted.len() - quoted.trim_start_matches('#').len();
        let end = format!("\"{}", "#".repeat(hashes));
        let start = word + hashes + 1;
        let inside = rest.get(start..).unwrap_or_default();
        let length = inside.find(&end).unwrap_or(inside.len());
        (start + length + end.len(), false)
    } else if first == '"' {
        (string(rest), false)
    } else if first == '\'' {
        (character(rest), false)
    } else if is_word(rest) {
        (word, true)
    } else if rest.starts_with("::") {
        (2, true)
    } else {
        (
            first.len_utf8(),
            !first.is_whitespace() && !first.is_ascii_digit(),
        )
    }
}

/// How long the string is that `rest` begins with.
fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    rest.len()
}

/// How long the character or the lifetime is that `rest` begins with.
fn character(rest: &str) -> usize {
    let mut all = rest.char_indices().skip(1);
    let first = all.next().map(|(_, c)| c);
    match (first, all.next()) {
        (Some('\\'), Some(_)) => {
            let behind = rest.get(3..).and_then(|rest| rest.find('\''));
            behind.map_or(1, |at| at + 4)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => {
            let name = rest.split_at(1).1;
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_');
            1 + end.unwrap_or(name.len())
        }
    }
}
