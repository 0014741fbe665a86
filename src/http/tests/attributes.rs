//! What bodies may say of things, and how the services say that one says something else.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::Answer;
use super::walk::entry::{For, Who, entry};
use super::walk::world::World;

async fn ask(world: &World, method: Method, path: &str, body: Value) -> Answer {
    world.ask(Who::Ann, &entry(For::Project, method, path).json(body)).await
}

#[tokio::test]
async fn the_network_service_takes_what_neutron_takes_and_refuses_the_rest_in_its_words() {
    let world = World::new().await;
    let put = |collection: &str, id: &str| (Method::PUT, format!("/network/v2.0/{collection}/{id}"));
    let post = |collection: &str| (Method::POST, format!("/network/v2.0/{collection}"));
    let red = &world.red;
    let refusals = [
        (
            post("networks"),
            json!({ "network": { "colour": "red", "size": 1 } }),
            "Unrecognized attribute(s) 'colour, size'",
        ),
        (put("networks", &red.network), json!({ "network": { "mtu2": 1 } }), "Unrecognized attribute(s) 'mtu2'"),
        (post("networks"), json!({ "networks": [{ "network": { "foo": 1 } }] }), "Unrecognized attribute(s) 'foo'"),
        (post("networks"), json!({ "network": { "status": "UP" } }), "Attribute 'status' not allowed in POST"),
        (post("routers"), json!({ "router": { "routes": [] } }), "Attribute 'routes' not allowed in POST"),
        (put("networks", &red.network), json!({ "network": { "id": "x" } }), "Cannot update read-only attribute id"),
        (
            put("ports", &red.port),
            json!({ "port": { "mac_address": "fa:16:3e:00:00:01" } }),
            "Cannot update read-only attribute mac_address",
        ),
        (
            post("networks"),
            json!({ "network": { "name": 5 } }),
            "Invalid input for name. Reason: '5' is not a valid string.",
        ),
        (
            put("routers", &red.router),
            json!({ "router": { "name": null } }),
            "Invalid input for name. Reason: 'None' is not a valid string.",
        ),
        (
            post("networks"),
            json!({ "network": { "shared": "maybe" } }),
            "Invalid input for shared. Reason: 'maybe' cannot be converted to boolean.",
        ),
        (
            post("networks"),
            json!({ "network": { "mtu": [1] } }),
            "Invalid input for mtu. Reason: '[1]' is not an integer.",
        ),
        (
            put("subnets", &red.subnet),
            json!({ "subnet": { "host_routes": {} } }),
            "Invalid input for host_routes. Reason: '{}' is not a list.",
        ),
        (
            put("routers", &red.router),
            json!({ "router": { "external_gateway_info": true } }),
            "Invalid input for external_gateway_info. Reason: 'True' is not a dictionary.",
        ),
        (
            put("ports", &red.port),
            json!({ "port": { "binding:vnic_type": "direct" } }),
            "Invalid input for binding:vnic_type. Reason: 'direct' is not in ['normal'].",
        ),
        (
            post("subnets"),
            json!({ "subnet": { "network_id": red.network, "cidr": "10.5.0.0/24", "subnetpool_id": "x" } }),
            "Invalid input for subnetpool_id. Reason: 'x' is not offered by this cloud.",
        ),
        (
            post("subnets"),
            json!({ "subnet": { "cidr": "10.5.0.0/24" } }),
            "Failed to parse request. Required attribute 'network_id' not specified",
        ),
        (post("networks"), json!({ "net": {} }), "Unable to find 'network' in request body"),
        (put("networks", &red.network), json!({ "networks": {} }), "Unable to find 'network' in request body"),
        (post("networks"), json!({ "network": [] }), "Object 'network' contains invalid data"),
        (post("networks"), json!({ "networks": [] }), "Resources required"),
        (post("routers"), json!({ "routers": [{}, {}] }), "Bulk operation not supported"),
        (
            post("networks"),
            json!({ "network": { "project_id": "a", "tenant_id": "b" } }),
            "'project_id' and 'tenant_id' do not match",
        ),
    ];
    for ((method, path), body, said) in refusals {
        let answer = ask(&world, method, &path, body).await;
        let error = answer.json()["NeutronError"].clone();
        assert_eq!((answer.status, error["message"].as_str()), (StatusCode::BAD_REQUEST, Some(said)));
        assert_eq!((&error["type"], &error["detail"]), (&json!("HTTPBadRequest"), &json!("")));
    }

    let words = json!({ "name": "x", "admin_state_up": "False", "mtu": "1400", "shared": 0, "tenant_id": red.project });
    let made = ask(&world, Method::POST, "/network/v2.0/networks", json!({ "networks": [{ "network": words }] })).await;
    let made = made.json()["networks"][0].clone();
    assert_eq!((&made["admin_state_up"], &made["mtu"], &made["shared"]), (&json!(false), &json!(1400), &json!(false)));
    let change = json!({ "port": { "device_owner": "mine", "binding:vnic_type": "normal", "binding:profile": {} } });
    let changed = ask(&world, Method::PUT, &format!("/network/v2.0/ports/{}", red.port), change).await;
    assert_eq!(changed.json()["port"]["device_owner"], "mine", "{}", changed.body);
    let service_s = json!({ "port": { "device_owner": "network:dhcp" } });
    let refused = ask(&world, Method::PUT, &format!("/network/v2.0/ports/{}", red.port), service_s).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.body);
}

#[tokio::test]
async fn what_stands_in_a_server_s_lists_is_checked_as_nova_checks_it() {
    let world = World::new().await;
    let red = &world.red;
    let refused = async |path: &str, body: Value| {
        let answer = ask(&world, Method::POST, &format!("/compute/v2.1/{path}"), body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.body);
        answer.json()["badRequest"]["message"].as_str().unwrap().to_owned()
    };
    let unexpected = |name: &str| format!("Additional properties are not allowed ('{name}' was unexpected)");
    let server = |list: &str, item: Value| json!({ "server": { "name": "x", "flavorRef": red.flavor, "imageRef": red.image, list: [item] } });
    for (list, name, item) in [
        ("networks", "tag", json!({ "uuid": red.network, "tag": "nic1" })),
        ("security_groups", "id", json!({ "name": "default", "id": "x" })),
        ("block_device_mapping_v2", "colour", json!({ "uuid": red.image, "source_type": "image", "colour": "red" })),
    ] {
        let said = refused("servers", server(list, item)).await;
        assert!(said.ends_with(&unexpected(name)), "{said}");
    }
    let said = refused("servers", server("security_groups", json!({ "name": 5 }))).await;
    assert_eq!(said, "Invalid input for field/attribute name. Value: 5. 5 is not of type 'string'");
    let attach = format!("servers/{}/os-interface", red.server);
    let said = refused(&attach, json!({ "interfaceAttachment": { "net_id": red.network, "tag": "nic1" } })).await;
    assert!(said.ends_with(&unexpected("tag")), "{said}");
    let said = refused(&attach, json!({ "interfaceAttachment": { "fixed_ips": [{ "ip": "10.0.0.9" }] } })).await;
    assert!(said.ends_with(&unexpected("ip")), "{said}");
}
