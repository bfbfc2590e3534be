//! The words of searches: the kinds of product by category and language, and the words around them. Tables only.
//! Must not depend on: products and customers.

use crate::base::Language;

/// Returns the words of a language.
pub(super) fn words_of(language: Language) -> &'static Vocabulary {
    match language {
        Language::English => &ENGLISH,
        Language::Portuguese => &PORTUGUESE,
        Language::Japanese => &JAPANESE,
        Language::Hinglish => &HINGLISH,
    }
}

/// The number of kinds of product of a category.
pub(in crate::shop) const KINDS: usize = 6;

/// The words of one language.
#[derive(Debug)]
pub(in crate::shop) struct Vocabulary {
    /// The kinds of product of each category, in the order of the categories.
    pub kinds: [[&'static str; KINDS]; 12],
    /// Words before a kind, with the space between.
    pub before: &'static [&'static str],
    /// Words after a kind, with the space between.
    pub behind: &'static [&'static str],
    /// The space between a brand and a kind.
    pub gap: &'static str,
}

/// Fictitious brands.
pub(in crate::shop) const BRANDS: [&str; 16] = [
    "norvik",
    "altera",
    "kessa",
    "brightwell",
    "tomaro",
    "ozona",
    "fernhill",
    "lumio",
    "pacifa",
    "zentro",
    "oakmere",
    "vireo",
    "sandrel",
    "mikasu",
    "tarvo",
    "elmont",
];

static ENGLISH: Vocabulary = Vocabulary {
    kinds: [
        ["headphones", "phone case", "tv", "speaker", "charger", "camera"],
        ["sneakers", "jeans", "dress", "jacket", "t-shirt", "backpack"],
        ["desk lamp", "pillow", "cookware set", "vacuum", "curtains", "garden hose"],
        ["shampoo", "moisturizer", "lipstick", "perfume", "hair dryer", "sunscreen"],
        ["yoga mat", "dumbbells", "tent", "water bottle", "running shoes", "bike helmet"],
        ["novel", "cookbook", "children's book", "biography", "mystery", "science fiction"],
        ["coffee", "olive oil", "chocolate", "green tea", "snacks", "pasta"],
        ["car charger", "floor mats", "dash cam", "wiper blades", "motor oil", "tire inflator"],
        ["board game", "puzzle", "building blocks", "doll", "toy car", "card game"],
        ["laptop", "keyboard", "monitor", "mouse", "usb hub", "external drive"],
        ["dog food", "cat litter", "dog toy", "cat tree", "leash", "aquarium"],
        ["vitamins", "face masks", "thermometer", "detergent", "toothbrush", "first aid kit"],
    ],
    before: &["best ", "cheap ", "new ", "black ", "small ", "large ", "white "],
    behind: &[" for kids", " sale", " for women", " for men", " gift", " under 50", " reviews"],
    gap: " ",
};

static PORTUGUESE: Vocabulary = Vocabulary {
    kinds: [
        ["fone de ouvido", "capinha de celular", "televisão", "caixa de som", "carregador", "câmera"],
        ["tênis", "calça jeans", "vestido", "jaqueta", "camiseta", "mochila"],
        ["luminária", "travesseiro", "jogo de panelas", "aspirador", "cortina", "mangueira"],
        ["xampu", "hidratante", "batom", "perfume", "secador de cabelo", "protetor solar"],
        ["tapete de yoga", "halteres", "barraca", "garrafa térmica", "tênis de corrida", "capacete de bike"],
        ["romance", "livro de receitas", "livro infantil", "biografia", "suspense", "ficção científica"],
        ["café", "azeite", "chocolate", "chá verde", "biscoito", "macarrão"],
        ["carregador veicular", "tapete de carro", "câmera veicular", "palheta", "óleo de motor", "calibrador"],
        ["jogo de tabuleiro", "quebra-cabeça", "blocos de montar", "boneca", "carrinho", "jogo de cartas"],
        ["notebook", "teclado", "monitor", "mouse", "hub usb", "hd externo"],
        ["ração para cachorro", "areia para gato", "brinquedo de cachorro", "arranhador", "coleira", "aquário"],
        ["vitaminas", "máscara", "termômetro", "sabão em pó", "escova de dente", "primeiros socorros"],
    ],
    before: &["melhor ", "comprar ", "promoção "],
    behind: &[" barato", " infantil", " feminino", " masculino", " preto", " promoção", " original", " usado"],
    gap: " ",
};

