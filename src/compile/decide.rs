//! Decides one direction for one pair of endpoints: from the clauses that speak of the pair to
//! the connections that they let through.
//!
//! Where Admin or Baseline policies of one priority disagree, the API leaves the order to the
//! implementation: only what is let through in every order counts as let through.

use crate::model::{Action, Tier};
use crate::net::ConnSet;

/// What one rule says of a pair that its peers match.
#[derive(Debug, Clone)]
pub(super) struct Clause<'a> {
    pub(super) tier: Tier,
    /// Order in the tier, lower first.
    pub(super) priority: u16,
    /// Tells policies of one priority apart.
    pub(super) policy: u32,
    pub(super) action: Action,
    pub(super) connections: &'a ConnSet,
}

/// The connections let through by `clauses`, which must be sorted by tier, priority, policy and
/// rule. `isolated` says whether a `NetworkPolicy` selects the subject for this direction.
pub(super) fn decide(isolated: bool, clauses: &[Clause<'_>]) -> ConnSet {
    let tier = |tier: Tier| clauses.iter().filter(move |clause| clause.tier == tier);
    let admin = first_match(tier(Tier::Admin), &ConnSet::all());
    let rest = if isolated {
        // Final for isolated pods: what no rule lets through is refused.
        tier(Tier::NetworkPolicy)
            .fold(ConnSet::none(), |allowed, clause| {
                allowed.union(clause.connections)
            })
            .intersection(&admin.undecided)
    } else {
        let baseline = first_match(tier(Tier::Baseline), &admin.undecided);
        baseline.accepted.union(&baseline.undecided)
    };
    admin.accepted.union(&rest)
}

/// What a tier of ordered rules does.
struct Outcome {
    accepted: ConnSet,
    /// Matched by no rule, or passed on.
    undecided: ConnSet,
}

fn first_match<'a>(clauses: impl Iterator<Item = &'a Clause<'a>>, scope: &ConnSet) -> Outcome {
    let clauses: Vec<_> = clauses.collect();
    let mut open = scope.clone();
    let mut accepted = ConnSet::none();
    let mut passed = ConnSet::none();
    for tied in clauses.chunk_by(|a, b| a.priority == b.priority) {
        let [accept, deny, pass] = tied_group(tied);
        // In some order the deny comes first, or the pass does: what is let through in every
        // order is what neither touches.
        let pass = pass.difference(&deny).intersection(&open);
        let accept = accept
            .difference(&deny)
            .difference(&pass)
            .intersection(&open);
        open = open.difference(&deny).difference(&pass).difference(&accept);
        accepted = accepted.union(&accept);
        passed = passed.union(&pass);
    }
    Outcome {
        accepted,
        undecided: open.union(&passed),
    }
}

/// What the policies of one priority accept, deny and pass, each taken alone.
fn tied_group(clauses: &[&Clause<'_>]) -> [ConnSet; 3] {
    let mut sets = [ConnSet::none(), ConnSet::none(), ConnSet::none()];
    for policy in clauses.chunk_by(|a, b| a.policy == b.policy) {
        let mut open = ConnSet::all();
        for clause in policy {
            let [accept, deny, pass] = &mut sets;
            let set = match clause.action {
                Action::Accept => accept,
                Action::Deny => deny,
                Action::Pass => pass,
            };
            *set = set.union(&clause.connections.intersection(&open));
            open = open.difference(clause.connections);
        }
    }
    sets
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
}
