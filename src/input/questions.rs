//! Questions as JSON, one on a line: untrusted, like all that is read.

use serde::Deserialize;
use serde_json::Value;

/// A question as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenQuestion {
    /// Who opens the connection.
    pub from: String,
    /// Who accepts it, and perhaps on which port.
    pub to: String,
    /// The port, where it is given apart: `80`, `http`, `53/UDP`.
    pub port: Option<String>,
    /// What the asker calls the question, to be given back.
    pub id: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    from: String,
    to: String,
    #[serde(default)]
    port: Option<Port>,
    #[serde(default)]
    protocol: Option<String>,
    #[serde(default)]
    id: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Port {
    Number(u64),
    Text(String),
}

/// Reads the question on a line.
///
/// # Errors
/// Why it is none, with what the asker calls it if that can be read.
pub fn read_question(line: &[u8]) -> Result<WrittenQuestion, (String, Option<Value>)> {
    let read = serde_json::from_slice::<Line>(line).map_err(|error| {
        let told = serde_json::from_slice::<Value>(line).ok();
        let id = told.as_ref().and_then(|it| it.get("id")).cloned();
        // Of several lines there is only one.
        let text = error
            .to_string()
            .replace(" at line 1 column ", " at column ");
        (text, id)
    })?;
    let Line {
        from,
        to,
        port,
        protocol,
        id,
    } = read;
    let port = port.map(|port| match port {
        Port::Number(number) => number.to_string(),
        Port::Text(text) => text,
    });
    let port = match (port, protocol) {
        (Some(port), Some(protocol)) if port.contains('/') => {
            let text = format!("`port` is `{port}` and `protocol` is `{protocol}`: give it once");
            return Err((text, id));
        }
        (Some(port), Some(protocol)) => Some(format!("{port}/{protocol}")),
        (None, Some(protocol)) => {
            let text = format!("`protocol` is `{protocol}`, and there is no `port`");
            return Err((text, id));
        }
        (port, None) => port,
    };
    Ok(WrittenQuestion { from, to, port, id })
}

#[cfg(test)]
mod tests {
    use super::read_question;

    #[test]
    fn a_line_is_a_question() {
        let read = |text: &str| {
            let read = read_question(text.as_bytes()).map_err(|(error, _)| error)?;
            Ok::<_, String>((read.from, read.to, read.port))
        };
        let told = |port: Option<&str>| Ok(("a".into(), "b".into(), port.map(Into::into)));
        assert_eq!(read(r#"{"from":"a","to":"b"}"#), told(None));
        assert_eq!(read(r#"{"from":"a","to":"b","port":80}"#), told(Some("80")));
        assert_eq!(
            read(r#"{"from":"a","to":"b","port":"http"}"#),
            told(Some("http"))
        );
        assert_eq!(
            read(r#"{"from":"a","to":"b","port":53,"protocol":"UDP","id":7}"#),
            told(Some("53/UDP"))
        );
        for wrong in [
            "",
            "{",
            "[]",
            r#"{"from":"a"}"#,
            r#"{"from":"a","to":"b","prot":80}"#,
            r#"{"from":"a","to":"b","protocol":"UDP"}"#,
            r#"{"from":"a","to":"b","port":"53/UDP","protocol":"TCP"}"#,
            r#"{"from":"a","to":"b","port":-1}"#,
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_name_of_a_broken_question_is_given_back() {
        let (_, id) = read_question(br#"{"from":1,"id":"x"}"#).expect_err("no question");
        assert_eq!(id, Some("x".into()));
    }
}
