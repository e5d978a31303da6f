//! Claims that are typed on the command line.

use super::args::{Expected, ProveArgs};
use crate::endpoint::{Problem, grammar};
use crate::intent::{Entry, Expect, Flows, Intent, IntentPort, Intents, PolicyPath, Who};
use crate::model::Origin;

impl ProveArgs {
    /// The claims that were typed.
    pub(super) fn typed(&self) -> Result<Option<Intents>, Problem> {
        let mut intents = Vec::new();
        let mut add = |expect| {
            intents.push(Intent {
                name: "claim".into(),
                expect,
                scope: None,
                origin: Origin::default(),
            });
        };
        if let (Some(from), Some(to), Some(expect)) = (&self.from, &self.to, self.expect) {
            let flows = self.flows(from, to)?;
            add(match expect {
                Expected::Denied => Expect::Denied(flows),
                Expected::Allowed => Expect::Allowed(flows),
            });
        }
        let path = |path: &String| PolicyPath {
            path: path.as_str().into(),
            origin: Origin::default(),
        };
        if let Some(other) = &self.equal_to {
            add(Expect::Equal(path(other)));
        }
        if let Some(other) = &self.no_more_than {
            add(Expect::Implied(path(other)));
        }
        Ok((!intents.is_empty()).then(|| Intents {
            intents,
            ..Intents::default()
        }))
    }

    fn flows(&self, from: &str, to: &str) -> Result<Flows, Problem> {
        let from = entry(from)?;
        if let Who::Named(asked) = &from.who
            && asked.port.is_some()
        {
            return Err(
                Problem::new("a source has no port").help("write the port after the destination")
            );
        }
        let mut to = entry(to)?;
        let (mut ports, mut portless) = (Vec::new(), Vec::new());
        if let Some(port) = &self.port {
            let port = grammar::parse_port(port)?;
            match &mut to.who {
                Who::Named(asked) if asked.port.as_ref().is_none_or(|other| *other == port) => {
                    asked.port = Some(port);
                }
                Who::Named(_) => {
                    return Err(Problem::new("`--to` and `--port` name different ports")
                        .help("give the port once"));
                }
                Who::Anyone | Who::AnyPod | Who::Pods(_) | Who::Block(_) => {
                    let origin = Origin::default();
                    match port.test() {
                        Ok(test) => ports.push(IntentPort { test, origin }),
                        Err(protocol) => portless.push(protocol),
                    }
                }
            }
        }
        Ok(Flows {
            from: vec![from],
            to: vec![to],
            ports,
            portless,
            same_labels: Vec::new(),
            different_labels: Vec::new(),
        })
    }
}

fn entry(text: &str) -> Result<Entry, Problem> {
    let who = match text {
        "anyone" => Who::Anyone,
        "pods" => Who::AnyPod,
        "any" | "all" | "everyone" | "everybody" | "*" => {
            return Err(Problem::new(format!("`{text}` is not an endpoint"))
                .help("did you mean `anyone`, or `pods` for every pod?"));
        }
        other => Who::Named(grammar::parse(other)?),
    };
    Ok(Entry {
        who,
        origin: Origin::default(),
    })
}
