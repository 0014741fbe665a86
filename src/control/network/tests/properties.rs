//! Whatever is asked, in whatever order: no port or address is held by nobody, and a refusal changes nothing.

use proptest::prelude::*;
use sqlx::AssertSqlSafe;

use super::floating_ips::of;
use super::routers::{host, join, new_router, outside, to};
use super::*;
use crate::control::store::db;
use crate::model::router::{InterfaceBy, NewFloatingIp, RouterPatch};

/// Each number picks one of what there is.
#[derive(Debug, Clone)]
enum Ask {
    Router,
    DeleteRouter(usize),
    Open(usize),
    Close(usize),
    Join(usize, usize),
    JoinPort(usize, usize),
    Leave(usize, usize),
    Route(usize, u8),
    Port(usize),
    DeletePort(usize),
    Allocate(Option<usize>),
    Lead(usize, Option<usize>),
    Release(usize),
    DeleteSubnet(usize),
}

fn ask() -> impl Strategy<Value = Ask> {
    let n = || 0usize..4;
    prop_oneof![
        2 => Just(Ask::Router),
        1 => n().prop_map(Ask::DeleteRouter),
        3 => n().prop_map(Ask::Open),
        1 => n().prop_map(Ask::Close),
        4 => (n(), n()).prop_map(|(router, subnet)| Ask::Join(router, subnet)),
        1 => (n(), n()).prop_map(|(router, port)| Ask::JoinPort(router, port)),
        2 => (n(), n()).prop_map(|(router, interface)| Ask::Leave(router, interface)),
        1 => (n(), 0u8..3).prop_map(|(router, subnet)| Ask::Route(router, subnet)),
        3 => n().prop_map(Ask::Port),
        1 => n().prop_map(Ask::DeletePort),
        3 => prop::option::of(n()).prop_map(Ask::Allocate),
        3 => (n(), prop::option::of(n())).prop_map(|(floating, port)| Ask::Lead(floating, port)),
        1 => n().prop_map(Ask::Release),
        1 => n().prop_map(Ask::DeleteSubnet),
    ]
}

fn pick<T>(all: &[T], number: usize) -> Option<&T> {
    all.get(number % all.len().max(1))
}

struct Bench {
    cloud: Cloud,
    ann: Ctx,
    out: Network,
}

impl Bench {
    /// Does it, if there is something to do it with.
    async fn ask(&self, ask: Ask) -> Option<Result<()>> {
        let (service, ann) = (&self.cloud.services.network, &self.ann);
        let routers = service.routers(ann).await.unwrap();
        let floating_ips = service.floating_ips(ann).await.unwrap();
        let mut ports = service.ports(ann, None).await.unwrap();
        ports.retain(|port| port.device_owner.is_empty());
        let networks = service.networks(ann).await.unwrap();
        let inner: Vec<_> = networks.iter().filter(|network| !network.external).collect();
        let subnets: Vec<_> = inner.iter().flat_map(|network| &network.subnets).collect();
        let gateway = |gateway| RouterPatch { gateway: Some(gateway), ..RouterPatch::default() };
        Some(match ask {
            Ask::Router => service.create_router(ann, new_router("r")).await.map(drop),
            Ask::DeleteRouter(router) => service.delete_router(ann, &pick(&routers, router)?.id).await,
            Ask::Open(router) => {
                let patch = gateway(Some(to(&self.out.id)));
                service.update_router(ann, &pick(&routers, router)?.id, patch).await.map(drop)
            }
            Ask::Close(router) => {
                service.update_router(ann, &pick(&routers, router)?.id, gateway(None)).await.map(drop)
            }
            Ask::Join(router, subnet) => {
                join(&self.cloud, ann, &pick(&routers, router)?.id, &pick(&subnets, subnet)?.id).await.map(drop)
            }
            Ask::JoinPort(router, port) => {
                let by = InterfaceBy::Port(pick(&ports, port)?.id.clone());
                service.add_router_interface(ann, &pick(&routers, router)?.id, by).await.map(drop)
            }
            Ask::Leave(router, interface) => {
                let router = pick(&routers, router)?;
                let by = InterfaceBy::Port(pick(&router.interfaces, interface)?.port_id.clone());
                service.remove_router_interface(ann, &router.id, by).await.map(drop)
            }
            Ask::Route(router, subnet) => {
                let route = ("192.0.2.0/24".to_owned(), format!("10.{subnet}.0.200"));
                let router = &pick(&routers, router)?.id;
                service.change_routes(ann, router, &[], &[route]).await.map(drop)
            }
            Ask::Port(network) => service.create_port(ann, new_port(&pick(&inner, network)?.id, None)).await.map(drop),
            Ask::DeletePort(port) => service.delete_port(ann, &pick(&ports, port)?.id).await,
            Ask::Allocate(port) => {
                let port_id = port.and_then(|port| pick(&ports, port)).map(|port| port.id.clone());
                service.create_floating_ip(ann, NewFloatingIp { port_id, ..of(&self.out.id) }).await.map(drop)
            }
            Ask::Lead(floating, port) => {
                let port = port.and_then(|port| pick(&ports, port)).map(|port| &port.id);
                let id = &pick(&floating_ips, floating)?.id;
                service.associate_floating_ip(ann, id, port, None).await.map(drop)
            }
            Ask::Release(floating) => service.delete_floating_ip(ann, &pick(&floating_ips, floating)?.id).await,
            Ask::DeleteSubnet(subnet) => service.delete_subnet(ann, &pick(&subnets, subnet)?.id).await,
        })
    }

