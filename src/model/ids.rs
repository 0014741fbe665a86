//! Identifiers, as opaque text: OpenStack mixes UUIDs, 32-digit hex and words such as `default`.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "control", derive(sqlx::Type), sqlx(transparent))]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self { Self(text.to_owned()) }
        }
        impl From<String> for $name {
            fn from(text: String) -> Self { Self(text) }
        }
        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str { &self.0 }
        }
    )*};
}

id! {
    /// An identity domain, such as `default`.
    DomainId,
    /// A project (tenant); 32 hex digits.
    ProjectId,
    /// A user; 32 hex digits.
    UserId,
    /// A role; 32 hex digits.
    RoleId,
    /// A group of users; 32 hex digits.
    GroupId,
    /// An application credential; 32 hex digits.
    ApplicationCredentialId,
    /// An instance (server); a UUID.
    InstanceId,
    /// A server group; a UUID.
    ServerGroupId,
    /// A flavor; free text chosen by the administrator or a UUID.
    FlavorId,
    /// An image; a UUID.
    ImageId,
    /// A volume; a UUID.
    VolumeId,
    /// A volume's snapshot; a UUID.
    SnapshotId,
    /// A volume's place in an instance; a UUID.
    AttachmentId,
    /// A kind of volume; a UUID.
    VolumeTypeId,
    /// A network; a UUID.
    NetworkId,
    /// A subnet; a UUID.
    SubnetId,
    /// A port; a UUID.
    PortId,
    /// A router; a UUID.
    RouterId,
    /// A floating IP; a UUID.
    FloatingIpId,
    /// A security group; a UUID.
    SecurityGroupId,
    /// A security group rule; a UUID.
    SecurityGroupRuleId,
    /// The sharing of a network with a project; a UUID.
    RbacPolicyId,
    /// One request through the front door, `req-` and a UUID.
    RequestId,
}
