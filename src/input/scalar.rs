//! What an unquoted YAML word means to the API server.
//!
//! The API server and kubectl read YAML 1.1 (sigs.k8s.io/yaml, which is go-yaml v2): `yes` and
//! `on` are booleans and `010` is eight. Source: `resolve.go` there.

use super::node::Value;

/// The value of an unquoted scalar.
pub(super) fn resolve(text: &str) -> Value {
    match text.bytes().next() {
        None => Value::Null,
        Some(b'+' | b'-' | b'.' | b'0'..=b'9') => {
            number(text).unwrap_or_else(|| Value::String(text.into()))
        }
        // No other letter begins a word that means something.
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => {
            word(text).unwrap_or_else(|| Value::String(text.into()))
        }
        Some(_) => Value::String(text.into()),
    }
}

/// The value of a scalar with an explicit tag of YAML's own (`!!int "80"`); none where it does not
/// fit.
pub(super) fn resolve_as(tag: &str, text: &str) -> Option<Value> {
    match tag {
        "null" => (resolve(text) == Value::Null).then_some(Value::Null),
        "bool" => word(text).filter(|value| matches!(value, Value::Bool(_))),
        "int" => number(text).filter(|value| matches!(value, Value::Int(_))),
        "float" => match number(text)? {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a number that was tagged as a float has a float's precision"
            )]
            Value::Int(whole) => Some(Value::Float(whole as f64)),
            value => Some(value),
        },
        "binary" => {
            let bytes = base64(text)?;
            Some(Value::String(String::from_utf8_lossy(&bytes).into()))
        }
        // A time stays the text that it is.
        "timestamp" => {
            let (year, _) = text.split_once('-')?;
            let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
            is_year.then(|| Value::String(text.into()))
        }
        _ => Some(Value::String(text.into())),
    }
}

/// Go's `base64.StdEncoding`: padded, line breaks are passed over.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|it| !b"\r\n".contains(it)).collect();
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3);
    let mut padded = false;
    for four in digits.chunks(4) {
        let kept = four.iter().rposition(|&it| it != b'=')? + 1;
        if padded || four.len() < 4 || kept < 2 {
            return None;
        }
        padded = kept < 4;
        let mut bits = 0_u32;
        for &digit in four.iter().take(kept) {
            bits = bits << 6 | u32::from(sextet(digit)?);
        }
        bits <<= 6 * (4 - kept);
        let [_, whole @ ..] = bits.to_be_bytes();
        bytes.extend(whole.iter().take(kept - 1));
    }
    Some(bytes)
}

fn sextet(digit: u8) -> Option<u8> {
    match digit {
        b'A'..=b'Z' => Some(digit - b'A'),
        b'a'..=b'z' => Some(digit - b'a' + 26),
        b'0'..=b'9' => Some(digit - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

fn word(text: &str) -> Option<Value> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Value::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Value::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Value::Null,
        _ => return None,
    })
}

fn number(text: &str) -> Option<Value> {
    // Nearly all are of this form.
    if (1..=18).contains(&text.len())
        && !text.starts_with('0')
        && text.bytes().all(|digit| digit.is_ascii_digit())
    {
        return text.parse().ok().map(Value::Int);
    }
    match text {
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            return Some(Value::Float(f64::INFINITY));
        }
        "-.inf" | "-.Inf" | "-.INF" => return Some(Value::Float(f64::NEG_INFINITY)),
        ".nan" | ".NaN" | ".NAN" => return Some(Value::Float(f64::NAN)),
        _ => {}
    }
    // Go takes no underscores in what begins with a point.
    let plain = if text.starts_with('.') {
        text.to_owned()
    } else {
        text.replace('_', "")
    };
    if let Some(whole) = integer(&plain) {
        return Some(i64::try_from(whole).map_or_else(
            #[expect(
                clippy::cast_precision_loss,
                reason = "past 64 bits the API server has a float too"
            )]
            |_| Value::Float(whole as f64),
            Value::Int,
        ));
    }
    // A number that is too large for a float (`12e4567`) is none, and stays text.
    let float: Option<f64> = is_decimal(&plain).then(|| plain.parse().ok()).flatten();
    float.filter(|it| it.is_finite()).map(Value::Float)
}

