//! What can go wrong, in the caller's own terms.
//!
//! A [`Reason`] is a closed list, so the dashboard translates every one of them (its match is exhaustive) and the
//! REST layer renders it in each service's own shape. The internal cause never leaves the process.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Noun;
use super::status_remedy::StatusRemedy;

/// The result of every service call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of answer an error is; HTTP layers map it to a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request is malformed or a value is out of range (400).
    BadRequest,
    /// Nobody is signed in, or the token is no good (401).
    Unauthenticated,
    /// Signed in, but the role does not allow this (403).
    Forbidden,
    /// It does not exist, or the caller may not know that it does (404).
    NotFound,
    /// It exists but is in the wrong state, or in use (409).
    Conflict,
    /// It was changed since the caller last looked (412).
    PreconditionFailed,
    /// A project limit would be passed (403 in compute, 409 in network, 413 in volume).
    OverQuota,
    /// Too many attempts (429).
    Throttled,
    /// A part that is needed does not answer (503).
    Unavailable,
    /// A fault of ours (500).
    Internal,
}

/// Why a request was refused or failed. `Display` gives the English sentence shown to people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    #[error("{noun} {id} could not be found.")]
    NotFound { noun: Noun, id: String },
    #[error("A {noun} named {name} already exists. Choose another name.")]
    Duplicate { noun: Noun, name: String },
    #[error("{noun} {id} is in use by {by}. Remove that first.")]
    InUse { noun: Noun, id: String, by: String },
    #[error("{noun} {id} is enabled. Disable it before deleting it.")]
    StillEnabled { noun: Noun, id: String },
    #[error("{name} cannot be set or changed: the service sets it.")]
    ReadOnly { name: String },

    #[error("{noun} {id} is at revision {revision}, not {expected}: it was changed in between. Look at it again.")]
    RevisionMismatch { noun: Noun, id: String, expected: i64, revision: i64 },

    #[error("{field} is required.")]
    Required { field: String },
    #[error("{field} is too long: at most {max} characters.")]
    TooLong { field: String, max: u32 },
    #[error("{field} is too short: at least {min} characters.")]
    TooShort { field: String, min: u32 },
    #[error("{field} must be a number from {min} to {max}.")]
    OutOfRange { field: String, min: i64, max: i64 },
    #[error("{field} may hold only {allowed}.")]
    BadCharacters { field: String, allowed: String },
    #[error("{field}: {value} is not one of {choices}.")]
    NotAChoice { field: String, value: String, choices: String },
    #[error("The request could not be read: {why}.")]
    Malformed { why: String },
    #[error("Invalid input for field/attribute {field}. Value: {value}. {why}")]
    InvalidInput { field: String, value: String, why: String },

    #[error("{value} is not a network address such as 10.0.0.0/24.")]
    BadCidr { value: String },
    #[error("{value} has host bits set. Did you mean {suggestion}?")]
    HostBitsSet { value: String, suggestion: String },
    #[error("{value} is not an IP address.")]
    BadAddress { value: String },
    #[error("{address} does not belong to {cidr}.")]
    AddressOutsideSubnet { address: String, cidr: String },
    #[error("The allocation pool {start} to {end} does not lie within {cidr}, or runs backwards.")]
    BadPool { start: String, end: String, cidr: String },
    #[error("{cidr} overlaps with another subnet of this network, {other}.")]
    SubnetOverlap { cidr: String, other: String },
    #[error("Address {address} is already in use on this network.")]
    AddressInUse { address: String },
    #[error("No free address is left on network {network}. Widen an allocation pool or delete unused ports.")]
    NoFreeAddress { network: String },
    #[error("Network {network} has no subnet, so an instance on it would get no address. Create a subnet first.")]
    NetworkWithoutSubnet { network: String },
    #[error("There are several networks to choose from ({choices}). Choose one.")]
    SeveralNetworks { choices: String },
    #[error("Network {network} is not external, so it is no way out. Choose an external network.")]
    NotExternal { network: String },
    #[error("Network {network} is external and not shared: routers and floating IPs use it, instances cannot.")]
    ExternalOnly { network: String },
    #[error("Subnet {subnet} has no gateway address for a router to take. Give it one, or add a port instead.")]
    NoGatewayAddress { subnet: String },
    #[error("{cidr} overlaps {other}, which the router is already joined to.")]
    RouterOverlap { cidr: String, other: String },
    #[error("Router {router} has no interface on {on}.")]
    NoInterface { router: String, on: String },
    #[error(
        "No router joins port {port} to network {network}. Add an interface on the port's subnet to a router that has \
         its gateway there."
    )]
    NotReachable { port: String, network: String },
    #[error("The next hop {nexthop} lies in no subnet that the router is joined to.")]
    NextHopElsewhere { nexthop: String },
    #[error("No host has a way onto physical network {name}. Those there are: {known}.")]
    UnknownPhysicalNetwork { name: String, known: String },
    #[error("{segment} already is network {network}. Choose another.")]
    SegmentInUse { segment: String, network: String },
    #[error(
        "Every VLAN that networks may have on physical network {physical_network} is taken. Delete a network, or ask an \
         administrator for a wider range."
    )]
    NoFreeVlan { physical_network: String },
    #[error("The rule is not possible: {why}")]
    BadRule { why: String },
    #[error(
        "Security groups and allowed address pairs need port security, which is off at this port. Switch it on, or \
         leave them out."
    )]
    NeedsPortSecurity,

    #[error("This is not an OpenSSH public key ({why}). It starts with a type such as ssh-ed25519 or ssh-rsa.")]
    BadPublicKey { why: String },
    #[error("The user data is {bytes} bytes; at most {max} are allowed.")]
    UserDataTooLarge { bytes: u64, max: u64 },

    #[error("The file is not {said}: it is {found}. Choose the format that it really has.")]
    ImageFormatMismatch { said: String, found: String },
    #[error("The image points at a backing file ({backing}). Flatten it first: qemu-img convert -O qcow2 IN OUT.")]
    ImageHasBackingFile { backing: String },
    #[error(
        "The image points at an external data file ({data_file}). Flatten it first: qemu-img convert -O qcow2 IN OUT."
    )]
    ImageHasDataFile { data_file: String },
    #[error("The image is damaged or cut short: {why}. Upload it again.")]
    ImageDamaged { why: String },
    #[error("The image's checksum is {found}, not {said}. Upload it again.")]
    ImageChecksumMismatch { said: String, found: String },
    #[error(
        "The image has more than {max} bytes, which is the most that is imported. Upload it, or ask the operator for more."
    )]
    ImageTooLarge { max: u64 },
    #[error(
        "Images are not imported from addresses here. Upload the file, or ask the operator to allow it (image_import)."
    )]
    ImportOff,
    #[error("Nothing is imported from {address}: {why}. Choose another address, or upload the file.")]
    ImportRefused { address: String, why: String },
    #[error("The image could not be fetched from {address}: {why}. Check the address and import it again.")]
    ImportFailed { address: String, why: String },
    #[error("Arcus was restarted while the image was being imported. Import it again.")]
    ImportInterrupted,
    #[error("Image {id} is {status}, not active, so nothing can start from it.")]
    ImageNotActive { id: String, status: String },
    #[error(
        "Image {id} holds no disk of its own: it names snapshots of volumes that instances start from. Launch an instance from it as it is, or make a volume of such a snapshot."
    )]
    ImageWithoutDisk { id: String },
    #[error("Image {id} is protected. Lift the protection before deleting it.")]
    ImageProtected { id: String },
    #[error("The image needs at least {needed} {unit} of {resource}, and flavor {flavor} has {has}.")]
    FlavorTooSmall { flavor: String, resource: String, needed: i64, has: i64, unit: String },

    #[error("Quota exceeded for {resource}: requested {requested}, but already used {used} of {limit}.")]
    QuotaExceeded { resource: String, requested: i64, used: i64, limit: i64 },

    #[error("Sign in to go on.")]
    NotAuthenticated,
    #[error("Invalid user name, domain or password.")]
    BadCredentials,
    #[error("Too many failed sign-ins. Try again in {seconds} seconds.")]
    TooManyAttempts { seconds: u64 },
    #[error("You have no role in any enabled project. Ask an administrator for one.")]
    NoProject,
    #[error("Your roles do not allow this ({action}). Ask an administrator.")]
    Forbidden { action: String },
    #[error("The request came from another site and was refused.")]
    BadOrigin,

    #[error("Cannot {verb} instance {id} while it is {status}.")]
    InvalidState { verb: String, id: String, status: String },
    #[error("Cannot {verb} instance {id} now: {task} is still running.")]
    Busy { verb: String, id: String, task: String },
    #[error("Instance {id} is locked.")]
    Locked { id: String },

    #[error(
        "Cannot {verb} volume {id} while it is {status}. {}",
        StatusRemedy::of(.verb, .status).english("openstack volume set --state")
    )]
    VolumeState { verb: String, id: String, status: String },
    #[error(
        "Cannot {verb} snapshot {id} while it is {status}. {}",
        StatusRemedy::of(.verb, .status).english("openstack volume snapshot set --state")
    )]
    SnapshotState { verb: String, id: String, status: String },
    #[error("Volume {id} still has snapshots ({count}). Delete them first.")]
    VolumeHasSnapshots { id: String, count: i64 },
    #[error("{size} GiB is too small: {what} needs at least {needed} GiB. Choose {needed} GiB or more.")]
    VolumeTooSmall { what: String, size: i64, needed: i64 },
    #[error(
        "Volume {id} does not start a machine. Choose a volume that was made from an image, or mark it as bootable."
    )]
    NotBootable { id: String },
    #[error("Volume {id} holds the system that instance {instance} runs from. Delete the instance to have it back.")]
    RootVolume { id: String, instance: String },
    #[error(
        "Instance {instance} has all the volumes that it can have ({max}). Detach one of them first, or choose another \
         instance."
    )]
    NoFreeDevice { instance: String, max: i64 },
    #[error("Device {device} of instance {instance} is taken. Leave it out, and the next free one is used.")]
    DeviceInUse { instance: String, device: String },
    #[error(
        "There is no room for another {size} GiB where the volume would lie. Delete what is not needed, choose a smaller \
         size, or ask an administrator for more room."
    )]
    NoRoomForVolume { size: i64 },
    #[error("{what} is not possible: {why}")]
    VolumeCannot { what: String, why: String },
    #[error("Arcus was restarted while the volume was being filled. Delete it and create it again.")]
    VolumeInterrupted,
    #[error("Arcus was restarted while the image was being made. Make it again.")]
    UploadInterrupted,
    #[error(
        "The disk's data cannot be read or written: {why}. Try again; if it fails again, ask an administrator to look at \
         the log of its host."
    )]
    VolumeDamaged { why: String },

    #[error("No host can take this instance: {summary}")]
    NoValidHost { summary: String },
    #[error(
        "libvirt does not answer at {uri}: {why}. Try again in a minute; if it stays so, an administrator starts it on \
         the host (systemctl start libvirtd, or make up)."
    )]
    HypervisorUnavailable { uri: String, why: String },
    #[error("The hypervisor refused: {why}")]
    HypervisorRefused { why: String },
    #[error("The disk that holds {path} is full. Free some space, or ask an administrator to, and try again.")]
    DiskFull { path: String },
    #[error("{what} did not answer within {seconds} seconds.")]
    Timeout { what: String, seconds: u64 },
    #[error("{service} answered {status}: {message}")]
    ServiceRefused { service: String, status: u16, message: String },
    #[error("The launch was interrupted by a restart during: {step}. Delete the instance and launch it again.")]
    Interrupted { step: String },
    #[error(
        "The launch made no progress for {seconds} seconds after: {step}. Delete the instance and launch it again."
    )]
    Stalled { step: String, seconds: u64 },
    #[error("The console is not available: {why}")]
    ConsoleUnavailable { why: String },
    #[error("{part} is not available: {why}")]
    Unavailable { part: String, why: String },
    #[error("{program} failed on the host: {why}. If it happens again, the operator runs `arcus doctor` on that host.")]
    ProgramFailed { program: String, why: String },
    #[error("Something went wrong on our side. The log has the details under request {request_id}.")]
    Internal { request_id: String },
}

