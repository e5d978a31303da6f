//! Claims with what came of them, written by hand.

use netpolc::model::Origin;
use netpolc::net::{ConnSet, PortSet, Protocol};
use netpolc::prove::outcome::{
    Change, Core, CorePart, Effort, Judged, Outcome, Proved, Reason, Witness, WitnessEnd,
};
use netpolc::source::{FileId, Position, SourceMap, Span};
use netpolc::trace::Verdict;

const POLICY: &str = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector:
    matchLabels: {app: db}
  ingress:
    - from:
        - podSelector: {}
      ports:
        - port: 5432
";

const INTENTS: &str = "\
- name: db-is-private
- name: dev-stays-out
- name: nothing-to-check
- name: metrics
- name: the-worker-writes
- name: old-and-new
";

/// Text that wants to steer a terminal, to end the element or the attribute that it stands in, to
/// pretend to be another line, or that XML cannot hold.
pub(crate) const HOSTILE: &str =
    "a]]>\"'<b>&amp;\u{1b}[2Jc\nholds\t\r\u{0}\u{9b}\u{202e}\u{fffe}\u{ffff}=ü";

/// The claims of one file, in its order.
pub(crate) struct Samples {
    pub(crate) sources: SourceMap,
    policy: FileId,
    intents: FileId,
}

impl Samples {
    pub(crate) fn new() -> Self {
        let mut sources = SourceMap::new();
        let policy = sources.add(&"policies/db.yaml".into(), POLICY.into(), Position::START);
        let intents = sources.add(&"intents.yaml".into(), INTENTS.into(), Position::START);
        Self {
            sources,
            policy,
            intents,
        }
    }

    /// All of them: every result, with all there can be to say of each.
    pub(crate) fn all(&self) -> Vec<Proved> {
        vec![
            self.holds(),
            self.fails(),
            self.vacuous(),
            self.unknown(),
            self.refused(),
            self.differs(),
        ]
    }

    fn at(file: FileId, text: &str, part: &str) -> Origin {
        let start = text.find(part).expect("the part is in the text");
        Origin::at(Span::new(file, start, start + part.len()))
    }

    fn field(&self, part: &str) -> Origin {
        Self::at(self.policy, POLICY, part)
    }

    fn proved(&self, name: &str, claim: &str, outcome: Outcome) -> Proved {
        Proved {
            name: name.into(),
            origin: Self::at(self.intents, INTENTS, name),
            claim: claim.into(),
            outcome,
            assumed: Vec::new(),
            effort: Effort::default(),
        }
    }

    pub(crate) fn holds(&self) -> Proved {
        let part = |field: &str, role: &str, place| CorePart {
            policy: "NetworkPolicy shop/db".into(),
            field: field.into(),
            role: role.into(),
            needed: true,
            origin: self.field(place),
        };
        let from = "lets in only pods of namespace shop";
        let core = vec![
            part("spec.ingress[0].from", from, "- podSelector: {}"),
            part(
                "spec.podSelector",
                "isolates the pods for ingress",
                "podSelector",
            ),
        ];
        let claim = "only pods of namespace shop reach shop/db[StatefulSet] on TCP 5432";
        let assumed = [
            "labels of namespaces stay as they are",
            "pods of namespace shop are trusted",
        ];
        Proved {
            assumed: assumed.map(String::from).into(),
            effort: Effort {
                queries: 3,
                alike: 11,
                units: 48_213,
            },
            ..self.proved(
                "db-is-private",
                claim,
                Outcome::Holds {
                    core: Core::Parts(core),
                },
            )
        }
    }

