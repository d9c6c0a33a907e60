use super::*;

fn text(html: &str) -> Vec<String> {
    lines(html).0.into_iter().map(|l| l.text).collect()
}

#[test]
fn paragraphs_breaks_and_lists() {
    assert_eq!(
        text("<div>Uno&nbsp;dos<br>tres</div><p>cuatro</p><ul><li>a<li>b</ul>"),
        ["Uno dos", "tres", "", "cuatro", "- a", "- b"]
    );
}

#[test]
fn hidden_text_is_not_text() {
    assert_eq!(
        text("<p style='display: none'>Apruebo</p><p>Rechazo</p><style>x</style>"),
        ["Rechazo"]
    );
}

#[test]
fn a_table_gives_rows_and_lines() {
    let (lines, tables) = lines(
        "<p>Datos:</p><table><tr><td><p>Programa</p><td>Vínculos\
         <tr><td>Año</td><td>2025</td></table>fin",
    );
    assert_eq!(tables, [[["Programa", "Vínculos"], ["Año", "2025"]]]);
    let texts: Vec<_> = lines.iter().map(|l| l.text.as_str()).collect();
    assert_eq!(texts, ["Datos:", "Programa\tVínculos", "Año\t2025", "fin"]);
}

#[test]
fn a_layout_table_is_no_data() {
    let (lines, tables) = lines(
        "<table><tr><td>Hola<br>Apruebo<table><tr><td>a</td><td>b</td></tr></table>\
         </td></tr></table>",
    );
    assert_eq!(tables, [vec![], vec![vec!["a".to_owned(), "b".to_owned()]]]);
    assert_eq!(lines.len(), 3);
}

#[test]
fn quotes_have_depth_and_originals_a_mark() {
    let (lines, _) = lines(
        "<div>No</div><div id=appendonsend></div><hr><div id='x_divRplyFwdMsg'><b>De:</b> a</div>\
         <blockquote>x<blockquote>y</blockquote></blockquote>z",
    );
    let seen: Vec<_> = lines
        .iter()
        .filter(|l| !l.is_blank())
        .map(|l| (l.text.as_str(), l.depth, l.mark))
        .collect();
    assert_eq!(
        seen,
        [
            ("No", 0, Mark::None),
            ("De: a", 0, Mark::Boundary),
            ("x", 1, Mark::None),
            ("y", 2, Mark::None),
            ("z", 0, Mark::None)
        ]
    );
}

#[test]
fn hostile_nesting_is_bounded() {
    let deep = "<div><table><tr><td>".repeat(20_000) + "x" + &"</b></td>".repeat(20_000);
    assert!(lines(&deep).0.iter().any(|l| l.text == "x"));
    let wide = format!("<p {}>y", "a b=c ".repeat(100_000));
    assert_eq!(text(&wide), ["y"]);
}
