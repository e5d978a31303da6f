//! What is compared, and what could be: exposure and differences.

use super::validator::{Validator, items};
use super::{matrix, root, schema};
use serde_json::Value;
use std::process::Command;

#[test]
fn the_exposure_is_as_its_schema_says() {
    let schema = schema("exposure.json");
    for arguments in [
        &["-f", "shop"][..],
        &["-f", "tiers"],
        &["-f", "snapshot", "--by", "pod"],
        &["-f", "shop", "-n", "shop", "-l", "app=db"],
    ] {
        let exposure = matrix(&[&["--exposure"], arguments].concat());
        let workloads = items(&exposure["workloads"]);
        assert!(!workloads.is_empty(), "{arguments:?}");
        assert_eq!(
            Validator::faults(&schema, &exposure),
            [""; 0],
            "{arguments:?}"
        );
    }
}

#[test]
fn a_comparison_is_as_its_schema_says() {
    let schema = schema("diff.json");
    let [old, new, pods] = ["old", "new", "pods"].map(|it| format!("../examples/diff/{it}.yaml"));
    for (arguments, code) in [
        (vec![&*old, &new, "-f", &pods], 1),
        (vec![&*new, &old, "-f", &pods], 1),
        (vec![&*pods, &new], 1),
        (vec!["shop", "snapshot"], 1),
        (vec!["shop", "shop"], 0),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_netpolc"))
            .current_dir(root().join("policies"))
            .args(["diff", "-o", "json"])
            .args(&arguments)
            .output()
            .expect("the command starts");
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        let diff: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let faults = Validator::faults(&schema, &diff);
        assert_eq!(faults, Vec::<String>::new(), "{arguments:?}");
        assert_eq!(
            items(&diff["changes"]).is_empty(),
            code == 0,
            "{arguments:?}"
        );
    }
}
