//! What the network policies of the Amazon VPC CNI do not cover.
//!
//! ## What it does
//! Where the network plugin that is told or detected is `aws-vpc-cni`: reports a policy that selects a pod
//! without a controller, a rule with more than 24 entries of `ports`, and a Service in front of isolated
//! pods that leads to another port than its own.
//!
//! ## Why it matters
//! The user guide of EKS lists these limits: policies are not applied to pods on their own, more than 24
//! combinations of port and protocol for each peer are not taken, and the port of a Service has to be
//! that of the container.
//!
//! ## Example
//! ```yaml
//! kind: Pod             # cni: aws-vpc-cni
//! metadata: {name: migrate}
//! ```
//!
//! ## Use instead
//! ```yaml
//! kind: Job
//! metadata: {name: migrate}
//! ```
//!
//! ## Limits
//! Newer releases may have fewer limits. Nothing is said of Fargate and Windows nodes, on which the
//! plugin enforces no policy.

use super::isolated_but_served::service_ref;
use crate::lint::context::{Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, PodId, Policy, Service, ServicePort, TargetPort};

pub(super) const CHECK: Check = Check::Context(check);

/// As many entries of ports are taken for each peer.
const MOST: usize = 24;

fn check(context: &Context<'_>, facts: &mut Facts) {
    if context.cluster.practice.plugin() != "aws-vpc-cni" {
        return;
    }
    for (id, policy) in context.policies() {
        let mut pods = context.subject(id).iter();
        let bare = pods.find(|pod| context.cluster.pods.at(**pod).workload.is_none());
        if let Some(&pod) = bare {
            facts.add(of_pod(context, policy, pod));
        }
    }
    for at in context.rules() {
        let ports = at.rule.ports.listed().len();
        if ports > MOST {
            facts.add(of_ports(context, &at, ports));
        }
    }
    for service in context.cluster.services.rows() {
        let elsewhere =
            |port: &ServicePort| matches!(port.target, TargetPort::Number(it) if it != port.port);
        let port = service.ports.iter().position(elsewhere);
        let isolated = |pod: &PodId| !context.isolating(*pod, Direction::Ingress).is_empty();
        if let Some(index) = port.filter(|_| context.backends(service).iter().any(isolated)) {
            facts.add(of_service(context, service, index));
        }
    }
}

fn of_pod(context: &Context<'_>, policy: &Policy, pod: PodId) -> Fact {
    let pod = context.cluster.pods.at(pod);
    let name = context.cluster.pod_name(pod);
    let message = format!("selects pod `{name}`, which has no controller");
    Fact::new(context.policy_ref(policy), "spec.podSelector", message)
        .at(policy.subject_origin.span, "selects it")
        .at(pod.origin.span, "a pod on its own")
        .means("the Amazon VPC CNI applies no policy to such a pod")
        .fix("make it of a Deployment or a Job")
}

fn of_ports(context: &Context<'_>, at: &RuleAt<'_>, ports: usize) -> Fact {
    let path = at.ports_path();
    let message = format!("{ports} ports for each peer, of which the Amazon VPC CNI takes {MOST}");
    Fact::new(context.policy_ref(at.policy), &path, message)
        .at(context.span(at.policy, &path), "too many ports")
        .means("some of the ports may stay closed")
        .fix("use ranges with `endPort`, or fewer ports")
}

fn of_service(context: &Context<'_>, service: &Service, index: usize) -> Fact {
    let path = format!("spec.ports[{index}].targetPort");
    let written = context.written_at(service.origin);
    let span = written.map(|it| it.root.nearest(&path).span);
    let message = "the port of the Service is not that of the pods".to_owned();
    Fact::new(service_ref(service), &path, message)
        .at(span.or(service.origin.span), "another port")
        .means("with policies, the Amazon VPC CNI may not let clients of the Service through")
        .fix("give the Service the port that the pods listen on")
}
