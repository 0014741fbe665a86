//! Images imported by the stock client from a server beyond the lab.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::client::Client;
use super::cloud::{Cloud, Person, eventually};
use super::outside::{BEYOND_NAME, BEYOND_SAYS};

/// The lab host's own address; naming it in the settings does not help.
const OWN: &str = "192.168.56.1";

async fn record(person: &Person) -> String {
    let record = json!({ "name": "beyond", "disk_format": "raw", "container_format": "bare", "visibility": "private" });
    person.post("/image/v2/images", record).await["id"].as_str().expect("an id").to_owned()
}

async fn imported(client: &Client, id: &str) -> Value {
    let settled = || async {
        let image = client.run(&format!("image show {id}"));
        (image["status"] != "importing").then_some(image)
    };
    eventually("the end of an import", settled).await
}

#[tokio::test]
async fn the_stock_client_imports_from_the_world_and_never_from_this_machine() {
    let cloud = Cloud::simulated(&[("image_import", &format!("*, {OWN}"))]).await;
    let (demo, person) = (Client::of(&cloud, "demo"), cloud.sign_in("demo").await);
    let import = |id: &str, uri: &str| format!("image import --method web-download --uri {uri} {id}");

    let id = record(&person).await;
    demo.tell(&import(&id, &format!("http://{BEYOND_NAME}/")));
    let image = imported(&demo, &id).await;
    assert_eq!((&image["status"], &image["size"]), (&json!("active"), &json!(BEYOND_SAYS.len() + 1)), "{image}");

    let id = record(&person).await;
    for host in ["169.254.169.254", "127.0.0.1", OWN, "192.168.56.2"] {
        // The client does not look at the answer.
        let method = json!({ "name": "web-download", "uri": format!("http://{host}/") });
        let path = format!("/image/v2/images/{id}/import");
        let (status, said) = person.call(Method::POST, &path, Some(json!({ "method": method }))).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{host}: {said}");
    }
    // Only its connection shows where a name leads.
    demo.tell(&import(&id, &cloud.url().replace("127.0.0.1", "localhost")));
    let image = imported(&demo, &id).await;
    assert_eq!((&image["status"], &image["size"]), (&json!("queued"), &json!(null)), "{image}");
}
