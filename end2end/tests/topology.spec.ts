import { live } from "../support/browsing.ts";
import { Caller } from "../support/server-functions.ts";
import { expect, test } from "../support/test.ts";

test("networks and what is plugged into them are drawn, listed and linked, and the page follows", async ({
  page,
  cloud,
  sessionOf,
}) => {
  const demo = await Caller.open(cloud, await sessionOf("demo"));
  await page.goto("/topology");
  await live(page);
  const picture = page.getByRole("region", { name: "Topology of the networks" });
  const outline = page.locator(".outline");
  await expect(picture).toBeVisible();

  const network = await demo.make<{ id: string }>("networks/create", { name: "drawn", cidr: "10.56.0.0/24" });
  await expect(picture.getByText("10.56.0.0/24", { exact: true })).toBeVisible();
  await expect(outline.getByRole("listitem").filter({ hasText: "drawn" }).last()).toContainText(
    "Nothing is plugged in.",
  );

  for (let nth = 1; nth <= 20; nth++)
    await demo.make("ports/create", { network: network.id, port_name: `port-${nth}` });
  await expect(outline.getByRole("link", { name: "port-20" })).toBeVisible();
  const boxes = await picture.locator(".node").evaluateAll((nodes) =>
    nodes.map((node) => {
      const { left, right, top, bottom } = node.querySelector(".frame")!.getBoundingClientRect();
      return { left, right, top, bottom };
    }),
  );
  expect(boxes.length).toBeGreaterThanOrEqual(20);
  for (const [nth, one] of boxes.entries())
    for (const other of boxes.slice(nth + 1))
      expect(
        one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top,
      ).toBe(true);

  await picture.getByText("drawn", { exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "drawn" })).toBeVisible();

  const ports = cloud.query(`SELECT id FROM ports WHERE network_id = '${network.id}' AND device_owner = ''`);
  for (const { id } of ports) await demo.make("ports/delete", { id: String(id), network: network.id });
  await demo.make("networks/delete", { id: network.id });
  await demo.close();
});

for (const theme of ["light", "dark"] as const)
  test(`every word of the picture can be read in ${theme}`, async ({ page, context, cloud }) => {
    await context.addCookies([{ name: "arcus_theme", value: theme, url: cloud.url }]);
    await page.goto("/topology");
    const words = page.locator(".map text");
    await expect(words.first()).toBeVisible();
    const colours = await words.evaluateAll((texts) =>
      texts.map((text) => {
        const frame = text.closest("g")?.querySelector(".frame");
        return [getComputedStyle(text).fill, frame ? getComputedStyle(frame).fill : ""];
      }),
    );
    for (const [word, ground] of colours) expect(word).not.toBe(ground);
  });
