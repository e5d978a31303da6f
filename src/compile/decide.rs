//! Decides one direction for one pair of endpoints: from the clauses that speak of the pair to the
//! connections that they surely let through.
//!
//! Not one connection at a time but all at once: a tier starts with the set of connections that are
//! still open, and each clause that surely matches takes out what it decides. So the cost is a few
//! set operations per clause, however many ports there are; the clauses of a `NetworkPolicy` are
//! read again for each policy that may isolate.
//!
//! Three things can be open. Whether a clause matches, where an address or a label is not known;
//! whether a policy selects the subject, where a label is not known; and the order of Admin or
//! Baseline policies of one priority, which the API leaves to the implementation. A connection
//! counts as let through only if it is, however they turn out. Trying all the ways would be
//! exponential. Instead the code collects what *some* way refuses and takes it away at the end. A
//! clause that only may match adds to what is denied or passed on, but what it matches stays open
//! for the next ones. Example: Admin perhaps denies port 80 and then surely accepts it: 80 is not
//! surely let through.

use crate::model::{Action, PolicyApi, Tier};
use crate::net::ConnSet;

/// What one rule says of a pair that its peers match, or may match.
#[derive(Debug, Clone)]
pub(super) struct Clause<'a> {
    pub(super) tier: Tier,
    /// Whose policies are in order among each other.
    pub(super) api: PolicyApi,
    /// Order among those, lower first.
    pub(super) priority: u16,
    /// Tells policies of one priority apart, and those that only may isolate.
    pub(super) policy: u32,
    pub(super) action: Action,
    /// Whether it matches for sure; of a NetworkPolicy, if that selects the subject.
    pub(super) certain: bool,
    pub(super) connections: &'a ConnSet,
}

/// Whether a `NetworkPolicy` selects the subject for a direction.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Isolation {
    /// None does.
    Never,
    /// None does for sure, and these may.
    Perhaps(Vec<u32>),
    /// Some does.
    Surely,
}

/// The connections surely let through by `clauses`, which must be sorted by tier, API, priority, policy
/// and rule.
pub(super) fn decide(isolation: &Isolation, clauses: &[Clause<'_>]) -> ConnSet {
    let of = |tier: Tier| clauses.iter().filter(move |clause| clause.tier == tier);
    let admin = ordered(of(Tier::Admin));
    let baseline = ordered(of(Tier::Baseline)).denied;
    let lets = |policy: Option<u32>| {
        let certain = of(Tier::NetworkPolicy).filter(|clause| clause.certain);
        let own = certain.filter(|clause| policy.is_none_or(|policy| policy == clause.policy));
        ConnSet::union_of(own.map(|clause| clause.connections))
    };
    let (lets, baseline): (Vec<ConnSet>, _) = match isolation {
        Isolation::Never => (Vec::new(), Some(&baseline)),
        Isolation::Surely => (vec![lets(None)], None),
        Isolation::Perhaps(policies) => {
            let each = policies.iter().map(|policy| lets(Some(*policy)));
            (each.collect(), Some(&baseline))
        }
    };
    join((&admin.denied, &admin.undecided), lets.iter(), baseline)
}

/// What is surely let through, by what the Admin tier denies and what it leaves to the next one, by what
/// the rules of NetworkPolicies let through, and by what the Baseline tier denies.
///
/// There are several lists of rules, each for one way in which the subject may be isolated, alone or with
/// others: no more is refused by several than by one of them alone. Baseline is asked where it may be that
/// none isolates.
pub(super) fn join<'a>(
    (denied, undecided): (&ConnSet, &ConnSet),
    lets: impl Iterator<Item = &'a ConnSet>,
    baseline: Option<&ConnSet>,
) -> ConnSet {
    let not_isolated = baseline.map_or_else(ConnSet::none, |it| it.intersection(undecided));
    // Final for isolated pods: what no rule lets through is refused.
    let refused = lets.fold(not_isolated, |refused, lets| {
        refused.union(&undecided.difference(lets))
    });
    ConnSet::all().difference(denied).difference(&refused)
}

