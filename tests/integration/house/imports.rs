//! Reads the imports of a crate: which module uses what is defined in which other module, re-exports followed to the
//! definition. Test code is left out. Must not depend on: names of this project's modules.

use proc_macro2::{TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit::Visit;
use syn::{Attribute, Item, UseTree, Visibility};

/// The path of a module inside its crate, such as `bank::model`; empty for the root.
pub type ModulePath = Vec<String>;

/// One use of something that another module of the crate defines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Import {
    pub from: ModulePath,
    /// The module that holds the definition.
    pub to: ModulePath,
    pub file: String,
    pub line: usize,
    /// Whether it only gives the definition on (`pub use`), which is no dependency of the module itself.
    pub reexport: bool,
}

/// The modules of one crate.
#[derive(Debug, Default)]
pub struct CrateModules {
    modules: BTreeMap<ModulePath, Module>,
}

#[derive(Debug, Default)]
struct Module {
    file: String,
    defined: BTreeSet<String>,
    imported: BTreeMap<String, Imported>,
    globs: Vec<Imported>,
    paths: Vec<(Vec<String>, usize)>,
}

#[derive(Clone, Debug)]
struct Imported {
    path: Vec<String>,
    line: usize,
    reexport: bool,
}

impl CrateModules {
    /// Reads the sources of a crate: path below its source folder, such as `bank/model.rs`, and text.
    ///
    /// # Panics
    /// When a file is no Rust.
    pub fn read(sources: &BTreeMap<String, String>) -> Self {
        let mut tests = BTreeSet::new();
        let mut all = CrateModules::default();
        for (file, text) in sources {
            let parsed = syn::parse_file(text).unwrap_or_else(|e| panic!("{file}: {e}"));
            let path = module_of(file);
            all.add(&path, file, &parsed.items, &mut tests);
        }
        all.modules.retain(|path, _| !tests.iter().any(|test: &ModulePath| path.starts_with(test)));
        all
    }

    /// All modules, the root included.
    pub fn paths(&self) -> impl Iterator<Item = &ModulePath> {
        self.modules.keys()
    }

    /// All uses of definitions in other modules.
    pub fn imports(&self) -> BTreeSet<Import> {
        self.modules.keys().flat_map(|path| self.imports_of(path)).collect()
    }

    fn add(&mut self, path: &ModulePath, file: &str, items: &[Item], tests: &mut BTreeSet<ModulePath>) {
        let mut module = Module { file: file.to_owned(), ..Module::default() };
        for item in items.iter().filter(|item| !is_test(attributes(item))) {
            module.take(item);
        }
        self.modules.insert(path.clone(), module);
        for item in items {
            let Item::Mod(inner) = item else { continue };
            let inner_path = child(path, &inner.ident.to_string());
            match &inner.content {
                _ if is_test(&inner.attrs) => drop(tests.insert(inner_path)),
                Some((_, items)) => self.add(&inner_path, file, items, tests),
                None => {}
            }
        }
    }

    fn imports_of(&self, path: &ModulePath) -> BTreeSet<Import> {
        let module = &self.modules[path];
        let named = module.imported.values().chain(&module.globs).map(|i| (&i.path, i.line, i.reexport));
        // A single name that is a module's is a local value or a field: a module alone is no expression.
        let is_item = |used: &[String]| {
            used.len() > 1 || used.first().is_some_and(|name| !self.modules.contains_key(&child(path, name)))
        };
        let used = module.paths.iter().filter(|(used, _)| is_item(used)).map(|(used, line)| (used, *line, false));
        let import = |(used, line, reexport): (&Vec<String>, usize, bool)| {
            let to = self.home_of(path, used, 0)?;
            (to != *path).then(|| Import { from: path.clone(), to, file: module.file.clone(), line, reexport })
        };
        named.chain(used).filter_map(import).collect()
    }

    /// The module that defines what `path`, as written in module `at`, names; none where that is outside of the crate.
    fn home_of(&self, at: &ModulePath, path: &[String], depth: usize) -> Option<ModulePath> {
        if depth > 20 {
            return None;
        }
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.inside(Vec::new(), rest, depth),
            "self" => self.inside(at.clone(), rest, depth),
            "super" => self.inside(at.split_last()?.1.to_vec(), rest, depth),
            _ => self.knows(at, first).then(|| self.inside(at.clone(), path, depth))?,
        }
    }

    fn knows(&self, at: &ModulePath, name: &str) -> bool {
        let module = &self.modules[at];
        let by_glob = |glob: &Imported| self.home_of_in_glob(at, glob, name, 1).is_some();
        self.modules.contains_key(&child(at, name))
            || module.imported.contains_key(name)
            || module.defined.contains(name)
            || module.globs.iter().any(by_glob)
    }

    fn home_of_in_glob(&self, at: &ModulePath, glob: &Imported, name: &str, depth: usize) -> Option<ModulePath> {
        let target = self.module_named(at, &glob.path, depth + 1)?;
        let holds = self.modules[&target].defined.contains(name) || self.modules.contains_key(&child(&target, name));
        let reexported = || self.modules[&target].imported.contains_key(name);
        (target != *at && (holds || reexported())).then(|| self.inside(target, &[name.to_owned()], depth + 1))?
    }

    /// The module that a path names, if it names one.
    fn module_named(&self, at: &ModulePath, path: &[String], depth: usize) -> Option<ModulePath> {
        if depth > 20 {
            return None;
        }
        let (first, rest) = path.split_first()?;
        let (mut here, rest) = match first.as_str() {
            "crate" => (Vec::new(), rest),
            "self" => (at.clone(), rest),
            "super" => (at.split_last()?.1.to_vec(), rest),
            _ => (at.clone(), path),
        };
        for name in rest {
            here = match name.as_str() {
                "super" => here.split_last()?.1.to_vec(),
                _ if self.modules.contains_key(&child(&here, name)) => child(&here, name),
                _ => self.module_named(&here, &self.modules.get(&here)?.imported.get(name)?.path, depth + 1)?,
            };
        }
        self.modules.contains_key(&here).then_some(here)
    }

    fn inside(&self, mut here: ModulePath, path: &[String], depth: usize) -> Option<ModulePath> {
        for (index, name) in path.iter().enumerate() {
            if name == "super" {
                here.pop();
                continue;
            }
            let module = self.modules.get(&here)?;
            let inner = child(&here, name);
            if self.modules.contains_key(&inner) {
                here = inner;
                continue;
            }
            if module.defined.contains(name) {
                return Some(here);
            }
            if let Some(imported) = module.imported.get(name) {
                let further: Vec<String> = imported.path.iter().chain(&path[index + 1..]).cloned().collect();
                return self.home_of(&here, &further, depth + 1);
            }
            return module.globs.iter().find_map(|glob| self.home_of_in_glob(&here, glob, name, depth + 1));
        }
        Some(here)
    }
}