impl Reason {
    /// What kind of answer this is.
    pub fn kind(&self) -> Kind {
        use Reason::*;
        match self {
            NotFound { .. } | NoInterface { .. } | NotReachable { .. } | ImportOff => Kind::NotFound,
            Duplicate { .. }
            | InUse { .. }
            | AddressInUse { .. }
            | NoFreeAddress { .. }
            | NeedsPortSecurity
            | SegmentInUse { .. }
            | NoFreeVlan { .. }
            | SeveralNetworks { .. }
            | ImageNotActive { .. }
            | InvalidState { .. }
            | Busy { .. }
            | Locked { .. }
            | ConsoleUnavailable { .. }
            | VolumeState { .. }
            | SnapshotState { .. }
            | VolumeHasSnapshots { .. }
            | RootVolume { .. }
            | NoFreeDevice { .. }
            | DeviceInUse { .. }
            | NoRoomForVolume { .. }
            | VolumeInterrupted
            | UploadInterrupted
            | NoValidHost { .. }
            | ImportInterrupted
            | Interrupted { .. }
            | Stalled { .. } => Kind::Conflict,
            Required { .. }
            | TooLong { .. }
            | TooShort { .. }
            | OutOfRange { .. }
            | BadCharacters { .. }
            | NotAChoice { .. }
            | Malformed { .. }
            | InvalidInput { .. }
            | BadCidr { .. }
            | HostBitsSet { .. }
            | BadAddress { .. }
            | AddressOutsideSubnet { .. }
            | BadPool { .. }
            | SubnetOverlap { .. }
            | NetworkWithoutSubnet { .. }
            | NotExternal { .. }
            | NoGatewayAddress { .. }
            | RouterOverlap { .. }
            | NextHopElsewhere { .. }
            | UnknownPhysicalNetwork { .. }
            | BadRule { .. }
            | BadPublicKey { .. }
            | UserDataTooLarge { .. }
            | ImageFormatMismatch { .. }
            | ImageHasBackingFile { .. }
            | ImageHasDataFile { .. }
            | ImageDamaged { .. }
            | ImageChecksumMismatch { .. }
            | ImageTooLarge { .. }
            | ImportRefused { .. }
            | VolumeTooSmall { .. }
            | NotBootable { .. }
            | VolumeCannot { .. }
            | ImageWithoutDisk { .. }
            | FlavorTooSmall { .. } => Kind::BadRequest,
            RevisionMismatch { .. } => Kind::PreconditionFailed,
            QuotaExceeded { .. } => Kind::OverQuota,
            NotAuthenticated | BadCredentials => Kind::Unauthenticated,
            TooManyAttempts { .. } => Kind::Throttled,
            NoProject
            | Forbidden { .. }
            | ExternalOnly { .. }
            | BadOrigin
            | ImageProtected { .. }
            | StillEnabled { .. }
            | ReadOnly { .. } => Kind::Forbidden,
            HypervisorUnavailable { .. }
            | DiskFull { .. }
            | ImportFailed { .. }
            | Timeout { .. }
            | Unavailable { .. }
            | ProgramFailed { .. } => Kind::Unavailable,
            HypervisorRefused { .. } | ServiceRefused { .. } | VolumeDamaged { .. } | Internal { .. } => Kind::Internal,
        }
    }
}

