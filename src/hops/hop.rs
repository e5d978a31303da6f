//! One connection of a way, and where a question is asked.

use super::request::Because;
use crate::endpoint::{AskedPort, Party};
use crate::model::Cluster;
use crate::settings::Settings;

/// Where a question is asked.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// What is told of it.
    pub settings: &'a Settings,
    /// The namespace of names without one.
    pub namespace: &'a str,
}

/// What a hop is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HopKind {
    /// To look a name up.
    Lookup,
    /// To get to the destination, or to whoever listens for it.
    Connection,
    /// From whoever listens to the pods that answer.
    Backend,
    /// The same with a copy of the request.
    Copy,
}

/// What settles a hop whatever the policies say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It comes to nothing, and why.
    Refused(String),
    /// Whether it goes on is not known, and why.
    NotKnown(String),
}

/// The ways that the connection of a question may take.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    /// Each with its hops in order; at least one of at least one.
    pub ways: Vec<Vec<Hop<'a>>>,
    /// Why it is not known which, where there are several: a sentence without a full stop.
    pub which: String,
}

impl<'a> Plan<'a> {
    /// The one way that there is.
    pub fn one(hops: Vec<Hop<'a>>) -> Self {
        Self {
            ways: vec![hops],
            which: String::new(),
        }
    }
}

/// One connection on the way.
#[derive(Debug, Clone)]
pub struct Hop<'a> {
    /// What it is for.
    pub kind: HopKind,
    /// Who opens it.
    pub source: Party<'a>,
    /// Who is to answer.
    pub destination: Party<'a>,
    /// On which port; none: on whichever is let through.
    pub port: Option<AskedPort>,
    /// What settles it whatever the policies say.
    pub settled: Option<Settled>,
    /// Why it goes there.
    pub because: Vec<Because>,
    /// What would have to be allowed, where it is refused.
    pub needs: Option<String>,
    /// The name that is looked up, or by which the destination is dialled.
    pub name: Option<String>,
    /// The URL that is asked for.
    pub url: Option<String>,
}

impl<'a> Hop<'a> {
    /// A hop that policies alone decide.
    pub fn new(
        kind: HopKind,
        source: Party<'a>,
        destination: Party<'a>,
        port: Option<AskedPort>,
    ) -> Self {
        Self {
            kind,
            source,
            destination,
            port,
            settled: None,
            because: Vec::new(),
            needs: None,
            name: None,
            url: None,
        }
    }

    /// A hop that ends, or may, whatever the policies say.
    pub fn settled(kind: HopKind, source: Party<'a>, title: &str, how: Settled) -> Self {
        let destination = Party {
            title: title.to_owned(),
            ..Party::default()
        };
        Self {
            settled: Some(how),
            ..Self::new(kind, source, destination, None)
        }
    }
}
