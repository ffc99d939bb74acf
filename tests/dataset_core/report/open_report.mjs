// Opens a report in headless Chromium and uses it: node open_report.mjs FILE. Prints one JSON object of what was seen.
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const seen = { errors: [], requests: [], overflow: [] };
for (const [colorScheme, width] of [["light", 1400], ["dark", 1400], ["light", 480], ["dark", 480]]) {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
  page.on("pageerror", (error) => seen.errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
  page.on("request", (request) => request.url().startsWith("file:") || seen.requests.push(request.url()));
  const started = Date.now();
  await page.goto(pathToFileURL(process.argv[2]).href);
  await page.waitForSelector("#list [role=option]");
  seen.open_ms = Date.now() - started;
  seen.overflow.push(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth));
  seen.background = { ...seen.background, [colorScheme]: await page.evaluate(() => getComputedStyle(document.body).backgroundColor) };
  if (width === 1400 && colorScheme === "light") Object.assign(seen, await use(page));
  await page.close();
}
await browser.close();
console.log(JSON.stringify(seen));

async function use(page) {
  const count = () => page.textContent("#count");
  const detail = () => page.textContent("#detail");
  const result = { n_options: await page.locator("#list [role=option]").count(), all: await count(), first: await detail() };
  await page.focus("#list");
  await page.keyboard.press("ArrowDown");
  result.second = await detail();
  await page.keyboard.press("End");
  result.last = await page.getAttribute("#list [aria-selected=true]", "aria-posinset");
  await page.selectOption("[name=language]", "mermaid");
  await page.waitForTimeout(400);
  result.mermaid = await count();
  await page.fill("[name=search]", "breakfast kitchen");
  await page.waitForTimeout(400);
  result.searched = await count();
  await page.fill("[name=search]", "nothing has this");
  await page.waitForTimeout(400);
  result.none = await detail();
  result.injected = await page.evaluate(() => globalThis.injected ?? false);
  return result;
}
