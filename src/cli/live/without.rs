//! The same where netpolc is built without reading clusters: there is none.

use super::exit::Failure;
use crate::endpoint::Problem;
use crate::input;
use clap::Args;
use std::convert::Infallible;

/// Which cluster is read: none can be.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct ClusterArgs {
    #[arg(skip)]
    pub(super) request_timeout: Option<super::watch::Limit>,
}

impl ClusterArgs {
    /// There are no flags.
    #[expect(clippy::unused_self, reason = "those that read clusters have some")]
    pub(super) fn given(&self) -> Vec<&'static str> {
        Vec::new()
    }
}

/// A cluster that is to be read: there is none.
#[derive(Debug, Clone)]
pub(super) struct Live(Infallible);

impl Live {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "where clusters are read it may fail"
    )]
    pub(super) fn find(_: &ClusterArgs) -> Result<Option<Self>, Problem> {
        Ok(None)
    }

    pub(super) fn namespace(&self) -> Option<&str> {
        match self.0 {}
    }

    pub(super) fn names(&self, _: Vec<String>) -> Vec<Vec<String>> {
        match self.0 {}
    }

    pub(super) fn read(
        &self,
        Plan {
            namespaces: _namespaces,
            needs: _needs,
        }: &Plan,
        Loudness {
            quiet: _quiet,
            verbose: _verbose,
        }: Loudness,
        _: &input::Options,
    ) -> Result<input::Loaded, Failure> {
        match self.0 {}
    }
}

/// How much is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loudness {
    pub(super) quiet: bool,
    pub(super) verbose: bool,
}

/// What is to be read.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) namespaces: Vec<std::sync::Arc<str>>,
    pub(super) needs: Needs,
}

/// How much of a cluster a question needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Needs {
    Pods,
    PodsAndServices,
    Everything,
}
