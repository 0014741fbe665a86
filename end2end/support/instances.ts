import { expect, type Locator, type Page } from "@playwright/test";
import { confirm, row } from "./browsing.ts";
import type { Cloud, Login } from "./cloud.ts";
import { domains, interfaces } from "./lab.ts";
import { Rest } from "./rest.ts";

/** How long a guest may take to boot or to shut down without hardware help. */
export const GUEST = { timeout: 5 * 60_000 };

/** The row of an instance says that it is in that state, such as `Running`. */
export async function expectStatus(page: Page, name: string, status: string): Promise<void> {
  await expect(row(page, name)).toContainText(status, GUEST);
}

/** The badge beside the heading of an instance's page. */
export function badge(page: Page, status: string): Locator {
  return page.locator("main header").getByText(status, { exact: true });
}

/** Deletes the instance whose page is open; its list is open then. */
export async function deleteInstance(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await confirm(page, `Delete ${name}`);
  await expect(page.getByRole("heading", { level: 1, name: "Instances" })).toBeVisible();
}

/** All 29 steps stand on the page as done, with how long each took. */
export async function expectWholeTimeline(page: Page): Promise<void> {
  await expect(page.getByText("29 of 29 steps")).toBeVisible();
  const steps = page.getByRole("table", { name: "Timeline" }).getByRole("row").filter({ hasText: "done" });
  await expect(steps).toHaveCount(29);
  for (const [index, step] of (await steps.all()).entries()) {
    const cells = step.getByRole("cell");
    await expect(cells.first()).toHaveText(String(index + 1));
    await expect(step, `the duration of step ${index + 1}`).toContainText(/\d+(\.\d+)? (µs|ms|s|min)/);
  }
}

/** Nothing is left of any instance: neither on the host, nor in the records, nor for API clients. */
export async function expectNothingLeft(cloud: Cloud, login: Login): Promise<void> {
  await expect.poll(domains, "libvirt domains").toEqual([]);
  await expect.poll(() => interfaces("tun"), "taps").toEqual([]);
  await expect.poll(() => cloud.leases(), "DHCP leases").toEqual([]);
  await expect.poll(() => cloud.instanceDirectories(), "instance directories").toEqual([]);
  expect(cloud.query("SELECT * FROM allocations"), "allocations").toEqual([]);
  const rest = await Rest.signIn(cloud, login);
  const { ports } = await rest.get<{ ports: { device_owner: string }[] }>("network", "/v2.0/ports");
  expect(ports.filter((port) => port.device_owner.startsWith("compute:"))).toEqual([]);
  expect(await rest.get("compute", "/servers")).toEqual({ servers: [] });
}
