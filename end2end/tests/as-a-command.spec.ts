import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { violations } from "../support/accessibility.ts";
import { field, live, row, unfold } from "../support/browsing.ts";
import { required, run } from "../support/command.ts";
import { chooseSmallest } from "../support/launch-form.ts";
import { Rest } from "../support/rest.ts";
import { Caller } from "../support/server-functions.ts";
import { expect, test } from "../support/test.ts";
import { PUBLIC_KEY } from "../support/things.ts";
import { languages, strangeWords, text, type Language } from "../support/words.ts";

const shots = join(import.meta.dirname, "../test-results/shots");

/** Unfolds the words beside a form's buttons. */
async function open(form: Locator, language: Language = "en"): Promise<Locator> {
  const words = form.locator("details.as-command");
  await words.locator("summary", { hasText: text(language, "commands.as_command") }).click();
  await expect(words.getByRole("tab", { name: "openstack" })).toBeVisible();
  return words;
}

/** The words for one of the clients. */
async function said(words: Locator, client: "openstack" | "curl" | "Terraform"): Promise<string> {
  await words.getByRole("tab", { name: client }).click();
  return (await words.locator("pre").textContent()) ?? "";
}

async function inLanguage(page: Page, url: string, language: Language, theme = "light"): Promise<void> {
  const preferences = { arcus_lang: language, arcus_theme: theme };
  await page.context().addCookies(Object.entries(preferences).map(([name, value]) => ({ name, value, url })));
}

