"""configure.py WORKSPACE STATE_DIR: makes a workspace of Tempest for the Arcus whose state directory is named.

What the tests are told about the cloud is asked of the cloud, so that they try what it says it has: extensions, services,
microversions. The second image that they need is made here.
"""

import configparser
import json
import pathlib
import sqlite3
import sys
import time
import urllib.error
import urllib.request

import tempest

# Verbs of an instance that Tempest tries only when it is told to.
HAS = ("pause", "suspend", "console_output", "vnc_console", "interface_attach", "config_drive", "metadata_service")
HAS_NOT = (
    "resize", "shelve", "rescue", "snapshot", "cold_migration", "live_migration", "change_password", "personality",
    "spice_console", "serial_console", "swap_volume", "attach_encrypted_volume", "volume_multiattach",
)
PATIENCE_SECONDS = 60


class Cloud:
    """The cloud's APIs, with a token of its administrator."""

    def __init__(self, openrc):
        self.auth_url = openrc["OS_AUTH_URL"]
        domain = {"name": openrc["OS_USER_DOMAIN_NAME"]}
        user = {"name": openrc["OS_USERNAME"], "domain": domain, "password": openrc["OS_PASSWORD"]}
        project = {"name": openrc["OS_PROJECT_NAME"], "domain": {"name": openrc["OS_PROJECT_DOMAIN_NAME"]}}
        identity = {"methods": ["password"], "password": {"user": user}}
        request = {"auth": {"identity": identity, "scope": {"project": project}}}
        self.token = None
        headers, answer = self.ask("POST", f"{self.auth_url}/auth/tokens", request)
        self.token = headers["X-Subject-Token"]
        self.catalog = {service["type"]: service["endpoints"] for service in answer["token"]["catalog"]}

    def ask(self, method, url, body=None, kind="application/json"):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": kind, "Accept": "application/json"}
        if self.token:
            headers["X-Auth-Token"] = self.token
        with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method)) as answer:
            text = answer.read()
            return answer.headers, json.loads(text) if text else None

    def endpoint(self, service):
        return next(end for end in self.catalog[service] if end["interface"] == "public")

    def get(self, service, path):
        return self.ask("GET", self.endpoint(service)["url"] + path)[1]

    def has(self, service, path):
        try:
            self.get(service, path)
        except (KeyError, urllib.error.HTTPError):
            return False
        return True


def read_openrc(path):
    """The variables that an openrc file sets."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.removeprefix("export ").split("=", 1) for line in lines if line.startswith("export "))


def wait_for_host(state):
    """Until the host has said what it has: libvirt may be starting yet."""
    records = sqlite3.connect(f"file:{state / 'arcus.db'}?mode=ro", uri=True)
    end = time.monotonic() + PATIENCE_SECONDS
    while records.execute("SELECT count(*) FROM hosts").fetchone()[0] == 0:
        if time.monotonic() > end:
            sys.exit(f"no host reported within {PATIENCE_SECONDS} seconds")
        time.sleep(0.1)
    records.close()


def images(cloud):
    """The bundled image, and a second one with the same bytes."""
    url = cloud.endpoint("image")["url"] + "/v2/images"
    first = next(image for image in cloud.get("image", "/v2/images")["images"] if image["name"] == "cirros")
    asked = {"name": "cirros-alt", "disk_format": "qcow2", "container_format": "bare", "visibility": "public"}
    second = cloud.ask("POST", url, asked | {"min_ram": first["min_ram"]})[1]
    request = urllib.request.Request(f"{url}/{first['id']}/file", headers={"X-Auth-Token": cloud.token})
    with urllib.request.urlopen(request) as data:
        cloud.ask("PUT", f"{url}/{second['id']}/file", data.read(), "application/octet-stream")
    return first["id"], second["id"]


def newest_volume_api(cloud, kind):
    """The newest microversion of block storage; the catalog's address leads on into a project."""
    address = cloud.endpoint(kind)["url"].partition("/v3")[0]
    return cloud.ask("GET", f"{address}/v3/")[1]["versions"][0]["version"]