impl Module {
    fn take(&mut self, item: &Item) {
        if let Some(name) = name_of(item) {
            self.defined.insert(name);
        }
        match item {
            Item::Use(item) => {
                let reexport = !matches!(item.vis, Visibility::Inherited);
                let line = item.use_token.span.start().line;
                self.take_tree(&item.tree, Vec::new(), line, reexport);
            }
            Item::Mod(_) => {}
            _ => Paths(&mut self.paths).visit_item(item),
        }
    }

    fn take_tree(&mut self, tree: &UseTree, mut path: Vec<String>, line: usize, reexport: bool) {
        let mut add = |name: String, path: Vec<String>| {
            if name != "_" {
                self.imported.insert(name, Imported { path, line, reexport });
            } else {
                self.globs.push(Imported { path, line, reexport });
            }
        };
        match tree {
            UseTree::Path(inner) => {
                path.push(inner.ident.to_string());
                self.take_tree(&inner.tree, path, line, reexport);
            }
            UseTree::Name(name) if name.ident == "self" => add(path.last().expect("a path").clone(), path),
            UseTree::Name(name) => {
                path.push(name.ident.to_string());
                add(name.ident.to_string(), path);
            }
            UseTree::Rename(renamed) => {
                if renamed.ident != "self" {
                    path.push(renamed.ident.to_string());
                }
                add(renamed.rename.to_string(), path);
            }
            UseTree::Glob(_) => self.globs.push(Imported { path, line, reexport }),
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.take_tree(tree, path.clone(), line, reexport));
            }
        }
    }
}

/// Collects the paths that code writes, inside of macros as well.
struct Paths<'a>(&'a mut Vec<(Vec<String>, usize)>);

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.0.push((names, path.segments.first().map_or(0, |first| first.ident.span().start().line)));
        syn::visit::visit_path(self, path);
    }

    /// `pub(crate)` names who may see an item, and uses nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        syn::visit::visit_macro(self, call);
        self.take_tokens(call.tokens.clone());
    }
}

impl Paths<'_> {
    fn take_tokens(&mut self, tokens: TokenStream) {
        let (mut path, mut line, mut colons) = (Vec::new(), 0, 0);
        for token in tokens {
            match &token {
                TokenTree::Ident(ident) if colons == 2 && !path.is_empty() => path.push(ident.to_string()),
                TokenTree::Punct(punct) if punct.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                other => {
                    self.0.push((std::mem::take(&mut path), line));
                    if let TokenTree::Ident(ident) = other {
                        (path, line) = (vec![ident.to_string()], ident.span().start().line);
                    }
                    if let TokenTree::Group(group) = other {
                        self.take_tokens(group.stream());
                    }
                }
            }
            colons = 0;
        }
        self.0.push((path, line));
    }
}

fn module_of(file: &str) -> ModulePath {
    let path = file.strip_suffix(".rs").expect("a Rust file");
    let names: Vec<String> = path.split('/').map(str::to_owned).collect();
    if names.len() == 1 && matches!(path, "lib" | "main") { Vec::new() } else { names }
}

fn child(path: &ModulePath, name: &str) -> ModulePath {
    path.iter().cloned().chain([name.to_owned()]).collect()
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let inside = attribute.meta.require_list().map(|list| list.tokens.to_string()).unwrap_or_default();
        attribute.path().is_ident("test") || attribute.path().is_ident("cfg") && inside == "test"
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(i) => &i.attrs,
        Item::Enum(i) => &i.attrs,
        Item::Fn(i) => &i.attrs,
        Item::Impl(i) => &i.attrs,
        Item::Macro(i) => &i.attrs,
        Item::Mod(i) => &i.attrs,
        Item::Static(i) => &i.attrs,
        Item::Struct(i) => &i.attrs,
        Item::Trait(i) => &i.attrs,
        Item::Type(i) => &i.attrs,
        Item::Use(i) => &i.attrs,
        _ => &[],
    }
}

fn name_of(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(i) => &i.ident,
        Item::Enum(i) => &i.ident,
        Item::Fn(i) => &i.sig.ident,
        Item::Macro(i) => i.ident.as_ref()?,
        Item::Static(i) => &i.ident,
        Item::Struct(i) => &i.ident,
        Item::Trait(i) => &i.ident,
        Item::Type(i) => &i.ident,
        Item::Union(i) => &i.ident,
        _ => return None,
    };
    Some(ident.to_string())
}
