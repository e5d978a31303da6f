//! What field paths of findings name in policies: `spec.ingress[0].from[1]`.

use netpolc::model::{Direction, Peers, Policy, Ports, Rule};

/// A part of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The rule itself.
    Rule,
    /// An entry of `from` or `to`, from 0.
    Peer(usize),
    /// An entry of `ports`, from 0.
    Port(usize),
}

/// A place in the rules of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) direction: Direction,
    pub(crate) rule: usize,
    pub(crate) part: Part,
}

/// The index that `[n]` at the beginning says, and what follows.
fn index(text: &str) -> Option<(usize, &str)> {
    let (number, rest) = text.strip_prefix('[')?.split_once(']')?;
    Some((number.parse().ok()?, rest))
}

/// The place of a path; none for what is in no rule. Fields below an entry do not matter.
pub(crate) fn place(path: &str) -> Option<Place> {
    let rest = path.strip_prefix("spec.")?;
    let (direction, rest) = match rest.strip_prefix("ingress") {
        Some(rest) => (Direction::Ingress, rest),
        None => (Direction::Egress, rest.strip_prefix("egress")?),
    };
    let (rule, rest) = index(rest)?;
    let field = |name: &str| index(rest.strip_prefix(name)?).map(|(index, _)| index);
    let part = match (field(".from").or_else(|| field(".to")), field(".ports")) {
        (Some(peer), _) => Part::Peer(peer),
        (None, Some(port)) => Part::Port(port),
        (None, None) => Part::Rule,
    };
    Some(Place {
        direction,
        rule,
        part,
    })
}

/// The rule at a place.
pub(crate) fn rule(policy: &Policy, place: Place) -> Option<&Rule> {
    policy.rules(place.direction)?.get(place.rule)
}

/// The rule at a place with nothing of the kind of the place but what stands there: the one peer,
/// or the one port.
pub(crate) fn narrowed(policy: &Policy, place: Place) -> Option<Rule> {
    let mut rule = rule(policy, place)?.clone();
    match (place.part, &mut rule.peers, &mut rule.ports) {
        (Part::Peer(index), Peers::Listed(peers), _) => *peers = vec![peers.get(index)?.clone()],
        (Part::Port(index), _, Ports::Listed(ports)) => *ports = vec![ports.get(index)?.clone()],
        _ => {}
    }
    Some(rule)
}

/// Takes away what stands at some places, none of which is all that a list has.
#[cfg(feature = "smt")]
pub(crate) fn remove(policy: &mut Policy, mut places: Vec<Place>) {
    let key = |it: &Place| {
        let part = match it.part {
            Part::Rule => (0, 0),
            Part::Port(index) => (1, index),
            Part::Peer(index) => (2, index),
        };
        (it.direction, it.rule, part)
    };
    // From behind, so that places before stay where they are; a rule goes after its parts.
    places.sort_by_key(|it| std::cmp::Reverse(key(it)));
    for place in places {
        let Some(rules) = policy.rules_mut(place.direction) else {
            continue;
        };
        if place.part == Part::Rule {
            rules.remove(place.rule);
            continue;
        }
        let Some(rule) = rules.get_mut(place.rule) else {
            continue;
        };
        match (place.part, &mut rule.peers, &mut rule.ports) {
            (Part::Peer(index), Peers::Listed(peers), _) => {
                peers.remove(index);
                assert!(!peers.is_empty(), "an empty list is everyone");
            }
            (Part::Port(index), _, Ports::Listed(ports)) => {
                ports.remove(index);
                assert!(!ports.is_empty(), "an empty list is every port");
            }
            _ => {}
        }
    }
}

#[test]
fn paths_name_rules_peers_and_ports() {
    let place_of = |path: &str| place(path).map(|it| (it.direction, it.rule, it.part));
    let expected = Some((Direction::Ingress, 2, Part::Peer(1)));
    assert_eq!(place_of("spec.ingress[2].from[1].podSelector"), expected);
    let expected = Some((Direction::Egress, 0, Part::Port(3)));
    assert_eq!(place_of("spec.egress[0].ports[3]"), expected);
    let expected = Some((Direction::Egress, 7, Part::Rule));
    assert_eq!(place_of("spec.egress[7].to"), expected);
    assert_eq!(place_of("spec.podSelector"), None);
}
