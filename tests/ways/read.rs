//! Answers of `can` about Services and names, held against a plain reading of the documents.

use super::ends::{End, Families, Says, weakest};
use super::plain::Plain;
use super::random::Mix;
use super::random::failing::{Checked, Drawn, Failure, clusters, on_clusters};
use super::seen::Door;
use super::services::{Kind, address};
use super::world::{Ask, What, World, tell_apart};
use netpolc::endpoint::grammar;
use netpolc::hops::Around;
use netpolc::model::{Cluster, Practice};
use netpolc::query::{Mode, Question, ask};
use netpolc::settings::Settings;
use std::cell::Cell;

/// Everything but plugins.
const MIX: Mix = Mix {
    tiers: true,
    families: true,
    ties: true,
    plugins: false,
    names: false,
};

fn draw(list: &[u16], words: &[u16]) -> Drawn {
    let mut drawn = Drawn::of(MIX, list, words);
    drawn.practice = Practice::default();
    tell_apart(&mut drawn.objects);
    drawn
}

/// Who may ask, beside pods.
const OUTSIDE: [&str; 4] = ["198.51.100.7", "2001:db8::7", "10.0.0.5", "10.0.0.1"];

/// Who asks, and as what.
pub(crate) fn clients(plain: &Plain<'_>) -> Vec<(End, String)> {
    let pods = plain.pods().into_iter();
    let mut all: Vec<(End, String)> = pods.map(|(id, name)| (End::Pod(id), name)).collect();
    for (id, node) in plain.cluster.nodes.iter() {
        all.push((End::Node(id), format!("node/{}", node.name)));
    }
    for text in OUTSIDE {
        let end = plain.owner(address(text));
        if matches!(end, End::Address(_)) {
            all.push((end, text.to_owned()));
        }
    }
    all
}

/// What `can` answers; none where it cannot be asked.
pub(crate) fn can(cluster: &Cluster, from: &str, to: &str, mode: Mode) -> Result<Says, String> {
    let settings = Settings::default();
    let around = Around {
        cluster,
        settings: &settings,
        namespace: "a",
    };
    let parse = |text: &str| grammar::parse(text).expect("an endpoint");
    let question = Question {
        source: parse(from),
        destination: parse(to),
        mode,
    };
    let answer = ask(around, &question).map_err(|refusal| format!("{refusal:?}"))?;
    Ok(answer.verdict.into())
}

/// What a plain reading says; none where it says nothing.
fn plainly(plain: &Plain<'_>, world: &World, from: End, it: &Ask) -> Option<Says> {
    match it.what {
        What::Service(number, door) => Some(plain.service(from, &world.services[number], door)),
        What::Named(number) => {
            let meant = followed(world, number)?;
            let last = plain.service(from, &world.services[meant], Door::Name);
            Some(weakest([looked_up(plain, world, from), last]))
        }
    }
}

/// The Service that an alias stands for in the end; none where it is none with that port.
fn followed(world: &World, number: usize) -> Option<usize> {
    let asked = &world.services[number];
    let mut at = number;
    for _ in 0..8 {
        let it = &world.services[at];
        if it.kind != Kind::Alias {
            let same = (it.port, it.protocol) == (asked.port, asked.protocol);
            return same.then_some(at);
        }
        let alias = it.alias.as_deref()?;
        let mut all = world.services.iter();
        at = all.position(|it| alias.starts_with(&format!("{}.{}.", it.name, it.namespace)))?;
    }
    None
}

/// The look-up of a name of the cluster.
fn looked_up(plain: &Plain<'_>, world: &World, from: End) -> Says {
    match from {
        // Names of the cluster are known inside only.
        End::Address(_) => Says::Open,
        End::Node(_) => Says::No,
        // S81: ClusterFirst in the network of the node asks the resolver of the node.
        End::Pod(id) if plain.cluster.pods.at(id).host_network => Says::No,
        End::Pod(_) | End::Dormant(_) => match &world.dns {
            Some(dns) => plain.service(from, dns, Door::Inside(dns.inside[0])),
            None => Says::Open,
        },
    }
}

fn check(drawn: &Drawn, asked: &Cell<usize>) -> Checked {
    let world = World::of(drawn);
    let cluster = world.cluster(drawn);
    let plain = Plain {
        cluster: &cluster,
        families: Families::of(&cluster),
    };
    for (end, from) in clients(&plain) {
        for it in world.asks(&cluster) {
            let Some(expected) = plainly(&plain, &world, end, &it) else {
                continue;
            };
            asked.set(asked.get() + 1);
            let found = can(&cluster, &from, &it.to, Mode::All);
            if found != Ok(expected) {
                // What cluster-wide policies leave of a client is not read here.
                let unread = found == Ok(Says::Open) && plain.is_governed_before(end);
                if unread && plain.unless_sealed(end) == Says::No {
                    continue;
                }
                let said = format!(
                    "can {from} {} says {found:?}, plainly it is {expected:?}",
                    it.to
                );
                return Err(Failure::new(said)
                    .shown_by(format!("can {from} {} -n a -f services.yaml", it.to))
                    .with_file("services.yaml", world.text.clone()));
            }
        }
    }
    Ok(())
}

#[test]
fn answers_about_services_are_those_of_a_plain_reading() {
    let asked = Cell::new(0);
    on_clusters(clusters(40, 2_000), draw, |drawn: &Drawn| {
        check(drawn, &asked)
    });
    assert!(asked.get() > 1_000, "only {} were asked", asked.get());
}
