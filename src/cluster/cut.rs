//! Cuts the text of a list into its items while it arrives, in whatever pieces. What was cut is gone:
//! nothing keeps the list. Only the list's own fields are remembered.

use serde::Deserialize;

/// The text of one list as it arrives.
#[derive(Debug)]
pub(super) struct Cutter {
    /// What was not cut yet.
    pending: Vec<u8>,
    /// How much of it was looked at.
    seen: usize,
    /// Where in it the item under way begins.
    start: usize,
    state: State,
    /// Brackets that are open in the value under way.
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// The list without its items, as JSON.
    frame: Vec<u8>,
    /// The longest item, and the longest frame.
    longest: usize,
}

/// What is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The fields before the items, or those behind them.
    Frame,
    /// The items, between two of them.
    Items,
    /// An item.
    Item,
    /// All was read.
    Done,
}

/// What a list says of itself.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Frame {
    pub(super) kind: String,
    pub(super) metadata: ListMeta,
    /// Of a Status: `Expired`.
    pub(super) reason: String,
    /// Of a Status: what happened.
    pub(super) message: String,
}

/// `metadata` of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListMeta {
    /// What asks for the next page; empty on the last.
    #[serde(rename = "continue")]
    pub(super) next: String,
    /// The time that the list is of.
    #[serde(rename = "resourceVersion")]
    pub(super) resource_version: String,
}

/// Why a text is no list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoList {
    /// It is no JSON, or another document.
    Malformed,
    /// An item, or what stands beside the items, is too long.
    TooLong,
    /// It ends too early.
    Cut,
}

impl Cutter {
    /// A list of which nothing has arrived; no item may be longer than `longest`.
    pub(super) fn new(longest: usize) -> Self {
        Self {
            pending: Vec::new(),
            seen: 0,
            start: 0,
            state: State::Frame,
            depth: 0,
            in_string: false,
            escaped: false,
            frame: Vec::new(),
            longest,
        }
    }

    /// Takes a piece, and gives every item that it completes to `take`.
    ///
    /// # Errors
    /// The text is no list.
    pub(super) fn push(
        &mut self,
        piece: &[u8],
        mut take: impl FnMut(String),
    ) -> Result<(), NoList> {
        self.pending.extend_from_slice(piece);
        while let Some(&byte) = self.pending.get(self.seen) {
            if self.in_string && !self.escaped && self.state == State::Item {
                self.pass_text();
                continue;
            }
            self.seen += 1;
            match self.state {
                State::Frame => self.frame_byte(byte)?,
                State::Items => self.between(byte)?,
                State::Item => {
                    if self.value_byte(byte) {
                        take(self.take_item()?);
                    }
                }
                State::Done if byte.is_ascii_whitespace() => {}
                State::Done => return Err(NoList::Malformed),
            }
        }
        let done = if self.state == State::Item {
            self.start
        } else {
            self.seen
        };
        self.pending.drain(..done);
        self.seen -= done;
        self.start = 0;
        if self.pending.len().max(self.frame.len()) > self.longest {
            return Err(NoList::TooLong);
        }
        Ok(())
    }

    /// What the list says of itself, once all has arrived.
    ///
    /// # Errors
    /// The text is no list, or not all of one.
    pub(super) fn finish(self) -> Result<Frame, NoList> {
        if self.state != State::Done {
            return Err(NoList::Cut);
        }
        serde_json::from_slice(&self.frame).map_err(|_| NoList::Malformed)
    }

    fn frame_byte(&mut self, byte: u8) -> Result<(), NoList> {
        let began = self.depth > 0;
        if !began && byte.is_ascii_whitespace() {
            return Ok(());
        }
        if !began && byte != b'{' {
            return Err(NoList::Malformed);
        }
        let opens_items = byte == b'[' && !self.in_string && self.depth == 1;
        self.frame.push(byte);
        if self.value_byte(byte) {
            self.state = State::Done;
        } else if opens_items && self.is_of_items() {
            self.state = State::Items;
        }
        Ok(())
    }

