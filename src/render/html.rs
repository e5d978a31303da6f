//! A page to look at: one HTML file that needs nothing else and fetches nothing.
//!
//! What a reader without script has to see (figures, the internet, findings, what is left out) is
//! written here as plain HTML; the matrix and the focus are drawn by the script from the data in the
//! page. The script is known by its hash, so that nothing else can run, and puts all text on the page
//! as text.
//!
//! No clock and no chance: the same input gives the same bytes.

mod findings;
mod glance;
mod markup;
mod page;
mod plain;

use super::count;
use super::json::Data;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use markup::{Markup, text};
pub use page::Page;
use sha2::{Digest as _, Sha256};
use std::io::{self, Write};

/// The parts of the script, in the order in which they build on each other.
const SCRIPT: [&str; 4] = [
    include_str!("html/data.js"),
    include_str!("html/grid.js"),
    include_str!("html/panel.js"),
    include_str!("html/page.js"),
];
const STYLE: &str = include_str!("html/page.css");
/// The parts of the page that hold nothing of the input.
const TOOLS: &str = include_str!("html/tools.html");
const MAP: &str = include_str!("html/map.html");

/// Writes the page.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write(page: &Page<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut markup = Markup::default();
    let script = script();
    head(page, &script, &mut markup);
    markup.raw("<main>\n");
    glance::tiles(page, &mut markup);
    glance::internet(page, &mut markup);
    markup.raw(MAP);
    plain::table(page, &mut markup);
    markup.raw("</noscript>\n</div>\n<aside class=\"card\" id=\"cell\"><h2>A cell</h2><p class=\"dim\">Pick a cell of the matrix to see its ports and the rules that let them through.</p></aside>\n</section>\n");
    markup.raw("<section class=\"card\" id=\"focus\"><h2>Focus<small id=\"who\">one workload: who reaches it, and what it reaches</small></h2><div id=\"picture\"></div><div id=\"tables\" class=\"cols\"></div></section>\n");
    findings::section(page, &mut markup);
    foot(page, &mut markup);
    markup.raw("</main>\n<script type=\"application/json\" id=\"data\">");
    out.write_all(markup.as_bytes())?;
    let data = Data {
        cluster: page.cluster,
        overview: page.overview,
        sources: page.sources,
    };
    data.write(out)?;
    out.write_all(b"</script>\n<script>")?;
    out.write_all(script.as_bytes())?;
    out.write_all(b"</script>\n</body>\n</html>\n")
}

/// The whole script, in a scope of its own: without comments and without what indents it, which nobody
/// needs who looks at the page. No line of it begins within a text.
fn script() -> String {
    let mut out = String::from("(() => {\n");
    for line in SCRIPT.iter().flat_map(|part| part.lines()) {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with("//") {
            out.extend([line, "\n"]);
        }
    }
    out + "})();\n"
}

fn head(page: &Page<'_>, script: &str, out: &mut Markup) {
    let hash = STANDARD.encode(Sha256::digest(script.as_bytes()));
    let title = text(page.title);
    out.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n");
    out.raw(&format!("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\">\n"));
    out.raw(&format!(
        "<title>{title} · netpolc report</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>netpolc<small class=\"m\">{title}</small></h1>\n"
    ));
    out.raw(TOOLS);
}

fn foot(page: &Page<'_>, out: &mut Markup) {
    out.raw("<footer class=\"card\" id=\"about\"><h2>About this page</h2>\n<ul>\n");
    let mut lines = vec![format!(
        "netpolc {} read {}{}",
        env!("CARGO_PKG_VERSION"),
        page.title,
        page.time
            .map_or_else(String::new, |time| format!(", {time}"))
    )];
    let files = page.sources.names().len();
    if files > 0 {
        lines.push(format!(
            "{}, {}",
            count(files, "file", "files"),
            count(page.cluster.policies.len(), "policy", "policies")
        ));
    }
    lines.push(
        "a pair is connected if its policies surely let some connection through; what hangs on something \
         unknown is not shown as connected"
            .into(),
    );
    if page.overview.internet().is_some() {
        lines.push(
            "the internet is the largest part of the public addresses that the policies do not tell apart; \
             addresses that they name are listed apart"
                .into(),
        );
    }
    lines.extend(page.notes.iter().cloned());
    for line in lines {
        out.raw("<li>");
        out.text(&line);
        out.raw("</li>\n");
    }
    out.raw("</ul>\n");
    if !page.overview.left_out.is_empty() {
        out.raw("<h3>Left out, so that what is shown may be otherwise</h3>\n<ul>\n");
        for it in &page.overview.left_out {
            out.raw("<li>");
            out.text(&super::left_out::line(it));
            out.raw("</li>\n");
        }
        out.raw("</ul>\n");
    }
    out.raw("</footer>\n");
}
