//! What project red has.

/// Ids of what is project red's, or was made for it.
#[derive(Clone, Default)]
pub struct Red {
    pub project: String,
    pub ann: String,
    pub ann_token: String,
    pub credential: String,
    pub keypair: String,
    pub image: String,
    pub queued_image: String,
    pub flavor: String,
    pub server_group: String,
    pub server: String,
    pub server_port: String,
    pub launch: String,
    pub network: String,
    pub subnet: String,
    pub port: String,
    pub lone_network: String,
    pub lone_subnet: String,
    pub policy: String,
    pub router: String,
    pub spare_router: String,
    pub floating_ip: String,
    pub security_group: String,
    pub spare_security_group: String,
    pub rule: String,
    pub user: String,
    pub group: String,
    pub role: String,
    pub domain: String,
    pub spare_project: String,
    /// What is not red's.
    pub outside: String,
    pub green: String,
    pub admins: String,
    pub other_role: String,
    pub service: String,
    pub endpoint: String,
    pub compute_service: String,
}

impl Red {
    /// What nobody of another project may come to know.
    pub fn secrets(&self) -> [&str; 25] {
        [
            "scarlet",
            &self.project,
            &self.ann,
            &self.credential,
            &self.image,
            &self.queued_image,
            &self.server_group,
            &self.server,
            &self.server_port,
            &self.launch,
            &self.network,
            &self.subnet,
            &self.port,
            &self.lone_network,
            &self.lone_subnet,
            &self.policy,
            &self.router,
            &self.spare_router,
            &self.floating_ip,
            &self.security_group,
            &self.spare_security_group,
            &self.rule,
            &self.user,
            &self.group,
            &self.domain,
        ]
    }
}
