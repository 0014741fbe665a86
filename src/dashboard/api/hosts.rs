//! Compute hosts, for administrators.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::*;
use crate::model::Error;
use crate::model::host::Host;

/// Every host with its capacity and what is allocated of it.
#[server(endpoint = "hosts/list")]
pub async fn hosts() -> Result<Vec<Host>, Error> {
    answer(async { services()?.compute.hosts(&ctx()?).await }).await
}

/// The zones that hosts are in; open to everybody.
#[server(endpoint = "hosts/zones")]
pub async fn availability_zones() -> Result<Vec<String>, Error> {
    answer(async { services()?.compute.availability_zones(&ctx()?).await }).await
}

/// Puts a host back into scheduling.
#[server(endpoint = "hosts/enable")]
pub async fn enable_host(host: String) -> Result<(), Error> {
    answer(async {
        services()?.compute.set_host_enabled(&ctx()?, &host, true, None).await?;
        done("/hosts", "done", &host);
        Ok(())
    })
    .await
}

/// Takes a host out of scheduling; its instances stay.
#[server(endpoint = "hosts/disable")]
pub async fn disable_host(host: String, #[server(default)] reason: String) -> Result<(), Error> {
    answer(async {
        let reason = form::optional(&reason);
        services()?.compute.set_host_enabled(&ctx()?, &host, false, reason.as_deref()).await?;
        done("/hosts", "done", &host);
        Ok(())
    })
    .await
}
