//! What a conclusion from what is absent needs.

/// Something of a cluster that may be in the input or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// Every policy was read: none was left out for an error, and none is of a kind that is not read.
    Policies,
    /// Pods, or workloads that make them.
    Workloads,
    /// Namespaces with their labels.
    Namespaces,
    /// Services.
    Services,
}

impl Need {
    /// What is needed in one lower-case word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Policies => "policies",
            Self::Workloads => "workloads",
            Self::Namespaces => "namespaces",
            Self::Services => "services",
        }
    }
}