def settings(cloud, openrc, workspace):
    """Tempest's settings, a section each."""
    image, second_image = images(cloud)
    flavors = sorted(cloud.get("compute", "/flavors/detail")["flavors"], key=lambda flavor: flavor["ram"])
    networks = cloud.get("network", "/v2.0/networks")["networks"]
    outside = next((network["id"] for network in networks if network["router:external"]), "")
    extensions = cloud.get("network", "/v2.0/extensions")["extensions"]
    newest = cloud.get("compute", "/")["version"]["version"]
    region = {"region": cloud.endpoint("identity")["region"]}
    volumes = next((kind for kind in ("block-storage", "volumev3") if cloud.has(kind, "/volumes")), None)
    person = openrc["OS_USER_DOMAIN_NAME"]
    return {
        "DEFAULT": {"log_dir": workspace / "logs", "log_file": "tempest.log", "debug": True},
        "oslo_concurrency": {"lock_path": workspace / "locks"},
        "auth": {
            "use_dynamic_credentials": True,
            "create_isolated_networks": True,
            "admin_username": openrc["OS_USERNAME"],
            "admin_password": openrc["OS_PASSWORD"],
            "admin_project_name": openrc["OS_PROJECT_NAME"],
            "admin_domain_name": person,
            "admin_user_domain_name": person,
            "admin_project_domain_name": openrc["OS_PROJECT_DOMAIN_NAME"],
            "default_credentials_domain_name": person,
        },
        "identity": region | {"uri_v3": cloud.auth_url, "auth_version": "v3", "v3_endpoint_type": "public"},
        "identity-feature-enabled": {"api_v2": False, "api_v2_admin": False, "security_compliance": False},
        "service_available": {
            "nova": True, "neutron": True, "glance": True, "cinder": volumes is not None,
            "swift": False, "horizon": False,
        },
        "compute": region | {
            "image_ref": image,
            "image_ref_alt": second_image,
            "flavor_ref": flavors[0]["id"],
            "flavor_ref_alt": flavors[1]["id"],
            "min_microversion": "2.1",
            "max_microversion": newest,
            "build_interval": 1,
            "build_timeout": 120,
        },
        "compute-feature-enabled": dict.fromkeys(HAS, True) | dict.fromkeys(HAS_NOT, False),
        # What these tests upload is no disk image, which every format but raw is checked for.
        "image": region | {"container_formats": "bare", "disk_formats": "raw"},
        "image-feature-enabled": {"image_format_enforcement": False},
        "network": region | {
            "project_network_cidr": "10.100.0.0/16",
            "project_network_mask_bits": 28,
            "public_network_id": outside,
            "build_timeout": 60,
        },
        "network-feature-enabled": {
            "api_extensions": ",".join(extension["alias"] for extension in extensions),
            "floating_ips": outside != "",
            "ipv6": False,
            "ipv6_subnet_attributes": False,
        },
        "volume": region | {
            "catalog_type": volumes or "volumev3",
            "volume_size": 1,
            "min_microversion": "3.0",
            "max_microversion": newest_volume_api(cloud, volumes) if volumes else "3.0",
            "build_interval": 1,
            "build_timeout": 60,
        },
        "volume-feature-enabled": {"backup": False, "multi_backend": False, "manage_volume": False, "manage_snapshot": False},
        # Guests are entered by their floating IPs, which lead through this machine.
        "validation": {
            "run_validation": True,
            "connect_method": "floating",
            "image_ssh_user": "cirros",
            "image_ssh_password": "gocubsgo",
            "image_alt_ssh_user": "cirros",
            "image_alt_ssh_password": "gocubsgo",
            # Without pipefail, which not every shell has; the settings' reader halves the dollar signs.
            "ssh_shell_prologue": "set -eu; PATH=$$PATH:/sbin:/usr/sbin;",
            "ssh_timeout": 120,
        },
    }


def main(workspace, state):
    wait_for_host(state)
    openrc = read_openrc(state / "admin-openrc")
    # Passwords may hold a percent sign.
    config = configparser.ConfigParser(interpolation=None)
    config.read_dict(settings(Cloud(openrc), openrc, workspace))
    for directory in ("logs", "locks"):
        (workspace / directory).mkdir(exist_ok=True)
    with open(workspace / "tempest.conf", "w", encoding="utf-8") as file:
        config.write(file)
    package = pathlib.Path(tempest.__file__).parent
    lines = ["[DEFAULT]", f"test_path={package}/test_discover", f"top_dir={package}", r"group_regex=([^\.]*\.)*"]
    (workspace / ".stestr.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*(pathlib.Path(argument) for argument in sys.argv[1:3]))
