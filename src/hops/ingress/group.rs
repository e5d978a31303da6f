//! The Ingresses of one class, and what they make of a request.

use super::super::request::{Answer, Because, By, Refusal, Request, Scheme, Served, below};
use super::path::{self, Fit};
use super::secured::{Secured, secured};
use super::taker::{Entry, Taker, to};
use super::{annotation, class};
use crate::model::{Cluster, Ingress, IngressPath, PathType};
use std::collections::HashMap;
use std::sync::Arc;

/// The Ingresses of a class.
pub(super) struct Group<'c> {
    by: By,
    /// Whether the controller reads annotations of ingress-nginx.
    reads_nginx: Option<bool>,
    /// Whether a host's own paths alone count, if it has any.
    is_strict: bool,
    /// Whether `http` is sent to `https` where there is TLS; none: not known.
    redirects: Option<bool>,
    doubts: Vec<Because>,
    hosts: HashMap<String, Vec<Entry<'c>>>,
    /// Those with a default backend.
    defaults: Vec<&'c Ingress>,
}

/// What the paths of a host say.
struct Found<'c> {
    answer: Option<Answer>,
    /// The Ingresses that decided.
    by: Vec<&'c Ingress>,
}

impl<'c> Group<'c> {
    pub(super) fn new(cluster: &Cluster, name: Option<Arc<str>>, first: &Ingress) -> Self {
        let controller = class::find(cluster, name.as_deref()).map(|it| Arc::clone(&it.controller));
        let text = controller.as_deref();
        Self {
            reads_nginx: annotation::reads_nginx(text),
            is_strict: matches!(
                text,
                Some("k8s.io/ingress-nginx" | "nginx.org/ingress-controller")
            ),
            redirects: match text {
                Some("k8s.io/ingress-nginx") => Some(true),
                // That of F5 does, unless an annotation of its own says otherwise.
                Some("nginx.org/ingress-controller") | None => None,
                Some(_) => Some(false),
            },
            doubts: class::doubts(cluster, name.as_deref(), first),
            by: By::Ingress {
                class: name,
                controller,
            },
            hosts: HashMap::new(),
            defaults: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, ingress: &'c Ingress, doubt: Option<&String>) {
        let mut add = |host: &str, path| {
            let entry = Entry {
                ingress,
                path,
                doubt: doubt.cloned(),
            };
            let host = host.to_ascii_lowercase();
            self.hosts.entry(host).or_default().push(entry);
        };
        for path in &ingress.paths {
            add(path.host.as_deref().unwrap_or_default(), Some(path));
            if self.reads_nginx != Some(false) {
                annotation::aliases(ingress).for_each(|alias| add(alias, Some(path)));
            }
        }
        for host in ingress.hosts.iter().flatten() {
            let has_paths = ingress
                .paths
                .iter()
                .any(|path| path.host.as_ref() == Some(host));
            if !has_paths {
                add(host, None);
            }
        }
        if ingress.default_backend.is_some() || ingress.default_is_foreign {
            self.defaults.push(ingress);
        }
    }

    pub(super) fn answer(&self, request: &Request) -> Option<Served> {
        let wildcard = below(&request.host).map(|rest| format!("*.{rest}"));
        let hosts = [Some(request.host.as_str()), wildcard.as_deref(), Some("")];
        let tiers: Vec<&[Entry<'c>]> = hosts
            .into_iter()
            .flatten()
            .filter_map(|host| self.hosts.get(host))
            .map(Vec::as_slice)
            .collect();
        let found = match tiers.split_first() {
            None => self.default(&[], request)?,
            Some((own, others)) => self.of_host(own, others, request),
        };
        let own = tiers.first().copied().unwrap_or_default();
        let tls = Secured {
            redirects: self.redirects,
            is_strict: self.is_strict,
        };
        let answer = secured(&tls, (found.answer?, &found.by), own, request);
        let mut doubts = self.doubts.clone();
        let usual = match request.scheme {
            Scheme::Http => 80,
            Scheme::Https => 443,
        };
        if request.port != usual {
            let first = own
                .first()
                .map(|it| it.ingress)
                .or(self.defaults.first().copied())?;
            let text = format!(
                "Ingresses are served on the ports 80 and 443, and whether on {} is not known",
                request.port
            );
            doubts.push(Because::new(text, first.origin));
        }
        Some(Served {
            by: self.by.clone(),
            doubts,
            answer,
        })
    }

    /// What becomes of a request for a host with rules; `others` are rules for more hosts than that.
    fn of_host(&self, own: &[Entry<'c>], others: &[&[Entry<'c>]], request: &Request) -> Found<'c> {
        let mut found = self.resolve(own, request);
        if !self.is_strict {
            for other in others {
                let wider = self.resolve(other, request);
                let Some(answer) = wider.answer else { continue };
                let is_same = found
                    .answer
                    .as_ref()
                    .is_some_and(|own| own.is_same(&answer));
                if is_same {
                    continue;
                }
                let text = "rules for this host and for more hosts take it, and which of them win is not documented";
                let text = match &found.answer {
                    Some(_) => text,
                    None => {
                        "no rule for this host takes it, and whether rules for more hosts then do is not documented"
                    }
                };
                let because = wider
                    .by
                    .iter()
                    .map(|it| Because::new(text, it.origin))
                    .collect();
                let own = found.answer.take();
                let own = own.unwrap_or(Answer::Open {
                    because: Vec::new(),
                    perhaps: Vec::new(),
                });
                found.answer = Some(own.opened(because, answer.destinations().to_vec()));
                found.by.extend(wider.by);
            }
        }
        if found.answer.is_some() {
            return found;
        }
        self.default(own, request).unwrap_or_else(|| {
            let first = own.first().map(|it| it.ingress);
            let text = format!(
                "no path of `{}` takes `{}`, and no Ingress has a default backend: the controller answers itself, with 404",
                request.host, request.path
            );
            let because = Because::new(text, first.map(|it| it.origin).unwrap_or_default());
            Found {
                answer: Some(Answer::Nothing(Refusal::NotFound, because)),
                by: first.into_iter().collect(),
            }
        })
    }

