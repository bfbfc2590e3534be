//! Business names in the language of a region: words for each kind of business, and proper names.
//! Must not depend on: merchants, to which the bank assigns names.

/// The number of kinds of business, which are the categories of the bank in the order of their numbers.
const KINDS: usize = 9;

/// The position of the proper name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// "Padaria Silva".
    WordFirst,
    /// "Smith Bakery".
    NameFirst,
    /// "鈴木ベーカリー".
    Joined,
}

/// The words of one language.
#[derive(Debug)]
pub(crate) struct BusinessNames {
    order: Order,
    /// Words for each kind of business; no word serves two kinds.
    words: [&'static [&'static str]; KINDS],
    /// Proper names: family names, saints, places and things.
    proper: &'static [&'static str],
    /// The name of the online shop.
    shop: &'static str,
    /// The name of the ride company.
    rides: &'static str,
}

/// A choice of words for one business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// The shop's own account.
    Shop,
    /// The ride company's own account.
    Rides,
    /// A business of a kind, with its word, its proper name, and the number of its branch from 1.
    Business { kind: u8, word: u8, proper: u8, branch: u16 },
}

impl BusinessNames {
    /// Returns the number of different names of a kind without branches.
    pub fn count(&self, kind: usize) -> usize {
        self.words[kind].len() * self.proper.len()
    }

    /// Returns the words of number `n` of a kind; numbers from [`BusinessNames::count`] on are further branches.
    pub fn words(&self, kind: usize, n: usize) -> Words {
        let (branch, at) = (n / self.count(kind), n % self.count(kind));
        let (word, proper) = (at % self.words[kind].len(), at / self.words[kind].len());
        let branch = u16::try_from(branch + 1).unwrap_or(u16::MAX);
        Words::Business { kind: kind as u8, word: word as u8, proper: proper as u8, branch }
    }

