//! The closed vocabularies of the shop's topic.
//! Must not depend on: products, prices and customers.

use serde::{Deserialize, Serialize};

/// The categories of products, as the wire contract names them. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ShopCategory {
    Electronics,
    Fashion,
    Home,
    Beauty,
    Sports,
    Books,
    Grocery,
    Automotive,
    Toys,
    Computers,
    Pets,
    Health,
}

impl ShopCategory {
    /// All categories, in the order of their numbers.
    pub const ALL: [ShopCategory; 12] = [
        ShopCategory::Electronics,
        ShopCategory::Fashion,
        ShopCategory::Home,
        ShopCategory::Beauty,
        ShopCategory::Sports,
        ShopCategory::Books,
        ShopCategory::Grocery,
        ShopCategory::Automotive,
        ShopCategory::Toys,
        ShopCategory::Computers,
        ShopCategory::Pets,
        ShopCategory::Health,
    ];

    /// The names on the wire, in the order of their numbers.
    pub const NAMES: &'static [&'static str] = &[
        "Electronics",
        "Fashion & Apparel",
        "Home & Garden",
        "Beauty & Personal Care",
        "Sports & Outdoors",
        "Books",
        "Grocery & Gourmet Food",
        "Automotive",
        "Toys & Games",
        "Computers",
        "Pet Supplies",
        "Health & Household",
    ];

    /// Returns the name on the wire.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// The types of interaction, as the wire contract names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum InteractionType {
    PageView,
    Search,
    AddToCart,
    Purchase,
    LeaveReview,
}

impl InteractionType {
    /// The names on the wire, in the order of the variants.
    pub const NAMES: &'static [&'static str] = &["page_view", "search", "add_to_cart", "purchase", "leave_review"];

    /// Returns the name on the wire.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// The sources that sessions come from, as the wire contract names them.
pub const REFERRERS: &[&str] = &[
    "direct",
    "google.com",
    "facebook.com",
    "amazon.com",
    "instagram.com",
    "twitter.com",
    "youtube.com",
    "tiktok.com",
    "pinterest.com",
    "reddit.com",
    "linkedin.com",
    "bing.com",
    "yahoo.com",
    "email_campaign",
    "affiliate_link",
];
