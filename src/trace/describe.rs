//! The reasons in plain sentences: lower case, no full stop, user text in backticks.
//!
//! The caller names the two ends, for only it knows by which names the user asked.

use super::{Half, Hit, Miss, RuleRef, Unknown};
use crate::model::Cluster;

/// What the user calls the two ends of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndNames<'a> {
    /// Who opens the connection.
    pub source: &'a str,
    /// Who is to answer.
    pub destination: &'a str,
}

impl RuleRef {
    /// `rule 2 of shop/db`.
    pub fn describe(self, cluster: &Cluster) -> String {
        let policy = cluster.policies.at(self.policy).full_name();
        format!("rule {} of {policy}", self.number())
    }
}

impl Half {
    /// One sentence on what decided the direction:
    /// `ingress to shop/db is isolated by shop/deny-all and no rule matches`.
    pub fn describe(&self, cluster: &Cluster, names: EndNames<'_>) -> String {
        let _ = (cluster, names);
        String::new()
    }
}

impl Hit {
    /// `rule 1 of shop/db allows tier=web on TCP 5432`.
    pub fn describe(self, cluster: &Cluster) -> String {
        self.rule.describe(cluster)
    }
}

impl Miss {
    /// `rule 2 of shop/db allows tier=web on TCP 5432; web is labelled tier=front`.
    pub fn describe(&self, cluster: &Cluster, names: EndNames<'_>) -> String {
        let _ = names;
        self.rule.describe(cluster)
    }
}

impl Unknown {
    /// `the labels of namespace shop are not known, and a policy asks for team=a`.
    pub fn describe(&self, cluster: &Cluster, names: EndNames<'_>) -> String {
        let _ = (cluster, names);
        String::new()
    }
}
