//! The field's words in the page's language.

use super::i18n::tr;
use crate::model::Noun;
use crate::model::image::ImageStatus;
use crate::model::quota::Resource;
use crate::model::server_group::Policy;
use crate::model::state::{PowerState, Status, TaskState, Verb};
use crate::model::step::{Step, System};
use crate::model::volume::VolumeStatus;

/// What a thing is called, in lower case: "security group".
pub fn noun(noun: Noun) -> &'static str {
    match noun {
        Noun::Domain => tr!(common.noun_domain),
        Noun::Project => tr!(common.noun_project),
        Noun::User => tr!(common.noun_user),
        Noun::Role => tr!(common.noun_role),
        Noun::Group => tr!(common.noun_group),
        Noun::ApplicationCredential => tr!(common.noun_application_credential),
        Noun::Assignment => tr!(common.noun_assignment),
        Noun::Service => tr!(common.noun_service),
        Noun::Endpoint => tr!(common.noun_endpoint),
        Noun::Region => tr!(common.noun_region),
        Noun::Tag => tr!(common.noun_tag),
        Noun::ImageMember => tr!(common.noun_image_member),
        Noun::Property => tr!(common.noun_property),
        Noun::Instance => tr!(common.noun_instance),
        Noun::ServerGroup => tr!(common.noun_server_group),
        Noun::Aggregate => tr!(common.noun_aggregate),
        Noun::Flavor => tr!(common.noun_flavor),
        Noun::Image => tr!(common.noun_image),
        Noun::Keypair => tr!(common.noun_keypair),
        Noun::Network => tr!(common.noun_network),
        Noun::Subnet => tr!(common.noun_subnet),
        Noun::Port => tr!(common.noun_port),
        Noun::Router => tr!(common.noun_router),
        Noun::FloatingIp => tr!(common.noun_floating_ip),
        Noun::SecurityGroup => tr!(common.noun_security_group),
        Noun::SecurityGroupRule => tr!(common.noun_security_group_rule),
        Noun::RbacPolicy => tr!(common.noun_rbac_policy),
        Noun::Agent => tr!(common.noun_agent),
        Noun::Host => tr!(common.noun_host),
        Noun::Snapshot => tr!(common.noun_snapshot),
        Noun::VolumeType => tr!(common.noun_volume_type),
        Noun::Attachment => tr!(common.noun_attachment),
        Noun::Volume => tr!(common.noun_volume),
        Noun::Resource => tr!(common.noun_resource),
    }
}

/// An instance's status: "Running".
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Build => tr!(common.status_build),
        Status::Active => tr!(common.status_active),
        Status::Shutoff => tr!(common.status_shutoff),
        Status::Paused => tr!(common.status_paused),
        Status::Suspended => tr!(common.status_suspended),
        Status::Reboot => tr!(common.status_reboot),
        Status::HardReboot => tr!(common.status_hard_reboot),
        Status::Rebuild => tr!(common.status_rebuild),
        Status::Error => tr!(common.status_error),
        Status::Deleted => tr!(common.status_deleted),
    }
}

/// What the hypervisor says of an instance: "running".
pub fn power(power: PowerState) -> &'static str {
    match power {
        PowerState::NoState => tr!(common.power_no_state),
        PowerState::Running => tr!(common.power_running),
        PowerState::Paused => tr!(common.power_paused),
        PowerState::Shutdown => tr!(common.power_shutdown),
        PowerState::Crashed => tr!(common.power_crashed),
        PowerState::Suspended => tr!(common.power_suspended),
    }
}

/// What is being done to an instance: "choosing a host".
pub fn task(task: TaskState) -> &'static str {
    match task {
        TaskState::Scheduling => tr!(common.task_scheduling),
        TaskState::BlockDeviceMapping => tr!(common.task_block_device_mapping),
        TaskState::Networking => tr!(common.task_networking),
        TaskState::Spawning => tr!(common.task_spawning),
        TaskState::PoweringOn => tr!(common.task_powering_on),
        TaskState::PoweringOff => tr!(common.task_powering_off),
        TaskState::Rebooting => tr!(common.task_rebooting),
        TaskState::RebootingHard => tr!(common.task_rebooting_hard),
        TaskState::Pausing => tr!(common.task_pausing),
        TaskState::Unpausing => tr!(common.task_unpausing),
        TaskState::Suspending => tr!(common.task_suspending),
        TaskState::Resuming => tr!(common.task_resuming),
        TaskState::Rebuilding => tr!(common.task_rebuilding),
        TaskState::ImageSnapshot => tr!(common.task_image_snapshot),
        TaskState::ImageUploading => tr!(common.task_image_uploading),
        TaskState::Deleting => tr!(common.task_deleting),
    }
}

