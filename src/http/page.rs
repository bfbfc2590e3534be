//! The page: files compiled into the program, with the kinds of injections and the shipped drifts filled in. The page loads
//! nothing from other origins.

use super::shared::Shared;
use crate::ops::drifts::shipped_names;
use crate::ops::inject::InjectKind;
use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use std::sync::LazyLock;

/// The page with its options filled in.
static HTML: LazyLock<String> = LazyLock::new(|| {
    let kinds = InjectKind::all().map(InjectKind::name);
    include_str!("page/page.html")
        .replace("{{kinds}}", &options(kinds))
        .replace("{{drifts}}", &options(shipped_names()))
});
const STYLE: &str = include_str!("page/page.css");
const SCRIPTS: [(&str, &str); 3] = [
    ("/page.js", include_str!("page/page.js")),
    ("/town.js", include_str!("page/town.js")),
    ("/drifts.js", include_str!("page/drifts.js")),
];

/// Returns the options of a choice: each name, shown with spaces.
fn options(names: impl Iterator<Item = &'static str>) -> String {
    let option = |name: &str| format!("<option value=\"{name}\">{}</option>", name.replace('-', " "));
    names.map(option).collect::<Vec<_>>().join("\n")
}

/// Returns the routes.
pub(super) fn routes() -> Router<Shared> {
    let page = Router::new()
        .route("/", get(|| file("text/html; charset=utf-8", &HTML)))
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
    fn the_page_loads_from_its_own_origin_only() {
        let beside = |path: &str| HTML.contains(&format!("=\"{}\"", path.trim_start_matches('/')));
        assert!(SCRIPTS.iter().all(|(path, _)| beside(path)) && beside("/page.css"));
        for text in [HTML.as_str(), STYLE].into_iter().chain(SCRIPTS.map(|(_, text)| text)) {
            for foreign in ["http:", "https:", "//cdn", "@import", "url(", "eval(", "innerHTML"] {
                assert!(!text.contains(foreign), "{foreign}");
            }
        }
        for (name, text) in [("", HTML.as_str())].into_iter().chain(SCRIPTS) {
            for absolute in ["=\"/", "\"/api", "`/"] {
                assert!(!text.contains(absolute), "{name}: {absolute} leads out of the path of a proxy");
            }
        }
        for inline in ["<script>", "style=", "onclick", "<style"] {
            assert!(!HTML.contains(inline), "the policy forbids {inline}");
        }
    }

    #[test]
    fn the_page_offers_every_kind_and_every_shipped_drift() {
        let offers = |name: &str| HTML.contains(&format!("<option value=\"{name}\">"));
        assert!(InjectKind::all().all(|kind| offers(kind.name())) && shipped_names().all(offers));
        assert!(!HTML.contains("{{"), "all placeholders are filled in");
    }
}
