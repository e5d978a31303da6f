//! An nft file: one table, made anew.
//!
//! The file must start with `add table`, `delete table` and `table {` of one name. The first makes
//! the second succeed whether the table was there or not, and after both nothing old is left. So
//! the text alone says what the table does, and what the kernel held before need not be known. All
//! hooks must be at one place, so that one packet meets all of them. Rules may name chains and sets
//! that come later in the text: the builder knows them by name, and checks at the end that all are
//! there.

use super::build::Builder;
use super::lexer::{Cursor, Token};
use super::{Chain, Hook, Ruleset, Unreadable, rule, set, unreadable};

/// Reads an nft file that replaces one table in one step.
///
/// # Errors
/// The first line that is not in the part of the language that is written here, or that nft would
/// refuse.
pub fn nftables(text: &str) -> Result<Ruleset, Unreadable> {
    let mut cursor = Cursor::new(text)?;
    let table = head(&mut cursor)?;
    let mut reader = Reader {
        cursor,
        builder: Builder::new(),
        table,
        point: None,
    };
    reader.body()?;
    let Reader {
        mut cursor,
        builder,
        ..
    } = reader;
    cursor.skip_ends();
    if !cursor.is_done() {
        return cursor.not("the end of the file", cursor.peek());
    }
    builder.finish(0)
}

/// The family of the table: whether ends of packets are those of a bridge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TableFamily {
    Inet,
    Bridge,
}

/// Where hooks are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    Forward,
    Postrouting,
}

struct Reader<'t> {
    cursor: Cursor<'t>,
    builder: Builder,
    table: TableFamily,
    /// Where the hooks so far are: all at one place, for a packet to meet them all.
    point: Option<Point>,
}

/// `add table`, `delete table`, `table {`, all of one table: what was there before is gone, and it is
/// no error if nothing was.
fn head(cursor: &mut Cursor<'_>) -> Result<TableFamily, Unreadable> {
    let mut known = None;
    for command in [
        ["add", "table"].as_slice(),
        &["delete", "table"],
        &["table"],
    ] {
        cursor.skip_ends();
        let line = cursor.line();
        cursor.words(command)?;
        let named = (cursor.word("a family")?, cursor.word("a name")?);
        if *known.get_or_insert(named) != named {
            return unreadable(line, "another table than in the lines above");
        }
        if command.len() > 1 {
            cursor.end()?;
        }
    }
    cursor.mark('{')?;
    match known {
        Some(("inet", _)) => Ok(TableFamily::Inet),
        Some(("bridge", _)) => Ok(TableFamily::Bridge),
        _ => unreadable(cursor.line(), "a table of neither `inet` nor `bridge`"),
    }
}

impl Reader<'_> {
    fn body(&mut self) -> Result<(), Unreadable> {
        loop {
            self.cursor.skip_ends();
            let line = self.cursor.line();
            if self.cursor.skip_mark('}') {
                return Ok(());
            }
            match self.cursor.word("`set`, `map` or `chain`")? {
                "comment" => {
                    self.cursor.quoted()?;
                    self.cursor.end()?;
                }
                "set" => set::set(&mut self.cursor, &mut self.builder, line)?,
                "map" => set::map(&mut self.cursor, &mut self.builder, line)?,
                "chain" => self.chain(line)?,
                other => {
                    return unreadable(line, format!("`{other}` is in no table of ours"));
                }
            }
        }
    }

    fn chain(&mut self, line: usize) -> Result<(), Unreadable> {
        let name = self.cursor.word("a name")?;
        self.cursor.mark('{')?;
        let mut chain = Chain {
            name: name.to_owned(),
            line,
            statements: Vec::new(),
        };
        let mut hook = None;
        loop {
            self.cursor.skip_ends();
            let line = self.cursor.line();
            match self.cursor.peek() {
                Token::Mark('}') => {
                    self.cursor.next();
                    break;
                }
                Token::Mark(';') => {
                    self.cursor.next();
                }
                Token::Word("comment") => {
                    self.cursor.next();
                    self.cursor.quoted()?;
                    self.cursor.end()?;
                }
                Token::Word("type") => {
                    if hook.is_some() || !chain.statements.is_empty() {
                        return unreadable(line, "a hook behind rules or another hook");
                    }
                    hook = Some(self.hook()?);
                }
                Token::Word(_) | Token::Quoted(_) | Token::Mark(_) | Token::End => {
                    let statement = rule::rule(&mut self.cursor, &mut self.builder)?;
                    chain.statements.push(statement);
                }
            }
        }
        let chain = self.builder.make_chain(chain)?;
        if let Some((priority, accepts)) = hook {
            self.builder.hook(Hook {
                chain,
                priority,
                accepts,
            });
        }
        Ok(())
    }

    /// `type filter hook forward priority filter - 2; policy accept;`
    fn hook(&mut self) -> Result<(i32, bool), Unreadable> {
        let cursor = &mut self.cursor;
        cursor.words(&["type", "filter", "hook"])?;
        let line = cursor.line();
        let point = match cursor.word("a hook")? {
            "forward" => Point::Forward,
            "postrouting" => Point::Postrouting,
            other => return unreadable(line, format!("`{other}` is no hook of ours")),
        };
        if *self.point.get_or_insert(point) != point {
            return unreadable(line, "hooks at different places");
        }
        cursor.words(&["priority"])?;
        let base = match (cursor.word("a priority")?, point, self.table) {
            ("filter", Point::Forward, TableFamily::Inet) => 0,
            ("filter", Point::Forward, TableFamily::Bridge) => -200,
            ("srcnat", Point::Postrouting, TableFamily::Inet) => 100,
            (other, ..) => return unreadable(line, format!("`{other}` is no priority here")),
        };
        let sign = match cursor.peek() {
            Token::Word("-") => -1,
            Token::Word("+") => 1,
            Token::Word(_) | Token::Quoted(_) | Token::Mark(_) | Token::End => 0,
        };
        let mut priority = base;
        if sign != 0 {
            cursor.next();
            let number = cursor.word("a number")?.parse::<u8>();
            let Ok(number) = number else {
                return unreadable(line, "a priority that is no small number");
            };
            priority += sign * i32::from(number);
        }
        cursor.mark(';')?;
        cursor.words(&["policy"])?;
        let accepts = match cursor.word("a policy")? {
            "accept" => true,
            "drop" => false,
            other => return unreadable(line, format!("`{other}` is no policy")),
        };
        cursor.mark(';')?;
        Ok((priority, accepts))
    }
}