/// What a person can ask of an instance, as in a sentence: "hard reboot".
pub fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Start => tr!(common.verb_start),
        Verb::Stop => tr!(common.verb_stop),
        Verb::Reboot => tr!(common.verb_reboot),
        Verb::HardReboot => tr!(common.verb_hard_reboot),
        Verb::Pause => tr!(common.verb_pause),
        Verb::Unpause => tr!(common.verb_unpause),
        Verb::Suspend => tr!(common.verb_suspend),
        Verb::Resume => tr!(common.verb_resume),
        Verb::Rebuild => tr!(common.verb_rebuild),
        Verb::CreateImage => tr!(common.verb_create_image),
        Verb::Delete => tr!(common.verb_delete),
    }
}

/// What was done to an instance, by the compute API's name for it; an unknown one stays as it is.
pub fn action(name: &str) -> String {
    match name {
        "attach_interface" => tr!(common.action_attach_interface).to_owned(),
        "detach_interface" => tr!(common.action_detach_interface).to_owned(),
        "attach_volume" => tr!(common.action_attach_volume).to_owned(),
        "detach_volume" => tr!(common.action_detach_volume).to_owned(),
        name => name.parse().map_or_else(|_| name.to_owned(), |known| verb(known).to_owned()),
    }
}

/// What a server group asks for: "on different hosts".
pub fn policy(policy: Policy) -> &'static str {
    match policy {
        Policy::Affinity => tr!(server_groups.affinity),
        Policy::AntiAffinity => tr!(server_groups.anti_affinity),
        Policy::SoftAffinity => tr!(server_groups.soft_affinity),
        Policy::SoftAntiAffinity => tr!(server_groups.soft_anti_affinity),
    }
}

/// What a volume is, or what is being done to it: "copying from an image".
pub fn volume_status(status: VolumeStatus) -> &'static str {
    match status {
        VolumeStatus::Creating => tr!(common.volume_status_creating),
        VolumeStatus::Downloading => tr!(common.volume_status_downloading),
        VolumeStatus::Available => tr!(common.volume_status_available),
        VolumeStatus::Reserved => tr!(common.volume_status_reserved),
        VolumeStatus::Attaching => tr!(common.volume_status_attaching),
        VolumeStatus::InUse => tr!(common.volume_status_in_use),
        VolumeStatus::Detaching => tr!(common.volume_status_detaching),
        VolumeStatus::Extending => tr!(common.volume_status_extending),
        VolumeStatus::Uploading => tr!(common.volume_status_uploading),
        VolumeStatus::AwaitingTransfer => tr!(common.volume_status_awaiting_transfer),
        VolumeStatus::Deleting => tr!(common.volume_status_deleting),
        VolumeStatus::Error => tr!(common.volume_status_error),
        VolumeStatus::ErrorDeleting => tr!(common.volume_status_error_deleting),
        VolumeStatus::ErrorExtending => tr!(common.volume_status_error_extending),
    }
}

/// Where an image is in its life: "uploading".
pub fn image_status(status: ImageStatus) -> &'static str {
    match status {
        ImageStatus::Queued => tr!(common.image_status_queued),
        ImageStatus::Saving => tr!(common.image_status_saving),
        ImageStatus::Importing => tr!(common.image_status_importing),
        ImageStatus::Active => tr!(common.image_status_active),
        ImageStatus::Killed => tr!(common.image_status_killed),
        ImageStatus::Deactivated => tr!(common.image_status_deactivated),
    }
}

