//! Every [`Reason`] in the page's language: what happened, what shows it, what to do.

use super::i18n::tr;
use super::sizes::bytes;
use super::words::{capital, field, noun, resource, status, task, verb};
use crate::model::Reason;
use crate::model::status_remedy::StatusRemedy;

/// A refusal or failure in words. `cause` is a whole sentence; `evidence` is what a machine said, untranslated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub cause: String,
    pub evidence: Option<String>,
    pub remedy: Option<String>,
}

impl Explanation {
    /// Cause and remedy in one line, for a field's message or a tooltip.
    pub fn line(&self) -> String {
        match &self.remedy {
            Some(remedy) => format!("{} {remedy}", self.cause),
            None => self.cause.clone(),
        }
    }

    fn because(mut self, evidence: &str) -> Self {
        self.evidence = Some(evidence.to_owned()).filter(|text| !text.is_empty());
        self
    }
}

fn only(cause: String) -> Explanation {
    Explanation { cause: capital(&cause), evidence: None, remedy: None }
}

fn cure(cause: impl AsRef<str>, remedy: impl Into<String>) -> Explanation {
    Explanation { cause: capital(cause.as_ref()), evidence: None, remedy: Some(remedy.into()) }
}

/// Puts a reason into words.
pub fn explain(reason: &Reason) -> Explanation {
    use Reason::*;
    match reason.clone() {
        NotFound { noun: what, id } => {
            cure(tr!(reasons.not_found, noun = noun(what), id = id), tr!(reasons.not_found_do))
        }
        Duplicate { noun: what, name } => {
            cure(tr!(reasons.duplicate, noun = noun(what), name = name), tr!(reasons.duplicate_do))
        }
        InUse { noun: what, id, by } => {
            cure(tr!(reasons.in_use, noun = noun(what), id = id, by = by), tr!(reasons.in_use_do))
        }

        RevisionMismatch { noun: what, id, expected, revision } => cure(
            tr!(reasons.revision_mismatch, noun = noun(what), id = id, expected = expected, revision = revision),
            tr!(reasons.revision_mismatch_do),
        ),

        Required { field: name } => only(tr!(reasons.required, field = field(&name))),
        TooLong { field: name, max } => only(tr!(reasons.too_long, field = field(&name), max = max)),
        TooShort { field: name, min } => only(tr!(reasons.too_short, field = field(&name), min = min)),
        OutOfRange { field: name, min, max } => {
            only(tr!(reasons.out_of_range, field = field(&name), min = min, max = max))
        }
        BadCharacters { field: name, allowed } => {
            only(tr!(reasons.bad_characters, field = field(&name), allowed = allowed))
        }
        NotAChoice { field: name, value, choices } => {
            only(tr!(reasons.not_a_choice, field = field(&name), value = value, choices = choices))
        }

        Malformed { why } => only(tr!(reasons.malformed).to_owned()).because(&why),
        InvalidInput { field: name, why, .. } => only(tr!(reasons.invalid_input, field = field(&name))).because(&why),

        BadCidr { value } => cure(tr!(reasons.bad_cidr, value = value), tr!(reasons.bad_cidr_do)),
        HostBitsSet { value, suggestion } => {
            cure(tr!(reasons.host_bits_set, value = value), tr!(reasons.host_bits_set_do, suggestion = suggestion))
        }
        BadAddress { value } => cure(tr!(reasons.bad_address, value = value), tr!(reasons.bad_address_do)),
        AddressOutsideSubnet { address, cidr } => cure(
            tr!(reasons.address_outside_subnet, address = address, cidr = cidr.clone()),
            tr!(reasons.address_outside_subnet_do, cidr = cidr),
        ),
        BadPool { start, end, cidr } => cure(
            tr!(reasons.bad_pool, start = start, end = end, cidr = cidr.clone()),
            tr!(reasons.bad_pool_do, cidr = cidr),
        ),
        SubnetOverlap { cidr, other } => {
            cure(tr!(reasons.subnet_overlap, cidr = cidr, other = other), tr!(reasons.subnet_overlap_do))
        }
        AddressInUse { address } => {
            cure(tr!(reasons.address_in_use, address = address), tr!(reasons.address_in_use_do))
        }
        NoFreeAddress { network } => {
            cure(tr!(reasons.no_free_address, network = network), tr!(reasons.no_free_address_do))
        }
        NetworkWithoutSubnet { network } => {
            cure(tr!(reasons.network_without_subnet, network = network), tr!(reasons.network_without_subnet_do))
        }
        SeveralNetworks { choices } => {
            cure(tr!(reasons.several_networks, choices = choices), tr!(reasons.several_networks_do))
        }
        NeedsPortSecurity => cure(tr!(reasons.needs_port_security), tr!(reasons.needs_port_security_do)),
        NotExternal { network } => cure(tr!(reasons.not_external, network = network), tr!(reasons.not_external_do)),
        ExternalOnly { network } => cure(tr!(reasons.external_only, network = network), tr!(reasons.external_only_do)),
        NoGatewayAddress { subnet } => {
            cure(tr!(reasons.no_gateway_address, subnet = subnet), tr!(reasons.no_gateway_address_do))
        }
        RouterOverlap { cidr, other } => only(tr!(reasons.router_overlap, cidr = cidr, other = other)),
        NoInterface { router, on } => only(tr!(reasons.no_interface, router = router, on = on)),
        NotReachable { port, network } => {
            cure(tr!(reasons.not_reachable, port = port, network = network), tr!(reasons.not_reachable_do))
        }
        NextHopElsewhere { nexthop } => {
            cure(tr!(reasons.next_hop_elsewhere, nexthop = nexthop), tr!(reasons.next_hop_elsewhere_do))
        }
        UnknownPhysicalNetwork { name, known } => cure(
            tr!(reasons.unknown_physical_network, name = name),
            tr!(reasons.unknown_physical_network_do, known = known),
        ),
        SegmentInUse { segment, network } => {
            cure(tr!(reasons.segment_in_use, segment = segment, network = network), tr!(reasons.segment_in_use_do))
        }
        NoFreeVlan { physical_network } => {
            cure(tr!(reasons.no_free_vlan, physical_network = physical_network), tr!(reasons.no_free_vlan_do))
        }
        BadRule { why } => only(tr!(reasons.bad_rule).to_owned()).because(&why),

        BadPublicKey { why } => cure(tr!(reasons.bad_public_key), tr!(reasons.bad_public_key_do)).because(&why),
        UserDataTooLarge { bytes, max } => {
            cure(tr!(reasons.user_data_too_large, bytes = bytes, max = max), tr!(reasons.user_data_too_large_do))
        }

        ImageFormatMismatch { said, found } => {
            cure(tr!(reasons.image_format_mismatch, said = said, found = found), tr!(reasons.image_format_mismatch_do))
        }
        ImageHasBackingFile { backing } => {
            cure(tr!(reasons.image_has_backing_file, backing = backing), tr!(reasons.image_flatten_do))
        }
        ImageHasDataFile { data_file } => {
            cure(tr!(reasons.image_has_data_file, data_file = data_file), tr!(reasons.image_flatten_do))
        }
        ImageDamaged { why } => cure(tr!(reasons.image_damaged), tr!(reasons.image_again_do)).because(&why),
        ImageChecksumMismatch { said, found } => {
            cure(tr!(reasons.image_checksum_mismatch, said = said, found = found), tr!(reasons.image_again_do))
        }
        ImageTooLarge { max } => {
            let max = bytes(i64::try_from(max).unwrap_or(i64::MAX));
            cure(tr!(reasons.image_too_large, max = max), tr!(reasons.image_too_large_do))
        }
        ImportOff => cure(tr!(reasons.import_off), tr!(reasons.import_off_do)),
        ImportRefused { address, why } => {
            cure(tr!(reasons.import_refused, address = address), tr!(reasons.import_refused_do)).because(&why)
        }
        ImportFailed { address, why } => {
            cure(tr!(reasons.import_failed, address = address), tr!(reasons.import_failed_do)).because(&why)
        }
        ImportInterrupted => cure(tr!(reasons.import_interrupted), tr!(reasons.import_again_do)),
        ImageWithoutDisk { id } => cure(tr!(reasons.image_without_disk, id = id), tr!(reasons.image_without_disk_do)),
        ImageNotActive { id, status } => {
            cure(tr!(reasons.image_not_active, id = id, status = image_word(status)), tr!(reasons.image_not_active_do))
        }
        ImageProtected { id } => cure(tr!(reasons.image_protected, id = id), tr!(reasons.image_protected_do)),
        StillEnabled { noun: what, id } => {
            cure(tr!(reasons.still_enabled, noun = noun(what), id = id), tr!(reasons.still_enabled_do))
        }
        ReadOnly { name } => only(tr!(reasons.read_only, name = name)),
        FlavorTooSmall { flavor, resource: name, needed, has, unit } => cure(
            tr!(
                reasons.flavor_too_small,
                flavor = flavor,
                resource = resource(&name),
                needed = needed,
                has = has,
                unit = unit
            ),
            tr!(reasons.flavor_too_small_do),
        ),

        VolumeState { verb: asked, status, .. } => {
            let remedy = status_remedy(StatusRemedy::of(&asked, &status), tr!(reasons.volume_reset_do));
            cure(tr!(reasons.volume_state, verb = volume_verb(asked), status = volume_word(status)), remedy)
        }
        SnapshotState { verb: asked, status, .. } => {
            let remedy = status_remedy(StatusRemedy::of(&asked, &status), tr!(reasons.snapshot_reset_do));
            cure(tr!(reasons.snapshot_state, verb = volume_verb(asked), status = volume_word(status)), remedy)
        }
        VolumeHasSnapshots { count, .. } => {
            cure(tr!(reasons.volume_has_snapshots, number = count), tr!(reasons.volume_has_snapshots_do))
        }
        VolumeTooSmall { what, size, needed } => cure(
            tr!(reasons.volume_too_small, what = volume_source(what), size = size, needed = needed),
            tr!(reasons.volume_too_small_do, needed = needed),
        ),
        NotBootable { id } => cure(tr!(reasons.not_bootable, id = id), tr!(reasons.not_bootable_do)),
        RootVolume { id, instance } => {
            cure(tr!(reasons.root_volume, id = id, instance = instance), tr!(reasons.root_volume_do))
        }
        NoFreeDevice { instance, max } => {
            cure(tr!(reasons.no_free_device, instance = instance, max = max), tr!(reasons.no_free_device_do))
        }
        DeviceInUse { instance, device } => {
            cure(tr!(reasons.device_in_use, instance = instance, device = device), tr!(reasons.device_in_use_do))
        }
        NoRoomForVolume { size } => {
            cure(tr!(reasons.no_room_for_volume, size = size), tr!(reasons.no_room_for_volume_do))
        }
        VolumeCannot { what, why } => only(tr!(reasons.volume_cannot, what = what)).because(&why),
        VolumeInterrupted => cure(tr!(reasons.volume_interrupted), tr!(reasons.volume_interrupted_do)),
        UploadInterrupted => cure(tr!(reasons.upload_interrupted), tr!(reasons.upload_interrupted_do)),
        VolumeDamaged { why } => cure(tr!(reasons.volume_damaged), tr!(reasons.volume_damaged_do)).because(&why),

        QuotaExceeded { resource: name, requested, used, limit } => cure(
            tr!(reasons.quota_exceeded, resource = resource(&name), requested = requested, used = used, limit = limit),
            tr!(reasons.quota_exceeded_do),
        ),

        NotAuthenticated => cure(tr!(reasons.not_authenticated), tr!(reasons.not_authenticated_do)),
        BadCredentials => cure(tr!(reasons.bad_credentials), tr!(reasons.bad_credentials_do)),
        TooManyAttempts { seconds } => {
            cure(tr!(reasons.too_many_attempts), tr!(reasons.too_many_attempts_do, seconds = seconds))
        }
        NoProject => cure(tr!(reasons.no_project), tr!(reasons.ask_admin_do)),
        Forbidden { action } => cure(tr!(reasons.forbidden, action = action), tr!(reasons.ask_admin_do)),
        BadOrigin => cure(tr!(reasons.bad_origin), tr!(reasons.bad_origin_do)),

        InvalidState { verb: asked, status: now, .. } => {
            only(tr!(reasons.invalid_state, verb = verb_word(asked), status = status_word(now)))
        }
        Busy { verb: asked, task: running, .. } => {
            cure(tr!(reasons.busy, verb = verb_word(asked), task = task_word(running)), tr!(reasons.busy_do))
        }

        Locked { .. } => cure(tr!(reasons.locked), tr!(reasons.locked_do)),

        NoValidHost { summary } => cure(tr!(reasons.no_valid_host), tr!(reasons.no_valid_host_do)).because(&summary),
        HypervisorUnavailable { uri, why } => {
            cure(tr!(reasons.hypervisor_unavailable, uri = uri), tr!(reasons.hypervisor_unavailable_do)).because(&why)
        }
        HypervisorRefused { why } => {
            cure(tr!(reasons.hypervisor_refused), tr!(reasons.hypervisor_refused_do)).because(&why)
        }
        DiskFull { path } => cure(tr!(reasons.disk_full, path = disk_content(path)), tr!(reasons.disk_full_do)),
        Timeout { what, seconds } => {
            cure(tr!(reasons.timeout, what = what, seconds = seconds), tr!(reasons.timeout_do))
        }
        ServiceRefused { service, status, message } => {
            only(tr!(reasons.service_refused, service = service, status = status)).because(&message)
        }
        Interrupted { step } => cure(tr!(reasons.interrupted, step = step), tr!(reasons.interrupted_do)),
        Stalled { step, seconds } => {
            cure(tr!(reasons.stalled, step = step, seconds = seconds), tr!(reasons.interrupted_do))
        }
        ConsoleUnavailable { why } => {
            cure(tr!(reasons.console_unavailable), tr!(reasons.console_unavailable_do)).because(&why)
        }
        Unavailable { part, why } => {
            cure(tr!(reasons.unavailable, part = part), tr!(reasons.unavailable_do)).because(&why)
        }
        ProgramFailed { program, why } => {
            cure(tr!(reasons.program_failed, program = program), tr!(reasons.program_failed_do)).because(&why)
        }
        Internal { .. } => cure(tr!(reasons.internal), tr!(reasons.internal_do)),
    }
}

