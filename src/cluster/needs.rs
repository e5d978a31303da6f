//! How much of a cluster a question needs: most ask about the pods of one namespace or two, and clusters
//! are large. Whether that was enough can be told only of what was read, so who asks looks again.

use crate::input::Served;
use crate::model::Say;

/// How much of a cluster a question needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Needs {
    /// Pods of the namespaces that it names, and what decides over them.
    Pods,
    /// The Services of these namespaces, too, of which the pods are behind them.
    PodsAndServices,
    /// All that there is.
    #[default]
    Everything,
}

impl Needs {
    /// Whether objects of a kind are needed at all.
    pub(super) fn includes(self, kind: &Served) -> bool {
        match (self, kind.say) {
            (Self::Pods | Self::PodsAndServices, Say::Routes) | (Self::Pods, Say::Services) => {
                false
            }
            (Self::PodsAndServices, Say::Services) => kind.kind == "Service",
            (Self::Everything, Say::Routes | Say::Services)
            | (_, Say::Connections | Say::Pods | Say::Namespaces | Say::Nothing | Say::Anything) => {
                true
            }
        }
    }

    /// Whether of a kind only the objects of the named namespaces are needed. What is not of Kubernetes
    /// itself may have a say elsewhere, too.
    pub(super) fn is_local(self, kind: &Served) -> bool {
        let is_core = matches!(kind.group(), "" | "apps" | "batch" | "autoscaling");
        let is_policy = (kind.group(), &*kind.kind) == ("networking.k8s.io", "NetworkPolicy");
        self != Self::Everything && kind.is_namespaced && (is_core || is_policy)
    }
}
