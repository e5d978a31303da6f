//! Names keep their meaning: nobody binds one name three times in a row, each time to something made
//! of what it was before. Twice is a value on its way; three times hide what each step gives.

use super::reading::{Token, code};
use super::sources::{check, sources};

/// So often in a row is too often.
const TOO_OFTEN: usize = 3;

/// A `let` of a single name: where it begins and ends among the tokens, and the name.
struct Binding<'t> {
    line: usize,
    name: &'t str,
    value: &'t [Token],
    end: usize,
}

/// The binding that begins at `at`, if one does.
fn binding(tokens: &[Token], at: usize) -> Option<Binding<'_>> {
    let text = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let begins = at == 0 || ["{", "}", ";"].contains(&text(at - 1));
    if text(at) != "let" || !begins {
        return None;
    }
    let name = at + 1 + usize::from(text(at + 1) == "mut");
    if !["=", ":"].contains(&text(name + 1)) {
        return None;
    }
    let mut depth = 0_usize;
    let end = tokens.iter().enumerate().skip(name).find(|(_, token)| {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && token.text == ";"
    });
    let end = end?.0;
    Some(Binding {
        line: tokens.get(at)?.line,
        name: &tokens.get(name)?.text,
        value: tokens.get(name + 1..end)?,
        end,
    })
}

/// The chains in a text: the line and the name of each.
fn chains(text: &str) -> Vec<(usize, String)> {
    let tokens = code(text);
    let mut chains = Vec::new();
    let (mut at, mut told) = (0, 0);
    while at < tokens.len() {
        let Some(first) = binding(&tokens, at) else {
            at += 1;
            continue;
        };
        let (mut number, mut end) = (1, first.end);
        while let Some(next) = binding(&tokens, end + 1) {
            let goes_on = next.value.iter().any(|token| token.text == first.name);
            if next.name != first.name || !goes_on {
                break;
            }
            (number, end) = (number + 1, next.end);
        }
        if number >= TOO_OFTEN && end > told {
            told = end;
            chains.push((first.line, first.name.to_owned()));
        }
        // What stands inside of a value may have bindings, too.
        at += 1;
    }
    chains
}

#[test]
fn nothing_is_bound_anew_again_and_again() {
    let mut complaints = Vec::new();
    for file in sources().iter().filter(|file| !file.is_test()) {
        let found = chains(&file.text);
        complaints.extend(
            found
                .into_iter()
                .map(|(line, name)| format!("{}:{line}: `{name}`", file.path)),
        );
    }
    check(
        &complaints,
        "These names are bound three times in a row, each time to what is made of them. Say by another \
         name what a step gives, or take two steps in one.",
    );
}

#[test]
fn a_chain_is_found_where_one_is() {
    let body = |text: &str| chains(&format!("fn f() {{\n{text}\n}}"));
    let found = body("let x = a();\nlet x = x.b();\nlet mut x: u8 = { let y = 1; x.c(y) };");
    assert_eq!(found, [(2, "x".to_owned())]);
    for fine in [
        "let x = a(); let x = x.b(); x.c()",
        "let x = a(); let x = b(); let x = c();",
        "let x = a(); let x = x.b(); g(x); let x = x.c();",
        "let x = a(); let y = x.b(); let x = y.c(); let x = x.d();",
        "let Some(x) = a() else { return }; let x = x.b(); let x = x.c();",
    ] {
        assert_eq!(body(fine), [], "{fine}");
    }
}