static JAPANESE: Vocabulary = Vocabulary {
    kinds: [
        ["ヘッドホン", "スマホケース", "テレビ", "スピーカー", "充電器", "カメラ"],
        ["スニーカー", "ジーンズ", "ワンピース", "ジャケット", "tシャツ", "リュック"],
        ["デスクライト", "枕", "鍋セット", "掃除機", "カーテン", "ホース"],
        ["シャンプー", "保湿クリーム", "口紅", "香水", "ドライヤー", "日焼け止め"],
        ["ヨガマット", "ダンベル", "テント", "水筒", "ランニングシューズ", "自転車 ヘルメット"],
        ["小説", "料理本", "絵本", "伝記", "ミステリー", "sf 小説"],
        ["コーヒー", "オリーブオイル", "チョコレート", "緑茶", "お菓子", "パスタ"],
        ["カーチャージャー", "フロアマット", "ドライブレコーダー", "ワイパー", "エンジンオイル", "空気入れ"],
        ["ボードゲーム", "パズル", "ブロック", "人形", "ミニカー", "カードゲーム"],
        ["ノートパソコン", "キーボード", "モニター", "マウス", "usb ハブ", "外付けhdd"],
        ["ドッグフード", "猫砂", "犬 おもちゃ", "キャットタワー", "リード", "水槽"],
        ["ビタミン", "マスク", "体温計", "洗剤", "歯ブラシ", "救急セット"],
    ],
    before: &["おすすめ ", "安い ", "新作 "],
    behind: &[" おすすめ", " 安い", " レディース", " メンズ", " 子供", " 人気", " プレゼント", " セール"],
    gap: " ",
};

static HINGLISH: Vocabulary = Vocabulary {
    kinds: [
        ["earphone", "mobile cover", "tv", "bluetooth speaker", "charger", "camera"],
        ["joote", "jeans", "kurti", "jacket", "t-shirt", "school bag"],
        ["study lamp", "takiya", "kadhai set", "vacuum cleaner", "parda", "paani ka pipe"],
        ["shampoo", "cold cream", "lipstick", "itra", "hair dryer", "sunscreen"],
        ["yoga mat", "dumbbell", "tent", "paani ki bottle", "running shoes", "cycle helmet"],
        ["upanyas", "khana book", "bachon ki kitab", "jeevani", "jasoosi kahani", "science fiction"],
        ["coffee", "sarson ka tel", "chocolate", "chai patti", "namkeen", "pasta"],
        ["car charger", "gaadi mat", "dash cam", "wiper", "engine oil", "hawa pump"],
        ["ludo", "puzzle", "building blocks", "gudiya", "khilona gaadi", "taash"],
        ["laptop", "keyboard", "monitor", "mouse", "usb hub", "hard disk"],
        ["dog food", "cat litter", "kutte ka khilona", "cat tree", "patta", "aquarium"],
        ["vitamin", "face mask", "thermometer", "kapde ka sabun", "brush", "first aid box"],
    ],
    before: &["sasta ", "best ", "naya ", "accha "],
    behind: &[" price", " sasta", " ladies", " bachon ke liye", " offer", " combo", " online"],
    gap: " ",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_typed_needs_escaping_or_is_empty() {
        for words in [&ENGLISH, &PORTUGUESE, &JAPANESE, &HINGLISH] {
            let all = words.kinds.iter().flatten().chain(words.before).chain(words.behind).chain(&BRANDS);
            for word in all {
                let plain = |c: char| !c.is_control() && !matches!(c, '"' | '\\') && !c.is_uppercase();
                assert!(!word.trim().is_empty() && word.chars().all(plain), "{word}");
            }
        }
    }
}