    /// Returns the parts of a name in their order, and the number of the branch.
    pub fn parts(&self, words: Words) -> ([&'static str; 3], u16) {
        match words {
            Words::Shop => ([self.shop, "", ""], 1),
            Words::Rides => ([self.rides, "", ""], 1),
            Words::Business { kind, word, proper, branch } => {
                let (word, proper) = (self.words[kind as usize][word as usize], self.proper[proper as usize]);
                let parts = match self.order {
                    Order::WordFirst => [word, " ", proper],
                    Order::NameFirst => [proper, " ", word],
                    Order::Joined => [proper, word, ""],
                };
                (parts, branch)
            }
        }
    }
}

/// Brazilian Portuguese.
#[rustfmt::skip]
pub(crate) static PT_BR: BusinessNames = BusinessNames {
    order: Order::WordFirst,
    words: [
        &["Eletrônicos", "Eletro", "Casa do Celular", "Informática"],
        &["Modas", "Confecções", "Calçados", "Boutique", "Camisaria"],
        &["Mercado", "Supermercado", "Padaria", "Hortifruti", "Açougue", "Empório"],
        &["Viagens", "Turismo", "Hotel", "Pousada"],
        &["Barbearia", "Lavanderia", "Oficina", "Clínica", "Academia", "Salão", "Restaurante", "Lanchonete"],
        &["Jogos Digitais", "Música Digital", "Cursos Online", "Livros Digitais"],
        &["Joalheria", "Relojoaria", "Perfumaria", "Vinhos"],
        &["Lotérica", "Apostas", "Bingo"],
        &["Papelaria", "Floricultura", "Pet Shop", "Bazar", "Farmácia", "Drogaria"],
    ],
    proper: &[
        "Silva", "Santos", "Oliveira", "Souza", "Lima", "Pereira", "Ferreira", "Costa", "Almeida", "Nascimento",
        "Carvalho", "Araújo", "Ribeiro", "Barbosa", "Rocha", "Moreira", "Cardoso", "Teixeira", "Moura", "Batista",
        "São João", "São Jorge", "São Paulo", "Santa Rita", "Santa Clara", "Nossa Senhora", "Bom Jesus", "Bela Vista",
        "Paulista", "Pinheiros", "Ipiranga", "Vila Mariana", "Moema", "Tatuapé", "Liberdade", "Jardins", "Boa Esperança",
        "Estrela", "Primavera", "Progresso", "Ouro Verde", "Três Irmãos", "Dois Amigos", "Avenida", "Central", "Ideal",
        "União", "Real", "Vila Madalena", "Itaim", "Perdizes", "Lapa", "Mooca", "Brás", "Santana", "Campo Belo", "Ibirapuera",
        "Nova Esperança", "Dona Maria", "Seu João", "Bandeirantes", "Anchieta",
    ],
    shop: "Loja da Praça Online",
    rides: "Vai Já Corridas",
};

/// American English; a city adds further names.
#[rustfmt::skip]
const EN_US: BusinessNames = BusinessNames {
    order: Order::NameFirst,
    words: [
        &["Electronics", "Computers", "Wireless", "Audio & Video"],
        &["Apparel", "Outfitters", "Shoes", "Boutique", "Clothing Co."],
        &["Market", "Supermarket", "Bakery", "Foods", "Farmers Market", "Butcher Shop"],
        &["Travel", "Airlines", "Hotel", "Inn & Suites"],
        &["Auto Repair", "Dry Cleaners", "Dental", "Fitness", "Barbershop", "Grill", "Diner", "Coffee"],
        &["Games", "Music Online", "Software", "Streaming"],
        &["Jewelers", "Watches", "Fine Wines", "Leather Goods"],
        &["Casino", "Sportsbook", "Lottery"],
        &["Hardware", "Pharmacy", "Florist", "Pet Supply", "Books", "Gifts"],
    ],
    proper: &[],
    shop: "Town Square Online",
    rides: "Hop In Rides",
};

/// American English as in Houston.
#[rustfmt::skip]
pub(crate) static EN_US_HOUSTON: BusinessNames = BusinessNames {
    proper: &[
        "Smith", "Johnson", "Williams", "Garcia", "Martinez", "Hernandez", "Davis", "Wilson", "Anderson", "Nguyen",
        "Tran", "Thompson", "Walker", "Garza", "Lopez", "King", "Hill", "Baker", "Boudreaux", "Patel", "Main Street",
        "Bayou", "Buffalo Bayou", "Montrose", "Heights", "Westheimer", "Memorial", "Bellaire", "Sugar Land", "Katy",
        "Cypress", "Pasadena", "Spring Branch", "Magnolia", "Live Oak", "Pecan", "Bluebonnet", "Lone Star", "Alamo",
        "Texas", "Gulf Coast", "Space City", "Rodeo", "Heritage", "Pioneer", "Family", "Corner", "Downtown",
    ],
    ..EN_US
};

/// American English as in New York.
#[rustfmt::skip]
pub(crate) static EN_US_NEW_YORK: BusinessNames = BusinessNames {
    proper: &[
        "Rodriguez", "Chen", "Cohen", "Rossi", "Kim", "Singh", "O'Brien", "Rivera", "Williams", "Katz", "Russo", "Wong",
        "Murphy", "Ahmed", "Santos", "Goldberg", "Esposito", "Diaz", "Lee", "Brown", "Broadway", "Hudson", "Brooklyn",
        "Empire", "Astoria", "Flatbush", "Harlem", "Bleecker", "Canal Street", "Knickerbocker", "Liberty", "Bowery",
        "Park Slope", "Greenpoint", "Jackson Heights", "Bay Ridge", "Riverside", "Lexington", "Madison", "Delancey",
        "Five Boroughs", "East Side", "West Side", "Harbor", "Union Square", "Corner", "Family", "Metropolitan",
    ],
    ..EN_US
};

/// British English.
#[rustfmt::skip]
pub(crate) static EN_GB: BusinessNames = BusinessNames {
    order: Order::NameFirst,
    words: [
        &["Electricals", "Computers", "Mobile Phones", "Hi-Fi"],
        &["Clothing", "Outfitters", "Shoes", "Tailors", "Knitwear"],
        &["Grocers", "Supermarket", "Bakery", "Butchers", "Greengrocers", "Food Hall"],
        &["Travel", "Airways", "Hotel", "Guest House"],
        &["Garage", "Dry Cleaners", "Dental Practice", "Gym", "Barbers", "Arms", "Café", "Fish & Chips"],
        &["Games", "Music Downloads", "Software", "Streaming"],
        &["Jewellers", "Watchmakers", "Fine Wines", "Antiques"],
        &["Bookmakers", "Bingo", "Casino"],
        &["Ironmongers", "Chemist", "Florist", "Pet Shop", "Bookshop", "Newsagents"],
    ],
    proper: &[
        "Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Evans", "Thomas", "Roberts", "Walker", "Wright",
        "Robinson", "Thompson", "Hughes", "Edwards", "Patel", "Khan", "Ahmed", "Clarke", "Turner", "King's", "Queen's",
        "St James", "St John's", "Crown", "Royal", "Victoria", "Albert", "Camden", "Islington", "Richmond", "Greenwich",
        "Hackney", "Chelsea", "Brixton", "Highgate", "Riverside", "High Street", "Market Square", "Old Mill", "Swan",
        "Red Lion", "White Hart", "Oak", "Willow", "Thames", "Abbey", "Station",
    ],
    shop: "Market Cross Online",
    rides: "Jump In Cars",
};

/// Indian English.
#[rustfmt::skip]
pub(crate) static EN_IN: BusinessNames = BusinessNames {
    order: Order::NameFirst,
    words: [
        &["Electronics", "Mobiles", "Computers", "Electricals"],
        &["Sarees", "Garments", "Fashions", "Footwear", "Textiles"],
        &["Kirana Stores", "Supermarket", "Sweets", "Dairy", "Provision Stores", "Bakery"],
        &["Travels", "Tours", "Hotel", "Guest House"],
        &["Clinic", "Motors", "Laundry", "Salon", "Tiffin House", "Restaurant", "Coaching Classes", "Diagnostics"],
        &["Games", "Music Online", "Software", "Learning App"],
        &["Jewellers", "Watch Company", "Perfumes", "Silver House"],
        &["Lottery", "Rummy Club", "Fantasy Sports"],
        &["Medical Store", "Book Depot", "Hardware", "Stationers", "Flower Mart", "General Stores"],
    ],
    proper: &[
        "Sharma", "Patel", "Mehta", "Shah", "Gupta", "Joshi", "Desai", "Kulkarni", "Patil", "Deshmukh", "Iyer", "Nair",
        "Khan", "Shaikh", "D'Souza", "Fernandes", "Agarwal", "Jain", "Reddy", "Naik", "Shree Ganesh", "Sai Baba", "Laxmi",
        "Saraswati", "Durga", "Krishna", "Balaji", "Om", "Mahalaxmi", "Siddhivinayak", "Andheri", "Bandra", "Dadar",
        "Borivali", "Colaba", "Juhu", "Kurla", "Thane", "Bombay", "Deccan", "National", "Royal", "New India", "Modern",
        "Bharat", "Jyoti", "Apna", "Sagar", "Malad", "Ghatkopar", "Matunga", "Worli", "Powai", "Chembur", "Vile Parle",
        "Ambika", "Gajanan", "Swastik", "Maharashtra", "Konkan",
    ],
    shop: "Bazaar Junction Online",
    rides: "Chalo Cabs",
};

/// Japanese.
#[rustfmt::skip]
pub(crate) static JA_JP: BusinessNames = BusinessNames {
    order: Order::Joined,
    words: [
        &["電器", "パソコン", "カメラ", "家電"],
        &["洋品店", "呉服店", "靴店", "ファッション", "衣料"],
        &["スーパー", "ベーカリー", "青果店", "鮮魚店", "精肉店", "ストア"],
        &["トラベル", "旅行社", "ホテル", "旅館"],
        &["食堂", "クリーニング", "美容室", "歯科", "自動車", "寿司", "珈琲店", "フィットネス"],
        &["ゲームズ", "ミュージック", "ソフト", "電子書籍"],
        &["宝飾", "時計店", "酒店", "画廊"],
        &["パチンコ", "宝くじ売場", "競馬会"],
        &["薬局", "書店", "文具店", "花店", "金物店", "雑貨店"],
    ],
    proper: &[
        "佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "吉田", "山田", "佐々木", "山口", "松本",
        "井上", "木村", "林", "清水", "斎藤", "さくら", "みどり", "あおば", "ひかり", "のぞみ", "やまと", "すみれ", "つばき", "まつや",
        "だるま", "銀座", "新宿", "渋谷", "上野", "浅草", "品川", "池袋", "目黒", "神田", "築地", "富士", "日の出", "丸善堂", "三友",
        "大黒", "東京", "江戸", "駅前", "中野", "吉祥寺", "恵比寿", "両国", "日本橋", "月島", "世田谷", "練馬", "きく", "松竹", "花まる", "福寿",
    ],
    shop: "まちかど通販",
    rides: "らくのりタクシー",
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_businesses_of_a_language_are_called_alike_and_no_name_needs_escaping() {
        for names in [&PT_BR, &EN_US_HOUSTON, &EN_US_NEW_YORK, &EN_GB, &EN_IN, &JA_JP] {
            let mut all = BTreeSet::new();
            let mut made = 2;
            for words in [Words::Shop, Words::Rides] {
                all.insert((names.parts(words).0.concat(), 1));
            }
            for kind in 0..KINDS {
                let count = 2 * names.count(kind);
                made += count;
                for n in 0..count {
                    let (parts, branch) = names.parts(names.words(kind, n));
                    all.insert((parts.concat(), branch));
                }
            }
            assert_eq!(all.len(), made);
            let plain = |text: &str| !text.chars().any(|c| c.is_control() || c == '"' || c == '\\') && text.len() <= 60;
            assert!(all.iter().all(|(name, _)| plain(name)));
        }
    }
}
