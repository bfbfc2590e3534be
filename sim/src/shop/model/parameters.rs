//! The numbers of the shop, each with its unit and, if known, its source. Shares by category, day, referrer and
//! language are tables in the files that use them.
//! Must not depend on: anything.

// Visits.

/// Events of a mean visit by a human.
pub(crate) const EVENTS_PER_VISIT: f64 = 4.0;
/// Orders per visit by a human, over all visits. It follows from the numbers below, and a test derives it; the rates of
/// fraud campaigns use it.
pub(crate) const ORDERS_PER_VISIT: f64 = 0.0208;
/// Visits by habit of a faithful customer of mean rate, in units of the mean over all visits that the scenario states. That
/// mean counts lapsed customers, further visits of a spell, and visits to finish something. Derived by the same test.
pub(in crate::shop) const FAITHFUL_RATE: f64 = 1.80;
/// Seconds after the session timeout at which the next visit can begin at the earliest.
pub(in crate::shop) const VISIT_GAP_SECONDS: i64 = 120;
/// Visits by month, January first, without the additional visits for sales and presents.
pub(in crate::shop) const VISITS_BY_MONTH: [f64; 12] =
    [1.0, 0.97, 0.98, 0.98, 0.99, 0.97, 0.99, 0.98, 0.98, 1.01, 1.08, 1.07];

// Buying lives: the BG/NBD model (Fader, Hardie and Lee 2005).

/// Shape of the gamma law of keenness, and the power of the visit rate that keenness is multiplied by: frequent
/// customers are a little keener on each visit.
pub(in crate::shop) const KEENNESS_SHAPE: f64 = 0.9;
pub(in crate::shop) const KEENNESS_RATE_POWER: f64 = 0.08;
/// Shapes of the two gammas that the probability of lapsing after an order is made from (a beta law with mean 0.65).
/// Both are small: most people either lapse soon or stay, so that half of the buyers place a single order in a year
/// (CDNOW 0.51).
pub(in crate::shop) const LAPSE_SHAPES: (f64, f64) = (0.26, 0.14);
/// Visits by habit of a lapsed customer, at most, in units of a faithful customer's mean rate.
pub(in crate::shop) const LAPSED_RATE_CAP: f64 = 0.0155;
/// Probability that a visit ends the lapse of a customer.
pub(in crate::shop) const P_REACTIVATE: f64 = 0.44;

// The way to an order.

/// Probability that a visit by a faithful customer of mean keenness has the intent to buy, and its limit.
pub(in crate::shop) const P_INTENT_TO_BUY: f64 = 0.061;
pub(in crate::shop) const P_INTENT_TO_BUY_MAX: f64 = 0.1126;
/// Factor on the probability of the intent to buy with a phone and with any other device: conversions of 1.3 and 3.2 %
/// (Adobe 2016).
pub(in crate::shop) const INTENT_BY_DEVICE: [f64; 2] = [0.80, 1.43];
/// Probability that a customer with the intent to buy decides to check out once something is in the cart: on a visit by
/// habit, and on one that came back for it.
pub(in crate::shop) const P_CHECKOUT_GIVEN_CART: f64 = 0.37;
pub(in crate::shop) const P_CHECKOUT_GIVEN_RETURN: f64 = 0.45;
/// Probability that unfinished intent brings a customer back in the days after, and that they then still want it.
pub(in crate::shop) const P_RETURN_FOR_INTENT: f64 = 0.50;
pub(in crate::shop) const P_STILL_WANTS: f64 = 0.70;
/// Probability that an e-mail about an abandoned cart brings the customer back (published rates of recovered carts are 5 to
/// 15 %, of which not all buy).
pub(in crate::shop) const P_RETURN_FOR_REMINDER: f64 = 0.10;
/// Share of the visits without the intent to buy in which something is put into the cart.
pub(in crate::shop) const CASUAL_CART_SHARE: f64 = 0.025;
/// Days within which half of the returns for unfinished intent happen: a visit excites the next.
pub(in crate::shop) const RETURN_HALF_LIFE_DAYS: f64 = 1.5;
/// Days until the e-mail about an abandoned cart: bounds.
pub(in crate::shop) const REMINDER_DAYS: (f64, f64) = (1.0, 3.0);
/// A customer who returns takes any waking hour: the number of arrivals per day to choose from.
pub(in crate::shop) const RETURN_ARRIVALS_PER_DAY: f64 = 8.0;

// Spells: visits that belong to one wish.

