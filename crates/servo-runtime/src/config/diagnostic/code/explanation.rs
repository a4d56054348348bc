//! What each code means, with the smallest file that shows it and the same file mended.

use super::Code;

/// What a code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// When it is told, and why, as Markdown; one sentence a line.
    pub meaning: &'static str,
    /// A small file that has the mistake.
    pub example: &'static str,
    /// How to mend it, as Markdown; one sentence a line.
    pub fix: &'static str,
    /// The file, mended.
    pub mended: &'static str,
}

/// A section that is complete, for examples whose mistake is elsewhere.
macro_rules! replayed {
    ($name:literal) => {
        concat!(
            $name,
            ":\n  surface: {csv: \"nodes,runtime\\n2,9\\n4,5\\n\", settings: {nodes: {value: 2}}}\n"
        )
    };
}

impl Code {
    /// Returns what the code means, for documentation.
    #[expect(clippy::too_many_lines, reason = "a table of all codes, one entry after another")]
    pub const fn explanation(self) -> Explanation {
        match self {
            Self::Syntax => Explanation {
                meaning: "The text is not YAML: a quote or a bracket is not closed, lines are not indented alike, a tab indents one, or the file is not UTF-8.\n\
                          What follows the mistake in the same document is not read.",
                example: concat!("name: \"shop\n", replayed!("emulator")),
                fix: "Close what is open, and indent with blanks.",
                mended: concat!("name: \"shop\"\n", replayed!("emulator")),
            },
            Self::TooLarge => Explanation {
                meaning: "The file is larger, holds more documents or values, or is nested deeper than what is read, or its aliases stand for more.\nThe message says what the limit is.",
                example: "few: &few [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]\n\
                          some: &some [*few, *few, *few, *few, *few, *few, *few, *few, *few, *few]\n\
                          more: &more [*some, *some, *some, *some, *some, *some, *some, *some, *some, *some]\n\
                          many: &many [*more, *more, *more, *more, *more, *more, *more, *more, *more, *more]\n\
                          most: [*many, *many, *many, *many, *many, *many, *many, *many, *many, *many]\n",
                fix: "Write what is needed, or divide the servos between several files.",
                mended: replayed!("emulator"),
            },
            Self::Empty => Explanation {
                meaning: "The file holds no document: it is empty, or everything in it is a comment.",
                example: "# emulator:\n",
                fix: "Describe a servo; `servo init` writes a file to begin with.",
                mended: replayed!("emulator"),
            },
            Self::NotAMapping => Explanation {
                meaning: "A document is a list or a single value, where keys with their values are expected.",
                example: "- name: shop\n",
                fix: "Write `key: value` lines, and divide several servos by `---`.",
                mended: concat!("name: shop\n", replayed!("emulator")),
            },
            Self::DuplicateKey => Explanation {
                meaning: "A key stands twice in one mapping, so that one of its values would be lost.",
                example: concat!("mode: observe\nmode: auto\n", replayed!("emulator")),
                fix: "Keep one of them.",
                mended: concat!("mode: auto\n", replayed!("emulator")),
            },
            Self::UnknownKey => Explanation {
                meaning: "Nothing reads the key: it is misspelt, belongs elsewhere, or is the section of a connector that `connectors` does not list.\n\
                          The nearest valid key is told, and all there are.",
                example: concat!("discription: The web shop\n", replayed!("emulator")),
                fix: "Write the key that was meant, or remove it.",
                mended: concat!("description: The web shop\n", replayed!("emulator")),
            },
            Self::MissingKey => Explanation {
                meaning: "A key is required that is not there.\nThe mark is at the mapping that lacks it.",
                example: concat!("on_complete: repeat\n", replayed!("emulator")),
                fix: "Add the key.",
                mended: concat!("on_complete: repeat\nrepeat_every: 24h\n", replayed!("emulator")),
            },
            Self::InvalidValue => Explanation {
                meaning: "A value is not of the form that its key takes, or it can never work.\nThe message says what was expected.",
                example: concat!("change_rate: often\n", replayed!("emulator")),
                fix: "Write a value of that form.",
                mended: concat!("change_rate: 6/h\n", replayed!("emulator")),
            },
            Self::UnknownConnector => Explanation {
                meaning: "`connectors` names a connector that this program does not have.\n`servo connectors` lists those that it has.",
                example: concat!("connectors: [emulater]\n", replayed!("emulater")),
                fix: "Write the connector that was meant, here and for its section.",
                mended: concat!("connectors: [emulator]\n", replayed!("emulator")),
            },
            Self::ReservedName => Explanation {
                meaning: "`connectors` gives a connector a name that is a key of the document, the name of another connector, or a word of Servo's own.",
                example: concat!("connectors: {measure: emulator}\n", replayed!("measure")),
                fix: "Choose another name, here and for the section.",
                mended: concat!("connectors: {measured: emulator}\n", replayed!("measured")),
            },
            Self::DuplicateName => Explanation {
                meaning: "Two servos of a file have one name, a list names a connector twice, or two connectors of a servo describe the same setting.\n\
                          A servo without a name is called as its remote optimizer.",
                example: concat!("connectors: [emulator, emulator]\n", replayed!("emulator")),
                fix: "Give each servo a `name` of its own.\nTwo connectors of a kind are written as a mapping of names to connectors, each with settings of its own.",
                mended: concat!("connectors: [emulator]\n", replayed!("emulator")),
            },
            Self::SharedWorkload => Explanation {
                meaning: "Two servos of the file adjust the same workload: each would undo what the other tries, and neither would measure what it has set.\n\
                          A servo with `mode: observe` adjusts nothing and may watch what another one adjusts.",
                example: concat!(
                    "name: first\noptimizer: {id: example.com/first, token: secret}\n",
                    "emulator: {state_file: shop.json, surface: {csv: \"nodes,runtime\\n2,9\\n4,5\\n\", settings: {nodes: {value: 2}}}}\n",
                    "---\nname: second\noptimizer: {id: example.com/second, token: secret}\n",
                    "emulator: {state_file: shop.json, surface: {csv: \"nodes,runtime\\n2,9\\n4,5\\n\", settings: {nodes: {value: 2}}}}\n"
                ),
                fix: "Give each servo a workload of its own, or let all but one of them observe.",
                mended: concat!(
                    "name: first\noptimizer: {id: example.com/first, token: secret}\n",
                    "emulator: {state_file: shop.json, surface: {csv: \"nodes,runtime\\n2,9\\n4,5\\n\", settings: {nodes: {value: 2}}}}\n",
                    "---\nname: second\nmode: observe\noptimizer: {id: example.com/second, token: secret}\n",
                    "emulator: {state_file: shop.json, surface: {csv: \"nodes,runtime\\n2,9\\n4,5\\n\", settings: {nodes: {value: 2}}}}\n"
                ),
            },
            Self::MissingOptimizer => Explanation {
                meaning: "A file of several servos has a document without an `optimizer`, or an `optimizer` names none.",
                example: concat!("optimizer: {}\n", replayed!("emulator")),
                fix: "Name an optimizer: Servo's own needs no account.",
                mended: concat!(
                    "optimizer: {embedded: {objective: {minimize: runtime}}}\n",
                    replayed!("emulator")
                ),
            },
            Self::UnknownOptimizer => Explanation {
                meaning: "The key below `optimizer` is no optimizer of this program, and none of the keys of a remote one.",
                example: concat!(
                    "optimizer: {embeded: {objective: {minimize: runtime}}}\n",
                    replayed!("emulator")
                ),
                fix: "Write `embedded`, or the keys of a remote optimizer.",
                mended: concat!(
                    "optimizer: {embedded: {objective: {minimize: runtime}}}\n",
                    replayed!("emulator")
                ),
            },
        }
    }
}
