import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";

/** The violations that hinder people, each with the places where it was found. */
export async function violations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return grave.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(" ; ")}`);
}
