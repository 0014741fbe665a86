#!/usr/bin/env python3
"""reduce.py RECORDINGS: what Arcus is compared with, from recorded exchanges of a real OpenStack.

RECORDINGS holds one NAME.json for each of SERVICES: a list of exchanges in the order in which they happened, each with
`command` (what caused it), `method`, `url` (on the classic ports), `req_headers`, `req_body`, `status`, `resp_headers`
and `resp_body`. Writes walkthrough.json (what the client did) and probes.json (single requests: tokens, errors,
microversions) beside this script; README.md explains them. Tokens, passwords, ids, addresses and sentences stay behind.
"""

import itertools
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent

# A recording's name, the service in Arcus's paths, and the classic port.
SERVICES = [
    ("keystone", "identity", 5000),
    ("glance", "image", 9292),
    ("neutron", "network", 9696),
    ("nova", "compute", 8774),
    ("cinder", "volume", 8776),
    ("placement", "placement", 8778),
]
# The probes were recorded service by service, and those of networks look at servers that those of compute found.
PROBES = ["identity", "image", "compute", "network", "volume", "placement"]

PASSWORDS = {"adminpw": "{admin_password}", "demopw": "{demo_password}"}
REQUEST_HEADERS = ["accept", "content-type", "openstack-api-version", "x-openstack-nova-api-version"]
# Headers of answers that are compared by value, and those of which it is enough that they are there.
BY_VALUE = [
    "accept-patch", "content-type", "location", "openstack-api-version", "openstack-image-import-methods",
    "retry-after", "vary", "www-authenticate", "x-openstack-nova-api-version",
]
BY_PRESENCE = ["x-compute-request-id", "x-openstack-request-id", "x-subject-token"]

# Objects whose keys are data (names of networks, of hosts, of properties that somebody chose), and how deep they are.
MAPS = {"addresses": 1, "allocations": 1, "extra_specs": 1, "hosts": 2, "metadata": 1, "provider_summaries": 1}
# Members whose values are part of the shape, because clients decide by them; the latter two name what went wrong.
WORDS = [
    "OS-DCF:diskConfig", "OS-EXT-IPS:type", "OS-EXT-STS:power_state", "OS-EXT-STS:vm_state", "action", "binary",
    "binding:vnic_type", "container_format", "device_owner", "direction", "disk_format", "ethertype", "host_status",
    "interface", "ip_version", "methods", "protocol", "rel", "state", "status", "type", "visibility",
]
WORDS_OF_ERRORS = [*WORDS, "code", "title"]
# Being built may be over when it is looked at: such a server's words are none, and its task may be none.
BUILDING, TASK = "BUILD", "OS-EXT-STS:task_state"

# What an id is called where it is not after what holds it.
NOUNS = {"catalog": "service", "net": "network"}

ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}")
# An id that no cloud has.
NO_SUCH = re.compile(r"-0000-0000-0000-")


def lower(headers):
    return {name.lower(): value for name, value in headers.items()}


def recorded(folder):
    """Every exchange, by service."""
    for name, service, _ in SERVICES:
        exchanges = json.loads((folder / f"{name}.json").read_text())
        yield service, [dict(exchange, service=service) for exchange in exchanges]


def in_order(by_service):
    """The client's exchanges and the probes, each in one row.

    Recordings do not tell in which order the services were asked within one command. The order of SERVICES works: what
    a service is asked about, those before it have answered.
    """
    waiting = {service: list(exchanges) for service, exchanges in by_service.items()}
    commands = [exchange["command"] for exchange in waiting["identity"]]
    walkthrough = []
    for command, _ in itertools.groupby(command for command in commands if command.startswith("openstack ")):
        for exchanges in waiting.values():
            while exchanges and exchanges[0]["command"] == command:
                walkthrough.append(exchanges.pop(0))
    return walkthrough, [exchange for service in PROBES for exchange in waiting[service]]


class Names:
    """Names for ids and tokens, so that a request can be made with another cloud's."""

    def __init__(self):
        self.known = {}
        self.askers = {}

    def of(self, value, noun):
        """The name of a value, and whether it is new."""
        if value in self.known:
            return self.known[value], False
        taken = set(self.known.values())
        names = [noun] + [f"{noun}-{number}" for number in range(2, 100)]
        self.known[value] = next(name for name in names if name not in taken)
        return self.known[value], True

    def within(self, text):
        """Text with names in braces where it had ids, tokens and passwords."""
        for value, name in self.known.items():
            text = text.replace(value, "{" + name + "}")
        for password, name in PASSWORDS.items():
            text = text.replace(f'"{password}"', f'"{name}"')
        return text

    def asker(self, token):
        """Who shows this token: a user's name, nobody at all, or somebody with a bad one."""
        if token is None:
            return "nobody"
        # The last probes show a token that was issued before they were recorded, to the administrator.
        return self.askers.get(token, "admin" if token.startswith("gAAAAAB") else "stranger")


def singular(collection):
    noun = collection.removesuffix("s").replace("-", "_")
    return NOUNS.get(noun, noun)


def ids(body, path=()):
    """Every id in an answer, with the way to it and what it is the id of."""
    if isinstance(body, dict):
        for key, value in body.items():
            if isinstance(value, str) and ID.fullmatch(value) and key.endswith("id"):
                holder = [step for step in path if not re.search(r"=|^\d+$", step)]
                noun = singular(key[:-3]) if key.endswith("_id") else singular(holder[-1] if holder else "")
                yield value, [*path, key], noun
            else:
                yield from ids(value, (*path, key))
    elif isinstance(body, list):
        for number, item in enumerate(body):
            label = isinstance(item, dict) and next((key for key in ("name", "type") if item.get(key)), None)
            yield from ids(item, (*path, f"{label}={item[label]}" if label else str(number)))


