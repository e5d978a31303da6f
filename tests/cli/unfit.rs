//! What `emit` refuses, and of what it warns.

use super::emit::{CLUSTER, emit};

#[test]
fn what_a_ruleset_cannot_say_is_refused_with_its_place() {
    let without = CLUSTER.replace("10.0.0.", "no");
    assert_eq!(emit(&["nftables"], &without).code, Some(2));

    let shared = CLUSTER.replace("10.0.0.2", "10.0.0.1");
    let ran = emit(&["nftables"], &shared);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(
        ran.err
            .contains("`shop/web` has the same address as `shop/db`: 10.0.0.1")
            && ran.err.contains("[<stdin>:7:")
            && ran.err.contains("so no ruleset was written"),
        "{}",
        ran.err
    );

    let by_label = CLUSTER.replace(
        "from: [{podSelector: {matchLabels: {app: web}}}]",
        "from: [{namespaceSelector: {matchLabels: {team: a}}}]",
    );
    let unknown = by_label.replace(
        "kind: Namespace\nmetadata: {name: shop}",
        "kind: Namespace\nmetadata: {name: other}",
    );
    let ran = emit(&["nftables"], &unknown);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(
        ran.err.contains(
            "`shop/db` selects namespaces by label, but the labels of `shop` are not in the input"
        ),
        "{}",
        ran.err
    );
    assert_eq!(emit(&["nftables"], &by_label).code, Some(0));

    let unread = format!(
        "{CLUSTER}---\napiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\n\
         metadata: {{name: p}}\nspec: {{endpointSelector: {{}}}}\n"
    );
    let ran = emit(&["nftables"], &unread);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(
        ran.err
            .contains("`--keep-going` writes the ruleset without these objects"),
        "{}",
        ran.err
    );
    let ran = emit(&["nftables", "--keep-going"], &unread);
    assert_eq!(ran.code, Some(3));
    let lacks = ran.out.lines().nth(1);
    assert_eq!(
        lacks,
        Some("# not read yet: CiliumClusterwideNetworkPolicy p")
    );
}

#[test]
fn an_address_belongs_to_one() {
    let nodes = "---\napiVersion: v1\nkind: Node\nmetadata: {name: n1}\nstatus: {addresses: [{type: \
                 InternalIP, address: 10.1.0.1}]}\n---\napiVersion: v1\nkind: Node\nmetadata: {name: \
                 n2}\nstatus: {addresses: [{type: InternalIP, address: 10.1.0.2}]}\n";
    let host = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: h, namespace: shop}\nspec: {nodeName: \
                n1, hostNetwork: true, containers: [{name: c, image: i}]}\nstatus: {podIPs: [{ip: \
                10.1.0.1}]}\n";
    let all = format!("{CLUSTER}{nodes}{host}");
    let ran = emit(&["nftables"], &all);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    for (from, to, why) in [
        (
            "address: 10.1.0.2",
            "address: 10.1.0.1",
            "`node n2` has the same address as `node n1`: 10.1.0.1",
        ),
        (
            "nodeName: n1, hostNetwork",
            "nodeName: n2, hostNetwork",
            "`shop/h` has the same address as `node n1`: 10.1.0.1",
        ),
        (
            "[{ip: 10.0.0.1}]",
            "[{ip: 10.1.0.1}]",
            "`shop/web` has the same address as `node n1`: 10.1.0.1",
        ),
        (
            "[{ip: 10.0.0.1}]",
            "[{ip: 10.0.0.1}, {ip: 10.0.0.3}]",
            "`shop/web` has two addresses of one family",
        ),
    ] {
        let wrong = all.replace(from, to);
        assert_ne!(wrong, all, "{from}");
        let ran = emit(&["nftables"], &wrong);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{to}");
        assert!(ran.err.contains(why), "{why} in\n{}", ran.err);
    }
}

#[test]
fn a_pod_of_no_known_node_is_said() {
    let nowhere = CLUSTER.replace("nodeName: n2, ", "");
    let ran = emit(&["nftables", "--node", "n1"], &nowhere);
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.err.contains("policies select 1 pod whose node is not known, which the ruleset cannot cover: `shop/db`"),
        "{}",
        ran.err
    );
}

#[test]
fn a_governed_pod_without_an_address_is_said() {
    let pending = CLUSTER.replace(
        "status: {podIPs: [{ip: 10.0.0.2}]}",
        "status: {phase: Pending}",
    );
    let ran = emit(&["nftables"], &pending);
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.err.contains(
            "policies select 1 pod without an address, which the ruleset cannot cover: `shop/db`"
        ),
        "{}",
        ran.err
    );
}

#[test]
fn names_that_a_tool_would_take_for_something_else_are_refused() {
    for (arguments, why) in [
        (["nftables", "--table", "accept"], "accept"),
        (["nftables", "--table", "filter"], "filter"),
        (["nftables", "--table", "a b"], "a b"),
        (["nftables", "--table", ""], "``"),
        (["iptables", "--prefix", "np"], "np"),
        (["iptables", "--prefix", "TOOLONG"], "TOOLONG"),
    ] {
        let ran = emit(
            &[&arguments[..], &["-o", "/nonexistent/x"]].concat(),
            CLUSTER,
        );
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(
            ran.err.starts_with("error: ") && ran.err.contains(why),
            "{}",
            ran.err
        );
    }
}