fn verb_word(text: String) -> String {
    match text.as_str() {
        "attach_interface" => return tr!(instances.verb_attach).to_owned(),
        "detach_interface" => return tr!(instances.verb_detach).to_owned(),
        "attach_volume" => return tr!(volumes.verb_attach_to).to_owned(),
        "detach_volume" => return tr!(volumes.verb_detach_from).to_owned(),
        _ => {}
    }
    text.parse().map(|known| verb(known).to_owned()).unwrap_or(text)
}

fn status_word(text: String) -> String {
    text.parse().map(|known| status(known).to_lowercase()).unwrap_or(text)
}

fn task_word(text: String) -> String {
    text.parse().map(|known| task(known).to_owned()).unwrap_or(text)
}

/// What was asked of a volume or snapshot, as the volume service says it; unknown words stay as they are.
fn volume_verb(text: String) -> String {
    let known = match text.as_str() {
        "attach" => tr!(volumes.verb_attach),
        "detach" => tr!(volumes.verb_detach),
        "extend" => tr!(volumes.verb_extend),
        "delete" => tr!(volumes.verb_delete),
        "copy" => tr!(volumes.verb_copy),
        "upload" => tr!(volumes.verb_upload),
        "transfer" => tr!(volumes.verb_transfer),
        "take a snapshot of" => tr!(volumes.verb_snapshot),
        _ => return text,
    };
    known.to_owned()
}