def shape(value, key="", words=WORDS):
    """The types of a value. Items of a list, and values of a map, have one shape together."""
    if isinstance(value, dict):
        if key in MAPS:
            return shape_of_map(value, MAPS[key])
        if value.get("status") == BUILDING:
            return {**{name: shape(item, name, []) for name, item in value.items()}, TASK: "null|string"}
        return {name: shape(item, name, words) for name, item in value.items()}
    if isinstance(value, list):
        return [together([shape(item, key, words) for item in value])] if value else []
    if value is not None and key in words:
        return f"={value}"
    types = {type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string"}
    return types[type(value)]


def shape_of_map(value, depth):
    if depth == 0:
        return shape(value)
    return {"*": together([shape_of_map(item, depth - 1) for item in value.values()]) if value else "nothing"}


def together(shapes):
    """One shape for several things; a member that not all of them have ends with a question mark."""
    first = next((each for each in shapes if each != "null"), "null")
    if isinstance(first, dict):
        every = [each for each in shapes if isinstance(each, dict)]
        names = dict.fromkeys(name for each in every for name in each)
        merged = {}
        for name in names:
            found = [each[name] for each in every if name in each]
            merged[name if len(found) == len(every) else f"{name}?"] = together(found)
        return merged
    if isinstance(first, list):
        items = [item for each in shapes if isinstance(each, list) for item in each]
        return [together(items)] if items else []
    return "|".join(sorted({word for each in shapes for word in each.split("|")}))


def reduce_headers(headers, names):
    kept = {name: True for name in BY_PRESENCE if name in headers}
    for name in BY_VALUE:
        if name in headers:
            value = names.within(headers[name])
            for _, service, port in SERVICES:
                value = value.replace(f"http://127.0.0.1:{port}", "{" + service + "_url}")
            # Whether a service's own address ends with a slash is up to who sets the service up.
            kept[name] = value.replace('_url}/"', '_url}"')
    return dict(sorted(kept.items()))


def question(exchange, names):
    """The request, with names for what belongs to its cloud alone."""
    asked = lower(exchange["req_headers"])
    address = exchange["url"].split("/", 3)
    path = "/" + (address[3] if len(address) > 3 else "")
    request = {"as": names.asker(asked.get("x-auth-token"))}
    headers = {name: asked[name] for name in REQUEST_HEADERS if asked.get(name)}
    if "x-subject-token" in asked:
        headers["x-subject-token"] = names.asker(asked["x-subject-token"])
    if headers:
        request["headers"] = headers
    if exchange["req_body"] == "<stream>":
        request["body"] = "x" * 512
    elif exchange["req_body"] is not None:
        request["body"] = json.loads(names.within(json.dumps(exchange["req_body"])))
    for unknown in ID.findall(names.within(path + json.dumps(request))):
        if not NO_SUCH.search(unknown):
            sys.exit(f"{exchange['command']}: no answer before said {unknown}")
    service, method = exchange["service"], exchange["method"]
    return {"service": service, "method": method, "path": names.within(path), "request": request}


def answer(exchange, names):
    """What the answer looks like."""
    body, status = exchange["resp_body"], exchange["status"]
    headers = reduce_headers(lower(exchange["resp_headers"]), names)
    if body == "" or body is None:
        # What has no content has no type of content.
        headers.pop("content-type", None)
        return {"status": status, "headers": headers}
    return {
        "status": status,
        "headers": headers,
        "body": "text" if isinstance(body, str) else shape(body, words=WORDS_OF_ERRORS if status >= 400 else WORDS),
    }


def learned(exchange, names, wanted):
    """The ids and tokens that this answer is the first to say and a later request names, with the way to each."""
    answered, body, found = lower(exchange["resp_headers"]), exchange["resp_body"], {}
    token = answered.get("x-subject-token")
    if token and exchange["method"] == "POST":
        names.askers[token] = body["token"]["user"]["name"]
        if token in wanted:
            found[names.of(token, "token")[0]] = ["x-subject-token"]
    for value, path, noun in ids(body):
        if value in wanted:
            name, new = names.of(value, noun or singular(exchange["url"].split("/")[4]))
            if new:
                found[name] = path
    return found


def named_later(exchanges):
    """Everything that requests name."""
    requests = "".join(exchange["url"] + json.dumps(exchange["req_body"]) for exchange in exchanges)
    return set(ID.findall(requests)) | set(re.findall(r'"(gAAAA[^"]+)"', requests))


def fold(exchanges):
    """Without exact repeats, which differ in nothing but the command or which of several ids they name."""
    seen = set()
    for exchange in exchanges:
        content = {key: value for key, value in exchange.items() if key not in ("command", "learns")}
        key = re.sub(r"(\{\w+)-\d+\}", r"\1}", json.dumps(content, sort_keys=True))
        if key not in seen or "learns" in exchange:
            seen.add(key)
            yield exchange


def main(folder):
    parts = in_order(dict(recorded(folder)))
    wanted, names = named_later([*parts[0], *parts[1]]), Names()
    for part, file in zip(parts, ["walkthrough.json", "probes.json"]):
        rows = []
        for exchange in part:
            row = question(exchange, names)
            learns = learned(exchange, names, wanted)
            command = names.within(exchange["command"])[:100]
            row = {"command": command, **row, "answer": answer(exchange, names)}
            rows.append({**row, "learns": learns} if learns else row)
        lines = [json.dumps(row, ensure_ascii=False) for row in fold(rows)]
        (HERE / file).write_text("[\n" + ",\n".join(lines) + "\n]\n")
        print(f"{file}: {len(lines)} of {len(part)} exchanges")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
