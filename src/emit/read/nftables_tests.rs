//! Tests of reading nft files, and of single packets through them. What they expect is from nft(8),
//! "VERDICT STATEMENTS", and was seen with the tool.

use super::*;

pub(super) fn packet(source: &str, destination: &str, protocol: Protocol, port: u16) -> Packet {
    Packet {
        source: source.parse().expect("an address"),
        destination: destination.parse().expect("an address"),
        payload: Payload::Connection(protocol, port),
        local: false,
    }
}

pub(super) fn tcp(source: &str, destination: &str, port: u16) -> Packet {
    packet(source, destination, Protocol::Tcp, port)
}

/// A table of these chains, sets and maps.
fn table(body: &str) -> String {
    format!("add table inet t\ndelete table inet t\ntable inet t {{\n{body}\n}}\n")
}

/// A table of two hooks with these rules, and more.
fn hooks(first: &str, second: &str, more: &str) -> String {
    let hook = |name: &str, number: u8, rules: &str| {
        format!(
            "chain {name} {{\ntype filter hook forward priority filter - {number}; policy accept;\n\
             {rules}\n}}\n"
        )
    };
    let (second, first) = (hook("second", 1, second), hook("first", 2, first));
    table(&format!("{more}\n{second}{first}"))
}

fn accepts(text: &str, packet: &Packet) -> bool {
    let ruleset = nftables(text).expect("a ruleset");
    ruleset.verdict(packet).accepted
}

#[test]
fn an_accept_ends_its_own_hook_and_no_other() {
    let one = tcp("10.0.0.1", "10.0.0.2", 80);
    let text = hooks("tcp dport 80 accept\ndrop", "drop", "");
    assert!(!accepts(&text, &one));
    let text = hooks("tcp dport 80 accept\ndrop", "", "");
    assert!(accepts(&text, &one));
    assert!(!accepts(&text, &tcp("10.0.0.1", "10.0.0.2", 81)));
}

#[test]
fn a_return_goes_behind_the_jump() {
    let one = tcp("10.0.0.1", "10.0.0.2", 80);
    let chain = "chain a {\ntcp dport 80 return\naccept\n}";
    assert!(!accepts(&hooks("jump a\ndrop", "", chain), &one));
    assert!(accepts(&hooks("jump a", "", chain), &one));
    let other = tcp("10.0.0.1", "10.0.0.2", 81);
    assert!(accepts(&hooks("jump a\ndrop", "", chain), &other));
    // At a hook it is the policy that counts.
    assert!(accepts(&hooks("return\ndrop", "", ""), &one));
}

#[test]
fn the_end_of_a_chain_that_was_gone_to_is_behind_the_jump_before() {
    let one = tcp("10.0.0.1", "10.0.0.2", 80);
    // From the hook: nothing behind the goto counts.
    assert!(accepts(
        &hooks("goto a\ndrop", "", "chain a {\ntcp dport 81 drop\n}"),
        &one
    ));
    // hook -> jump a -> goto b: what is left of a does not count, what is left of the hook does.
    let chains = "chain a {\ngoto b\naccept\n}\nchain b {\ntcp dport 80 return\ndrop\n}";
    assert!(!accepts(&hooks("jump a\ndrop", "", chains), &one));
    assert!(accepts(&hooks("jump a", "", chains), &one));
    let other = tcp("10.0.0.1", "10.0.0.2", 81);
    assert!(!accepts(&hooks("jump a", "", chains), &other));
}

#[test]
fn a_map_decides_by_address_and_else_nothing() {
    let more = "map m {\ntype ipv4_addr : verdict\n\
                elements = { 10.0.0.1 : goto a, 10.0.0.2 : drop,\n10.0.0.3 : accept }\n}\n\
                chain a {\ntcp dport 80 accept\ncounter drop comment \"no\"\n}";
    let text = hooks("ip saddr vmap @m\ntcp dport 99 drop", "", more);
    let from = |source: &str, port| accepts(&text, &tcp(source, "10.0.0.9", port));
    assert!(from("10.0.0.1", 80));
    assert!(!from("10.0.0.1", 81));
    assert!(!from("10.0.0.2", 80));
    assert!(from("10.0.0.3", 99));
    assert!(!from("10.0.0.4", 99));
    assert!(from("10.0.0.4", 98));
}

