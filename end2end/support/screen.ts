import { expect, type Page } from "@playwright/test";

const SHIFTED = /[A-Z~!@#$%^&*()_+{}|:"<>?]/;

/** A guest's screen in the console of a page. */
export class Screen {
  constructor(private readonly page: Page) {}

  /** Waits until words stand on the screen. */
  async expectWords(): Promise<void> {
    const cells = async () => (await this.#cells()).filter((lit) => lit > 0).length;
    await expect.poll(cells, { message: "words on the guest's screen", timeout: 5 * 60_000 }).toBeGreaterThan(20);
  }

  /** Types into the guest, slowly enough for one without hardware help. */
  async type(text: string): Promise<void> {
    await this.#canvas().click();
    for (const letter of text) {
      // Guests are told of keys, not of letters, and Playwright does not hold the one that makes a capital.
      const shifted = SHIFTED.test(letter);
      if (shifted) await this.page.keyboard.down("Shift");
      await this.page.keyboard.type(letter, { delay: 60 });
      if (shifted) await this.page.keyboard.up("Shift");
    }
  }

  /** Types a line, and waits until the guest has answered with more than its cursor. */
  async typeLine(text: string): Promise<void> {
    await this.type(text);
    const before = await this.#cells();
    await this.page.keyboard.press("Enter");
    const changed = async () => {
      const now = await this.#cells();
      return now.filter((lit, index) => lit !== before[index]).length;
    };
    await expect.poll(changed, { message: "the guest's answer on its screen" }).toBeGreaterThan(4);
  }

  /** How many pixels are lit in each place for a character. */
  #cells(): Promise<number[]> {
    return this.#canvas().evaluate((canvas: HTMLCanvasElement) => {
      if (canvas.width === 0 || canvas.height === 0) return []; // nothing has been drawn yet
      const [width, height] = [8, 16];
      const columns = Math.ceil(canvas.width / width);
      const cells = new Array<number>(columns * Math.ceil(canvas.height / height)).fill(0);
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      for (let at = 0; at < pixels.length; at += 4) {
        if ((pixels[at] ?? 0) + (pixels[at + 1] ?? 0) + (pixels[at + 2] ?? 0) <= 96) continue;
        const [x, y] = [(at / 4) % canvas.width, Math.floor(at / 4 / canvas.width)];
        const cell = Math.floor(y / height) * columns + Math.floor(x / width);
        cells[cell] = (cells[cell] ?? 0) + 1;
      }
      return cells;
    });
  }

  #canvas() {
    return this.page.locator("canvas");
  }
}
