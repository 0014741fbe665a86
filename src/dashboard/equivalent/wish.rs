//! What a form asks for, in the words of every client.

use super::call::Call;
use super::cli::Cli;
use super::hcl::Block;
use crate::dashboard::api::commands::{Equivalent, Terraform};
use crate::dashboard::i18n::tr;

/// What a form asks for. Commands and calls are in the order in which they must run.
pub struct Wish {
    pub commands: Vec<Cli>,
    pub calls: Vec<Call>,
    pub terraform: Terraform,
    /// What the reader must know beforehand, a sentence each.
    pub notes: Vec<String>,
}

impl Wish {
    /// One command that is one call.
    pub fn new(command: Cli, call: Call, terraform: Terraform) -> Self {
        Self { commands: vec![command], calls: vec![call], terraform, notes: Vec::new() }
    }

    /// The texts, for a cloud that is reached at this address.
    pub fn said(self, address: &str) -> Equivalent {
        let notes = self.notes.iter().map(|note| format!("# {note}")).collect::<Vec<_>>();
        let text = |lines: Vec<String>| notes.iter().cloned().chain(lines).collect::<Vec<_>>();
        Equivalent {
            command: text(self.commands.iter().map(ToString::to_string).collect()).join("\n"),
            // Bodies have several lines each, so that calls are told apart by an empty one.
            curl: text(self.calls.iter().map(|call| call.curl(address)).collect()).join("\n\n"),
            terraform: self.terraform,
        }
    }
}

/// Blocks that make what the form makes.
pub fn made(blocks: &[Block]) -> Terraform {
    Terraform::Blocks(blocks.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

/// A block that has what the form changes, of something that has other attributes, too.
pub fn changed(id: &str, block: &Block) -> Terraform {
    changed_with(id, block, &[])
}

/// The same, and further blocks.
pub fn changed_with(id: &str, block: &Block, more: &[Block]) -> Terraform {
    let more: String = more.iter().map(|block| format!("\n{block}")).collect();
    Terraform::Blocks(format!("# {}\n{block}{more}", tr!(commands.terraform_change, id = id)))
}

/// What Terraform makes is deleted by leaving it out.
pub fn deleted() -> Terraform {
    Terraform::Sentence(tr!(commands.terraform_delete).to_owned())
}

/// Terraform describes what is to be, and not what is to be done.
pub fn deed() -> Terraform {
    Terraform::Sentence(tr!(commands.terraform_deed).to_owned())
}

/// The provider has nothing of the kind.
pub fn nothing() -> Terraform {
    Terraform::Sentence(tr!(commands.terraform_nothing).to_owned())
}
