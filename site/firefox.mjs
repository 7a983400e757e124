// Visits pages in Firefox, by WebDriver BiDi. A task comes in as JSON, what was found goes
// out as JSON: for each visit the complaints, and what the probes and the explorer say.
import { text } from "node:stream/consumers";
import puppeteer from "puppeteer-core";

const { executablePath, address, names, probes, settings } = JSON.parse(
  await text(process.stdin),
);

/** Drives the explorer of a page by lists, buttons, keys and mouse; gives what it tells. */
async function drive(page) {
  const part = (name) => `.rnn-explorer [data-part=${name}]`;
  const told = () => page.$eval(part("numbers"), (line) => line.innerText);

  await page.select(part("rule"), "RProp");
  await page.select(part("preset"), "-1.5,2");
  await page.click(part("run"));
  await page.waitForFunction(
    (numbers) => document.querySelector(numbers).innerText.includes("step 500"),
    {}, part("numbers"),
  );
  const arrived = await told();
  await page.click(part("back"));
  await page.$eval(part("map"), (map) => map.focus()); // page.focus takes no SVG
  await page.keyboard.press("ArrowRight");
  const moved = await told();
  const { x, y, width, height } = await (await page.$(part("grip"))).boundingBox();
  await page.mouse.move(x + width / 4, y + height / 4);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + height / 2, { steps: 5 });
  await page.mouse.up();
  return [arrived, moved, await told()];
}

// Firefox says this of a formula that it has received only half of, too. So what it said
// while the page came in does not count; laid out anew, a wrong formula is told again.
const MARKUP = "Invalid markup";

function layOutAnew() {
  const { style } = document.body;
  style.display = "none";
  document.body.getBoundingClientRect();
  style.display = "";
  document.body.getBoundingClientRect();
}

const found = [];
for (const [width, scheme] of settings) {
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath,
    extraPrefsFirefox: {
      "ui.prefersReducedMotion": 1, // a run ends at once
      "layout.css.prefers-color-scheme.content-override": scheme === "dark" ? 0 : 1,
    },
  });
  const page = await browser.newPage();
  await page.setViewport({ width, height: 844 });
  let complaints;
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => complaints.push(request.url()));
  page.on("console", (line) => line.type() === "error" && complaints.push(line.text()));
  for (const name of names) {
    complaints = [];
    await page.goto(address + name, { waitUntil: "load" });
    complaints = complaints.filter((complaint) => !complaint.includes(MARKUP));
    await page.evaluate(layOutAnew);
    const visit = { name, width, complaints };
    for (const [probe, script] of Object.entries(probes)) {
      visit[probe] = await page.evaluate(`(${script})()`);
    }
    if (await page.$("[data-ready]")) visit.explorer = await drive(page);
    found.push(visit);
  }
  await browser.close();
}
console.log(JSON.stringify(found));