#[test]
fn rules_for_one_family_match_no_packet_of_the_other() {
    let text = hooks("ip saddr 0.0.0.0/0 drop", "ip6 daddr ::/1 drop", "");
    assert!(!accepts(&text, &tcp("10.0.0.1", "10.0.0.2", 80)));
    assert!(!accepts(&text, &tcp("fd00::1", "2000::1", 80)));
    assert!(accepts(&text, &tcp("fd00::1", "fd00::2", 80)));
}

#[test]
fn sets_hold_what_they_list() {
    let more = "set b {\ntype ipv4_addr\nflags interval\ncomment \"x\"\n\
                elements = { 10.0.0.0/30, 10.0.0.6-10.0.0.8, 10.0.0.10 }\n}\n\
                set t {\ntype inet_proto . inet_service\nflags interval\n\
                elements = { tcp . 80-81, udp . 53 }\n}\n\
                set n {\ntype ipv6_addr . inet_proto . inet_service\nelements = { fd00::1 . sctp . 9 }\n}\n\
                set p {\ntype ipv4_addr . ipv4_addr\nelements = { 10.0.0.1 . 10.0.0.5 }\n}";
    let rules = "ip saddr . ip daddr @p accept\nmeta l4proto . th dport @t ip daddr @b accept\n\
                 ip6 daddr . meta l4proto . th dport @n accept\nmeta l4proto udp ip saddr 10.0.0.4 accept\ndrop";
    let text = hooks(rules, "", more);
    let to = |last: u8, protocol, port| {
        accepts(
            &text,
            &packet("10.0.0.4", &format!("10.0.0.{last}"), protocol, port),
        )
    };
    let inside: Vec<u8> = (0..12)
        .filter(|&last| to(last, Protocol::Tcp, 80))
        .collect();
    assert_eq!(inside, [0, 1, 2, 3, 6, 7, 8, 10]);
    let ports: Vec<u16> = (79..83)
        .filter(|&port| to(0, Protocol::Tcp, port))
        .collect();
    assert_eq!(ports, [80, 81]);
    assert!(!to(0, Protocol::Sctp, 80));
    assert!(to(5, Protocol::Udp, 1));
    assert!(accepts(&text, &tcp("10.0.0.1", "10.0.0.5", 7)));
    assert!(!accepts(&text, &tcp("10.0.0.5", "10.0.0.1", 7)));
    let named = |protocol, port| accepts(&text, &packet("fd00::2", "fd00::1", protocol, port));
    assert!(named(Protocol::Sctp, 9));
    assert!(!named(Protocol::Tcp, 9));
}

#[test]
fn what_is_no_connection_has_no_ports() {
    let more = "set nd {\ntype icmpv6_type\nelements = { nd-redirect, nd-router-solicit }\n}";
    let rules = "ct state established,related accept\nfib saddr type local accept\n\
                 icmpv6 type @nd accept\ntcp dport 0-65535 accept\nmeta l4proto udp accept\ndrop";
    let text = hooks(rules, "", more);
    let carries = |payload, local| {
        let packet = Packet {
            payload,
            local,
            ..tcp("fd00::1", "fd00::2", 1)
        };
        accepts(&text, &packet)
    };
    assert!(carries(Payload::Icmpv6(137), false));
    assert!(!carries(Payload::Icmpv6(136), false));
    assert!(!carries(Payload::Other, false));
    assert!(carries(Payload::Other, true));
    assert!(carries(Payload::Connection(Protocol::Tcp, 65535), false));
    assert!(!carries(Payload::Connection(Protocol::Sctp, 1), false));
}

#[test]
fn the_rule_that_decides_is_told() {
    let more = "chain a {\ntcp dport 80 accept comment \"x/web ingress[0]\"\ncounter drop comment \"no # 1\"\n}";
    let ruleset = nftables(&hooks("goto a", "", more)).expect("a ruleset");
    let yes = ruleset.verdict(&tcp("10.0.0.1", "10.0.0.2", 80));
    assert_eq!(
        (yes.line, yes.comment.as_deref()),
        (Some(5), Some("x/web ingress[0]"))
    );
    let no = ruleset.verdict(&tcp("10.0.0.1", "10.0.0.2", 81));
    assert_eq!((no.line, no.comment.as_deref()), (Some(6), Some("no # 1")));
}

/// What is wrong with a text of which the body of the table is this, and the line in the body.
fn wrong(body: &str) -> (usize, String) {
    let problem = nftables(&table(body)).expect_err(body);
    (problem.line - 3, problem.what)
}

