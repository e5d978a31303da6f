//! What may stand in a place, and how the shapes of objects are written.

/// What may stand in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::input) enum Shape {
    /// Anything.
    Any,
    /// Text.
    Text,
    /// A boolean.
    Boolean,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// A whole number or text: a port by number or by name.
    IntOrText,
    /// A number or text: a resource quantity.
    Quantity,
    /// A list.
    Seq(&'static Shape),
    /// An object with free keys, such as labels.
    Map(&'static Shape),
    /// An object with these fields.
    Object(&'static Fields),
    /// Text, or what is said here.
    TextOr(&'static Shape),
    /// One of these, or a list of them.
    OneOrMany(&'static Shape),
}

/// The fields of an object, sorted by name.
pub(in crate::input) type Fields = [(&'static str, Shape)];

/// The shape of a field of this name.
pub(in crate::input) fn field(fields: &'static Fields, name: &str) -> Option<&'static Shape> {
    let index = fields.binary_search_by(|(field, _)| (*field).cmp(name));
    let (_, shape) = fields.get(index.ok()?)?;
    Some(shape)
}

/// Defines objects by their fields: `[X]` is a list of X, `{X}` an object with free keys,
/// `(TextOr X)` and `(OneOrMany X)` are what they say.
macro_rules! objects {
    ($($object:ident { $($field:ident: $shape:tt),* })*) => {
        $(pub(in crate::input) const $object: Shape = Shape::Object(&[
            $((stringify!($field), $crate::input::schema::shape!($shape))),*
        ]);)*
    };
}

/// One place of [`objects`].
macro_rules! shape {
    ([$items:tt]) => {
        Shape::Seq(&$crate::input::schema::shape!($items))
    };
    ({$values:tt}) => {
        Shape::Map(&$crate::input::schema::shape!($values))
    };
    (($either:ident $other:tt)) => {
        Shape::$either(&$crate::input::schema::shape!($other))
    };
    ($shape:ident) => {
        $shape
    };
}

pub(in crate::input) use {objects, shape};
