//! Questions with one end: what it reaches, and who reaches it.

use super::*;

#[test]
fn one_end_is_answered_with_the_others() {
    for (name, arguments) in [
        ("reach-from", &["can", "api"][..]),
        ("reach-from-many", &["can", "ns/shop"]),
        ("reach-to", &["can", "--to", "db"]),
        ("reach-to-service", &["can", "--to", "svc/db"]),
        ("reach-to-port", &["can", "--to", "db:5440"]),
        ("reach-from-internet", &["can", "internet"]),
        ("reach-by-labels", &["can", "-l", "tier=back"]),
    ] {
        snapshot(name, &whole(&shop(arguments)));
    }
}

#[test]
fn nobody_is_told() {
    let closed = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: []}\n---\n\
                  apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\n\
                  spec: {podSelector: {}, policyTypes: [Ingress, Egress]}\n";
    let said = |arguments: &[&str]| {
        let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
        command.args(arguments).args(["-f", "-"]);
        let ran = finish(command, closed);
        (ran.code, ran.out)
    };
    assert_eq!(
        said(&["can", "a"]),
        (Some(0), "default/a reaches nobody.\n".into())
    );
    assert_eq!(
        said(&["can", "--to", "a"]),
        (Some(0), "nobody reaches default/a.\n".into())
    );
}

#[test]
fn flags_that_need_both_ends_say_so() {
    for flag in ["--any", "--probe"] {
        let ran = shop(&["can", "api", flag]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
        let told = format!("error: `{flag}` needs a source and a destination\n");
        assert!(ran.err.starts_with(&told), "{}", ran.err);
    }
}

const PART: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: []}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress: [{from: [{ipBlock: {cidr: 8.8.0.0/16}}], ports: [{port: 80}]}]
  egress: [{to: [{ipBlock: {cidr: 9.0.0.0/9}}]}]
";

#[test]
fn a_part_of_the_internet_is_told_by_its_blocks() {
    let said = |arguments: &[&str]| {
        let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
        command.args(["can"]).args(arguments).args(["-f", "-"]);
        finish(command, PART)
    };
    let ran = said(&["internet", "web:80"]);
    assert_eq!(short(&ran), (Some(1), "no"));
    assert!(
        ran.out.starts_with(
            "no\npartly: default/web can be reached from some blocks of internet and not from others:\n"
        ),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("\n  yes      8.8.0.0/16 to default/web\n"),
        "{}",
        ran.out
    );
    let ran = said(&["web", "internet:443"]);
    assert!(
        ran.out.starts_with(
            "no\npartly: default/web can reach some blocks of internet and not others:\n"
        ),
        "{}",
        ran.out
    );
    assert!(
        ran.out.contains("\n  yes      default/web to 9.0.0.0/9\n"),
        "{}",
        ran.out
    );
    let ran = said(&["--to", "web"]);
    assert_eq!(
        ran.out,
        "default/web is reached by:\n  TCP 80  8.8.0.0/16\n"
    );
}