/// A resource by the name that services give it, such as `cores` or `ram`; an unknown one stays as it is.
pub fn resource(name: &str) -> String {
    match name.to_lowercase().as_str() {
        "instances" => tr!(common.resource_instances),
        "cores" | "vcpus" => tr!(common.resource_cores),
        "ram" | "memory" => tr!(common.resource_ram),
        "disk" => tr!(common.resource_disk),
        "key_pairs" => tr!(common.resource_key_pairs),
        "networks" => tr!(common.resource_networks),
        "subnets" => tr!(common.resource_subnets),
        "ports" => tr!(common.resource_ports),
        "security_groups" => tr!(common.resource_security_groups),
        "security_group_rules" => tr!(common.resource_security_group_rules),
        "routers" => tr!(common.resource_routers),
        "floating_ips" => tr!(common.resource_floating_ips),
        "server_groups" => tr!(common.resource_server_groups),
        "server_group_members" => tr!(common.resource_server_group_members),
        "volumes" => tr!(common.resource_volumes),
        "snapshots" => tr!(common.resource_snapshots),
        "gigabytes" => tr!(common.resource_gigabytes),
        "per_volume_gigabytes" => tr!(common.resource_per_volume_gigabytes),
        _ => return of_volume_type(name).unwrap_or_else(|| name.to_owned()),
    }
    .to_owned()
}

/// What is limited for one type of volumes, such as `gigabytes_fast`.
fn of_volume_type(name: &str) -> Option<String> {
    let known = |word: &str| Resource::OF_A_TYPE.iter().any(|resource| resource.as_str() == word);
    let (word, kind) = name.split_once('_').filter(|(word, _)| known(word))?;
    Some(tr!(common.resource_of_volume_type, resource = resource(word), kind = kind))
}

/// A form field by its name in requests, such as `cidr`; an unknown one stays as it is.
pub fn field(name: &str) -> String {
    match name {
        "name" => tr!(reasons.field_name),
        "description" => tr!(reasons.field_description),
        "flavor" | "flavor_id" => tr!(reasons.field_flavor),
        "image" | "image_id" => tr!(reasons.field_image),
        "network" | "networks" | "network_id" => tr!(reasons.field_network),
        "fixed_ip" => tr!(reasons.field_fixed_ip),
        "security_group" | "security_groups" => tr!(reasons.field_security_groups),
        "key_name" | "keypair" => tr!(reasons.field_key_name),
        "user_data" => tr!(reasons.field_user_data),
        "availability_zone" => tr!(reasons.field_availability_zone),
        "count" => tr!(reasons.field_count),
        "cidr" => tr!(reasons.field_cidr),
        "gateway_ip" => tr!(reasons.field_gateway_ip),
        "allocation_pools" => tr!(reasons.field_allocation_pools),
        "dns_nameservers" => tr!(reasons.field_dns_nameservers),
        "host_routes" => tr!(reasons.field_host_routes),
        "routes" => tr!(reasons.field_routes),
        "physical_network" => tr!(reasons.field_physical_network),
        "provider_type" => tr!(reasons.field_provider_type),
        "segmentation_id" => tr!(reasons.field_segmentation_id),
        "port" | "port_id" => tr!(reasons.field_port),
        "subnet" | "subnet_id" => tr!(reasons.field_subnet),
        "address" => tr!(reasons.field_address),
        "vcpus" => tr!(reasons.field_vcpus),
        "ram" | "ram_mb" => tr!(reasons.field_ram),
        "disk" | "disk_gb" => tr!(reasons.field_disk),
        "id" => tr!(reasons.field_id),
        "ids" => tr!(common.resource_instances),
        "password" => tr!(reasons.field_password),
        "user" | "username" => tr!(reasons.field_user),
        "domain" => tr!(reasons.field_domain),
        "project" | "project_id" => tr!(reasons.field_project),
        "public_key" => tr!(reasons.field_public_key),
        "protocol" => tr!(reasons.field_protocol),
        "port_min" | "port_range_min" => tr!(reasons.field_port_min),
        "port_max" | "port_range_max" => tr!(reasons.field_port_max),
        "remote_ip_prefix" => tr!(reasons.field_remote_ip_prefix),
        "remote_group" | "remote_group_id" => tr!(reasons.field_remote_group),
        "direction" => tr!(reasons.field_direction),
        "ethertype" => tr!(reasons.field_ethertype),
        "min_disk" => tr!(reasons.field_min_disk),
        "min_ram" => tr!(reasons.field_min_ram),
        "disk_format" => tr!(reasons.field_disk_format),
        "visibility" => tr!(reasons.field_visibility),
        "file" => tr!(reasons.field_file),
        "policy" => tr!(server_groups.policy),
        "max_per_host" | "max_server_per_host" => tr!(server_groups.max_per_host),
        "server_group" => tr!(server_groups.choose),
        "uri" => tr!(reasons.field_uri),
        "size" | "new_size" | "volume_size" => tr!(volumes.size),
        "source" => tr!(volumes.source),
        "instance" => tr!(volumes.instance),
        "volume" | "volume_id" => tr!(volumes.volume),
        "device" => tr!(volumes.device),
        "volume_type" => tr!(volumes.kind),
        "transfer" => tr!(volumes.transfer),
        "auth_key" => tr!(volumes.auth_key),
        "metadata" => tr!(reasons.field_metadata),
        "mtu" => tr!(reasons.field_mtu),
        "reason" => tr!(reasons.field_reason),
        "mac" | "mac_address" => tr!(networks.mac),
        "external_network" => tr!(routers.external_network),
        "outer_address" => tr!(routers.outer_address),
        "destination" => tr!(routers.destination),
        "nexthop" => tr!(routers.nexthop),
        "target" => tr!(floating_ips.leads_to),
        "allowed_address_pairs" => tr!(ports.pairs),
        other => return other.to_owned(),
    }
    .to_owned()
}

