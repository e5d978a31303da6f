//! Decides one direction for one pair of endpoints: from the clauses that speak of the pair to
//! the connections that they surely let through.
//!
//! Two things can be open. Whether a clause matches, where an address is not known; and the order
//! of Admin or Baseline policies of one priority, which the API leaves to the implementation. A
//! connection counts as let through only if it is, however both turn out.

use crate::model::{Action, Tier};
use crate::net::ConnSet;

/// What one rule says of a pair that its peers match, or may match.
#[derive(Debug, Clone)]
pub(super) struct Clause<'a> {
    pub(super) tier: Tier,
    /// Order in the tier, lower first.
    pub(super) priority: u16,
    /// Tells policies of one priority apart.
    pub(super) policy: u32,
    pub(super) action: Action,
    /// Whether the peers match for sure.
    pub(super) certain: bool,
    pub(super) connections: &'a ConnSet,
}

/// The connections surely let through by `clauses`, which must be sorted by tier, priority, policy
/// and rule. `isolated` says whether a `NetworkPolicy` selects the subject for this direction.
pub(super) fn decide(isolated: bool, clauses: &[Clause<'_>]) -> ConnSet {
    let of = |tier: Tier| clauses.iter().filter(move |clause| clause.tier == tier);
    let admin = first_match(of(Tier::Admin), ConnSet::all());
    let refused = if isolated {
        // Final for isolated pods: what no rule lets through is refused.
        let certain = of(Tier::NetworkPolicy).filter(|clause| clause.certain);
        certain.fold(admin.undecided, |refused, clause| {
            refused.difference(clause.connections)
        })
    } else {
        first_match(of(Tier::Baseline), admin.undecided).denied
    };
    ConnSet::all()
        .difference(&admin.denied)
        .difference(&refused)
}

/// What a tier of ordered rules may do.
struct Outcome {
    /// Refused in some order, if some uncertain match is one.
    denied: ConnSet,
    /// Left to the next tier in some order: matched by no rule, or passed on.
    undecided: ConnSet,
}

fn first_match<'a>(clauses: impl Iterator<Item = &'a Clause<'a>>, scope: ConnSet) -> Outcome {
    let clauses: Vec<_> = clauses.collect();
    let mut denied = ConnSet::none();
    let mut passed = ConnSet::none();
    // What may not have been decided yet.
    let mut open = scope;
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
    Outcome {
        denied,
        undecided: open.union(&passed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::{PortSet, Protocol};

    fn tcp(first: u16, last: u16) -> ConnSet {
        ConnSet::of(Protocol::Tcp, PortSet::range(first, last))
    }

    fn run(isolated: bool, rules: &[(Tier, u16, u32, Action, ConnSet)]) -> String {
        let clauses: Vec<_> = rules
            .iter()
            .map(|(tier, priority, policy, action, connections)| Clause {
                tier: *tier,
                priority: *priority,
                policy: *policy,
                action: *action,
                certain: true,
                connections,
            })
            .collect();
        decide(isolated, &clauses).ports(Protocol::Tcp).to_string()
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
            priority,
            policy: 0,
            action,
            certain,
            connections: &set,
        };
        let deny = clause(Admin, 1, Deny, false);
        assert!(decide(false, &[deny]).is_empty());
        // Passed on or not, nothing refuses it.
        let pass = clause(Admin, 1, Pass, false);
        assert!(decide(false, &[pass.clone(), clause(Admin, 2, Accept, true)]).is_all());
        // Passed on it is accepted; not passed on it is refused.
        let (late, allow) = (
            clause(Admin, 2, Deny, true),
            clause(NetworkPolicy, 0, Accept, true),
        );
        assert!(decide(true, &[pass, late, allow]).is_empty());
        let accept = clause(NetworkPolicy, 0, Accept, false);
        assert!(decide(true, &[accept]).is_empty());
        let accept = clause(Admin, 1, Accept, false);
        assert!(decide(false, &[accept, clause(Baseline, 1, Deny, true)]).is_empty());
    }
}
