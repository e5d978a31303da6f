//! Names of anchors, and tags.

use super::cursor::{Cursor, fail};
use crate::input::node::SyntaxError;
use std::borrow::Cow;

/// The namespace of YAML's own tags: `!!int` is short for it and `int`.
const CORE: &str = "tag:yaml.org,2002:";

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Passes the name of an anchor or of an alias, whose mark stands here.
pub(super) fn anchor<'t>(cursor: &mut Cursor<'t>) -> Result<&'t str, SyntaxError> {
    let start = cursor.at;
    cursor.at += 1;
    while is_word(cursor.byte(0)) {
        cursor.at += 1;
    }
    let name = cursor.since(start + 1);
    let ends = cursor.is_blank_or_end(0) || b"?:,]}%@`".contains(&cursor.byte(0));
    if name.is_empty() || !ends {
        let message = "an anchor name consists of letters, digits, `-` and `_`; text that begins with `*` or `&` must be quoted";
        return fail(start, message);
    }
    Ok(name)
}

/// Passes a tag, and gives it in full; one of the text's own as `!name`.
pub(super) fn tag<'t>(cursor: &mut Cursor<'t>) -> Result<Cow<'t, str>, SyntaxError> {
    let start = cursor.at;
    cursor.at += 1;
    let tag = if cursor.byte(0) == b'<' {
        cursor.at += 1;
        let uri = uri(cursor)?;
        if uri.is_empty() || cursor.byte(0) != b'>' {
            return fail(start, "a tag that begins with `!<` must end with `>`");
        }
        cursor.at += 1;
        uri
    } else {
        while is_word(cursor.byte(0)) {
            cursor.at += 1;
        }
        if cursor.byte(0) == b'!' {
            let handle = cursor.since(start + 1);
            cursor.at += 1;
            let suffix = uri(cursor)?;
            if !handle.is_empty() || suffix.is_empty() {
                return fail(start, "unknown tag");
            }
            Cow::Owned(format!("{CORE}{suffix}"))
        } else {
            uri(cursor)?;
            Cow::Borrowed(cursor.since(start))
        }
    };
    if !cursor.is_blank_or_end(0) {
        let message =
            "this tag must be followed by a space; text that begins with `!` must be quoted";
        return fail(start, message);
    }
    Ok(tag)
}

/// Which of YAML's own types a tag names.
pub(super) fn core(tag: &str) -> Option<&str> {
    tag.strip_prefix(CORE)
}

/// Passes the letters that a tag may have.
fn uri<'t>(cursor: &mut Cursor<'t>) -> Result<Cow<'t, str>, SyntaxError> {
    let mut from = cursor.at;
    let mut made = String::new();
    loop {
        match cursor.byte(0) {
            b'%' => {
                let code = cursor.text.get(cursor.at + 1..cursor.at + 3);
                let code = code.filter(|code| code.bytes().all(|it| it.is_ascii_hexdigit()));
                let Some(byte) = code.and_then(|code| u8::from_str_radix(code, 16).ok()) else {
                    return fail(
                        cursor.at,
                        "`%` in a tag must be followed by two hexadecimal digits",
                    );
                };
                made.push_str(cursor.since(from));
                made.push(char::from(byte));
                cursor.at += 3;
                from = cursor.at;
            }
            byte if is_word(byte) || b";/?:@&=+$,.!~*'()[]".contains(&byte) => cursor.at += 1,
            _ => break,
        }
    }
    let rest = cursor.since(from);
    if made.is_empty() {
        return Ok(Cow::Borrowed(rest));
    }
    made.push_str(rest);
    Ok(Cow::Owned(made))
}
