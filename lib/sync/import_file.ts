import { Buffer } from "node:buffer";
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { isId } from "../model/ids.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import {
  UNSENT_FORMAT,
  UNSENT_VERSION,
  type UnsentFile,
  unsentInfo,
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

/**
 * Reads a file of unsent work. Only what a phone of this company wrote, and nobody has changed since, passes.
 *
 * @param text not trusted
 */
export async function readImportFile(
  tenant: TenantStore,
  text: string,
): Promise<Result<ReadFile>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse(
      "Choose the file that the phone saved: this one cannot be read.",
    );
  }
  const { format, version } = Object(json) as Partial<UnsentFile>;
  if (format === UNSENT_FORMAT && Number(version) > UNSENT_VERSION) {
    return refuse(
      "A newer version of the app wrote this file. Update the server first.",
    );
  }
  const parsed = fileSchema.safeParse(json);
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
  if (!isSealed(json as UnsentFile, row.share)) {
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
  });
}
