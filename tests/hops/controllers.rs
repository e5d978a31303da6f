//! Which pods are found, and what is said where none is.

use netpolc::hops::controllers::{Front, Told, Way, front};
use netpolc::hops::request::By;
use netpolc::input::{Options, read_text};
use netpolc::model::Cluster;
use netpolc::selector::Selector;

fn cluster(text: &str) -> Cluster {
    let loaded = read_text("a.yaml", text, &Options::default());
    assert_eq!(loaded.findings, [], "{text}");
    Cluster::new(loaded.objects)
}

fn deployment(namespace: &str, name: &str, labels: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: {namespace}}}\nspec:\n  \
         selector: {{matchLabels: {{{labels}}}}}\n  template: {{metadata: {{labels: {{{labels}}}}}, spec: {{containers: [{{name: c, image: i}}]}}}}\n---\n"
    )
}

fn by(class: &str, controller: &str) -> By {
    let text = |text: &str| (!text.is_empty()).then(|| text.into());
    By::Ingress {
        class: text(class),
        controller: text(controller),
    }
}

/// The names of the pods, `missing` or `none`, with `?` where that is not sure, and the port.
fn shown(cluster: &Cluster, front: &Front) -> String {
    let way = match &front.way {
        Way::Pods(pods) => {
            let names = pods
                .iter()
                .map(|&pod| cluster.pod_name(cluster.pods.at(pod)));
            names.collect::<Vec<String>>().join(" ")
        }
        Way::NotInInput => "missing".to_owned(),
        Way::NoPods => "none".to_owned(),
    };
    let mark = if front.is_sure { "" } else { "? " };
    let port = front
        .port
        .map(|port| format!(" {port}"))
        .unwrap_or_default();
    format!("{mark}{way}{port}")
}

fn ask(text: &str, by: &By, port: u16) -> String {
    let cluster = cluster(text);
    shown(&cluster, &front(&cluster, by, port, &[]))
}

const NGINX: &str =
    "app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: controller";

#[test]
fn pods_of_ingress_controllers_are_found_by_their_labels() {
    for (controller, labels, port, expected) in [
        ("k8s.io/ingress-nginx", NGINX, 443, "infra/front 443"),
        ("k8s.io/ingress-nginx", NGINX, 8443, "infra/front"),
        (
            "nginx.org/ingress-controller",
            "app.kubernetes.io/name: nginx-ingress",
            80,
            "infra/front 80",
        ),
        (
            "nginx.org/ingress-controller",
            "app: nginx-ingress",
            443,
            "infra/front 443",
        ),
        (
            "traefik.io/ingress-controller",
            "app.kubernetes.io/name: traefik",
            80,
            "infra/front 8000",
        ),
        (
            "traefik.io/ingress-controller",
            "app.kubernetes.io/name: traefik",
            443,
            "infra/front 8443",
        ),
        (
            "haproxy.org/ingress-controller/own",
            "app.kubernetes.io/name: kubernetes-ingress",
            80,
            "infra/front",
        ),
        (
            "haproxy.org/ingress-controller",
            "run: haproxy-ingress",
            80,
            "infra/front",
        ),
        (
            "haproxy-ingress.github.io/controller",
            "run: haproxy-ingress",
            80,
            "infra/front",
        ),
        (
            "haproxy-ingress.github.io/controller",
            "app.kubernetes.io/name: haproxy-ingress",
            80,
            "? infra/front",
        ),
        (
            "projectcontour.io/ingress-controller",
            "app: envoy",
            80,
            "infra/front",
        ),
        (
            "projectcontour.io/ingress-controller",
            "app: contour",
            80,
            "missing",
        ),
        ("k8s.io/ingress-nginx", "app: nginx", 80, "missing 80"),
        ("example.com/own", NGINX, 80, "missing"),
        ("ingress.k8s.aws/alb", NGINX, 80, "none"),
        ("azure/application-gateway", NGINX, 80, "none"),
        ("cilium.io/ingress-controller", NGINX, 80, "none"),
    ] {
        let text = deployment("infra", "front", labels);
        assert_eq!(
            ask(&text, &by("own", controller), port),
            expected,
            "{controller} {labels}"
        );
    }
}

