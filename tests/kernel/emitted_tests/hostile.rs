//! Names that try to be rules.

use super::super::available::available;
use super::super::emitted::Emitted;
use super::super::lab::Lab;
use super::super::probe::Probe;
use super::table::table;
use super::{BACKENDS, clusters};
use netpolc::model::{Cluster, ContainerPort, Objects, PeerMatch, Peers, PortTest, Ports};
use netpolc::selector::{Labels, Selector};
use std::sync::Arc;

fn hostile() -> Vec<String> {
    let mut all: Vec<String> = [
        "x\"; counter accept comment \"pwn",
        "x\" accept\n\t\taccept\n#",
        "\\\" -j RETURN\n-I NP-FORWARD -j ACCEPT\n",
        "$(reboot) `reboot` $HOME ; { } \u{1b}[31m",
        "-j ACCEPT --comment",
        "na\u{ef}ve \u{202e}\u{65e5}\u{672c} \0",
    ]
    .map(str::to_owned)
    .into();
    all.push("very-long.".repeat(30));
    all
}

/// The same cluster in which policies, ports and labels are called otherwise.
fn renamed(mut objects: Objects, name: &str) -> Objects {
    let port: Arc<str> = name.into();
    for pod in &mut objects.pods {
        let ports = pod.template.ports.iter();
        let ports = ports.map(|declared| ContainerPort {
            name: declared.name.as_ref().map(|_| Arc::clone(&port)),
            ..declared.clone()
        });
        pod.template.ports = ports.collect();
        if pod
            .template
            .labels
            .get("app")
            .is_some_and(|app| &**app == "client")
        {
            pod.template.labels = Labels::from_pairs([("app", name)]);
        }
    }
    let client = Selector::labels([("app", "client")]);
    for (number, policy) in objects.policies.iter_mut().enumerate() {
        policy.name = format!("{name}{number}").into();
        if policy.subject.pods == client {
            policy.subject.pods = Selector::labels([("app", name)]);
        }
        for rule in policy
            .ingress
            .iter_mut()
            .chain(&mut policy.egress)
            .flatten()
        {
            if let Peers::Listed(peers) = &mut rule.peers {
                for peer in peers {
                    if let PeerMatch::Pods(scope) = &mut peer.matches
                        && scope.pods == client
                    {
                        scope.pods = Selector::labels([("app", name)]);
                    }
                }
            }
            if let Ports::Listed(ports) = &mut rule.ports {
                for entry in ports {
                    if let PortTest::Named { name, .. } = &mut entry.test {
                        *name = Arc::clone(&port);
                    }
                }
            }
        }
    }
    objects
}

#[test]
fn names_say_nothing_to_the_kernel() {
    for objects in [clusters::plain(), clusters::tiers()] {
        let known = table(&objects);
        let known: Vec<_> = known
            .into_iter()
            .filter(|(_, allowed)| allowed.is_some())
            .step_by(19)
            .collect();
        let probes: Vec<Probe> = known.iter().map(|(probe, _)| *probe).collect();
        assert!(probes.len() > 500, "{}", probes.len());
        let pods = Emitted::of(Cluster::new(objects.clone())).pods();
        let lab = Lab::new(&pods).expect("a lab");
        for name in hostile() {
            let emitted = Emitted::of(Cluster::new(renamed(objects.clone(), &name)));
            assert!(emitted.nft().is_ascii());
            for (backend, tool) in BACKENDS {
                if !available(&[tool]) {
                    continue;
                }
                let loaded = emitted.load(&lab, backend);
                loaded.unwrap_or_else(|error| panic!("{name:?} {backend:?}: {error}"));
                let passed = lab.probe(&probes).expect("packets");
                for ((probe, allowed), passed) in known.iter().zip(passed) {
                    assert_eq!(Some(passed), *allowed, "{name:?} {backend:?} {probe:?}");
                }
            }
        }
    }
}
