import { Buffer } from "node:buffer";
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { type BlobAbout, HASH } from "../model/blob.ts";
import { isId } from "../model/ids.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import {
  splitUnsent,
  UNSENT_FORMAT,
  UNSENT_VERSION,
  type UnsentFile,
  unsentInfo,
  type UnsentPicture,
  unsentText,
} from "../model/unsent_file.ts";
import type { DeviceShareRow } from "../store/identities.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import {
  hasPlace,
  type OpPlace,
  readOp,
  type ReceivedOp,
} from "./read_request.ts";

/** The most ops in a file: months of one person's work. */
const MAX_OPS = 5000;

/** The most pictures in a file: small ones, in one that is as large as it may be. */
const MAX_PICTURES = 2000;

/** The most chunks that a picture may say it has. */
const MAX_CHUNKS = 1000;

/** A picture of a file, and its bytes as far as they are there. */
export interface ReadPicture extends UnsentPicture {
  /** Not compared with the hash yet. Null: they are not in the file, or cannot be read. */
  bytes: () => Uint8Array<ArrayBuffer> | null;
}

/** A file whose form is sound and whose seal is the phone's own. */
export interface ReadFile {
  /** Whose work it is: somebody of this org. */
  user: UnsentFile["user"];
  /** When the phone wrote it, by its clock, milliseconds. */
  savedAt: number;
  /** The queue's name. */
  deviceId: string;
  /** When the phone was let in, milliseconds. */
  deviceSince: number;
  /** By seq, without gaps. */
  ops: ReceivedOp[];
  /** What the office had refused already. */
  refused: UnsentFile["refused"];
  /** Photos and signatures; none before version 2. */
  pictures: ReadPicture[];
}

const named = (prefix: "usr" | "org") =>
  z.object({
    id: z.string().refine((value) => isId(prefix, value)),
    name: z.string().max(200),
  });
const device = z.string().refine((value) => isId("dev", value));
const fileSchema = z.object({
  format: z.literal(UNSENT_FORMAT),
  version: z.number().int().min(1).max(UNSENT_VERSION),
  savedAt: z.iso.datetime(),
  user: named("usr"),
  org: named("org"),
  device: z.object({ id: device, vault: device }),
  ops: z.array(z.custom<OpPlace>(hasPlace)).max(MAX_OPS).refine(
    (ops) => ops.every(({ seq }, i) => seq === (ops[0]?.seq ?? 0) + i),
  ),
  refused: z.array(z.object({
    key: z.string().max(100),
    route: z.string().max(200),
    method: z.string().max(10),
    payload: z.unknown(),
    madeAt: z.iso.datetime(),
    problem: z.object({ code: z.string().max(60), title: z.string().max(200) }),
  })).max(MAX_OPS),
  pictures: z.array(z.object({
    order: z.string().max(60),
    hash: z.string().regex(HASH),
    // Judged with the picture, so that a bad one harms no other.
    about: z.object({
      type: z.string().max(100),
      size: z.number(),
      chunks: z.array(z.string().max(100)).max(MAX_CHUNKS),
    }),
    madeAt: z.iso.datetime(),
  })).max(MAX_PICTURES).default([]),
  seal: z.string().regex(/^[0-9a-f]{64}$/),
});

const refuse = (message: string) =>
  fail("invalid-input", { errors: [{ field: "file", message }] });

/** Whether the seal is the one that a device with this share makes. */
function isSealed(file: UnsentFile, share: Uint8Array): boolean {
  const key = hkdfSync("sha256", share, "", unsentInfo(file), 32);
  const seal = createHmac("sha256", new Uint8Array(key))
    .update(unsentText(file)).digest();
  return timingSafeEqual(seal, new Uint8Array(Buffer.from(file.seal, "hex")));
}

function decoded(base64: string | undefined): Uint8Array<ArrayBuffer> | null {
  if (base64 === undefined) return null;
  try {
    return Uint8Array.fromBase64(base64);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * Reads a file of unsent work. Only what a phone of this company wrote, and nobody has changed since, passes.
 *
 * @param text not trusted
 */
export async function readImportFile(
  tenant: TenantStore,
  text: string,
): Promise<Result<ReadFile>> {
  let split: ReturnType<typeof splitUnsent>;
  try {
    split = splitUnsent(text);
  } catch {
    return refuse(
      "Choose the file that the phone saved: this one cannot be read.",
    );
  }
  const { head, bytes } = split;
  const { format, version } = Object(head) as Partial<UnsentFile>;
  if (format === UNSENT_FORMAT && Number(version) > UNSENT_VERSION) {
    return refuse(
      "A newer version of the app wrote this file. Update the server first.",
    );
  }
  const parsed = fileSchema.safeParse(head);
  if (!parsed.success) {
    return refuse(
      "Choose the file that the phone saved: this is another one, or only a part of it.",
    );
  }
  const file = parsed.data;
  const { user, org } = file;
  // Another company's file is told like one that no phone of this company wrote.
  const row = org.id === tenant.orgId
    ? await tenant.get<DeviceShareRow>(
      tenant.keys.deviceShare(user.id, file.device.vault),
    )
    : null;
  if (row === null) {
    return refuse("No phone of this company wrote this file.");
  }
  if (!isSealed(head as UnsentFile, row.share)) {
    return refuse(
      "This file was changed after the phone wrote it, so nothing of it is taken in.",
    );
  }
  return ok({
    user,
    savedAt: Date.parse(file.savedAt),
    deviceId: file.device.id,
    deviceSince: Date.parse(row.createdAt),
    ops: file.ops.map(readOp),
    refused: file.refused as UnsentFile["refused"],
    pictures: file.pictures.map((picture) => ({
      ...picture,
      about: picture.about as BlobAbout,
      bytes: () => decoded(bytes.get(picture.hash)),
    })),
  });
}
