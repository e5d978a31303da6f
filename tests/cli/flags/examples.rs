//! Examples for flags: what shows that they are applied.

/// What shows that a flag is applied: what is given beside it, with and without it, and its value.
pub(super) struct Shown {
    pub(super) also: Vec<&'static str>,
    pub(super) value: Vec<&'static str>,
    pub(super) input: &'static str,
    pub(super) ci: bool,
}

pub(super) fn shown(also: &[&'static str], value: &[&'static str]) -> Shown {
    Shown {
        also: also.to_vec(),
        value: value.to_vec(),
        input: "plain.yaml",
        ci: false,
    }
}

pub(super) fn over(input: &'static str, value: &[&'static str]) -> Shown {
    Shown {
        input,
        ..shown(&[], value)
    }
}

/// An example for a flag of a verb of its own; none where it is as for other verbs.
pub(super) fn of_verb(verb: &str, flag: &str) -> Option<Shown> {
    match verb {
        "migrate" => of_migrate(flag),
        "diff" => of_diff(flag),
        "report" => of_report(flag),
        _ => None,
    }
}

/// An example for a flag of `migrate`; none where it is as for other verbs.
fn of_migrate(flag: &str) -> Option<Shown> {
    Some(match flag {
        "filename" => shown(&[], &["admin.yaml"]),
        "namespace" => Shown {
            also: vec!["--to-networkpolicy"],
            ..over("admin.yaml", &["far"])
        },
        "limit" => Shown {
            also: vec!["--to-networkpolicy"],
            ..over("admin.yaml", &["1"])
        },
        "output" => over("admin.yaml", &["out"]),
        "to-networkpolicy" => over("admin.yaml", &[]),
        _ => return None,
    })
}

/// An example for a flag of `diff`; none where it is as for other verbs.
fn of_diff(flag: &str) -> Option<Shown> {
    Some(match flag {
        // That this is no repository, or that it takes one path, is told.
        "git" => shown(&[], &["main"]),
        "output" => shown(&[], &["json"]),
        "from" | "to" => shown(&[], &["db"]),
        "port" => shown(&[], &["5432"]),
        "by" => shown(&[], &["namespace"]),
        "scope" => shown(&[], &["any"]),
        "fail-on" => shown(&[], &["closed"]),
        "limit" => Shown {
            also: vec!["--scope", "any"],
            ..shown(&[], &["1"])
        },
        "selector" => shown(&[], &["app=db"]),
        "all-namespaces" => Shown {
            also: vec!["--from", "db"],
            ..over("two.yaml", &[])
        },
        "cni" => shown(&[], &["weave"]),
        _ => return None,
    })
}

/// An example for a flag of `report`; none where it is as for other verbs.
fn of_report(flag: &str) -> Option<Shown> {
    Some(match flag {
        "output-file" => shown(&[], &["page.html"]),
        "title" | "time" => shown(&[], &["x"]),
        // What was left out is noted.
        "quiet" => over("broken.yaml", &[]),
        // That these change nothing is told.
        "keep-going" => shown(&[], &[]),
        "color" => shown(&[], &["always"]),
        _ => return None,
    })
}

/// An example for a flag that says which cluster is read: that none is, is told.
pub(super) fn of_cluster(flag: &str) -> Option<Shown> {
    Some(match flag {
        "insecure-skip-tls-verify" => shown(&[], &[]),
        "kubeconfig" | "context" | "cluster" | "user" | "as" | "as-group" | "server" | "token" => {
            shown(&[], &["x"])
        }
        _ => return None,
    })
}

/// An example for a flag that kubectl has, too, or for a way to ask or to be answered.
pub(super) fn of_kubectl(mode: &str, flag: &str) -> Option<Shown> {
    Some(match (mode, flag) {
        // Nobody is there who could build it.
        (_, "kustomize") => shown(&[], &["empty"]),
        (_, "recursive") => shown(&[], &[]),
        ("matrix", "all-namespaces") => Shown {
            also: vec!["-n", "far"],
            ..over("both.yaml", &[])
        },
        (_, "all-namespaces") => over("two.yaml", &[]),
        (_, "selector") => shown(&[], &["app=web"]),
        ("can" | "explain a flow" | "explain a pod" | "explain a policy", "output") => {
            shown(&[], &["json"])
        }
        ("can", "to") => shown(&[], &["web"]),
        ("can", "batch") => shown(&[], &["-"]),
        _ => return None,
    })
}