/// Go's `strconv.ParseInt(text, 0, 64)`: the prefix gives the base, a leading zero means octal.
fn integer(text: &str) -> Option<i128> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (base, digits) = match digits.get(..2) {
        Some("0x" | "0X") => (16, digits.get(2..)?),
        Some("0b" | "0B") => (2, digits.get(2..)?),
        Some("0o" | "0O") => (8, digits.get(2..)?),
        Some(_) if digits.starts_with('0') => (8, digits.get(1..)?),
        Some(_) | None => (10, digits),
    };
    let clean = digits.chars().all(|digit| digit.is_digit(base));
    if !clean || digits.is_empty() {
        return None;
    }
    let whole = i128::from(u64::from_str_radix(digits, base).ok()?) * sign;
    (whole >= i128::from(i64::MIN)).then_some(whole)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, go-yaml's idea of a float.
fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_yaml_1_1() {
        for text in [
            "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE",
        ] {
            assert_eq!(resolve(text), Value::Bool(true), "{text}");
        }
        for text in [
            "n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE",
        ] {
            assert_eq!(resolve(text), Value::Bool(false), "{text}");
        }
        for text in ["", "~", "null", "Null", "NULL"] {
            assert_eq!(resolve(text), Value::Null, "{text}");
        }
        for text in ["yES", "oN", "tRUE", "nULL", "yes!", "web"] {
            assert_eq!(resolve(text), Value::String(text.into()), "{text}");
        }
    }

    #[test]
    fn integers_have_the_bases_of_go() {
        let cases = [
            ("0", 0),
            ("80", 80),
            ("+80", 80),
            ("-80", -80),
            ("010", 8),
            ("-010", -8),
            ("0o10", 8),
            ("0x10", 16),
            ("0b101", 5),
            ("1_000", 1000),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
        ];
        for (text, number) in cases {
            assert_eq!(resolve(text), Value::Int(number), "{text}");
        }
    }

    #[test]
    fn floats_are_those_of_go_yaml() {
        let cases = [
            ("08", 8.0),
            ("1.5", 1.5),
            ("1e3", 1000.0),
            ("1.", 1.0),
            (".5", 0.5),
            ("18446744073709551615", 18_446_744_073_709_551_615.0),
            (".inf", f64::INFINITY),
            ("-.Inf", f64::NEG_INFINITY),
        ];
        for (text, number) in cases {
            assert_eq!(resolve(text), Value::Float(number), "{text}");
        }
    }

    #[test]
    fn times_versions_and_addresses_are_text() {
        for text in [
            "2024-01-01",
            "12:30:45",
            "190:20:30",
            "1.2.3",
            "10.0.0.0/8",
            "-",
            ".",
            "+",
            "0x",
            "0b2",
            "1e",
            "e3",
            "8080/TCP",
            "12e4567",
            "-1e999",
            ".1_0",
        ] {
            assert_eq!(resolve(text), Value::String(text.into()), "{text}");
        }
    }

    #[test]
    fn explicit_tags_decide() {
        assert_eq!(resolve_as("str", "80"), Some(Value::String("80".into())));
        assert_eq!(resolve_as("int", "80"), Some(Value::Int(80)));
        assert_eq!(resolve_as("float", "80"), Some(Value::Float(80.0)));
        assert_eq!(resolve_as("bool", "80"), None);
        assert_eq!(resolve_as("null", "~"), Some(Value::Null));
        assert_eq!(resolve_as("null", "x"), None);
        let day = Value::String("2024-01-01".into());
        assert_eq!(resolve_as("timestamp", "2024-01-01"), Some(day));
        assert_eq!(resolve_as("timestamp", "x"), None);
        assert_eq!(resolve_as("set", "80"), Some(Value::String("80".into())));
    }

    #[test]
    fn binary_is_text_in_base64() {
        for (text, read) in [
            ("", Some("")),
            ("eA==", Some("x")),
            ("eHk=", Some("xy")),
            ("eHl6", Some("xyz")),
            ("eH\nl6\r\neA==", Some("xyzx")),
            ("eA", None),
            ("eA=", None),
            ("e===", None),
            ("====", None),
            ("eA==eA==", None),
            ("e!==", None),
        ] {
            let read = read.map(|it| Value::String(it.into()));
            assert_eq!(resolve_as("binary", text), read, "{text}");
        }
    }
}
