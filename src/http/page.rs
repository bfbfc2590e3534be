//! The page: files that lie in the program. They ask nothing from anywhere but this run.

use super::shared::Shared;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

const HTML: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPTS: [(&str, &str); 3] = [
    ("/page.js", include_str!("page/page.js")),
    ("/town.js", include_str!("page/town.js")),
    ("/drifts.js", include_str!("page/drifts.js")),
];

/// The routes.
pub(super) fn routes() -> Router<Shared> {
    let page = Router::new()
        .route("/", get(|| file("text/html; charset=utf-8", HTML)))
        .route("/page.css", get(|| file("text/css; charset=utf-8", STYLE)));
    let with = |page: Router<Shared>, (path, text): (&str, &'static str)| {
        page.route(path, get(move || file("text/javascript; charset=utf-8", text)))
    };
    SCRIPTS.into_iter().fold(page, with)
}

async fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind)], text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_asks_nobody_else() {
        let beside = |path: &str| HTML.contains(&format!("=\"{}\"", path.trim_start_matches('/')));
        assert!(SCRIPTS.iter().all(|(path, _)| beside(path)) && beside("/page.css"));
        for text in [HTML, STYLE].into_iter().chain(SCRIPTS.map(|(_, text)| text)) {
            for foreign in ["http:", "https:", "//cdn", "@import", "url(", "eval(", "innerHTML"] {
                assert!(!text.contains(foreign), "{foreign}");
            }
        }
        for (name, text) in [("", HTML)].into_iter().chain(SCRIPTS) {
            for absolute in ["=\"/", "\"/api", "`/"] {
                assert!(!text.contains(absolute), "{name}: {absolute} leads out of the path of a proxy");
            }
        }
        for inline in ["<script>", "style=", "onclick", "<style"] {
            assert!(!HTML.contains(inline), "the policy forbids {inline}");
        }
    }
}