#[test]
fn what_is_not_ours_is_told_with_its_line() {
    let rule = |rule: &str| wrong(&format!("chain a {{\n{rule}\n}}"));
    for (text, what) in [
        ("ip saddr @x accept", "the set `x` is not there"),
        ("jump b", "the chain `b` is not there"),
        ("ip saddr vmap @m", "the map `m` is not there"),
        ("meta mark 1 accept", "`mark` stands where `l4proto` must"),
        ("th dport 80 accept", "`th` is in no rule of ours"),
        ("tcp sport 80 accept", "`sport` stands where `dport` must"),
        ("tcp dport { 80 } accept", "`{` stands where a port must"),
        ("ip saddr != 10.0.0.1 accept", "`!` is no address"),
        ("ip saddr 10.0.0.1/8 accept", "`10.0.0.1/8` is no prefix"),
        ("ip saddr localhost accept", "`localhost` is no address"),
        (
            "ip saddr fd00::1 accept",
            "`fd00::1` is of the other family",
        ),
        (
            "ct state new accept",
            "`new` stands where `established` must",
        ),
        (
            "ct state established accept",
            "`accept` stands where `,` must",
        ),
        ("accept drop", "`drop` stands behind a verdict"),
        ("accept comment \"a\" drop", "`drop` stands where the end"),
        ("accept comment \"a", "a quote is not closed"),
        ("queue", "`queue` is in no rule of ours"),
        ("jump a", "`a` leads back to itself"),
        ("accept }", "`}` stands where the end"),
        ("tcp dport 81-80 accept", "`81-80` is no port"),
        ("tcp dport +80 accept", "`+80` is no port"),
        ("tcp dport 65536 accept", "`65536` is no port"),
        ("ip daddr . ip daddr @x accept", "an end with itself"),
        ("ip daddr . ip saddr @x accept", "the set `x` is not there"),
        (
            "ip saddr . meta mark & 5 | 7 @x accept",
            "something of the packet's mark is left",
        ),
        (
            "ip saddr . meta mark | 5 @x accept",
            "`|` stands where `&` must",
        ),
        (
            "ip saddr . meta mark & 05 | 05 @x accept",
            "`05` is no number of ours",
        ),
        (
            "ip saddr . meta mark & 5 | 5 @x accept",
            "the set `x 5` is not there",
        ),
        ("accept \u{a0}", "`\\u{a0}` is in no ruleset"),
    ] {
        let (line, found) = rule(text);
        assert!(found.starts_with(what), "{text}: {found}");
        assert_eq!(line, 2, "{text}: {found}");
    }
}

#[test]
fn sets_that_do_not_fit_are_told_with_their_line() {
    let set = |kind: &str, elements: &str| {
        wrong(&format!(
            "set s {{\ntype {kind}\nelements = {{ {elements} }}\n}}"
        ))
    };
    for (kind, elements, what) in [
        ("ipv4_addr", "10.0.0.0/8", "`10.0.0.0/8` is not of the type"),
        ("ipv4_addr", "fd00::1", "`fd00::1` is not of the type"),
        (
            "ipv4_addr",
            "10.0.0.1, 10.0.0.1",
            "`10.0.0.1` is in two elements",
        ),
        ("ipv4_addr", "10.0.0.01", "`10.0.0.01` is no address"),
        (
            "ipv4_addr . ipv4_addr",
            "10.0.0.1 . fd00::1",
            "`10.0.0.1 . fd00::1` does not fit",
        ),
        (
            "inet_proto . inet_service",
            "icmp . 8",
            "`icmp` is no protocol",
        ),
        (
            "inet_proto . inet_service",
            "tcp . 1-2",
            "a range in a set of single",
        ),
        ("mark", "1", "sets of type `mark` are none of ours"),
    ] {
        let (_, found) = set(kind, elements);
        assert!(found.starts_with(what), "{kind}: {found}");
    }
    let overlap =
        "set s {\ntype ipv4_addr\nflags interval\nelements = { 10.0.0.0/8,\n10.1.0.0/16 }\n}";
    assert_eq!(
        wrong(overlap),
        (5, "`10.1.0.0` is in two elements".to_owned())
    );
    let merged = "set s {\ntype ipv4_addr\nflags interval\nauto-merge\n}";
    assert_eq!(
        wrong(merged),
        (4, "`auto-merge` is in no set of ours".to_owned())
    );
    let kinds = "set s {\ntype ipv6_addr\n}\nchain a {\nip saddr @s accept\n}";
    let what = "the set `s` is not one of IPv4 addresses".to_owned();
    assert_eq!(wrong(kinds), (5, what));
    let twice =
        "map m {\ntype ipv4_addr : verdict\nelements = { 10.0.0.1 : accept, 10.0.0.1 : drop }\n}";
    assert_eq!(wrong(twice), (3, "`10.0.0.1` is there twice".to_owned()));
}

