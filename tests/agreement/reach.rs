//! `can SRC` and `can --to DST` list what `can SRC DST:PORT` lets through.

use super::random::failing::{Failure, clusters, on_clusters};
use super::random::{self};
use super::{draw, probes};
use netpolc::compile::Matrix;
use netpolc::endpoint::{Asked, AskedPort, Party, PortName, Reference, Role, resolve};
use netpolc::hops::Around;
use netpolc::model::Cluster;
use netpolc::net::{ConnSet, Protocol};
use netpolc::query::filter::By;
use netpolc::query::listing::{ListedClass, Listing};
use netpolc::query::narrow::Narrowing;
use netpolc::query::{Mode, Question, ask};
use netpolc::settings::Settings;
use netpolc::trace::Verdict;

/// An end that is a pod by itself, or an address that is nobody's: how it is asked for, and in
/// which class of a listing it is.
struct End {
    asked: Asked,
    name: String,
    is_outside: bool,
    class: Box<dyn Fn(&ListedClass) -> bool>,
}

fn asked(reference: Reference, port: Option<(Protocol, u16)>) -> Asked {
    Asked {
        reference,
        port: port.map(|(protocol, port)| AskedPort {
            port: PortName::Number(port),
            protocol: Some(protocol),
        }),
    }
}

/// The pods that can be asked for by name, and addresses outside.
fn ends(cluster: &Cluster, number: usize) -> Vec<End> {
    let found = |reference: &Reference| resolve(cluster, reference, "x", Role::Source).ok();
    let one = |party: &Party<'_>, name: &str| {
        let names = party.pods.iter().map(|it| cluster.pod_name(&it.pod));
        names.collect::<Vec<_>>() == [name]
    };
    let pods = cluster.pods.rows().iter().filter_map(|pod| {
        let namespace = &cluster.namespaces.at(pod.namespace).name;
        let reference = Reference::pod(namespace, &pod.name);
        let name = cluster.pod_name(pod);
        let party = found(&reference)?;
        let there = party.pods.iter().all(|it| it.dormant.is_none());
        let member = format!("{name}[Pod]");
        (there && one(&party, &name) && !pod.is_many()).then(|| End {
            asked: asked(reference, None),
            name,
            is_outside: false,
            class: Box::new(move |class| class.members.contains(&member)),
        })
    });
    let outside = random::OUTSIDE.iter().skip(number % 7).step_by(7);
    let outside = outside.filter_map(|text| {
        let address = text.parse().expect("an address");
        let reference = Reference::Address(address);
        let party = found(&reference)?;
        let nobody = party.pods.is_empty() && party.nodes.is_empty();
        (nobody && party.service.is_none()).then(|| End {
            asked: asked(reference, None),
            name: (*text).to_owned(),
            is_outside: true,
            class: Box::new(move |class| class.addresses.contains(address)),
        })
    });
    pods.chain(outside).collect()
}

/// What a listing has between two ends; none where it has not both.
fn between(listing: &Listing, from: &End, to: &End) -> Option<ConnSet> {
    let places = |end: &End| -> Vec<usize> {
        let classes = listing.classes.iter().enumerate();
        let own = classes.filter(|(_, class)| (end.class)(class));
        own.map(|(place, _)| place).collect()
    };
    let (from, to) = (places(from), places(to));
    if from.is_empty() || to.is_empty() {
        return None;
    }
    let meets = |all: &[usize], some: &[usize]| some.iter().any(|it| all.contains(it));
    let rows = listing.rows.iter();
    let rows = rows.filter(|row| meets(&row.from, &from) && meets(&row.to, &to));
    Some(ConnSet::union_of(rows.map(|row| row.connections.clone())))
}

#[test]
fn lists_of_one_end_agree_with_questions_about_both() {
    on_clusters(clusters(100, 2_000), draw, |drawn| {
        let cluster = drawn.cluster();
        let settings = Settings::default();
        let around = Around {
            cluster: &cluster,
            settings: &settings,
            namespace: "x",
        };
        let ends = ends(&cluster, drawn.number);
        let mut matrix = Matrix::new(&cluster);
        let mut list = |narrowing: Narrowing| {
            let narrowing = Narrowing {
                by: By::Pod,
                ..narrowing
            };
            let filter = narrowing.resolve(&cluster, "x").ok()?;
            Some(Listing::new(&cluster, &mut matrix, &filter))
        };
        for from in &ends {
            let reached = list(Narrowing {
                from: Some(from.asked.clone()),
                ..Narrowing::default()
            });
            // What passes between addresses outside is no policy's business, and not listed.
            let others = ends.iter().filter(|to| !(from.is_outside && to.is_outside));
            for to in others.filter(|to| to.name != from.name) {
                let reaching = list(Narrowing {
                    to: Some(to.asked.clone()),
                    ..Narrowing::default()
                });
                for (protocol, port) in probes().skip(drawn.number % 5).step_by(5) {
                    let question = Question {
                        source: from.asked.clone(),
                        destination: asked(to.asked.reference.clone(), Some((protocol, port))),
                        mode: Mode::All,
                    };
                    let Ok(answer) = ask(around, &question) else {
                        continue;
                    };
                    let allowed = answer.verdict == Verdict::Allow;
                    for (what, listing) in [("can SRC", &reached), ("can --to DST", &reaching)] {
                        let found = listing.as_ref().and_then(|it| between(it, from, to));
                        let Some(found) = found else {
                            continue;
                        };
                        if found.contains(protocol, port) != allowed {
                            let said = format!(
                                "`{what}` lists {found} from {} to {}, and `can` says {:?} on {port}/{protocol}",
                                from.name, to.name, answer.verdict
                            );
                            return Err(Failure::new(said).shown_by("matrix -o json"));
                        }
                    }
                }
            }
        }
        Ok(())
    });
}
