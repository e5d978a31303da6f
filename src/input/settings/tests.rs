//! What settings are read as, and what is said of those that are none.

use crate::diag::Severity;
use crate::input::{LoadedSettings, read_settings};
use crate::model::Origin;
use crate::net::Cidr;
use crate::selector::Selector;
use crate::settings::{Cni, Dns, FailOn, PodsNamed, RuleLevel, Settings, Told};
use crate::source::SourceMap;

const HEAD: &str = "apiVersion: netpolc/v1\nkind: Settings\n";

fn read(text: &str) -> (LoadedSettings, SourceMap) {
    let mut sources = SourceMap::new();
    let loaded = read_settings("netpolc.yaml", text, &mut sources);
    (loaded, sources)
}

/// The settings of a text that has nothing wrong.
fn settings(body: &str) -> Settings {
    let (loaded, _) = read(&format!("{HEAD}{body}"));
    assert_eq!(loaded.findings, [], "{body}");
    loaded.settings.unwrap()
}

/// The first error of a text, with its place and help.
fn error(text: &str) -> String {
    let (loaded, sources) = read(text);
    assert!(loaded.settings.is_none(), "{text}");
    let finding = &loaded.findings[0];
    assert_eq!(finding.severity, Severity::Error);
    let place = sources.place(finding.span().unwrap());
    let help = finding.help.as_deref().unwrap();
    format!("{place}: {}: {help}", finding.message)
}

#[test]
fn every_field_is_read() {
    let read = settings(
        "cni: cilium
inventory: {complete: [shop, payments]}
podCIDRs: [10.244.0.0/16, 'fd00::/64']
serviceCIDRs: [10.96.0.0/12]
nodeCIDRs: [192.168.0.0/24]
dns:
  pods: {namespace: dns, podSelector: {matchLabels: {app: unbound}}}
  ports: [53, 5353]
  addresses: [169.254.20.10]
ingressControllers:
  - {namespace: edge}
exclude: ['vendor/**']
failOn: warning
",
    );
    let cidr = |text: &str| Cidr::parse(text).unwrap();
    assert_eq!(read.cni, Cni::parse("cilium"));
    let told = Told::CompleteIn(vec!["shop".into(), "payments".into()]);
    assert_eq!(read.inventory, told);
    assert_eq!(read.pod_cidrs, ["10.244.0.0/16", "fd00::/64"].map(cidr));
    assert_eq!(read.service_cidrs, [cidr("10.96.0.0/12")]);
    assert_eq!(read.node_cidrs, [cidr("192.168.0.0/24")]);
    let Dns {
        pods,
        ports,
        addresses,
    } = read.dns;
    let pods = pods.unwrap();
    assert_eq!(&*pods.namespace, "dns");
    assert_eq!(pods.pods.to_string(), "app=unbound");
    assert_eq!(ports, [53, 5353]);
    assert_eq!(
        addresses,
        ["169.254.20.10".parse::<std::net::IpAddr>().unwrap()]
    );
    let edge = PodsNamed {
        namespace: "edge".into(),
        pods: Selector::everything(),
    };
    assert_eq!(read.ingress_controllers, [edge]);
    assert_eq!(read.exclude, ["vendor/**".into()]);
    assert_eq!(read.fail_on, Some(FailOn::Warning));
}

#[test]
fn levels_keep_their_order_and_off_needs_no_quotes() {
    let read = settings("rules: {all: note, NP017: off, NP020: 'off', dns-blocked: error}\n");
    let plain: Vec<RuleLevel> = read.levels;
    assert!(plain.iter().all(|it| it.origin != Origin::default()));
    let plain: Vec<_> = plain.iter().map(|it| (&*it.rule, it.level)).collect();
    let expected = [
        ("all", Some(Severity::Note)),
        ("NP017", None),
        ("NP020", None),
        ("dns-blocked", Some(Severity::Error)),
    ];
    assert_eq!(plain, expected);
}

#[test]
fn nothing_needs_to_be_said() {
    let read = settings("");
    assert_eq!(read.inventory, Told::Nothing);
    assert_eq!(read.cni, None);
    for (word, told) in [
        ("complete", Told::Complete),
        ("partial", Told::Partial),
        ("none", Told::None),
    ] {
        assert_eq!(settings(&format!("inventory: {word}\n")).inventory, told);
    }
    assert_eq!(settings("failOn: never\n").fail_on, Some(FailOn::Never));
}

