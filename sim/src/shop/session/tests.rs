//! Who decides to pay. Knows no world.

use super::*;
use crate::engine::WorldKey;

#[test]
fn whoever_does_not_mean_to_buy_does_not_decide_to_pay() {
    let mut draws = WorldKey::new(1).draws(0, Purpose::VisitStep, 0);
    let device = Device { model: 1, update_lag_days: 0, releases_behind: 0 };
    let mut pays = |intent: Intent, back: bool| {
        let decided = |_: &u32| {
            let mut session = Session { back, ..Session::of(intent, device, ShopCategory::Books) };
            session.decide(&mut draws);
            session.resolve == Resolve::Pays
        };
        (0..4_000).filter(decided).count() as f64 / 4_000.0
    };
    assert_eq!([pays(Intent::Browse, false), pays(Intent::Crawl, false)], [0.0; 2]);
    assert!((pays(Intent::Buy, false) - READY).abs() < 0.03);
    assert!((pays(Intent::Buy, true) - READY_AGAIN).abs() < 0.03);
}