    /// What the paths of one host say: the longest that takes the request, and of equal ones that of type
    /// Exact.
    fn resolve(&self, entries: &[Entry<'c>], request: &Request) -> Found<'c> {
        let expressions = self.reads_nginx != Some(false)
            && entries
                .iter()
                .any(|it| annotation::has_expressions(it.ingress));
        let mut sure: Vec<Taker<'_, 'c>> = Vec::new();
        let mut perhaps: Vec<Taker<'_, 'c>> = Vec::new();
        for entry in entries {
            let Some(path) = entry.path else { continue };
            let taker = Taker::new(entry, path, expressions);
            match self.fit(path, &request.path, expressions) {
                Fit::No => {}
                Fit::Yes if entry.doubt.is_none() && !self.is_canary(entry.ingress) => {
                    sure.push(taker);
                }
                Fit::Yes | Fit::Perhaps => perhaps.push(taker),
            }
        }
        let best = sure.iter().map(|it| it.rank).max();
        sure.retain(|it| Some(it.rank) == best);
        // What is longer wins if it takes the request at all; so may what is as long.
        let length = best.map_or(0, |(length, _)| length);
        perhaps.retain(|it| it.rank.0 >= length);
        let Some((first, rivals)) = sure.split_first() else {
            return self.only_perhaps(&perhaps, request);
        };
        let answer = first.answer(request);
        let mut by = vec![first.entry.ingress];
        let mut because = Vec::new();
        let mut others = Vec::new();
        for rival in rivals.iter().chain(&perhaps) {
            let other = rival.answer(request);
            if !answer.is_same(&other) {
                because.extend(self.why_perhaps(rival, expressions));
                others.extend(other.destinations().to_vec());
                by.push(rival.entry.ingress);
            }
        }
        let answer = if because.is_empty() {
            answer
        } else {
            answer.opened(because, others)
        };
        Found {
            answer: Some(self.annotated(answer, &by)),
            by,
        }
    }

    /// What follows where it is not sure that any path takes the request.
    fn only_perhaps(&self, perhaps: &[Taker<'_, 'c>], request: &Request) -> Found<'c> {
        if perhaps.is_empty() {
            return Found {
                answer: None,
                by: Vec::new(),
            };
        }
        let expressions = perhaps.iter().any(|it| it.is_expression);
        let because = perhaps
            .iter()
            .flat_map(|it| self.why_perhaps(it, expressions));
        let others = perhaps.iter().map(|it| it.answer(request));
        let others = others.flat_map(|it| it.destinations().to_vec()).collect();
        let nothing = Answer::Open {
            because: Vec::new(),
            perhaps: Vec::new(),
        };
        let by: Vec<_> = perhaps.iter().map(|it| it.entry.ingress).collect();
        let answer = nothing.opened(because.collect(), others);
        Found {
            answer: Some(self.annotated(answer, &by)),
            by,
        }
    }

    fn is_canary(&self, ingress: &Ingress) -> bool {
        self.reads_nginx != Some(false) && annotation::is_canary(ingress)
    }

    fn fit(&self, path: &IngressPath, request: &str, expressions: bool) -> Fit {
        let documented = path::documented(path.path_type, &path.path, request);
        if !expressions {
            return documented;
        }
        let expression = path::expression(&path.path, request);
        match self.reads_nginx {
            Some(true) => expression,
            Some(false) | None if expression == documented => expression,
            Some(false) | None => Fit::Perhaps,
        }
    }

    /// Why it is not sure that a path takes the request.
    fn why_perhaps(&self, taker: &Taker<'_, 'c>, expressions: bool) -> Vec<Because> {
        let Entry {
            ingress,
            path,
            doubt,
        } = taker.entry;
        let who = format!("Ingress {}/{}", ingress.namespace, ingress.name);
        let place = path.map(IngressPath::field).unwrap_or_default();
        let text = match doubt {
            Some(doubt) => doubt.clone(),
            None if self.is_canary(ingress) => format!(
                "the annotation `nginx.ingress.kubernetes.io/canary` of {who} gives it a part of the requests"
            ),
            None if expressions => format!(
                "the annotations `use-regex` or `rewrite-target` of an Ingress for this host make `{place}` of {who} an expression"
            ),
            None if taker.path.path_type == PathType::ImplementationSpecific => format!(
                "what `{place}` of {who} takes is up to the controller (`pathType: ImplementationSpecific`)"
            ),
            None => format!("`{place}` of {who} has the same host and path as another one"),
        };
        vec![Because::new(text, ingress.origin)]
    }

    /// What annotations of the Ingresses that decide make of it.
    fn annotated(&self, answer: Answer, by: &[&'c Ingress]) -> Answer {
        let reads = self.reads_nginx;
        if let Some(ingress) = by.iter().find(|it| annotation::redirects(it))
            && reads == Some(true)
            && by.len() == 1
        {
            let text = format!(
                "an annotation of Ingress {}/{} redirects the client elsewhere",
                ingress.namespace, ingress.name
            );
            return Answer::Nothing(Refusal::Redirect, Because::new(text, ingress.origin));
        }
        let unread: Vec<_> = by
            .iter()
            .flat_map(|it| annotation::unread(it, reads))
            .collect();
        if unread.is_empty() {
            answer
        } else {
            answer.opened(unread, Vec::new())
        }
    }

    /// What becomes of what no path takes: the default backend of the host's own Ingresses, or of those
    /// without any rules. Whether one of an Ingress with rules for other hosts takes it is not documented.
    fn default(&self, own: &[Entry<'c>], request: &Request) -> Option<Found<'c>> {
        let is_own = |it: &&&'c Ingress| {
            it.hosts.is_empty() || own.iter().any(|entry| std::ptr::eq(entry.ingress, **it))
        };
        let (near, far): (Vec<_>, Vec<_>) = self.defaults.iter().partition(|it| is_own(it));
        let answer_of = |ingress: &'c Ingress| {
            let text = format!(
                "no path takes it, and the default backend of Ingress {}/{} is `{}`",
                ingress.namespace,
                ingress.name,
                ingress
                    .default_backend
                    .as_ref()
                    .map_or("not a Service", |it| &it.service)
            );
            to(ingress, ingress.default_backend.as_ref(), text)
        };
        let by: Vec<&'c Ingress> = if near.is_empty() {
            far.clone()
        } else {
            near.clone()
        };
        let (first, others) = by.split_first()?;
        if near.is_empty() && self.is_strict {
            return None;
        }
        let mut answer = answer_of(first);
        if near.is_empty() {
            let text = format!(
                "`{}` is no host of Ingress {}/{}, and whether its default backend takes it is up to the controller",
                request.host, first.namespace, first.name
            );
            answer = answer.opened(vec![Because::new(text, first.origin)], Vec::new());
        }
        for other in others {
            let rival = answer_of(other);
            if !answer.is_same(&rival) {
                let text = "several Ingresses have a default backend, and which of them holds is not documented";
                let because = vec![Because::new(text, other.origin)];
                answer = answer.opened(because, rival.destinations().to_vec());
            }
        }
        Some(Found {
            answer: Some(self.annotated(answer, &by)),
            by,
        })
    }
}