#[test]
fn the_frame_must_make_the_table_anew() {
    let whole = table("");
    assert_eq!(nftables(&whole), Ok(Ruleset::default()));
    for (from, to, line) in [
        ("delete table inet t\n", "", 2),
        ("add table inet t\n", "", 1),
        ("delete table inet t\n", "delete table inet u\n", 2),
        ("table inet t {", "table inet t {\nflags dormant;", 4),
        ("\n}\n", "\n", 4),
        ("\n}\n", "\n}\nadd rule inet t a accept\n", 6),
    ] {
        let text = whole.replacen(from, to, 1);
        assert_eq!(nftables(&text).expect_err(&text).line, line, "{text}");
    }
}

#[test]
fn chains_lead_as_deep_as_the_kernel_allows() {
    // nf_tables says "Too many links" for a sixteenth chain below a hook.
    let deep = |count: usize, verb: &str| {
        let chain = |number: usize| {
            let rule = if number == count {
                "accept".to_owned()
            } else {
                format!("{verb} c{}", number + 1)
            };
            format!("chain c{number} {{\n{rule}\n}}\n")
        };
        let chains: String = (1..=count).map(chain).collect();
        nftables(&hooks("jump c1", "", &chains)).map(|_| ())
    };
    for verb in ["jump", "goto"] {
        assert_eq!(deep(15, verb), Ok(()));
        assert!(deep(16, verb).is_err());
    }
    let circle = "chain a {\njump b\n}\nchain b {\njump a\n}";
    assert_eq!(wrong(circle), (2, "`b` leads back to itself".to_owned()));
    let text = hooks("jump second", "", "");
    assert_eq!(
        nftables(&text).expect_err("a loop").what,
        "a rule leads to a hook"
    );
}

#[test]
fn hooks_are_asked_in_the_order_of_their_priorities() {
    let ruleset =
        nftables(&hooks("drop comment \"1\"", "drop comment \"2\"", "")).expect("a ruleset");
    assert_eq!(
        ruleset
            .hooks
            .iter()
            .map(|hook| hook.priority)
            .collect::<Vec<_>>(),
        [-2, -1]
    );
    let decision = ruleset.verdict(&tcp("10.0.0.1", "10.0.0.2", 80));
    assert_eq!(decision.comment.as_deref(), Some("1"));
}

#[test]
fn a_set_of_many_is_one_for_each_number() {
    let text = hooks(
        "ip saddr . meta mark & 6 | 6 @x accept\nip daddr . meta mark & 5 | 5 @x accept\n\
         ip daddr . meta mark & 7 | 7 @x accept\ndrop",
        "",
        "set x {\ntype ipv4_addr . mark\nelements = { 10.0.0.1 . 5, 10.0.0.1 . 6, 10.0.0.2 . 6 }\n}",
    );
    let accepted = |source, destination| accepts(&text, &tcp(source, destination, 80));
    assert!(accepted("10.0.0.1", "10.0.0.9"));
    assert!(accepted("10.0.0.2", "10.0.0.9"));
    assert!(accepted("10.0.0.9", "10.0.0.1"));
    assert!(!accepted("10.0.0.9", "10.0.0.2"));
    let (line, found) = wrong("set x {\ntype ipv4_addr . mark\n}\nset x {\ntype ipv4_addr\n}");
    assert_eq!((line, &*found), (4, "the set `x` is there twice"));
    let (_, found) = wrong(
        "set x {\ntype ipv4_addr . mark\n}\nchain a {\nip6 saddr . meta mark & 1 | 1 @x accept\n}",
    );
    assert!(found.contains("is not one of IPv6 addresses"), "{found}");
    let (_, found) =
        wrong("set x {\ntype ipv4_addr . mark\nelements = { 10.0.0.1 . 5, 10.0.0.1 . 5 }\n}");
    assert!(found.contains("does not fit the set"), "{found}");
}