#[test]
fn a_class_alone_suggests_who_serves_it() {
    let text = deployment("infra", "front", NGINX);
    assert_eq!(ask(&text, &by("nginx", ""), 80), "? infra/front 80");
    // GKE alone has this one, and no object names it.
    assert_eq!(ask(&text, &by("gce", ""), 80), "none");
    assert_eq!(ask(&text, &by("alb", ""), 80), "? none");
    assert_eq!(ask(&text, &by("own", ""), 80), "missing");
    assert_eq!(ask(&text, &by("", ""), 80), "missing");
}

#[test]
fn two_controllers_may_serve_two_classes() {
    let two = format!(
        "{}{}",
        deployment("one", "a", NGINX),
        deployment("two", "b", NGINX)
    );
    assert_eq!(
        ask(&two, &by("own", "k8s.io/ingress-nginx"), 80),
        "? one/a two/b 80"
    );
}

#[test]
fn what_is_told_holds() {
    let cluster = cluster(&format!(
        "{}{}",
        deployment("infra", "a", "app: a"),
        deployment("other", "a", "app: a")
    ));
    let told = |namespace: Option<&str>, app: &str| {
        let told = Told {
            namespace: namespace.map(Into::into),
            pods: Selector::labels([("app", app)]),
        };
        let by = by("own", "ingress.k8s.aws/alb");
        shown(&cluster, &front(&cluster, &by, 80, &[told]))
    };
    assert_eq!(told(Some("infra"), "a"), "infra/a");
    assert_eq!(told(None, "a"), "infra/a other/a");
    assert_eq!(told(None, "b"), "missing");
}

#[test]
fn pods_of_a_gateway_bear_its_name() {
    let by = |class: &str, controller: &str| By::Gateway {
        namespace: "shop".into(),
        name: "gw".into(),
        class: class.into(),
        controller: (!controller.is_empty()).then(|| controller.into()),
        listener: "http".into(),
    };
    let envoy = "gateway.envoyproxy.io/gatewayclass-controller";
    let made = "gateway.networking.k8s.io/gateway-name: gw";
    let owned = "gateway.envoyproxy.io/owning-gateway-name: gw, gateway.envoyproxy.io/owning-gateway-namespace: shop";
    let at = |namespace: &str, labels: &str| deployment(namespace, "front", labels);
    assert_eq!(
        ask(
            &at("shop", made),
            &by("istio", "istio.io/gateway-controller"),
            80
        ),
        "shop/front"
    );
    assert_eq!(ask(&at("shop", made), &by("own", ""), 80), "shop/front");
    assert_eq!(ask(&at("other", made), &by("own", ""), 80), "missing");
    assert_eq!(
        ask(&at("envoy-gateway-system", owned), &by("eg", envoy), 80),
        "envoy-gateway-system/front 10080"
    );
    assert_eq!(
        ask(&at("envoy-gateway-system", owned), &by("eg", envoy), 8080),
        "envoy-gateway-system/front 8080"
    );
    let other = owned.replace("namespace: shop", "namespace: dev");
    assert_eq!(
        ask(&at("envoy-gateway-system", &other), &by("eg", envoy), 80),
        "missing"
    );
    assert_eq!(
        ask("", &by("gke-l7-global-external-managed", ""), 80),
        "none"
    );
    assert_eq!(ask("", &by("any", "networking.gke.io/gateway"), 80), "none");
    assert_eq!(
        ask("", &by("any", "io.cilium/gateway-controller"), 80),
        "none"
    );
    let traefik = at("traefik", "app.kubernetes.io/name: traefik");
    assert_eq!(
        ask(&traefik, &by("any", "traefik.io/gateway-controller"), 80),
        "traefik/front 8000"
    );
}

#[test]
fn routers_are_found_by_their_controller() {
    let router = |name: &str| {
        let label =
            format!("ingresscontroller.operator.openshift.io/deployment-ingresscontroller: {name}");
        deployment("openshift-ingress", &format!("router-{name}"), &label)
    };
    let two = format!("{}{}", router("default"), router("internal"));
    let by = |routers: &[&str]| By::OpenShift {
        routers: routers.iter().map(|it| (*it).into()).collect(),
    };
    assert_eq!(
        ask(&two, &by(&["default"]), 443),
        "openshift-ingress/router-default 443"
    );
    assert_eq!(
        ask(&two, &by(&[]), 80),
        "? openshift-ingress/router-default openshift-ingress/router-internal 80"
    );
    assert_eq!(ask(&two, &by(&["other"]), 80), "missing");
}
