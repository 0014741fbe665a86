import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";

const locales = join(import.meta.dirname, "../../locales");

export const languages = ["en", "zh-CN"] as const;
export type Language = (typeof languages)[number];

/** Every text of a language by its key, such as `common.sign_out`. */
function texts(language: Language): Map<string, string> {
  const folder = join(locales, language);
  const all = readdirSync(folder).flatMap((file) => {
    const read = JSON.parse(readFileSync(join(folder, file), "utf8")) as Record<string, string>;
    return Object.entries(read).map(([key, text]) => [`${file.replace(".json", "")}.${key}`, text] as const);
  });
  return new Map(all);
}

/** One text of a language. */
export function text(language: Language, key: string): string {
  const found = texts(language).get(key);
  if (found === undefined) throw new Error(`there is no text ${key}`);
  return found;
}

/** What a page shows or has read out that belongs to another language, or is a key and no text. */
export async function strangeWords(page: Page, language: Language): Promise<string[]> {
  const shown = await page.evaluate(wordsOf);
  const others = languages.filter((other) => other !== language);
  const own = new Set(texts(language).values());
  const foreign = new Set(others.flatMap((other) => [...texts(other).values()]).filter((text) => !own.has(text)));
  const keys = new Set(texts(language).keys());
  return shown.filter((text) => foreign.has(text) || keys.has(text) || text.includes("{{"));
}

/** Every text of the document, whether seen or read out. Runs in the browser. */
function wordsOf(): string[] {
  const words: string[] = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    // Code is nobody's language, a language's own name is written in that language, what hosts report has its own names.
    if (node.parentElement?.closest("script, style, pre, code, button[lang], select[name=physical_network]")) continue;
    if (node instanceof Element) {
      for (const name of ["aria-label", "title", "placeholder", "alt"]) words.push(node.getAttribute(name) ?? "");
    } else {
      words.push(node.textContent ?? "");
    }
  }
  return words.map((text) => text.trim()).filter(Boolean);
}