    /// Whether the list that has just been opened is that of the items.
    fn is_of_items(&self) -> bool {
        let blank = |byte: &u8| byte.is_ascii_whitespace();
        let trimmed = |text: &[u8]| {
            let end = text.iter().rposition(|byte| !blank(byte));
            end.map_or(0, |end| end + 1)
        };
        let mut text = self.frame.as_slice();
        for end in [&b"["[..], b":", b"\"items\""] {
            text = text.get(..trimmed(text)).unwrap_or_default();
            let Some(rest) = text.strip_suffix(end) else {
                return false;
            };
            text = rest;
        }
        // A value of that name is followed by something else.
        text = text.get(..trimmed(text)).unwrap_or_default();
        text.ends_with(b"{") || text.ends_with(b",")
    }

    fn between(&mut self, byte: u8) -> Result<(), NoList> {
        match byte {
            b'{' => {
                self.start = self.seen - 1;
                self.depth += 1;
                self.state = State::Item;
                Ok(())
            }
            b']' => {
                self.frame.push(byte);
                self.depth -= 1;
                self.state = State::Frame;
                Ok(())
            }
            b',' => Ok(()),
            _ if byte.is_ascii_whitespace() => Ok(()),
            _ => Err(NoList::Malformed),
        }
    }

    /// Whether a byte ends the value under way.
    fn value_byte(&mut self, byte: u8) -> bool {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return false;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        let floor = if self.state == State::Item { ITEMS } else { 0 };
        self.depth == floor
    }

    /// Goes to the next byte that means something within a string.
    fn pass_text(&mut self) {
        let rest = self.pending.get(self.seen..).unwrap_or_default();
        let mark = memchr::memchr2(b'"', b'\\', rest);
        self.seen += mark.unwrap_or(rest.len());
        if mark.is_some() {
            let byte = self.pending.get(self.seen).copied().unwrap_or_default();
            self.seen += 1;
            self.value_byte(byte);
        }
    }

    fn take_item(&mut self) -> Result<String, NoList> {
        let item = self.pending.get(self.start..self.seen).unwrap_or_default();
        self.state = State::Items;
        let text = std::str::from_utf8(item).map_err(|_| NoList::Malformed)?;
        Ok(text.to_owned())
    }
}

/// The brackets that are open between two items: that of the list, and that of its items.
const ITEMS: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = r#"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7","continue":"abc","items":["x"]},
"items" : [ {"metadata":{"name":"a","labels":{"k":"}]\\\""}}} ,{"a":[{}]}
] , "more":"items"}"#;

    fn cut(text: &[u8], step: usize) -> Result<(Vec<String>, Frame), NoList> {
        let mut cutter = Cutter::new(1000);
        let mut items = Vec::new();
        for piece in text.chunks(step) {
            cutter.push(piece, |item| items.push(item))?;
        }
        cutter.finish().map(|frame| (items, frame))
    }

    #[test]
    fn the_pieces_do_not_matter() {
        for step in 1..LIST.len() {
            let (items, frame) = cut(LIST.as_bytes(), step).expect("a list");
            let expected = [
                r#"{"metadata":{"name":"a","labels":{"k":"}]\\\""}}}"#,
                r#"{"a":[{}]}"#,
            ];
            assert_eq!(items, expected, "{step}");
            assert_eq!(
                (frame.kind.as_str(), frame.metadata.next.as_str()),
                ("PodList", "abc")
            );
        }
    }

    #[test]
    fn a_list_that_breaks_off_is_none() {
        for end in 1..LIST.len() {
            let part = LIST.as_bytes().get(..end).expect("a part");
            assert_eq!(cut(part, 7).err(), Some(NoList::Cut), "{end}");
        }
    }

    #[test]
    fn other_texts_are_no_lists() {
        for text in [
            "<html>",
            "[]",
            "{\"items\":[7]}",
            "{\"items\":[{}]}x",
            "{\"kind\":7}",
        ] {
            assert_eq!(
                cut(text.as_bytes(), 3).err(),
                Some(NoList::Malformed),
                "{text}"
            );
        }
        let status = r#"{"kind":"Status","reason":"Expired","message":"too old","items":null}"#;
        let (items, frame) = cut(status.as_bytes(), 5).expect("a status");
        assert_eq!((items.len(), frame.reason.as_str()), (0, "Expired"));
    }

    #[test]
    fn an_item_without_end_is_too_long() {
        let text = format!("{{\"items\":[{{\"a\":\"{}", "x".repeat(5000));
        assert_eq!(cut(text.as_bytes(), 100).err(), Some(NoList::TooLong));
        let text = format!("{{\"a\":\"{}", "x".repeat(5000));
        assert_eq!(cut(text.as_bytes(), 100).err(), Some(NoList::TooLong));
    }
}
