//! Sharing a network with single projects, and with all of them.

use sha2::{Digest as _, Sha256};

use super::{NetworkService, new_id, own_network, service_port};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store;
use crate::model::network::{Network, NetworkPatch, NewRbacPolicy, RbacPolicy};
use crate::model::{Error, NetworkId, Noun, RbacPolicyId, Reason, Result};

const WHAT: &str = "share a network";

impl NetworkService {
    /// The project's policies and those for it; administrators see all. A network that is shared with everybody counts
    /// as one policy for every project.
    pub async fn rbac_policies(&self, ctx: &Ctx) -> Result<Vec<RbacPolicy>> {
        let mut seen = self.shared.db.snapshot().await?;
        let mut policies = store::rbac::visible(&mut *seen, &ctx.project_id, ctx.is_admin()).await?;
        let networks = store::networks::visible(&mut seen, &ctx.project_id, ctx.is_admin()).await?;
        policies.extend(networks.iter().filter(|network| network.shared).map(for_everybody));
        Ok(policies)
    }

    /// # Errors
    /// `NotFound`.
    pub async fn rbac_policy(&self, ctx: &Ctx, id: &RbacPolicyId) -> Result<RbacPolicy> {
        let found = self.rbac_policies(ctx).await?.into_iter().find(|policy| policy.id == *id);
        found.ok_or_else(|| Error::not_found(Noun::RbacPolicy, id.as_str()))
    }

    /// Shares a network of one's own with a project; with every project, as administrators may.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `Duplicate`.
    pub async fn create_rbac_policy(&self, ctx: &Ctx, new: NewRbacPolicy) -> Result<RbacPolicy> {
        let Some(target) = new.target else { return self.share_with_everybody(ctx, &new.network_id).await };
        let grant = policy::check(ctx, Action::Write, WHAT)?;
        let mut tx = self.shared.db.write().await?;
        let network = own_network(&mut tx, ctx, &new.network_id, WHAT).await?;
        let (id, network_id, project_id) = (new_id().into(), network.id.clone(), network.project_id.clone());
        let policy = RbacPolicy { id, network_id, project_id, target: Some(target.clone()) };
        store::rbac::insert(&mut tx, grant, &policy, &target).await?;
        tx.commit().await?;
        self.tell_network(&Network { shared_with: vec![target], ..network });
        Ok(policy)
    }

    /// Refused (`InUse`) while ports of the project that it is for are on the network.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `InUse`.
    pub async fn delete_rbac_policy(&self, ctx: &Ctx, id: &RbacPolicyId) -> Result<()> {
        let policy = self.rbac_policy(ctx, id).await?;
        if policy.target.is_none() {
            let patch = NetworkPatch { shared: Some(false), ..NetworkPatch::default() };
            return self.update_network(ctx, &policy.network_id, patch).await.map(drop);
        }
        let grant = policy::check(ctx, Action::Write, WHAT)?;
        let mut tx = self.shared.db.write().await?;
        let mut network = own_network(&mut tx, ctx, &policy.network_id, WHAT).await?;
        let before = network.clone();
        network.shared_with.retain(|project| Some(project) != policy.target.as_ref());
        let ports = store::ports::on_network(&mut tx, &network.id).await?;
        let stranded = ports.iter().filter(|port| Some(&port.project_id) == policy.target.as_ref());
        let stranded = stranded.filter(|port| !network.takes_instances_of(&port.project_id));
        service_port::refuse_held(Noun::RbacPolicy, id.as_str(), stranded)?;
        store::rbac::delete(&mut tx, grant, id).await?;
        tx.commit().await?;
        self.tell_network(&before);
        Ok(())
    }

    async fn share_with_everybody(&self, ctx: &Ctx, id: &NetworkId) -> Result<RbacPolicy> {
        policy::check(ctx, Action::Administer, "share a network with every project")?;
        if self.network(ctx, id).await?.shared {
            return Err(Reason::Duplicate { noun: Noun::RbacPolicy, name: "*".to_owned() }.into());
        }
        let patch = NetworkPatch { shared: Some(true), ..NetworkPatch::default() };
        Ok(for_everybody(&self.update_network(ctx, id, patch).await?))
    }
}

/// That a network is shared with everybody is kept with the network; the id of the policy follows from the network's.
fn for_everybody(network: &Network) -> RbacPolicy {
    let hash = Sha256::digest(format!("shared with everybody/{}", network.id));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    RbacPolicy {
        id: uuid::Builder::from_random_bytes(bytes).into_uuid().to_string().into(),
        network_id: network.id.clone(),
        project_id: network.project_id.clone(),
        target: None,
    }
}