/// Probability that a visit in which a product was viewed is followed by another one of the same spell.
pub(in crate::shop) const P_CONTINUE_SPELL: f64 = 0.44;
/// Share of the visits of a faithful customer that can be continued: bounces have no wish, and customers who mean to
/// buy or to review come back for that.
pub(in crate::shop) const WISH_SHARE: f64 = 0.81;
/// The mean time until the next visit of a spell, as a share of the mean time between visits by habit, and its bounds in
/// days: frequent customers come back within hours, rare ones within days.
pub(in crate::shop) const SPELL_GAP_SHARE: f64 = 0.06;
pub(in crate::shop) const SPELL_GAP_MIN_DAYS: f64 = 0.02;
pub(in crate::shop) const SPELL_GAP_MAX_DAYS: f64 = 1.5;
/// A customer who continues a spell takes the first waking hour: the number of arrivals per day to choose from.
pub(in crate::shop) const SPELL_ARRIVALS_PER_DAY: f64 = 24.0;

// Steps of a visit.

/// Shares of bounce, browse and search among visits without the intent to buy.
pub(in crate::shop) const IDLE_INTENT_SHARES: [f64; 3] = [0.15, 0.62, 0.23];
/// Factor on the share of bounces with a phone and with any other device: bounces of 37 and 26 % (Monetate 2015).
pub(in crate::shop) const BOUNCE_BY_DEVICE: [f64; 2] = [1.1, 0.78];
/// Shapes of the law of the probability of a further event: of visits without and with the intent to buy.
pub(in crate::shop) const PATIENCE_SHAPE_IDLE: f64 = 2.6;
pub(in crate::shop) const PATIENCE_SHAPE_BUY: f64 = 5.0;
/// Events of a visit, at most (YooChoose: 200 clicks).
pub(in crate::shop) const MAX_EVENTS: u32 = 200;
/// Events during which a customer with the intent to buy looks around before they can leave without a decision.
pub(in crate::shop) const LOOK_AROUND_EVENTS: u32 = 14;
/// Cumulative shares of a customer's three favourite categories among visits.
pub(in crate::shop) const TASTE_CUMULATIVE: [f64; 3] = [0.55, 0.85, 1.0];
/// Probability of putting a viewed product into the cart: with the intent to buy, and without.
pub(in crate::shop) const P_ADD_TO_CART: f64 = 0.30;
pub(in crate::shop) const P_ADD_TO_CART_CASUAL: f64 = 0.013;
/// Factor on the probability of putting a product on promotion into the cart.
pub(in crate::shop) const PROMOTION_FACTOR: f64 = 1.5;
/// Probability of going to the checkout at a step, for customers who have decided to check out.
pub(in crate::shop) const P_CHECKOUT_STEP: f64 = 0.34;
/// Probability that a view after a search is of a product that matches it, and that another view is within today's
/// category.
pub(in crate::shop) const P_VIEW_SEARCH_RESULT: f64 = 0.8;
pub(in crate::shop) const P_VIEW_TASTE: f64 = 0.7;
/// Probability that a visit to search begins with a search, and that a later step of it is a search.
pub(in crate::shop) const P_SEARCH_FIRST: f64 = 0.6;
pub(in crate::shop) const P_SEARCH_LATER: f64 = 0.2;
/// Deviations of price within a category per deviation of the customer's spending level.
pub(in crate::shop) const PRICE_BY_LEVEL: f32 = 1.2;
/// Quantity in the cart beyond 1: probability of each further piece, and their number at most.
pub(in crate::shop) const P_FURTHER_PIECE: f64 = 0.14;
pub(in crate::shop) const MAX_FURTHER_PIECES: u32 = 4;
/// Seconds on a page: shape and scale of a Weibull law (Liu et al. 2010: shapes below 1; most pages are left soon, some are
/// read for long).
pub(in crate::shop) const DWELL_SHAPE: f64 = 0.78;
pub(in crate::shop) const DWELL_SCALE_SECONDS: f64 = 38.0;
/// Seconds on a page, at most, in units of the session timeout: of customers who are resolved to stay, and of others.
pub(in crate::shop) const DWELL_MAX_RESOLVED: f64 = 0.9;
pub(in crate::shop) const DWELL_MAX_IDLE: f64 = 1.2;

// Carts and reviews.

/// Different products in a cart, at most.
pub(in crate::shop) const MAX_CART_PRODUCTS: usize = 6;
/// Days after which a customer has lost interest in half of what they left in the cart.
pub(in crate::shop) const CART_HALF_LIFE_DAYS: f64 = 4.0;
/// Probability that a product is taken out of the cart at the checkout.
pub(in crate::shop) const P_REMOVE_AT_CHECKOUT: f64 = 0.10;
/// Pending reviews of a customer, at most: frequent buyers review a smaller share.
pub(in crate::shop) const MAX_PENDING_REVIEWS: usize = 4;
/// Days from a purchase to its review: least, mean above it, and limit.
pub(in crate::shop) const REVIEW_DAYS: (f64, f64, f64) = (2.5, 6.0, 60.0);

// Devices and referrers.

