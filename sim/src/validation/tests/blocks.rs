//! Lists of blocks: regions and campaigns.

use super::*;

#[test]
fn regions_replace_those_below() {
    let mut layers = file("[[region]]\npreset = \"tokyo\"\nshare = 3\n[[region]]\npreset = \"london\"");
    assert_eq!(layers.clone().resolve(NOW).unwrap().scenario.region.len(), 2);
    layers.flags(&[("--region", "region", "mumbai")]);
    let scenario = layers.resolve(NOW).unwrap().scenario;
    assert_eq!(
        scenario.region.iter().map(|one| (one.preset.as_str(), one.share)).collect::<Vec<_>>(),
        [("mumbai", 1.0)]
    );
}

#[test]
fn a_region_of_ones_own() {
    let own = |bounds, zone| {
        let mut layers = Layers::new();
        layers.flags(&[("--bounds", "region[0].bounds", bounds), ("--timezone", "region[0].timezone", zone)]);
        layers
    };
    let scenario = own("-23.8,-46.9,-23.3,-46.3", "America/Sao_Paulo").resolve(NOW).unwrap().scenario;
    assert_eq!(scenario.region[0].bounds, Some([-23.8, -46.9, -23.3, -46.3]));
    assert_eq!(scenario.region[0].preset, "");
    for bounds in [
        "1,2,3",
        "-23.3,-46.9,-23.8,-46.3",
        "nan,0,1,1",
        "0,0,60,60",
        "0,0,0,0",
        "0,0,0.01,1",
        "85,0,86,1",
        "0,0,1,181",
        "a,b,c,d",
    ] {
        let found = problems(own(bounds, "America/Sao_Paulo"));
        assert!(found[0].0.starts_with("--bounds: "), "{bounds}: {found:?}");
    }
    let both = problems(file("[[region]]\npreset = \"tokyo\"\ntimezone = \"Asia/Tokyo\""));
    assert_eq!(both[0].0, "x.toml:3: `region[0].timezone`: the preset \"tokyo\" brings its own timezone");
    let austin = "bounds = [30.1, -98.0, 30.5, -97.5]\ntimezone = \"America/Chicago\"";
    let kept = file(&format!("[[region]]\n{austin}\nholidays = \"US\"")).resolve(NOW).unwrap().scenario;
    assert_eq!(kept.region[0].holidays.as_deref(), Some("US"));
    let strange = problems(file(&format!("[[region]]\n{austin}\nholidays = \"UK\"")));
    assert_eq!(strange[0].0, "x.toml:4: `region[0].holidays`: unknown country \"UK\"");
    let half = problems(file("[[region]]\nshare = 2\ntimezone = \"Asia/Tokyo\""));
    assert!(half[0].0.ends_with("it needs `bounds`"), "{half:?}");
    let found = problems(own("0,0,1,1", "America/Sao_Paolo"));
    assert!(found[0].1.contains("`America/Sao_Paulo`"), "{found:?}");
}

const WAVE: &str = "[[campaign]]\nkind = \"card-testing\"\nat = \"+30d\"\nsize = 40\n";

#[test]
fn campaigns_are_read_compared_and_written_back() {
    let text = format!(
        "{WAVE}[[campaign]]\nkind = \"mule-ring\"\nat = \"2026-03-01T10:00:00Z\"\nintensity = 2\nregion = \"houston\"\n"
    );
    let scenario = file(&text).resolve(NOW).unwrap().scenario;
    let [first, second] = scenario.campaign.as_slice() else { panic!("{:?}", scenario.campaign) };
    assert_eq!((first.kind.name(), first.at.as_str(), first.size, first.intensity), ("card-testing", "+30d", 40, 1.0));
    assert_eq!((second.kind.name(), second.intensity, second.region.as_deref()), ("mule-ring", 2.0, Some("houston")));
    assert_eq!(Scenario::from_toml("again", &scenario.to_toml()).unwrap(), scenario);
    assert_eq!(scenario.differences(&file("").resolve(NOW).unwrap().scenario).len(), 9);
    assert!(!Scenario::is_adoptable("campaign[0].kind"));
    let mut layers = file(&text);
    layers.set("campaign=[{kind = \"bust-out\", at = \"+2d\"}]");
    assert_eq!(layers.resolve(NOW).unwrap().scenario.campaign.len(), 1, "a higher layer replaces them all");
}

#[test]
fn faults_of_campaigns_are_named() {
    let said = |text: &str| problems(file(&format!("[[campaign]]\n{text}\n")))[0].0.clone();
    let table = [
        ("kind = \"card-testing\"", "`campaign[0]` has no `at`"),
        ("at = \"+3d\"", "`campaign[0]` has no `kind`"),
        ("at = \"+3d\"\nkind = \"card-tasting\"", "unknown kind of fraud \"card-tasting\""),
        ("at = \"-3d\"\nkind = \"velocity\"", "not after the world's start"),
        ("at = \"soon\"\nkind = \"velocity\"", "`campaign[0].at`"),
        ("at = \"+3d\"\nkind = \"velocity\"\nsize = 200000", "`campaign[0].size` is 200000"),
        ("at = \"+3d\"\nkind = \"velocity\"\nintensity = 0.0", "`campaign[0].intensity` is 0"),
        ("at = \"+3d\"\nkind = \"velocity\"\nregion = \"tokyo\"", "unknown region \"tokyo\""),
        ("at = \"+3d\"\nkind = \"velocity\"\nsise = 3", "unknown key `campaign[0].sise`"),
    ];
    for (text, expected) in table {
        assert!(said(text).contains(expected), "{text}: {}", said(text));
    }
    assert!(problems(file("campaign = \"velocity\""))[0].0.contains("must be a list"));
}
