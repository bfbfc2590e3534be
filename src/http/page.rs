//! The page: files that lie in the program. They ask nothing from anywhere but this run.

use super::shared::Shared;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

const HTML: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");

/// The routes.
pub(super) fn routes() -> Router<Shared> {
    Router::new()
        .route("/", get(|| file("text/html; charset=utf-8", HTML)))
        .route("/page.css", get(|| file("text/css; charset=utf-8", STYLE)))
        .route("/page.js", get(|| file("text/javascript; charset=utf-8", SCRIPT)))
}

async fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind)], text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_asks_nobody_else() {
        for text in [HTML, STYLE, SCRIPT] {
            for foreign in ["http:", "https:", "//cdn", "@import", "url(", "eval(", "innerHTML"] {
                assert!(!text.contains(foreign), "{foreign}");
            }
        }
        for inline in ["<script>", "style=", "onclick", "<style"] {
            assert!(!HTML.contains(inline), "the policy forbids {inline}");
        }
    }
}