/// Probability that a customer with several devices uses the phone: in 2020, the gain per year, and bounds. Phones made 55 %
/// of visits in 2019 and 64 % in 2020 (Contentsquare 2021); a third of the people here have only a phone.
pub(in crate::shop) const P_PHONE_IN_2020: f64 = 0.35;
pub(in crate::shop) const P_PHONE_PER_YEAR: f64 = 0.03;
pub(in crate::shop) const P_PHONE_BOUNDS: (f64, f64) = (0.15, 0.85);
/// A visit with a phone is about town once in this number of visits; otherwise it is at home.
pub(in crate::shop) const VISITS_PER_VISIT_ABOUT_TOWN: u32 = 3;
/// Probability that a customer who comes back comes directly; otherwise they come from a search engine.
pub(in crate::shop) const P_DIRECT_GIVEN_RETURN: f64 = 0.7;

// Bots (Imperva's yearly reports put automated traffic at half of all hits; most shops filter the larger part).

/// Events of a mean bot, in units of the events of a mean human.
pub(in crate::shop) const BOT_EVENTS_FACTOR: f64 = 30.0;
/// Share of bots that walk through the whole catalogue; the others watch the prices of a list.
pub(in crate::shop) const CRAWLER_SHARE: f64 = 0.7;
/// Pages of a bot's visit, and products of a list: the least number, and the count of possible numbers.
pub(in crate::shop) const BOT_PAGES: (u8, u64) = (8, 15);
pub(in crate::shop) const BOT_LIST_PRODUCTS: (u16, u64) = (20, 60);
/// Seconds of a bot on a page, and the factor on its visits: bounds.
pub(in crate::shop) const BOT_DWELL_SECONDS: (f64, f64) = (1.5, 9.0);
pub(in crate::shop) const BOT_PACE: (f64, f64) = (0.5, 1.5);
/// Factor on each interval and time on a page of a bot: bounds.
pub(in crate::shop) const BOT_JITTER: (f64, f64) = (0.97, 1.03);

// Products and prices.

/// Inflation of prices per year, and the days after which a twelfth of it is applied.
pub(in crate::shop) const INFLATION_PER_YEAR: f64 = 0.024;
pub(in crate::shop) const DAYS_PER_INFLATION: u32 = 30;
/// Share of products on promotion in a week, and in a week of sales.
pub(in crate::shop) const PROMOTED_SHARE: f64 = 0.07;
pub(in crate::shop) const PROMOTED_SHARE_IN_SALES: f64 = 0.30;
/// The share of the price in a promotion: the largest share, and the range below it.
pub(in crate::shop) const PROMOTION_PRICE: (f64, f64) = (0.90, 0.20);
/// Weeks between two changes of a product's price, and the largest change either way, as a share of the price.
pub(in crate::shop) const REPRICING_WEEKS: i32 = 13;
pub(in crate::shop) const REPRICING_MAX: f64 = 0.025;
/// Ranks that are added to a product's rank before the power law of popularity.
pub(in crate::shop) const POPULARITY_OFFSET: f64 = 4.0;
/// The most products that a customer views before taking the last one.
pub(in crate::shop) const CHOICE_TRIES: usize = 6;
/// Weight of the squared distance from the customer's price, in deviations, against taking a product.
pub(in crate::shop) const PRICE_DISTANCE_WEIGHT: f64 = 0.35;
/// The lowest base price, in dollars.
pub(in crate::shop) const MIN_PRICE_DOLLARS: f64 = 1.5;
/// Share of products that come in models, in shops with at least this number of products.
pub(in crate::shop) const MODEL_SHARE: f64 = 0.35;
pub(in crate::shop) const MODEL_SHOP_MIN_PRODUCTS: u32 = 100;
/// Days from one model to the next: the least number, and the count of possible numbers; and the share of them for
/// which a model is sold: bounds.
pub(in crate::shop) const MODEL_CYCLE_DAYS: (u16, u64) = (450, 700);
pub(in crate::shop) const MODEL_SOLD_SHARE: (f64, f64) = (0.4, 0.85);
/// Days until a new model is known, and days after that in which its appeal halves.
pub(in crate::shop) const MODEL_RISE_DAYS: f64 = 21.0;
pub(in crate::shop) const MODEL_FADE_DAYS: f64 = 90.0;
/// The appeal of a product that is always sold; that of a new model at its best is 1.
pub(in crate::shop) const STAPLE_APPEAL: f64 = 0.7;
/// Days over which the taste for a product changes, and its lowest level against its highest.
pub(in crate::shop) const TIDE_DAYS: i32 = 56;
pub(in crate::shop) const TIDE_MIN: f64 = 0.4;

// Searches.

/// Share of searches with a typing error, near the 10 % that studies of query logs find (Cucerzan and Brill 2004).
pub(in crate::shop) const TYPO_SHARE: f64 = 0.08;
