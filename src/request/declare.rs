//! How the mails of `message.rs` are declared: a struct for each, and one enum of them all.

macro_rules! messages {
    ($(
        $(#[$doc:meta])* $name:ident = $template:literal {
            $( $(#[$fdoc:meta])* $field:ident : $ty:ty ),* $(,)?
        }
    )*) => {
        $( $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name { $( $(#[$fdoc])* pub $field: $ty ),* }

        impl From<$name> for Message {
            fn from(value: $name) -> Self { Self::$name(Box::new(value)) }
        } )*

        /// The content of a notice: one struct for each mail that the desk sends.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case", tag = "message")]
        pub enum Message { $( $(#[$doc])* $name(Box<$name>) ),* }

        impl Message {
            /// The folder of its template.
            pub fn template(&self) -> &'static str {
                match self { $( Self::$name(_) => $template ),* }
            }

            /// The folders of all templates.
            pub const TEMPLATES: &'static [&'static str] = &[ $( $template ),* ];
        }
    };
}

pub(super) use messages;