/// What a tier of ordered rules may do, where it is asked of every connection. What it does to one does not
/// hang on the others, so that of some is the part about these.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    /// Refused in some order, if some uncertain match is one.
    pub(super) denied: ConnSet,
    /// Left to the next tier in some order: matched by no rule, or passed on.
    pub(super) undecided: ConnSet,
}

/// What comes of a tier. The policies of each API are in order, and any of these orders may
/// come first (S99): something goes on to the next tier where it may be left by all, or is passed on by one.
pub(super) fn ordered<'a>(clauses: impl Iterator<Item = &'a Clause<'a>>) -> Outcome {
    let clauses: Vec<_> = clauses.collect();
    let chains = clauses.chunk_by(|a, b| a.api == b.api);
    let (mut denied, mut passed, mut left) = (ConnSet::none(), ConnSet::none(), ConnSet::all());
    for chain in chains {
        let outcome = first_match(chain);
        denied = denied.union(&outcome.denied);
        passed = passed.union(&outcome.passed);
        left = left.intersection(&outcome.left);
    }
    Outcome {
        denied,
        undecided: left.union(&passed),
    }
}

/// What ordered rules may do.
struct Matched {
    /// Refused, as in [`Outcome`].
    denied: ConnSet,
    /// Passed on.
    passed: ConnSet,
    /// Matched by no rule for sure.
    left: ConnSet,
}

