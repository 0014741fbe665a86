//! What an error can be about.

use serde::{Deserialize, Serialize};

/// The things that errors name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Noun {
    Domain,
    Project,
    User,
    Role,
    Group,
    ApplicationCredential,
    Assignment,
    Service,
    Endpoint,
    Region,
    Tag,
    ImageMember,
    Property,
    Instance,
    ServerGroup,
    Aggregate,
    Flavor,
    Image,
    Keypair,
    Network,
    Subnet,
    Port,
    Router,
    FloatingIp,
    SecurityGroup,
    SecurityGroupRule,
    RbacPolicy,
    Agent,
    Host,
    Volume,
    Snapshot,
    VolumeType,
    Attachment,
    Resource,
}

impl std::fmt::Display for Noun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Domain => "Domain",
            Self::Project => "Project",
            Self::User => "User",
            Self::Role => "Role",
            Self::Group => "Group",
            Self::ApplicationCredential => "Application credential",
            Self::Assignment => "Role assignment",
            Self::Service => "Service",
            Self::Endpoint => "Endpoint",
            Self::Region => "Region",
            Self::Tag => "Tag",
            Self::ImageMember => "Image member",
            Self::Property => "Property",
            Self::Instance => "Instance",
            Self::ServerGroup => "Server group",
            Self::Aggregate => "Host aggregate",
            Self::Flavor => "Flavor",
            Self::Image => "Image",
            Self::Keypair => "Key pair",
            Self::Network => "Network",
            Self::Subnet => "Subnet",
            Self::Port => "Port",
            Self::Router => "Router",
            Self::FloatingIp => "Floating IP",
            Self::SecurityGroup => "Security group",
            Self::SecurityGroupRule => "Security group rule",
            Self::RbacPolicy => "RBAC policy",
            Self::Agent => "Agent",
            Self::Host => "Host",
            Self::Volume => "Volume",
            Self::Snapshot => "Snapshot",
            Self::VolumeType => "Volume type",
            Self::Attachment => "Volume attachment",
            Self::Resource => "Resource",
        })
    }
}
