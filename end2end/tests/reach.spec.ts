import { live, markPage, expectSamePage, row, signIn } from "../support/browsing.ts";
import { Rest } from "../support/rest.ts";
import { Caller } from "../support/server-functions.ts";
import { expect, test } from "../support/test.ts";
import { launch } from "../support/things.ts";

interface Reachability {
  reachability: {
    reachable: boolean;
    checks: { check: string; verdict: string; sentence: string; missing_rule?: { protocol: string } }[];
  };
}

test.describe.configure({ mode: "serial", timeout: 10 * 60_000 });

/** Two instances in groups of their own on a private network: `asker` may send, `closed` lets nothing in. */
const made = { asker: "", closed: "", group: "" };

test.beforeAll(async ({ cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  const network = await demo.make<{ id: string }>("networks/create", { name: "walk", cidr: "10.55.0.0/24" });
  const group = await demo.make<{ id: string }>("security-groups/create", { name: "walled" });
  await launch(cloud, demo, "asker", network.id);
  await launch(cloud, demo, "closed", network.id, { "security_groups[0]": "walled" });
  const id = (name: string) =>
    String(cloud.query(`SELECT id FROM instances WHERE name = '${name}' AND deleted_at IS NULL`)[0]?.["id"]);
  Object.assign(made, { asker: id("asker"), closed: id("closed"), group: group.id });
  await demo.close();
});

test.afterAll(async ({ cloud, sessionOf }) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  for (const id of [made.asker, made.closed]) await demo.make("instances/act", { id, verb: "delete" });
  await demo.close();
});

test("the question is asked by form, the missing rule is added by one press, and the answer turns", async ({
  page,
  cloud,
}) => {
  await page.goto("/reach");
  await live(page);
  await page.getByLabel("From", { exact: true }).selectOption("asker");
  await page.getByLabel("To", { exact: true }).selectOption("closed");
  await page.getByLabel("With").selectOption("ssh");
  await page.getByRole("button", { name: "Ask" }).click();
  const answer = page.getByRole("status").filter({ hasText: "station by station" });
  await expect(answer).toContainText("No: something on the way stops it.");
  await expect(answer.getByRole("listitem")).toContainText([
    /Sender.*passes/,
    /Rules out.*passes/,
    /Network/,
    /Receiver/,
    /Rules in.*stops here/,
  ]);
  await expect(answer).toContainText(
    /No rule lets SSH \(TCP 22\) in from 10\.55\.0\.\d+\. One is missing in security group walled/,
  );

  await markPage(page);
  await answer.getByRole("button", { name: /^Allow SSH \(TCP 22\) from 10\.55\.0\.\d+$/ }).click();
  await expect(answer).toContainText("Yes: nothing on the way stops it.");
  await expect(answer.getByRole("link", { name: "walled" })).toBeVisible();
  await expectSamePage(page);
  const sql = `SELECT count(*) AS n FROM security_group_rules WHERE security_group_id = '${made.group}' AND port_min = 22`;
  expect(cloud.query(sql)).toEqual([{ n: 1 }]);

  await page.getByLabel("With").selectOption("custom");
  await page.getByLabel("Protocol").selectOption("udp");
  await page.getByLabel(/^Port/).fill("5353");
  await page.getByRole("button", { name: "Ask" }).click();
  await expect(answer).toContainText(/No rule lets UDP 5353 in/);
});

test("the API gives the same answer", async ({ cloud }) => {
  const rest = await Rest.signIn(cloud, cloud.login("demo"));
  const ask = async (port: number) => {
    const body = { from: { instance_id: made.asker }, to: { instance_id: made.closed }, protocol: "tcp", port };
    return (await rest.post<Reachability>("network", "/v2.0/reachability", { reachability: body })).reachability;
  };
  expect((await ask(22)).reachable).toBe(true);
  const refused = await ask(23);
  expect(refused.reachable).toBe(false);
  expect(refused.checks.filter(({ verdict }) => verdict === "stops").map(({ check }) => check)).toEqual(["ingress"]);
  expect(refused.checks.at(-1)?.missing_rule).toMatchObject({ protocol: "tcp", port_range_min: 23 });
});

test("an instance's card says how to connect, and its group's page leads to the question", async ({ page }) => {
  await page.goto(`/instances/${made.closed}`);
  await live(page);
  await expect(page.getByRole("heading", { name: "How to connect" })).toBeVisible();
  await expect(page.getByText(/no address that can be reached from outside/)).toBeVisible();
  const console = `/instances/${made.closed}?tab=console`;
  await expect(page.getByRole("link", { name: "Open the console" })).toHaveAttribute("href", console);
  await page.goto(`/security-groups/${made.group}`);
  await page.getByRole("link", { name: "Can somebody reach its members?" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Can A reach B?" })).toBeVisible();
});

test("presets add rules for a range, and a group is chosen as the peer", async ({ page }) => {
  await page.goto(`/security-groups/${made.group}`);
  await live(page);
  await page.getByLabel(/^From \(address range\)/).fill("203.0.113.0/24");
  await page.getByRole("button", { name: "HTTPS (443)" }).click();
  await expect(row(page, "Allow TCP 443 from 203.0.113.0/24")).toBeVisible();
  await page.getByRole("button", { name: "DNS (53)" }).click();
  await expect(page.getByRole("rowheader", { name: /Allow UDP 53 from/ })).toBeVisible();
});

test.describe("without script", () => {
  test.use({ user: null, javaScriptEnabled: false });

  test("the form, the answer and the button work too", async ({ page, cloud }) => {
    await page.goto("/reach");
    await signIn(page, cloud.login("demo"));
    await page.getByLabel("From", { exact: true }).selectOption("asker");
    await page.getByLabel("To", { exact: true }).selectOption("closed");
    await page.getByLabel("With").selectOption("http");
    await page.getByRole("button", { name: "Ask" }).click();
    await expect(page.getByText("No: something on the way stops it.")).toBeVisible();
    await page.getByRole("button", { name: "Allow TCP 80 from anywhere" }).click();
    await expect(page.getByText("Yes: nothing on the way stops it.")).toBeVisible();
    await expect(page.getByLabel("With")).toHaveValue("http");
  });
});
