import type { Page } from "puppeteer-core";

/** Presses the clock so many times, each as soon as the screen shows the one before. Never clocks out. */
export async function pressOften(page: Page, times: number): Promise<void> {
  await page.evaluate(async (times) => {
    const buttons = () => [
      ...document.querySelectorAll<HTMLButtonElement>('button[name="kind"]'),
    ];
    const shown = () => buttons().map(({ value }) => value).join();
    for (let done = 0; done < times; done++) {
      const before = shown();
      buttons().find(({ value }) => value !== "out")?.click();
      while (shown() === before) {
        await new Promise((later) => setTimeout(later, 2));
      }
    }
  }, times);
}