test("a launch is said three ways, follows the form, and keeps what is secret", async ({ page }) => {
  await chooseSmallest(page, "said");
  await live(page);
  await page.locator("summary", { hasText: "Advanced" }).click();
  await field(page, "User data").fill("#cloud-config\npassword: hunter2");
  await field(page, "Metadata").fill("role=it's web\ndb_password=s3cret");
  const form = page.locator("form").filter({ has: page.getByRole("radio", { name: "m1.nano" }) });
  const answers: string[] = [];
  page.on("response", async (response) => {
    if (response.url().endsWith("/api/as-a-command")) answers.push(await response.text());
  });
  const words = await open(form);

  const command = await said(words, "openstack");
  expect(command).toContain("# user-data.txt is a file of yours with the user data.");
  expect(command).toMatch(/^openstack server create \\$/m);
  expect(command).toContain("--flavor 1 \\");
  expect(command).toContain(String.raw`--property 'role=it'\''s web'`);
  const curl = await said(words, "curl");
  expect(curl).toMatch(new RegExp(`^curl -X POST ${new URL(page.url()).origin}/compute/v2.1/servers \\\\$`, "m"));
  expect(curl).toContain('-H "X-Auth-Token: $OS_TOKEN"');
  expect(curl).toContain(`"user_data": "'"$(base64 -w 0 user-data.txt)"'"`);
  const terraform = await said(words, "Terraform");
  expect(terraform).toMatch(/^resource "openstack_compute_instance_v2" "said" \{$/m);
  expect(terraform).toContain('file("user-data.txt")');

  await field(page, "Name").fill("another");
  await expect(words.locator("pre")).toContainText('resource "openstack_compute_instance_v2" "another" {');
  await field(page, "Name").fill("");
  await expect(words).toContainText("Name is required");
  for (const secret of ["hunter2", "s3cret"]) expect(answers.join()).not.toContain(secret);
  expect(answers.join()).toContain("db_password=********");
});

for (const language of languages) {
  test(`beside a form and in a row's menu, in ${language}`, async ({ page, cloud, sessionOf }) => {
    const demo = await Caller.open(cloud, await sessionOf("demo"));
    const shared = cloud.query("SELECT id FROM networks WHERE shared")[0]?.["id"] as string;
    const image = cloud.query("SELECT id FROM images WHERE name = 'cirros'")[0]?.["id"] as string;
    await demo.make("launch", { name: `said-${language}`, image, flavor: "1", "networks[0]": shared });
    await inLanguage(page, cloud.url, language);
    await page.goto("/networks");
    await live(page, language);
    const form = await unfold(page, text(language, "networks.create"));
    await form.locator("[name=name]").fill("it's mine");
    const words = await open(form, language);
    expect(await said(words, "openstack")).toContain(
      String.raw`NETWORK_ID=$(openstack network create -f value -c id 'it'\''s mine')`,
    );
    expect(await said(words, "curl")).toContain("/network/v2.0/subnets");
    expect(await said(words, "Terraform")).toContain("openstack_networking_network_v2.it_s_mine.id");
    expect(await strangeWords(page, language)).toEqual([]);
    expect(await violations(page)).toEqual([]);

    await page.goto("/instances");
    await live(page, language);
    const instance = row(page, `said-${language}`);
    await instance.locator("button[popovertarget]").click();
    await instance.getByRole("button", { name: text(language, "commands.as_command") }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox").selectOption("reboot");
    await expect(dialog.locator("pre")).toHaveText(/^openstack server reboot --soft [0-9a-f-]{36}$/);
    await dialog.getByRole("tab", { name: "Terraform" }).click();
    await expect(dialog).toContainText(text(language, "commands.terraform_deed"));
    expect(await strangeWords(page, language)).toEqual([]);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");

    await instance.locator("button[popovertarget]").click();
    await instance.getByRole("button", { name: text(language, "common.delete") }).click();
    const deletion = await open(page.getByRole("dialog"), language);
    expect(await said(deletion, "openstack")).toMatch(/^openstack server delete [0-9a-f-]{36}$/);
    await deletion.getByRole("tab", { name: "Terraform" }).click();
    await expect(deletion).toContainText(text(language, "commands.terraform_delete"));
    expect(await violations(page)).toEqual([]);
    const id = cloud.query(`SELECT id FROM instances WHERE name = 'said-${language}' AND deleted_at IS NULL`)[0];
    await demo.make("instances/act", { id: id?.["id"] as string, verb: "delete" });
    await demo.close();
  });
}

test("what is shown can be run", async ({ page, cloud }) => {
  await page.goto("/keypairs");
  await live(page);
  const form = await unfold(page, "Import public key");
  await field(form, "Name").fill("by curl");
  await field(form, "Public key").fill(PUBLIC_KEY);
  const words = await open(form);
  const rest = await Rest.signIn(cloud, cloud.login("demo"));
  run("bash", ["-c", await said(words, "curl")], { OS_TOKEN: rest.token });

  await field(form, "Name").fill("by command");
  await expect(words.locator("pre")).toContainText("by command");
  const openrc = readFileSync(join(cloud.stateDir, "demo-openrc"), "utf8");
  const client = `${required("ARCUS_OPENSTACK_CLIENTS")}/newest/bin`;
  run("bash", ["-c", `${openrc}\nPATH=${client}:$PATH\n${await said(words, "openstack")}`]);
  await page.reload();
  for (const name of ["by curl", "by command"]) await expect(row(page, name)).toBeVisible();

  await row(page, "by curl").getByRole("button", { name: "Delete" }).click();
  const deletion = await open(page.getByRole("dialog"));
  run("bash", ["-c", await said(deletion, "curl")], { OS_TOKEN: rest.token });
  await page.reload();
  await expect(row(page, "by curl")).toHaveCount(0);
});

test("opened before the script has come, it is filled when the script comes", async ({ page }) => {
  let letCome = (): void => undefined;
  const coming = new Promise<void>((resolve) => (letCome = resolve));
  await page.route("**/*.wasm*", async (route) => {
    await coming;
    await route.continue();
  });
  await page.goto("/launch?name=early", { waitUntil: "commit" });
  const words = page.locator("details.as-command");
  await words.locator("summary").click();
  await expect(words).toContainText("Loading…");
  letCome();
  await expect(words.locator("pre, .problem")).toBeVisible();
});

test("by keyboard alone, on a phone, in the dark", async ({ page, cloud }) => {
  await inLanguage(page, cloud.url, "zh-CN", "dark");
  await page.setViewportSize({ width: 360, height: 740 });
  const image = cloud.query("SELECT id FROM images WHERE name = 'cirros'")[0]?.["id"] as string;
  await page.goto(`/launch?name=small&flavor=1&image=${image}`);
  await live(page, "zh-CN");
  const words = page.locator("details.as-command");
  await words.locator("summary").focus();
  await page.keyboard.press("Enter");
  const tab = (name: string) => words.getByRole("tab", { name });
  await expect(tab("openstack")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(tab("openstack")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(tab("curl")).toBeFocused();
  await expect(words.locator("pre")).toContainText("curl -X POST");
  await page.keyboard.press("End");
  await expect(tab("Terraform")).toHaveAttribute("aria-selected", "true");
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width, "wider than the window").toBeLessThanOrEqual(360);
  expect(await violations(page)).toEqual([]);
  await words.screenshot({ path: join(shots, "as-a-command-phone.png") });
});
