//! The pods of ingress controllers, where they are named on the command line.

use crate::endpoint::{Problem, Reference, grammar};
use crate::settings::PodsNamed;
use clap::Args;

/// Whose pods take requests.
#[derive(Debug, Clone, Args)]
pub(super) struct ControllerArgs {
    /// Pods of an ingress controller, such as `ingress-nginx/app=controller`, if they are not found by
    /// class and labels
    #[arg(long = "ingress-controller", value_name = "NAMESPACE/LABELS", value_parser = parse)]
    pub(super) controllers: Vec<PodsNamed>,
}

/// Reads `NAMESPACE/KEY=VALUE,…`, with or without the brackets of an endpoint.
fn parse(text: &str) -> Result<PodsNamed, String> {
    let said = |problem: Problem| match problem.help {
        Some(help) => format!("{}: {help}", problem.message),
        None => problem.message,
    };
    let help = || "write `NAMESPACE/LABELS`, such as `ingress-nginx/app=controller`".to_owned();
    let whole = match text.split_once('/') {
        Some((namespace, labels)) if !labels.starts_with('[') => format!("{namespace}/[{labels}]"),
        _ => text.to_owned(),
    };
    let reference = grammar::parse(&whole).map_err(said)?.reference;
    let Reference::Labels {
        namespace: Some(namespace),
        selector: pods,
        ..
    } = reference
    else {
        return Err(help());
    };
    Ok(PodsNamed { namespace, pods })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_namespace_and_labels_are_read() {
        let read = |text| parse(text).map(|it| format!("{} {}", it.namespace, it.pods));
        let edge = Ok("edge app=proxy,tier=front".to_owned());
        assert_eq!(read("edge/app=proxy,tier=front"), edge);
        assert_eq!(read("edge/[app=proxy,tier=front]"), edge);
        assert!(read("app=proxy").is_err());
        assert!(read("edge/app").is_err());
        assert!(read("edge").is_err());
    }
}
