import type { Page } from "puppeteer-core";
import { eventually } from "../system/eventually.ts";
import { find, readPage } from "./on_page.ts";

/** What a camera writes beside the picture, and nobody but the phone may ever see. */
export const CANARY = "CANARY 51.2562 7.1508";

/** Chooses a photo as a camera makes it: lying on its side, 2,400 pixels long, with place and orientation in its file. */
export async function takePhoto(page: Page, hue = 0): Promise<void> {
  await find(page, 'label.btn:has(input[capture="environment"])');
  await page.evaluate(
    async (canary, hue) => {
      const canvas = document.createElement("canvas");
      canvas.width = 2400;
      canvas.height = 1200;
      const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
      for (let i = 0; i < 400; i++) {
        pen.fillStyle = `hsl(${(hue + i * 37) % 360} 80% 50%)`;
        pen.fillRect(i * 97 % 2400, i * 61 % 1200, 200, 120);
      }
      const plain = await new Promise<Blob | null>((done) =>
        canvas.toBlob(done, "image/jpeg", 0.95)
      );
      const bytes = new Uint8Array(await (plain as Blob).arrayBuffer());
      // Exif (JEITA CP-3451): big-endian TIFF with one entry, Orientation 6, and what else a camera writes.
      const exif = [
        ...new TextEncoder().encode("Exif\0\0MM\0*\0\0\0\b"),
        ...[0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0],
        ...new TextEncoder().encode(canary),
      ];
      const head = [0xff, 0xd8, 0xff, 0xe1, 0, exif.length + 2, ...exif];
      const file = new File(
        [new Uint8Array(head), bytes.slice(2)],
        "IMG_0001.jpg",
        { type: "image/jpeg" },
      );
      const input = document.querySelector(
        'input[capture="environment"]',
      ) as HTMLInputElement;
      const chosen = new DataTransfer();
      chosen.items.add(file);
      input.files = chosen.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    CANARY,
    hue,
  );
}

/** Scrolls to where photos and signature stand, as somebody does who looks for them. */
export async function lookBelow(page: Page): Promise<void> {
  await eventually("photos and signature came into view", async () => {
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    return (await readPage(page)).includes("Photos");
  });
}
