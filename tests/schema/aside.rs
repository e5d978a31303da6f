//! What was left out of the input, in the matrix for machines.

use super::validator::Validator;
use super::{root, schema};
use serde_json::Value;
use std::process::Command;

#[test]
fn a_matrix_says_what_was_left_out_as_its_schema_says() {
    let schema = schema("matrix.json");
    let broken = "tests/bad/syntax.yaml";
    for (input, kind, reason, change) in [
        (
            "policies/cases/s05-unread-kind",
            "CiliumNetworkPolicy",
            "unread-kind",
            "connections",
        ),
        (
            "policies/cases/s05-wrapped",
            "NetworkPolicy",
            "wrapped",
            "connections",
        ),
        ("policies/cases/s05-defined-twice", "Pod", "twice", "pods"),
        (broken, "document", "mistake", "anything"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_netpolc"))
            .current_dir(root())
            .args(["matrix", "-o", "json", "-q", "--keep-going", "-f", input])
            .args(["-f", "policies/snapshot"])
            .output()
            .expect("the command starts");
        let code = if change == "pods" { 0 } else { 3 };
        assert_eq!(output.status.code(), Some(code), "{input}");
        let matrix: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(Validator::faults(&schema, &matrix), [""; 0], "{input}");
        let first = &matrix["leftOut"][0];
        let told = [&first["kind"], &first["reason"], &first["mayChange"]];
        assert_eq!(told, [kind, reason, change], "{input}");
    }
}