/// A refusal or failure: the public [`Reason`], the form field it belongs to, and the internal cause for the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Error {
    /// What people are told.
    pub reason: Reason,
    /// The form field or JSON member at fault, where there is one.
    pub field: Option<String>,
    /// The request under which the log has more, where one is known.
    pub request_id: Option<RequestIdText>,
    #[serde(skip)]
    cause: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

type RequestIdText = String;

impl Error {
    /// An error that belongs to one form field.
    pub fn on(field: &str, reason: Reason) -> Self {
        Self { field: Some(field.to_owned()), ..reason.into() }
    }

    /// A field holds none of the words that it may hold.
    pub fn not_a_choice(field: &str, value: impl Into<String>, choices: impl Into<String>) -> Self {
        let (value, choices) = (value.into(), choices.into());
        Self::on(field, Reason::NotAChoice { field: field.to_owned(), value, choices })
    }

    /// The same error as one of a form field.
    pub fn at(self, field: &str) -> Self {
        Self { field: Some(field.to_owned()), ..self }
    }

    /// A fault of ours: people see [`Reason::Internal`], the log sees `cause`.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { cause: Some(Arc::from(cause.into())), ..Reason::Internal { request_id: String::new() }.into() }
    }

    /// Keeps `cause` for the log beside the public reason.
    pub fn because(reason: Reason, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { cause: Some(Arc::from(cause.into())), ..reason.into() }
    }

    /// `noun` `id` does not exist for this caller.
    pub fn not_found(noun: Noun, id: impl Into<String>) -> Self {
        Reason::NotFound { noun, id: id.into() }.into()
    }

    /// What kind of answer this is.
    pub fn kind(&self) -> Kind {
        self.reason.kind()
    }

    /// Names the request, so that people can quote it and the log can be searched for it.
    pub fn with_request_id(mut self, id: &str) -> Self {
        if let Reason::Internal { request_id } = &mut self.reason {
            *request_id = id.to_owned();
        }
        self.request_id.get_or_insert_with(|| id.to_owned());
        self
    }
}

/// What lies at the bottom of an error: mostly what says most.
pub fn root_cause<'e>(error: &'e (dyn std::error::Error + 'static)) -> &'e (dyn std::error::Error + 'static) {
    error.source().map_or(error, root_cause)
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        Self { reason, field: None, request_id: None, cause: None }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.reason.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        self.reason == other.reason && self.field == other.field
    }
}