/// What to do where a volume or snapshot is in the wrong status; `reset` where it has failed.
fn status_remedy(remedy: StatusRemedy, reset: &'static str) -> &'static str {
    match remedy {
        StatusRemedy::Wait => tr!(reasons.status_wait_do),
        StatusRemedy::WaitForInstance => tr!(reasons.status_wait_for_instance_do),
        StatusRemedy::Detach => tr!(reasons.status_detach_do),
        StatusRemedy::DetachOrForce => tr!(reasons.status_detach_or_force_do),
        StatusRemedy::CallOff => tr!(reasons.status_call_off_do),
        StatusRemedy::Reset => reset,
        StatusRemedy::LookAgain => tr!(reasons.status_look_again_do),
    }
}

/// What a full disk holds, as hosts say it; a path stays as it is.
fn disk_content(text: String) -> String {
    let known = match text.as_str() {
        "the volumes" => tr!(reasons.disk_of_volumes),
        "the instances" => tr!(reasons.disk_of_instances),
        "the images" => tr!(reasons.disk_of_images),
        "Arcus's own files" => tr!(reasons.disk_of_own_files),
        "the database" => tr!(reasons.disk_of_database),
        _ => return text,
    };
    known.to_owned()
}

/// What asks for a size, as the volume service says it.
fn volume_source(text: String) -> String {
    match text.as_str() {
        "the volume" => tr!(volumes.what_volume).to_owned(),
        "the snapshot" => tr!(volumes.what_snapshot).to_owned(),
        "a volume" => tr!(volumes.what_any).to_owned(),
        "an extension" => tr!(volumes.what_extension).to_owned(),
        other => match other.strip_prefix("image ") {
            Some(name) => tr!(volumes.what_image, name = name.to_owned()),
            None => text,
        },
    }
}

/// Snapshots' statuses are a part of volumes'.
fn volume_word(text: String) -> String {
    text.parse().map(|known| super::words::volume_status(known).to_owned()).unwrap_or(text)
}

fn image_word(text: String) -> String {
    text.parse().map(|known| super::words::image_status(known).to_owned()).unwrap_or(text)
}