    /// Every record that these requests write, as text.
    async fn records(&self) -> Vec<String> {
        const TABLES: [(&str, &str); 6] = [
            ("routers", "id || name || routes || host || enable_snat"),
            ("floating_ips", "id || port_id || coalesce(fixed_port_id, '') || coalesce(router_id, '')"),
            ("ports", "id || device_id || device_owner || host"),
            ("ip_allocations", "subnet_id || ip || port_id"),
            ("subnets", "id || cidr"),
            ("outbox", "seq || topic"),
        ];
        let mut records = Vec::new();
        for (table, columns) in TABLES {
            let sql = format!("SELECT '{table} ' || {columns} AS row FROM {table} ORDER BY row");
            let rows = db::query_scalar::<String>(AssertSqlSafe(sql));
            records.extend(rows.fetch_all(self.cloud.services.shared.db.read()).await.unwrap());
        }
        records
    }

    /// What must hold after every single request.
    async fn check(&self) {
        const WRONG: [(&str, &str); 6] = [
            (
                "a leg without its router",
                "SELECT count(*) FROM ports p WHERE p.device_owner LIKE 'network:router%' \
                AND NOT EXISTS (SELECT 1 FROM routers r WHERE r.id = p.device_id AND r.host = p.host)",
            ),
            (
                "a holder without its floating IP",
                "SELECT count(*) FROM ports p \
                WHERE p.device_owner = 'network:floatingip' \
                AND NOT EXISTS (SELECT 1 FROM floating_ips f WHERE f.port_id = p.id)",
            ),
            (
                "a port of the network without an address",
                "SELECT count(*) FROM ports p \
                WHERE p.device_owner LIKE 'network:%' \
                AND NOT EXISTS (SELECT 1 FROM ip_allocations a WHERE a.port_id = p.id)",
            ),
            (
                "a floating IP that leads half somewhere",
                "SELECT count(*) FROM floating_ips \
                WHERE (fixed_port_id IS NULL) <> (fixed_ip IS NULL) OR (fixed_port_id IS NULL) <> (router_id IS NULL)",
            ),
            (
                "a floating IP that leads through a router which does not join the two",
                "SELECT count(*) \
                FROM floating_ips f JOIN ip_allocations a ON a.port_id = f.fixed_port_id AND a.ip = f.fixed_ip \
                JOIN ports holder ON holder.id = f.port_id WHERE NOT EXISTS (SELECT 1 FROM ports leg \
                    JOIN ip_allocations l ON l.port_id = leg.id \
                    WHERE leg.device_id = f.router_id AND l.subnet_id = a.subnet_id) \
                OR NOT EXISTS (SELECT 1 FROM ports leg WHERE leg.device_id = f.router_id \
                    AND leg.device_owner = 'network:router_gateway' AND leg.network_id = holder.network_id)",
            ),
            (
                "two ways out of one router",
                "SELECT count(*) FROM (SELECT 1 FROM ports \
                WHERE device_owner = 'network:router_gateway' GROUP BY device_id HAVING count(*) > 1) AS twice",
            ),
        ];
        for (what, sql) in WRONG {
            let count: i64 = db::query_scalar(sql).fetch_one(self.cloud.services.shared.db.read()).await.unwrap();
            assert_eq!(count, 0, "{what}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_held_by_nobody_and_refusals_change_nothing(asked in prop::collection::vec(ask(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let cloud = Cloud::new().await;
            let ann = cloud.person("ann", "web", "member").await;
            host(&cloud, "host-1", &[]).await;
            let (out, _) = outside(&cloud, "203.0.113.0/29").await;
            for subnet in 0..3 {
                wired(&cloud, &ann, &format!("10.{subnet}.0.0/24")).await;
            }
            let bench = Bench { cloud, ann, out };
            for ask in asked {
                let before = bench.records().await;
                match bench.ask(ask.clone()).await {
                    Some(Err(error)) => {
                        assert_ne!(error.kind(), Kind::Internal, "{ask:?}: {error:?}");
                        assert_eq!(bench.records().await, before, "{ask:?} was refused: {error}");
                    }
                    Some(Ok(())) | None => bench.check().await,
                }
            }
        });
    }
}