    /// An end that could be created.
    fn imagined(namespace: &str, app: &str) -> WitnessEnd {
        let manifest = format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: \"imagined\"\n  namespace: \"{namespace}\"\n  \
             labels:\n    \"app\": \"{app}\"\nspec:\n  containers:\n    - name: \"a\"\n      image: \"pause\"\n"
        );
        WitnessEnd {
            name: format!("a pod of {namespace} with app={app}"),
            manifest: Some(manifest),
        }
    }

    fn pod(name: &str) -> WitnessEnd {
        WitnessEnd {
            name: name.into(),
            manifest: None,
        }
    }

    fn reason(text: &str, origin: Origin) -> Reason {
        Reason {
            text: text.into(),
            origin,
        }
    }

    pub(crate) fn fails(&self) -> Proved {
        let reasons = vec![
            Self::reason(
                "no policy isolates a pod of dev with app=web for egress",
                Origin::default(),
            ),
            Self::reason("rule 1 of shop/db lets it in", self.field("- from:")),
        ];
        let postgres = ConnSet::of(
            Protocol::Tcp,
            PortSet::from_ranges([(5432, 5432), (8000, 8080)]),
        );
        let witness = Witness {
            source: Self::imagined("dev", "web"),
            destination: Self::pod("shop/db-0"),
            protocol: Protocol::Tcp,
            port: 5432,
            connections: postgres.union(&ConnSet::of(Protocol::Udp, PortSet::all())),
            judged: vec![Judged {
                policies: None,
                verdict: Verdict::Allow,
                reasons,
            }],
            opening: Vec::new(),
        };
        let claim = "no pod of namespace dev reaches shop/db[StatefulSet] on TCP 5432";
        let outcome = Outcome::Fails {
            witness: Box::new(witness),
        };
        Proved {
            assumed: vec!["labels of namespaces stay as they are".into()],
            ..self.proved("dev-stays-out", claim, outcome)
        }
    }

    pub(crate) fn vacuous(&self) -> Proved {
        self.proved(
            "nothing-to-check",
            "no pod of namespace legacy reaches shop/db[StatefulSet]",
            Outcome::Vacuous {
                why: "namespace legacy has no pods, and none can be created in it".into(),
            },
        )
    }

    pub(crate) fn unknown(&self) -> Proved {
        let witness = Witness {
            source: Self::pod("ops/prometheus[Deployment]"),
            destination: Self::pod("shop/db-0"),
            protocol: Protocol::Tcp,
            port: 9187,
            connections: ConnSet::of(Protocol::Tcp, PortSet::single(9187)),
            judged: vec![Judged {
                policies: None,
                verdict: Verdict::Undecided,
                reasons: vec![Self::reason(
                    "the addresses of ops/prometheus[Deployment] are not known",
                    self.field("- from:"),
                )],
            }],
            opening: Vec::new(),
        };
        let why = [
            "policies name address blocks, and addresses of pods are not in the input",
            "CiliumNetworkPolicy `shop/l7` is not read",
        ];
        let outcome = Outcome::Unknown {
            why: why.map(String::from).into(),
            witness: Some(Box::new(witness)),
        };
        let claim = "every pod of ops[Deployment] reaches shop/db-0 on TCP 9187";
        self.proved("metrics", claim, outcome)
    }

    /// A failed claim that a flow is allowed, with what would open it.
    pub(crate) fn refused(&self) -> Proved {
        let witness = Witness {
            source: Self::imagined("shop", "worker"),
            destination: Self::imagined("shop", "db"),
            protocol: Protocol::Tcp,
            port: 5433,
            connections: ConnSet::of(Protocol::Tcp, PortSet::single(5433)),
            judged: vec![Judged {
                policies: None,
                verdict: Verdict::Deny,
                reasons: vec![Self::reason(
                    "shop/db isolates a pod of shop with app=db for ingress and no rule lets it in",
                    self.field("podSelector"),
                )],
            }],
            opening: vec![Change {
                what: "add to spec.ingress[0].ports of NetworkPolicy shop/db".into(),
                yaml: "- protocol: TCP\n  port: 5433\n".into(),
                origin: self.field("ports"),
            }],
        };
        let outcome = Outcome::Fails {
            witness: Box::new(witness),
        };
        let claim =
            "every pod of shop with app=worker reaches every pod of shop with app=db on TCP 5433";
        self.proved("the-worker-writes", claim, outcome)
    }

    /// Two sets of policies that say different things of a flow.
    pub(crate) fn differs(&self) -> Proved {
        let judged = |policies: &str, verdict| Judged {
            policies: Some(policies.into()),
            verdict,
            reasons: vec![Self::reason("so it says", self.field("ports"))],
        };
        let witness = Witness {
            source: Self::pod("8.8.8.8"),
            destination: Self::pod("shop/db-0"),
            protocol: Protocol::Sctp,
            port: 1,
            connections: ConnSet::all(),
            judged: vec![
                judged("old/", Verdict::Deny),
                judged("these policies", Verdict::Allow),
            ],
            opening: Vec::new(),
        };
        let outcome = Outcome::Fails {
            witness: Box::new(witness),
        };
        self.proved(
            "old-and-new",
            "the policies of old/ allow what these allow",
            outcome,
        )
    }

    /// Every text is hostile, in each result.
    pub(crate) fn hostile() -> (SourceMap, Vec<Proved>) {
        let mut sources = SourceMap::new();
        let file = sources.add(&HOSTILE.into(), "a: b\n".into(), Position::START);
        let origin = Origin::at(Span::new(file, 0, 1));
        let text = || HOSTILE.to_owned();
        let end = || WitnessEnd {
            name: text(),
            manifest: Some(format!("{HOSTILE}\n")),
        };
        let witness = || {
            let judged = Judged {
                policies: Some(text()),
                verdict: Verdict::Allow,
                reasons: vec![Self::reason(HOSTILE, origin)],
            };
            let change = Change {
                what: text(),
                yaml: text(),
                origin,
            };
            Box::new(Witness {
                source: end(),
                destination: WitnessEnd {
                    name: "other".into(),
                    ..end()
                },
                protocol: Protocol::Udp,
                port: 53,
                connections: ConnSet::of(Protocol::Udp, PortSet::single(53)),
                judged: vec![judged],
                opening: vec![change],
            })
        };
        let core = vec![CorePart {
            policy: text(),
            field: text(),
            role: text(),
            needed: false,
            origin,
        }];
        let outcomes = [
            Outcome::Holds {
                core: Core::Parts(core),
            },
            Outcome::Vacuous { why: text() },
            Outcome::Fails { witness: witness() },
            Outcome::Unknown {
                why: vec![text()],
                witness: Some(witness()),
            },
        ];
        let proved = outcomes.map(|outcome| Proved {
            name: text(),
            origin,
            claim: text(),
            outcome,
            assumed: vec![text()],
            effort: Effort::default(),
        });
        (sources, proved.into())
    }
}
