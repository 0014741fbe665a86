import { expect, type Page } from "@playwright/test";

/** A guest's screen in the console of a page. */
export class Screen {
  constructor(private readonly page: Page) {}

  /** How many pixels are lit; a blinking cursor makes some twenty of them come and go. */
  ink(): Promise<number> {
    return this.#canvas().evaluate((canvas: HTMLCanvasElement) => {
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      let lit = 0;
      for (let at = 0; at < pixels.length; at += 4) {
        if ((pixels[at] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at + 2] ?? 0) > 96) lit += 1;
      }
      return lit;
    });
  }

  /** Waits until words stand on the screen. */
  async expectWords(): Promise<void> {
    await expect
      .poll(() => this.ink(), { message: "words on the guest's screen", timeout: 5 * 60_000 })
      .toBeGreaterThan(300);
  }

  /** Types into the guest, slowly enough for one without hardware help. */
  async type(text: string): Promise<void> {
    await this.#canvas().click();
    await this.page.keyboard.type(text, { delay: 60 });
  }

  /** Types a line, and waits until the guest has answered with more than the cursor. */
  async typeLine(text: string): Promise<void> {
    const before = await this.ink();
    await this.type(`${text}\n`);
    await expect.poll(() => this.ink(), { message: "the guest's answer on its screen" }).toBeGreaterThan(before + 100);
  }

  #canvas() {
    return this.page.locator("canvas");
  }
}
