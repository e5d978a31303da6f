//! The values that a manifest of certificates gives for questions: untrusted, like all that is read.

use serde::Deserialize;
use std::collections::BTreeMap;

/// What is read of a manifest; whatever else there is does not matter.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    api_version: String,
    kind: String,
    claims: Vec<Claim>,
}

#[derive(Deserialize)]
struct Claim {
    questions: Vec<Question>,
}

#[derive(Deserialize)]
struct Question {
    name: String,
    #[serde(default)]
    values: Vec<Value>,
    answer: String,
}

#[derive(Deserialize)]
struct Value {
    symbol: String,
    value: String,
}

/// Values that answer questions, by the names of the questions and the symbols of variables.
pub type CertifiedValues = BTreeMap<String, BTreeMap<String, u128>>;

/// Reads the values that answer questions.
///
/// # Errors
/// Why the text is no manifest of certificates; may hold text of it.
pub fn read_certificate(text: &[u8]) -> Result<CertifiedValues, String> {
    let document: Document = serde_json::from_slice(text).map_err(|error| error.to_string())?;
    if document.api_version != "netpolc/v1" || document.kind != "Certificate" {
        return Err(format!(
            "`{}` of `{}` is not a `Certificate` of `netpolc/v1`",
            document.kind, document.api_version
        ));
    }
    let mut all = CertifiedValues::new();
    let questions = document.claims.into_iter().flat_map(|it| it.questions);
    for question in questions.filter(|question| question.answer == "sat") {
        let values = all.entry(question.name).or_default();
        for Value { symbol, value } in question.values {
            let number = value.parse();
            let number = number.map_err(|_| format!("`{value}` is not a value of `{symbol}`"))?;
            values.insert(symbol, number);
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &str) -> Result<CertifiedValues, String> {
        let text = format!(
            r#"{{"apiVersion": "netpolc/v1", "kind": "Certificate", "more": 1, "claims": [
                {{"questions": [{{"name": "a", "answer": "unsat"}},
                {{"name": "b", "answer": "sat", "values": {values}}}]}}]}}"#
        );
        read_certificate(text.as_bytes())
    }

    #[test]
    fn values_of_all_widths_are_read() {
        let values = r#"[{"symbol": "x", "value": "340282366920938463463374607431768211455"}]"#;
        let values = read(values).expect("values");
        assert_eq!(values.keys().collect::<Vec<_>>(), ["b"]);
        assert_eq!(values["b"]["x"], u128::MAX);
    }

    #[test]
    fn what_is_no_manifest_is_refused() {
        let wrong = r#"[{"symbol": "x", "value": "-1"}]"#;
        assert_eq!(read(wrong), Err("`-1` is not a value of `x`".to_owned()));
        let other = br#"{"apiVersion": "netpolc/v1", "kind": "Proof", "claims": []}"#;
        let told = "`Proof` of `netpolc/v1` is not a `Certificate` of `netpolc/v1`";
        assert_eq!(read_certificate(other), Err(told.to_owned()));
        assert!(read_certificate(b"\xff").is_err());
    }
}
