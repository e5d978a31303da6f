//! Baselines: the findings that were there before, as `netpolc lint --update-baseline` wrote them.

use serde::Deserialize;

/// One kind of finding that was there before, and how often.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct BaselineEntry {
    /// The code of the rule.
    pub rule: String,
    /// The object: `NetworkPolicy shop/db`.
    pub object: String,
    /// The field, without numbers: `spec.ingress[].from[]`.
    #[serde(default)]
    pub path: String,
    /// How often it was found.
    pub count: usize,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    api_version: String,
    kind: String,
    findings: Vec<BaselineEntry>,
}

/// Reads a baseline.
///
/// # Errors
/// What is wrong with the text, in words.
pub fn read_baseline(text: &str) -> Result<Vec<BaselineEntry>, String> {
    let document: Document = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if (&*document.api_version, &*document.kind) != ("netpolc/v1", "LintBaseline") {
        return Err("expected `kind: LintBaseline` of `netpolc/v1`".to_owned());
    }
    Ok(document.findings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_baseline_is_told_so() {
        let head = r#"{"apiVersion": "netpolc/v1", "kind": "LintBaseline""#;
        let entry = r#"{"rule": "NP017", "object": "NetworkPolicy shop/db", "count": 2}"#;
        let read = read_baseline(&format!("{head}, \"findings\": [{entry}]}}")).unwrap();
        assert_eq!(read[0].count, 2);
        assert_eq!(read[0].path, "");
        assert!(read_baseline("{}").unwrap_err().contains("apiVersion"));
        let other = r#"{"apiVersion": "netpolc/v1", "kind": "Matrix", "findings": []}"#;
        let expected = "expected `kind: LintBaseline` of `netpolc/v1`";
        assert_eq!(read_baseline(other).unwrap_err(), expected);
        assert!(read_baseline(&format!("{head}, \"findings\": 1}}")).is_err());
    }
}
