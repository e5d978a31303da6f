//! What is known of controllers: how their pods are recognised, and whether these are on the way at all.
//!
//! Sources: the manifests and charts of each. What is marked as not confirmed was not seen in one: it finds
//! pods, and where it finds none, that says nothing.

/// A controller of Ingresses, Gateways or Routes.
pub(super) struct Known {
    /// What it is called.
    pub(super) name: &'static str,
    /// What an IngressClass or a GatewayClass calls it; one that ends in `*` stands for all that begin so.
    pub(super) controllers: &'static [&'static str],
    /// The classes that it is known by where no object says who serves them.
    pub(super) classes: &'static [&'static str],
    /// Whether nobody else has these classes.
    pub(super) owns_classes: bool,
    /// What is on the way of requests.
    pub(super) way: KnownWay,
}

/// What is on the way of requests.
pub(super) enum KnownWay {
    /// Pods with one of these sets of labels.
    Pods {
        /// The namespace, where it is always the same.
        namespace: Option<&'static str>,
        /// The sets.
        labels: &'static [KnownLabels],
        /// The ports of the pods for `http` and `https`, where that is always the same.
        ports: Option<(u16, u16)>,
    },
    /// No pod, and why.
    NoPods(&'static str),
}

/// Labels that pods of a controller have.
pub(super) struct KnownLabels {
    /// Keys and values.
    pub(super) pairs: &'static [(&'static str, &'static str)],
    /// Whether that was seen in a manifest or a chart of the controller.
    pub(super) is_confirmed: bool,
}

const NAME: &str = "app.kubernetes.io/name";
const COMPONENT: &str = "app.kubernetes.io/component";

const fn seen(pairs: &'static [(&'static str, &'static str)]) -> KnownLabels {
    KnownLabels {
        pairs,
        is_confirmed: true,
    }
}

const fn heard(pairs: &'static [(&'static str, &'static str)]) -> KnownLabels {
    KnownLabels {
        pairs,
        is_confirmed: false,
    }
}

const fn pods(labels: &'static [KnownLabels], ports: Option<(u16, u16)>) -> KnownWay {
    KnownWay::Pods {
        namespace: None,
        labels,
        ports,
    }
}

/// The label of a router of OpenShift with the name of its IngressController.
pub(super) const ROUTER: &str =
    "ingresscontroller.operator.openshift.io/deployment-ingresscontroller";
/// The namespace of routers of OpenShift.
pub(super) const ROUTERS: &str = "openshift-ingress";

/// All of them.
pub(super) const KNOWN: [Known; 16] = [
    Known {
        name: "ingress-nginx",
        controllers: &["k8s.io/ingress-nginx"],
        classes: &["nginx"],
        owns_classes: false,
        way: pods(
            &[seen(&[(NAME, "ingress-nginx"), (COMPONENT, "controller")])],
            Some((80, 443)),
        ),
    },
    Known {
        name: "NGINX Ingress Controller of F5",
        controllers: &["nginx.org/ingress-controller"],
        classes: &[],
        owns_classes: false,
        way: pods(
            &[
                seen(&[(NAME, "nginx-ingress")]),
                seen(&[("app", "nginx-ingress")]),
            ],
            Some((80, 443)),
        ),
    },
    Known {
        name: "Traefik",
        controllers: &[
            "traefik.io/ingress-controller",
            "traefik.io/gateway-controller",
        ],
        classes: &["traefik"],
        owns_classes: false,
        way: pods(&[seen(&[(NAME, "traefik")])], Some((8000, 8443))),
    },
    Known {
        name: "HAProxy Kubernetes Ingress Controller",
        controllers: &["haproxy.org/ingress-controller*"],
        classes: &[],
        owns_classes: false,
        way: pods(
            &[
                seen(&[(NAME, "kubernetes-ingress")]),
                seen(&[("run", "haproxy-ingress")]),
            ],
            None,
        ),
    },
    Known {
        name: "HAProxy Ingress",
        controllers: &["haproxy-ingress.github.io/controller*"],
        classes: &["haproxy"],
        owns_classes: false,
        way: pods(
            &[
                heard(&[(NAME, "haproxy-ingress")]),
                seen(&[("run", "haproxy-ingress")]),
            ],
            None,
        ),
    },
    Known {
        name: "Kong",
        controllers: &[
            "ingress-controllers.konghq.com/kong",
            "konghq.com/kic-gateway-controller",
        ],
        classes: &["kong"],
        owns_classes: false,
        // The pods of the proxy, not those of the controller.
        way: pods(
            &[heard(&[(NAME, "gateway")]), heard(&[(NAME, "kong")])],
            None,
        ),
    },
    Known {
        name: "Contour",
        controllers: &[
            "projectcontour.io/ingress-controller",
            "projectcontour.io/ingress-contour*",
            "projectcontour.io/gateway-controller",
        ],
        classes: &["contour"],
        owns_classes: false,
        // Envoy takes the requests, Contour only tells it where to send them.
        way: pods(
            &[
                seen(&[("app", "envoy")]),
                heard(&[(NAME, "contour"), (COMPONENT, "envoy")]),
            ],
            None,
        ),
    },
    Known {
        name: "the router of OpenShift",
        controllers: &["openshift.io/ingress-to-route"],
        classes: &["openshift-default"],
        owns_classes: false,
        way: KnownWay::Pods {
            namespace: Some(ROUTERS),
            labels: &[seen(&[(ROUTER, "")])],
            ports: Some((80, 443)),
        },
    },
    Known {
        name: "AWS Load Balancer Controller",
        controllers: &["ingress.k8s.aws/alb", "gateway.k8s.aws/*"],
        classes: &["alb"],
        owns_classes: false,
        way: KnownWay::NoPods(
            "an Application Load Balancer outside the cluster sends requests to the pods, or to ports of nodes",
        ),
    },
    Known {
        name: "GKE Ingress",
        controllers: &[],
        classes: &["gce", "gce-internal"],
        owns_classes: true,
        way: KnownWay::NoPods(
            "a load balancer of Google Cloud sends requests to the pods, or to ports of nodes",
        ),
    },
    Known {
        name: "GKE Gateway",
        controllers: &["networking.gke.io/gateway"],
        classes: &["gke-l7-*"],
        owns_classes: true,
        way: KnownWay::NoPods(
            "a load balancer of Google Cloud sends requests to the pods, or to ports of nodes",
        ),
    },
    Known {
        name: "Amazon VPC Lattice",
        controllers: &["application-networking.k8s.aws/gateway-api-controller"],
        classes: &["amazon-vpc-lattice"],
        owns_classes: true,
        way: KnownWay::NoPods("VPC Lattice outside the cluster sends requests to the pods"),
    },
    Known {
        name: "Azure Application Gateway",
        controllers: &[
            "azure/application-gateway",
            "alb.networking.azure.io/alb-controller",
        ],
        classes: &["azure-application-gateway", "azure/application-gateway"],
        owns_classes: true,
        way: KnownWay::NoPods(
            "a gateway in a subnet outside the cluster sends requests to the pods",
        ),
    },
    Known {
        name: "Cilium Ingress",
        controllers: &["cilium.io/ingress-controller"],
        classes: &["cilium"],
        owns_classes: false,
        way: KnownWay::NoPods(CILIUM),
    },
    Known {
        name: "Cilium Gateway",
        controllers: &["io.cilium/gateway-controller"],
        classes: &["cilium"],
        owns_classes: false,
        way: KnownWay::NoPods(CILIUM),
    },
    Known {
        name: "Istio",
        controllers: &["istio.io/ingress-controller"],
        classes: &["istio"],
        owns_classes: false,
        way: pods(&[heard(&[("istio", "ingressgateway")])], None),
    },
];

const CILIUM: &str = "Cilium's own proxy on each node sends requests to the pods, with the identity `ingress`, which no selector of a NetworkPolicy names";

/// What is known of a controller, or of a class where no object says who serves it; and whether it is sure
/// that this is the one.
pub(super) fn find(
    controller: Option<&str>,
    class: Option<&str>,
) -> Option<(&'static Known, bool)> {
    let stands = |list: &[&str], name: &str| {
        list.iter().any(|listed| match listed.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => *listed == name,
        })
    };
    if let Some(controller) = controller {
        let known = KNOWN
            .iter()
            .find(|known| stands(known.controllers, controller));
        return known.map(|known| (known, true));
    }
    let class = class?;
    let known = KNOWN.iter().find(|known| stands(known.classes, class));
    known.map(|known| (known, known.owns_classes))
}
