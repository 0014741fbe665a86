import { defineConfig } from "@playwright/test";
import { browserFlags, browserProgram } from "./support/browser.ts";
import type { Options } from "./support/test.ts";

// Guests may run without KVM, many times slower than usual: limits are for hangs, and nothing is asserted about time.
export default defineConfig<Options>({
  testDir: "tests",
  outputDir: "test-results/failures",
  workers: 1,
  forbidOnly: true,
  reporter: "list",
  timeout: 10 * 60_000,
  expect: { timeout: 60_000 },
  use: {
    actionTimeout: 60_000,
    navigationTimeout: 60_000,
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
    screenshot: "only-on-failure",
    // Pictures of every step cost more than the steps.
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: { executablePath: browserProgram(), args: browserFlags },
  },
});
