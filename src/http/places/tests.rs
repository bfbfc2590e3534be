use super::*;

const BOUNDS: Bounds = Bounds { all: 8, by_address: 6, probes: 2 };

fn address(n: u8) -> IpAddr {
    IpAddr::from([10, 0, 0, n])
}

/// Returns whether a connection is to be closed.
fn is_closed(place: &Place) -> bool {
    !place.places.table().held.contains_key(&place.id)
}

fn take(places: &Arc<Places>, from: u8, millis: u64, began: Instant) -> Arc<Place> {
    places.take(address(from), began + Duration::from_millis(millis)).expect("there is a place")
}

#[test]
fn one_address_takes_the_places_of_its_own_oldest() {
    let (places, now) = (Places::new(BOUNDS), Instant::now());
    let other = take(&places, 2, 0, now);
    let own: Vec<_> = (1..=20).map(|n| take(&places, 1, n, now)).collect();
    assert!(!is_closed(&other));
    assert_eq!(own.iter().filter(|place| !is_closed(place)).count(), BOUNDS.by_address);
    assert!(own[14..].iter().all(|place| !is_closed(place) && place.share() == Share::Any));
}

#[test]
fn silent_ones_of_whom_has_the_most_are_closed_first() {
    let (places, now) = (Places::new(BOUNDS), Instant::now());
    let shy = take(&places, 9, 0, now);
    let many: Vec<_> = (1..=5).map(|n| take(&places, 1, n, now)).collect();
    let (idle, asked) = (take(&places, 2, 6, now), take(&places, 3, 7, now));
    idle.admit();
    let _answer = asked.answer();
    let fresh = take(&places, 4, 8, now);
    assert_eq!(fresh.share(), Share::Any);
    let closed: Vec<bool> = many.iter().map(|place| is_closed(place)).collect();
    assert_eq!(closed, [true, false, false, false, false]);
    assert!([&shy, &idle, &asked, &fresh].iter().all(|place| !is_closed(place)));
}

#[test]
fn probes_have_a_share_where_all_others_are_served() {
    let (places, now) = (Places::new(BOUNDS), Instant::now());
    let all: Vec<_> = (0..8).map(|n| take(&places, n, 0, now)).collect();
    let answers: Vec<_> = all.iter().map(Place::answer_admitted).collect();
    let probing: Vec<_> = (1..=10).map(|n| take(&places, 20, n, now)).collect();
    assert!(probing.iter().all(|place| place.share() == Share::Probes));
    assert_eq!(probing.iter().filter(|place| !is_closed(place)).count(), BOUNDS.probes);
    // If those are being answered, too, no other can be.
    let _last: Vec<_> = probing[8..].iter().map(Place::answer_admitted).collect();
    assert!(places.take(address(21), now).is_none());
    // Once one is idle again, its place is available.
    drop(answers);
    assert_eq!(take(&places, 21, 20, now).share(), Share::Any);
    assert!(all.iter().filter(|place| is_closed(place)).count() == 1);
}

impl Place {
    fn answer_admitted(place: &Arc<Place>) -> Answering {
        place.admit();
        place.answer()
    }
}

#[test]
fn who_says_nothing_is_closed_within_seconds_and_who_was_admitted_is_not() {
    let (places, now) = (Places::new(BOUNDS), Instant::now());
    let [silent, admitted, asking] = [1, 2, 3].map(|n| take(&places, n, 0, now));
    admitted.admit();
    let answer = asking.answer();
    places.close_silent(now + SILENCE - Duration::from_millis(1));
    assert!(!is_closed(&silent));
    places.close_silent(now + SILENCE);
    assert!(is_closed(&silent) && !is_closed(&admitted) && !is_closed(&asking));
    // After an answer, a connection that was not admitted has the same time for its next request.
    drop(answer);
    places.close_silent(Instant::now() + SILENCE / 2);
    assert!(!is_closed(&asking));
    places.close_silent(Instant::now() + SILENCE);
    assert!(is_closed(&asking));
    drop([silent, admitted, asking]);
    assert!(places.is_empty());
}

#[test]
fn few_files_make_few_places() {
    assert_eq!(Bounds::MAIN.within(Some(1 << 20)).all, 256);
    assert_eq!(Bounds::MAIN.within(None).all, 256);
    let few = Bounds::MAIN.within(Some(256));
    assert!(few.all + few.probes <= 64 && few.by_address < few.all && few.probes >= 4, "{few:?}");
}
