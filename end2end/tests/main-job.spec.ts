import type { Page } from "@playwright/test";
import { expectSamePage, live, markPage, row, signIn } from "../support/browsing.ts";
import { badge, deleteInstance, expectNothingLeft, expectWholeTimeline, GUEST } from "../support/instances.ts";
import { domainState } from "../support/lab.ts";
import { launchByForm } from "../support/launch-form.ts";
import { Screen } from "../support/screen.ts";
import { expect, test } from "../support/test.ts";

test.use({ user: null });

test("log in, launch, watch, use the console, stop, start, delete; and nothing is left", async ({
  page,
  cloud,
  context,
}) => {
  test.setTimeout(30 * 60_000);
  const login = cloud.login("demo");
  await page.goto("/instances");
  await signIn(page, { ...login, password: "wrong" });
  await expect(page.getByRole("alert")).toContainText("Invalid user name, domain or password.");
  await signIn(page, login);
  await expect(page.getByRole("heading", { level: 1, name: "Instances" })).toBeVisible();
  await live(page);

  // The list stays open in one window while another launches.
  await markPage(page);
  const seen = await watchStatuses(page, "first");
  const other = await context.newPage();
  const id = await launchByForm(other, "first");
  await expect(row(page, "first")).toContainText("Running", GUEST);
  expect(await seen()).toEqual(["Building", "Running"]);
  await expectSamePage(page);

  await live(other);
  await expectWholeTimeline(other);
  await expect(badge(other, "Running")).toBeVisible();

  await test.step("libvirt and DHCP say what the page says", async () => {
    await page.getByRole("link", { name: "first" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "first" })).toBeVisible();
    const domain =
      (await page
        .getByText(/^instance-[0-9a-f]{8}$/)
        .first()
        .textContent()) ?? "";
    expect(domainState(domain)).toBe("running");
    const address =
      (await page
        .getByText(/^(172\.24\.4|10\.66\.0)\.\d+$/)
        .first()
        .textContent()) ?? "";
    await expect.poll(() => cloud.serialLog(id), GUEST).toContain(`eth0 ${address}/24`);
    expect(cloud.leases().join("\n")).toContain(address);
  });

  await test.step("the console shows the login prompt and takes what is typed", async () => {
    await expect.poll(() => cloud.serialLog(id), GUEST).toContain("login:");
    await page.getByRole("link", { name: "Console", exact: true }).click();
    const screen = new Screen(page);
    await screen.expectWords();
    await screen.typeLine("cirros");
    await screen.type("gocubsgo\n");
    await screen.typeLine("echo typed-$((6*7)) | sudo tee /dev/ttyS0");
    await expect.poll(() => cloud.serialLog(id), GUEST).toContain("typed-42");
  });

  await test.step("the log has the same words", async () => {
    await page.getByRole("link", { name: "Log", exact: true }).click();
    await expect(page.locator("pre")).toContainText("typed-42");
  });

  await test.step("stop and start", async () => {
    const domain = String(cloud.query(`SELECT domain_name FROM instances WHERE id = '${id}'`)[0]?.["domain_name"]);
    await page.getByRole("button", { name: "Stop", exact: true }).first().click();
    await expect(badge(page, "Stopped")).toBeVisible(GUEST);
    expect(domainState(domain)).toBe("shut off");
    await page.getByRole("link", { name: "Console", exact: true }).click();
    await page.getByRole("main").getByRole("button", { name: "Start", exact: true }).first().click();
    await expect(badge(page, "Running")).toBeVisible(GUEST);
    expect(domainState(domain)).toBe("running");
    await new Screen(page).expectWords();
  });

  await deleteInstance(page, "first");
  await expect(row(page, "first")).toHaveCount(0);
  await expectNothingLeft(cloud, login);
});

/** From now on notes each status that the row of that name shows; returns them when asked, without repetitions. */
async function watchStatuses(page: Page, name: string): Promise<() => Promise<string[]>> {
  await page.evaluate((name) => {
    const seen: string[] = [];
    const look = () => {
      const row = [...document.querySelectorAll("tr")].find((row) => row.querySelector("th")?.textContent === name);
      const status = /Building|Running|Error/.exec(row?.textContent ?? "")?.[0];
      if (status && seen.at(-1) !== status) seen.push(status);
      document.documentElement.setAttribute("data-test-seen", JSON.stringify(seen));
    };
    look();
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  }, name);
  return async () => JSON.parse((await page.locator("html").getAttribute("data-test-seen")) ?? "[]") as string[];
}
