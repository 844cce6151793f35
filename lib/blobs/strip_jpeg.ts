const ORIENTATION = 0x0112;

/** The orientation that an Exif segment tells (JEITA CP-3451, section 4.6.4), 1 to 8; null where it tells none. */
function orientationOf(exif: Uint8Array): number | null {
  const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength);
  const tiff = 6;
  if (exif.length < tiff + 10) return null;
  const little = view.getUint16(tiff) === 0x4949;
  const directory = tiff + view.getUint32(tiff + 4, little);
  if (directory + 2 > exif.length) return null;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + 12 * i;
    if (entry + 12 > exif.length) return null;
    if (view.getUint16(entry, little) !== ORIENTATION) continue;
    const value = view.getUint16(entry + 8, little);
    return value >= 1 && value <= 8 ? value : null;
  }
  return null;
}

/** An Exif segment that tells the orientation and nothing else. */
const exifOf = (orientation: number) =>
  new Uint8Array([
    ...[0xff, 0xe1, 0, 34],
    ...new TextEncoder().encode("Exif\0\0MM\0*\0\0\0\b"),
    ...[0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0],
  ]);

/**
 * Takes out of a JPEG what a camera or a program wrote beside the picture (Exif with place and device, XMP, IPTC, comments,
 * further pictures in the same file), and keeps how it is to be turned and its colours. A photo that a phone shrinks has
 * none of it; this is for what a form without scripts sends.
 *
 * @param bytes any bytes; what is no JPEG, or is torn before its picture, comes back as it is
 */
export function stripJpeg(
  bytes: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let orientation: number | null = null;
  let at = 2;
  for (;;) {
    if (at + 4 > bytes.length || bytes[at] !== 0xff) return bytes;
    const marker = bytes[at + 1] as number;
    // The picture itself begins, up to the end of the file.
    if (marker === 0xda) break;
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length || end < at + 4) return bytes;
    if (marker === 0xe1) {
      orientation ??= orientationOf(bytes.subarray(at + 4, end));
    }
    // APP0 (JFIF), APP2 (colour profile) and APP14 (Adobe's colours) say how the picture is to be read.
    const isBeside = (marker > 0xe0 && marker < 0xf0) || marker === 0xfe;
    if (
      !isBeside || marker === 0xe2 && isProfile(bytes, at) ||
      marker === 0xee
    ) kept.push(bytes.subarray(at, end));
    at = end;
  }
  if (orientation !== null) kept.splice(1, 0, exifOf(orientation));
  kept.push(bytes.subarray(at, endOfPicture(bytes, at)));
  const size = kept.reduce((sum, part) => sum + part.length, 0);
  const out = new Uint8Array(size);
  let offset = 0;
  for (const part of kept) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

const isProfile = (bytes: Uint8Array, at: number) =>
  new TextDecoder("latin1").decode(bytes.subarray(at + 4, at + 15)) ===
    "ICC_PROFILE";

/** Where the picture ends: behind it some cameras append a film or a second picture. */
function endOfPicture(bytes: Uint8Array, from: number): number {
  for (let at = from + 2; at + 1 < bytes.length; at++) {
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return at + 2;
  }
  return bytes.length;
}