#[test]
fn json_is_read_too_and_a_byte_order_mark_does_not_matter() {
    let (loaded, _) = read(
        "\u{feff}{\"apiVersion\": \"netpolc/v1\", \"kind\": \"Settings\", \"cni\": \"weave\"}",
    );
    assert_eq!(loaded.settings.unwrap().cni, Cni::parse("weave"));
}

#[test]
fn mistakes_have_a_place_and_a_help() {
    for (body, expected) in [
        (
            "cni: calcio\n",
            "3:6: `cni`: unknown value `calcio`: did you mean `calico`?",
        ),
        (
            "cnis: calico\n",
            "3:1: unknown field `cnis`: did you mean `cni`?",
        ),
        (
            "inventory: all\n",
            "3:12: `inventory`: unknown value `all`: write one of `complete`, `partial`, `none`",
        ),
        (
            "inventory: {complete: []}\n",
            "3:23: `inventory.complete`: at least one namespace is required: write `inventory: complete` for the whole cluster, or `inventory: {complete: [shop]}`",
        ),
        (
            "inventory: {complete: [a b]}\n",
            "3:24: `inventory.complete[0]`: invalid value `a b`: must be lower-case letters, digits or `-`, and begin and end with a letter or digit: write the name of a namespace",
        ),
        (
            "rules: {NP017: of}\n",
            "3:16: `rules.NP017`: expected a level, found the text `of`: did you mean `off`?",
        ),
        (
            "rules: {NP017: yes}\n",
            "3:16: `rules.NP017`: expected a level, found `yes`, which YAML reads as the boolean true: write one of `note`, `warning`, `error`, `off`",
        ),
        (
            "dns: {ports: [0]}\n",
            "3:15: `dns.ports[0]`: there is no port 0: write a number from 1 to 65535",
        ),
        (
            "dns: {addresses: [10.0.0.0/8]}\n",
            "3:19: `dns.addresses[0]`: `10.0.0.0/8` is not an address: write one address, such as `169.254.20.10`",
        ),
        (
            "dns: {pods: {podSelector: {}}}\n",
            "3:13: `dns.pods.namespace`: a value is required: write the name of a namespace",
        ),
        (
            "podCIDRs: [10.0.0.1]\n",
            "3:12: `podCIDRs[0]`: invalid CIDR `10.0.0.1`: it has no prefix length: write `10.0.0.1/32` for this one address",
        ),
        (
            "exclude: ['']\n",
            "3:11: `exclude[0]`: a value is required: write a value such as `vendor/**`, or remove the entry",
        ),
        (
            "failOn: errors\n",
            "3:9: `failOn`: unknown value `errors`: did you mean `error`?",
        ),
        (
            "cni: calico\n---\ncni: weave\n",
            "5:1: a settings file must contain only one document: move all settings to the first document",
        ),
    ] {
        let expected = format!("netpolc.yaml:{expected}");
        assert_eq!(error(&format!("{HEAD}{body}")), expected);
    }
}

#[test]
fn what_is_no_settings_file_is_told_so() {
    let head = "a settings file begins with `apiVersion: netpolc/v1` and `kind: Settings`";
    for (text, expected) in [
        ("", format!("1:1: there are no settings in this file: {head}")),
        (
            "cni: calico\n",
            format!("1:1: expected `kind: Settings` of `netpolc/v1`, found an object without `apiVersion` and `kind`: {head}"),
        ),
        (
            "apiVersion: netpolc/v1\nkind: Setting\n",
            "2:7: expected `kind: Settings` of `netpolc/v1`, found `kind: Setting`: did you mean `Settings`?".to_owned(),
        ),
        (
            "kind: Settings\n",
            "1:7: expected `kind: Settings` of `netpolc/v1`, found no `apiVersion`: write `apiVersion: netpolc/v1`".to_owned(),
        ),
    ] {
        assert_eq!(error(text), format!("netpolc.yaml:{expected}"));
    }
    assert!(error("a: [\n").starts_with("netpolc.yaml:"));
    let mut sources = SourceMap::new();
    let loaded = super::read("a", b"apiVersion: \xff", &mut sources);
    assert_eq!(loaded.findings[0].message, "this is not UTF-8 text");
}