/// The same text with a capital first letter, where the script has them. A word such as vCPU stays as it is.
pub fn capital(text: &str) -> String {
    if text.chars().nth(1).is_some_and(char::is_uppercase) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What happens in a step of the launch.
pub fn step_text(step: Step) -> &'static str {
    match step {
        Step::LOGIN_PAGE => tr!(steps.login_page),
        Step::TOKEN_ISSUED => tr!(steps.token_issued),
        Step::REQUEST_TAKEN => tr!(steps.request_taken),
        Step::TOKEN_ASKED => tr!(steps.token_asked),
        Step::TOKEN_ANSWERED => tr!(steps.token_answered),
        Step::INSTANCE_WRITTEN => tr!(steps.instance_written),
        Step::WRITE_CONFIRMED => tr!(steps.write_confirmed),
        Step::ANNOUNCED => tr!(steps.announced),
        Step::SCHEDULER_TOOK => tr!(steps.scheduler_took),
        Step::NEEDS_ASKED => tr!(steps.needs_asked),
        Step::NEEDS_ANSWERED => tr!(steps.needs_answered),
        Step::HOST_CHOSEN => tr!(steps.host_chosen),
        Step::AGENT_TOOK => tr!(steps.agent_took),
        Step::CONFIGURATION_ASKED => tr!(steps.configuration_asked),
        Step::CONDUCTOR_TOOK => tr!(steps.conductor_took),
        Step::CONDUCTOR_ASKED => tr!(steps.conductor_asked),
        Step::CONDUCTOR_ANSWERED => tr!(steps.conductor_answered),
        Step::CONFIGURATION_SENT => tr!(steps.configuration_sent),
        Step::CONFIGURATION_RECEIVED => tr!(steps.configuration_received),
        Step::IMAGE_ASKED => tr!(steps.image_asked),
        Step::IMAGE_TOKEN_CHECKED => tr!(steps.image_token_checked),
        Step::IMAGE_RECEIVED => tr!(steps.image_received),
        Step::NETWORK_ASKED => tr!(steps.network_asked),
        Step::NETWORK_TOKEN_CHECKED => tr!(steps.network_token_checked),
        Step::NETWORK_RECEIVED => tr!(steps.network_received),
        Step::VOLUMES_ASKED => tr!(steps.volumes_asked),
        Step::VOLUME_TOKEN_CHECKED => tr!(steps.volume_token_checked),
        Step::VOLUMES_RECEIVED => tr!(steps.volumes_received),
        Step::DOMAIN_STARTED => tr!(steps.domain_started),
        other => other.key(),
    }
}

/// A part of Arcus: "Message bus".
pub fn system(system: System) -> &'static str {
    match system {
        System::Dashboard => tr!(steps.system_dashboard),
        System::Identity => tr!(steps.system_identity),
        System::ComputeApi => tr!(steps.system_compute_api),
        System::Database => tr!(steps.system_database),
        System::Bus => tr!(steps.system_bus),
        System::Scheduler => tr!(steps.system_scheduler),
        System::Conductor => tr!(steps.system_conductor),
        System::Agent => tr!(steps.system_agent),
        System::Image => tr!(steps.system_image),
        System::Network => tr!(steps.system_network),
        System::Volume => tr!(steps.system_volume),
        System::Hypervisor => tr!(steps.system_hypervisor),
    }
}
