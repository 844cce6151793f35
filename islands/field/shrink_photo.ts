/** The longest side that a photo keeps, pixels: a type plate can still be read. */
const LONGEST = 1600;

/** What a photo keeps of its quality. */
const QUALITY = .8;

/**
 * Makes a photo small enough for a slow network. It is drawn anew, so it stands as it was held, and nothing else that the
 * camera wrote into the file (place, time, device) is left.
 *
 * @returns JPEG, or null for what this browser cannot read as a picture
 */
export async function shrinkPhoto(
  file: Blob,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const picture = await createImageBitmap(file, {
    imageOrientation: "from-image",
  }).catch(() => null);
  if (!picture) return null;
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  if (!pen) return null;
  // What is transparent would be black in a JPEG.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return await bytesOf(canvas, "image/jpeg");
}

/** A canvas as a file; null where the browser cannot write it. */
export async function bytesOf(
  canvas: HTMLCanvasElement,
  type: "image/jpeg" | "image/png",
): Promise<Uint8Array<ArrayBuffer> | null> {
  const blob = await new Promise<Blob | null>((done) =>
    canvas.toBlob(done, type, QUALITY)
  );
  return blob?.type === type ? new Uint8Array(await blob.arrayBuffer()) : null;
}