fn first_match(clauses: &[&Clause<'_>]) -> Matched {
    let mut denied = ConnSet::none();
    let mut passed = ConnSet::none();
    // What may not have been decided yet.
    let mut open = ConnSet::all();
    for tied in clauses.chunk_by(|a, b| a.priority == b.priority) {
        let mut decided = ConnSet::none();
        for policy in tied.chunk_by(|a, b| a.policy == b.policy) {
            // Any of the tied policies may be the first to match.
            let mut here = open.clone();
            for clause in policy {
                let hit = clause.connections.intersection(&here);
                match clause.action {
                    Action::Accept => {}
                    Action::Deny => denied = denied.union(&hit),
                    Action::Pass => passed = passed.union(&hit),
                }
                if clause.certain {
                    here = here.difference(&hit);
                    decided = decided.union(&hit);
                }
            }
        }
        open = open.difference(&decided);
    }
    Matched {
        denied,
        passed,
        left: open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{PortSet, Protocol};

    fn tcp(first: u16, last: u16) -> ConnSet {
        ConnSet::of(Protocol::Tcp, PortSet::range(first, last))
    }

    fn of(isolated: bool) -> Isolation {
        if isolated {
            Isolation::Surely
        } else {
            Isolation::Never
        }
    }

    fn run(isolated: bool, rules: &[(Tier, u16, u32, Action, ConnSet)]) -> String {
        let clauses: Vec<_> = rules
            .iter()
            .map(|(tier, priority, policy, action, connections)| Clause {
                tier: *tier,
                api: PolicyApi::ClusterNetworkPolicy,
                priority: *priority,
                policy: *policy,
                action: *action,
                certain: true,
                connections,
            })
            .collect();
        decide(&of(isolated), &clauses)
            .ports(Protocol::Tcp)
            .to_string()
    }

    #[test]
    fn without_any_rule_only_isolation_refuses() {
        assert_eq!(run(false, &[]), "1-65535");
        assert_eq!(run(true, &[]), "");
    }

    #[test]
    fn rules_of_network_policies_add_up() {
        let np = |set| (Tier::NetworkPolicy, 0, 0, Action::Accept, set);
        assert_eq!(run(true, &[np(tcp(80, 80)), np(tcp(443, 443))]), "80,443");
    }

    #[test]
    fn the_first_admin_match_decides_and_pass_goes_on() {
        let admin = |priority, action, set| (Tier::Admin, priority, 0, action, set);
        let rules = [
            admin(1, Action::Accept, tcp(1, 10)),
            admin(2, Action::Deny, tcp(5, 20)),
            admin(3, Action::Pass, tcp(15, 30)),
            (Tier::NetworkPolicy, 0, 0, Action::Accept, tcp(25, 40)),
        ];
        assert_eq!(run(true, &rules), "1-10,25-40");
        assert_eq!(run(false, &rules[..3]), "1-10,21-65535");
    }

    #[test]
    fn baseline_speaks_only_where_no_network_policy_isolates() {
        let deny = [(Tier::Baseline, 0, 0, Action::Deny, tcp(1, 100))];
        assert_eq!(run(false, &deny), "101-65535");
        let with_policy = [
            (Tier::NetworkPolicy, 0, 0, Action::Accept, tcp(50, 60)),
            deny[0].clone(),
        ];
        assert_eq!(run(true, &with_policy), "50-60");
    }

    #[test]
    fn equal_priorities_that_disagree_let_through_only_what_every_order_does() {
        let admin = |policy, action, set| (Tier::Admin, 7, policy, action, set);
        let rules = [
            admin(0, Action::Accept, tcp(1, 10)),
            admin(1, Action::Deny, tcp(5, 20)),
            (Tier::Baseline, 0, 2, Action::Deny, tcp(21, 65535)),
        ];
        assert_eq!(run(false, &rules), "1-4");
        // Within one policy the order of rules is given.
        let one = [
            admin(0, Action::Accept, tcp(1, 10)),
            admin(0, Action::Deny, tcp(5, 20)),
        ];
        assert_eq!(run(false, &one), "1-10,21-65535");
    }

    #[test]
    fn what_may_match_counts_against_the_connection() {
        use Action::{Accept, Deny, Pass};
        use Tier::{Admin, Baseline, NetworkPolicy};
        let set = ConnSet::all();
        let clause = |tier, priority, action, certain| Clause {
            tier,
            api: PolicyApi::ClusterNetworkPolicy,
            priority,
            policy: 0,
            action,
            certain,
            connections: &set,
        };
        let deny = clause(Admin, 1, Deny, false);
        assert!(decide(&of(false), &[deny]).is_empty());
        // Passed on or not, nothing refuses it.
        let pass = clause(Admin, 1, Pass, false);
        assert!(decide(&of(false), &[pass.clone(), clause(Admin, 2, Accept, true)]).is_all());
        // Passed on it is accepted; not passed on it is refused.
        let (late, allow) = (
            clause(Admin, 2, Deny, true),
            clause(NetworkPolicy, 0, Accept, true),
        );
        assert!(decide(&of(true), &[pass, late, allow]).is_empty());
        let accept = clause(NetworkPolicy, 0, Accept, false);
        assert!(decide(&of(true), &[accept]).is_empty());
        let accept = clause(Admin, 1, Accept, false);
        assert!(decide(&of(false), &[accept, clause(Baseline, 1, Deny, true)]).is_empty());
    }

    #[test]
    fn what_may_isolate_refuses_what_it_would_not_let_through() {
        let (low, high) = (tcp(80, 90), tcp(85, 443));
        let clause = |policy, connections| Clause {
            tier: Tier::NetworkPolicy,
            api: PolicyApi::NetworkPolicy,
            priority: 0,
            policy,
            action: Action::Accept,
            certain: true,
            connections,
        };
        let through = |isolation, clauses: &[Clause<'_>]| {
            let sure = decide(&isolation, clauses);
            sure.ports(Protocol::Tcp).to_string()
        };
        let perhaps = |all: &[u32]| Isolation::Perhaps(all.to_vec());
        assert_eq!(through(perhaps(&[1]), &[clause(1, &low)]), "80-90");
        assert_eq!(
            through(perhaps(&[1, 2]), &[clause(1, &low), clause(2, &high)]),
            "85-90"
        );
        assert_eq!(through(perhaps(&[1, 2]), &[clause(1, &low)]), "");
        let baseline = tcp(86, 86);
        let deny = Clause {
            tier: Tier::Baseline,
            action: Action::Deny,
            ..clause(3, &baseline)
        };
        assert_eq!(
            through(perhaps(&[1]), &[clause(1, &low), deny]),
            "80-85,87-90"
        );
    }
}
