//! Edits after which a ruleset still says the same, with the reason why.

/// Of the cluster without tiers.
pub const PLAIN: [(&str, &[&str]); 5] = [
    (
        "nothing follows where a map leads back to: accepted either way",
        &[
            "jump: map eg_v4: goto => jump",
            "jump: map eg_v6: goto => jump",
            "jump: map in_v4: goto => jump",
            "jump: map in_v6: goto => jump",
        ],
    ),
    (
        "`client` lets nobody in, whoever may send to it",
        &[
            "element missing: set p(all pods of namespaces team=a)_v4: 10.1.0.4",
            "element missing: set p(all pods of namespaces team=a)_v6: fd01::4",
        ],
    ),
    (
        "in a base chain, return is what its policy says: accept",
        &[
            "hook: chain egress_hook: ct state established,related accept => ct state established,related return",
            "hook: chain ingress_hook: ct state established,related accept => ct state established,related return",
        ],
    ),
    (
        "the other pods with a port of that name are those to which the rule before lets everything through",
        &[
            "peers ignored: ip daddr . meta l4proto . th dport @n(http TCP)_v4 ip daddr @p(all pods of namespaces team=c)_v4 accept comment \"shop/client egress[1]\": ip daddr @p(all pods of namespaces team=c)_v4  =>",
        ],
    ),
    (
        "the two groups differ in their words only: both drop everything",
        &[
            "wrong group: map in_v4: 10.1.0.4 : goto g(ingress-isolated by shop/client) => 10.1.0.4 : goto g(egress-isolated by shop/web)",
        ],
    ),
];

/// Of the cluster with policies of every tier.
pub const TIERS: [(&str, &[&str]); 5] = [
    (
        "nothing follows what is last in a group",
        &[
            "jump: chain g1: jump d2: jump d2 => goto d2",
            "jump: chain g4: jump d1: jump d1 => goto d1",
        ],
    ),
    (
        "the two rules have no port in common",
        &[
            "order: tcp dport 60-99 ip saddr @p(all pods of namespaces team=b)_v4 counter drop comment \"ClusterNetworkPolicy first ingress[2], Admin 5\"",
            "order: tcp dport 60-99 ip6 saddr @p(all pods of namespaces team=b)_v6 counter drop comment \"ClusterNetworkPolicy first ingress[2], Admin 5\"",
        ],
    ),
    (
        "the two rules have no protocol in common",
        &[
            "order: tcp dport 23 ip saddr @p(all pods of namespaces team=a)_v4 accept comment \"ClusterNetworkPolicy default ingress[0], Baseline 0\"",
            "order: tcp dport 23 ip6 saddr @p(all pods of namespaces team=a)_v6 accept comment \"ClusterNetworkPolicy default ingress[0], Baseline 0\"",
        ],
    ),
    (
        "no later rule of the tier is about anyone else at these ports",
        &[
            "peers ignored: tcp dport 70-90 ip saddr @p(all pods of namespaces team=b)_v4 return comment \"ClusterNetworkPolicy first ingress[1], Admin 5\": ip saddr @p(all pods of namespaces team=b)_v4  =>",
        ],
    ),
    (
        "no tier follows the last one, and what is not decided passes",
        &[
            "verdict: meta l4proto sctp ip saddr @p(pods app=mon of namespaces team=b)_v4 return comment \"ClusterNetworkPolicy default ingress[1], Baseline 0\": return comment => accept comment",
        ],
    ),
];

/// Of the files of iptables of the cluster without tiers.
pub const IPTABLES: [(&str, &[&str]); 3] = [
    (
        "`client` lets nobody in, whoever may send to it",
        &[
            "element missing: add P(other/open egress[0])-4 10.1.0.4",
            "element missing: add P(other/open egress[0])-6 fd01::4",
        ],
    ),
    (
        "the other pods with a port of that name are those to which the rule before lets everything through",
        &[
            "peers ignored: -A G(egress-isolated by shop/client) -m set --match-set N(shop/client egress[1])-4 dst,dst -m set --match-set P(shop/client egress[1])-4 dst -m comment --comment \"shop/client egress[1]\" -j RETURN: -m set --match-set P(shop/client egress[1])-4 dst  => ",
        ],
    ),
    (
        "no later line of the chain is about the same address, and none follows the last",
        &[
            "word: -A NP-EG -s 10.1.0.1/32 -g G(egress-isolated by shop/web):  -g  =>  -j ",
            "word: -A IN1 -d 10.1.0.1/32 -g G(ingress-isolated by shop/web):  -g  =>  -j ",
            "word: -A NP-FORWARD -j NP-IN:  -j NP-IN =>  -g NP-IN",
        ],
    ),
];
