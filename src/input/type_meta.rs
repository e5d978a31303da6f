//! What an object says that it is: its `apiVersion` and `kind`.

use super::kind::Kind;
use super::recognised::Recognised;
use super::{policy_kinds, suggest};

/// `apiVersion` and `kind` of an object, or of the list that it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TypeMeta<'a> {
    /// `apiVersion`, such as `apps/v1`.
    pub api_version: &'a str,
    /// `kind`, such as `Deployment`.
    pub kind: &'a str,
}

/// The API groups of Kubernetes itself in which the kinds above could be looked for.
const GROUPS: [&str; 7] = [
    "",
    "apps",
    "autoscaling",
    "batch",
    "discovery.k8s.io",
    "extensions",
    "networking.k8s.io",
];

/// The kinds of `networking.k8s.io`.
const NETWORKING_KINDS: [&str; 5] = [
    "NetworkPolicy",
    "Ingress",
    "IngressClass",
    "IPAddress",
    "ServiceCIDR",
];

impl<'a> TypeMeta<'a> {
    /// Whether this is a list of objects.
    pub(super) fn is_list(&self) -> bool {
        self.recognise() == Recognised::List
    }

    /// Of an item of which nothing is known before it says so itself.
    pub(super) const UNSAID: TypeMeta<'static> = TypeMeta {
        api_version: "",
        kind: "",
    };

    /// Whether this is a list of any objects, or of those of a kind that matters here.
    pub(super) fn is_list_of_known(&self) -> bool {
        self.kind == "List" || self.item().recognise() != Recognised::Other
    }

    /// What an item of this list is that does not say so itself: a Pod in a `PodList`. Items of a
    /// plain `List` always say what they are.
    pub(super) fn item(&self) -> TypeMeta<'a> {
        match self.kind.strip_suffix("List") {
            None | Some("") => TypeMeta::UNSAID,
            Some(kind) => TypeMeta { kind, ..*self },
        }
    }

    /// The API group; empty for the core group.
    pub(super) fn group(&self) -> &str {
        self.api_version
            .rsplit_once('/')
            .map_or("", |(group, _)| group)
    }

    /// The version: `v1` of `apps/v1`.
    pub(super) fn version(&self) -> &str {
        self.api_version
            .rsplit_once('/')
            .map_or(self.api_version, |(_, version)| version)
    }

    /// `NetworkPolicy.crd.antrea.io`; the bare kind in the core group.
    pub(super) fn full_name(&self) -> String {
        match self.group() {
            "" => self.kind.to_owned(),
            group => format!("{}.{group}", self.kind),
        }
    }

    /// What this says.
    pub(super) fn recognise(&self) -> Recognised {
        match Kind::named(self.kind) {
            Some(kind) if kind.was_in(self.api_version) => Recognised::Read(kind),
            Some(kind) if self.is_of_kubernetes() || self.group() == kind.group() => {
                Recognised::WrongVersion(kind)
            }
            None if self.kind.ends_with("List") => Recognised::List,
            None if self.group() == "networking.k8s.io" => self.misspelt(),
            Some(_) | None => self.foreign(),
        }
    }

    /// Whether the API group is one of Kubernetes itself.
    pub(super) fn is_of_kubernetes(&self) -> bool {
        GROUPS.contains(&self.group())
    }

    /// What a kind of policies is that is not read.
    fn as_policy(&self) -> Option<Recognised> {
        policy_kinds::recognise(self.group(), self.version(), self.kind)
    }

    /// What a kind of another API group is.
    fn foreign(&self) -> Recognised {
        match self.as_policy() {
            Some(recognised) => recognised,
            // A policy must never be passed over because its group is misspelt.
            None => match Kind::named(self.kind).filter(|kind| kind.is_policy()) {
                Some(kind) => Recognised::WrongVersion(kind),
                None => Recognised::Other,
            },
        }
    }

    fn misspelt(&self) -> Recognised {
        if NETWORKING_KINDS.contains(&self.kind) {
            return Recognised::Other;
        }
        if let Some(slip @ Recognised::Slip(_)) = self.as_policy() {
            return slip;
        }
        match suggest::nearest(self.kind, NETWORKING_KINDS) {
            Some(kind) => Recognised::Misspelt(kind),
            // No kind of the group that is not known ends so.
            None => self.foreign(),
        }
    }
}
