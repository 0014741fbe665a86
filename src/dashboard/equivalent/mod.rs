//! What a form asks for, said as a command, as a call and as a Terraform block.
//!
//! A form's fields become the same arguments and the same command struct of `model` as when the form is sent, and from
//! that one file a noun makes a [`Wish`]. To add a form: its server function into [`forms`], its words into its noun's
//! file, and a sample into `http/tests/as_a_command`, which sends what is said here to the REST API.

mod body;
mod call;
mod cli;
mod flavor;
mod floating_ip;
mod hcl;
mod host;
mod image;
mod interface;
mod keypair;
mod launch;
mod network;
mod port;
mod router;
mod router_interface;
mod security_group;
mod server;
mod server_group;
mod shell;
mod snapshot;
mod subnet;
mod transfer;
mod volume;
mod volume_attachment;
mod wish;

use axum::body::Body;
use axum::extract::Request;
use leptos::server_fn::ServerFn;
use leptos::server_fn::codec::{FromReq, PostUrl};

use self::wish::Wish;
use super::api::flavors::{CreateFlavor, DeleteFlavor};
use super::api::floating_ips::{Allocate, Associate, Describe, Disassociate, Release};
use super::api::hosts::{DisableHost, EnableHost};
use super::api::images::{DeleteImage, UPLOAD, UpdateImage, UploadForm};
use super::api::instances::{Act, ActOnAll, CreateServerImage, Rename};
use super::api::interfaces::{Attach, Detach};
use super::api::keypairs::{DeleteKeypair, GenerateKeypair, ImportKeypair};
use super::api::launch::Launch;
use super::api::networks::{CreateNetwork, DeleteNetwork, UpdateNetwork};
use super::api::ports::{CreatePort, DeletePort, UpdatePort};
use super::api::router_interfaces::{AddInterface, RemoveInterface};
use super::api::routers::{AddRoute, ClearGateway, CreateRouter, DeleteRouter, RemoveRoute, SetGateway, UpdateRouter};
use super::api::security_groups::{
    CreateRule, CreateSecurityGroup, DeleteRule, DeleteSecurityGroup, UpdateSecurityGroup,
};
use super::api::server_groups::{CreateServerGroup, DeleteServerGroup};
use super::api::snapshots::{CreateSnapshot, DeleteSnapshot, UpdateSnapshot};
use super::api::subnets::{CreateSubnet, DeleteSubnet, UpdateSubnet};
use super::api::transfers::{AcceptVolume, CallOff, OfferVolume};
use super::api::volume_attachments::{AttachVolume, DetachVolume};
use super::api::volumes::{CreateVolume, DeleteVolume, ExtendVolume, UpdateVolume, UploadVolume};
use crate::control::Ctx;
use crate::model::{Error, Noun, Result};

/// A form's arguments that can be said in other words.
trait Form {
    /// What the form asks for, on behalf of that person.
    async fn wish(self, ctx: &Ctx) -> Result<Wish>;
}

macro_rules! forms {
    ($($form:ty),* $(,)?) => {
        /// Where the forms go that can be said in other words.
        #[cfg(test)]
        pub(crate) const FORMS: &[&str] = &[UPLOAD, $(<$form as ServerFn>::PATH),*];

        /// What the form that goes to `action` asks for, from its fields as browsers send them.
        ///
        /// # Errors
        /// The form's own, and `NotFound` for an action that is no form's.
        pub async fn wish(ctx: &Ctx, action: &str, fields: &str) -> Result<Wish> {
            if action == UPLOAD {
                return decoded::<UploadForm>(fields).await?.wish(ctx).await;
            }
            $(if action == <$form as ServerFn>::PATH {
                return decoded::<$form>(fields).await?.wish(ctx).await;
            })*
            Err(Error::not_found(Noun::Resource, action))
        }
    };
}

forms![
    CreateFlavor,
    DeleteFlavor,
    Allocate,
    Associate,
    Disassociate,
    Describe,
    Release,
    EnableHost,
    DisableHost,
    UpdateImage,
    DeleteImage,
    Act,
    ActOnAll,
    Rename,
    CreateServerImage,
    Attach,
    Detach,
    ImportKeypair,
    GenerateKeypair,
    DeleteKeypair,
    Launch,
    CreateServerGroup,
    DeleteServerGroup,
    CreateVolume,
    UpdateVolume,
    ExtendVolume,
    UploadVolume,
    DeleteVolume,
    AttachVolume,
    DetachVolume,
    OfferVolume,
    CallOff,
    AcceptVolume,
    CreateSnapshot,
    UpdateSnapshot,
    DeleteSnapshot,
    CreateNetwork,
    UpdateNetwork,
    DeleteNetwork,
    CreateSubnet,
    UpdateSubnet,
    DeleteSubnet,
    CreatePort,
    UpdatePort,
    DeletePort,
    CreateRouter,
    UpdateRouter,
    DeleteRouter,
    SetGateway,
    ClearGateway,
    AddRoute,
    RemoveRoute,
    AddInterface,
    RemoveInterface,
    CreateSecurityGroup,
    UpdateSecurityGroup,
    DeleteSecurityGroup,
    CreateRule,
    DeleteRule,
];

/// Reads the fields as the server function itself does.
async fn decoded<T>(fields: &str) -> Result<T>
where
    T: FromReq<PostUrl, Request, Error>,
{
    T::from_req(Request::new(Body::from(fields.to_owned()))).await
}
