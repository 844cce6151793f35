import { createHmac, hkdfSync } from "node:crypto";
import type { Op } from "../../lib/model/operation.ts";
import type { Me } from "../../lib/model/spaces.ts";
import {
  UNSENT_FORMAT,
  UNSENT_VERSION,
  type UnsentFile,
  unsentInfo,
  unsentParts,
  unsentText,
} from "../../lib/model/unsent_file.ts";
import type { AuditRow } from "../../lib/store/audit.ts";
import type { DeviceShareRow } from "../../lib/store/identities.ts";
import {
  type Company,
  DAY,
  hire,
  MINUTE,
  MONDAY,
  newCompany,
  newId,
} from "./builders.ts";
import { Device } from "./device.ts";
import { type Door, withDoor } from "./door.ts";
import type { Picture } from "./picture.ts";

const SHARE = new Uint8Array(32).fill(7);

/** A phone that was logged in once, and can write a file. */
export class SavingPhone extends Device {
  readonly vault = newId("dev");

  async logIn(): Promise<void> {
    const { tenant } = this.company;
    const tx = tenant.transaction();
    const createdAt = new Date(MONDAY - DAY).toISOString();
    tx.set(
      tenant.keys.deviceShare(this.me.id, this.vault),
      { share: SHARE, createdAt } satisfies DeviceShareRow,
    );
    await tx.commit();
  }

  file(ops: Op[], more: Partial<UnsentFile> = {}): UnsentFile {
    const file: Omit<UnsentFile, "seal"> = {
      format: UNSENT_FORMAT,
      version: UNSENT_VERSION,
      savedAt: new Date(MONDAY).toISOString(),
      user: { id: this.me.id, name: this.me.name },
      org: { id: this.me.orgId, name: this.me.company },
      device: { id: this.id, vault: this.vault },
      ops,
      refused: [],
      ...more,
    };
    const key = hkdfSync("sha256", SHARE, "", unsentInfo(file), 32);
    const seal = createHmac("sha256", new Uint8Array(key))
      .update(unsentText(file)).digest("hex");
    return { ...file, seal };
  }

  /** The text of a file with pictures, each of an order. */
  fileWith(
    ops: Op[],
    pictures: readonly [order: string, picture: Picture][],
    more: Partial<UnsentFile> = {},
  ): string {
    const madeAt = new Date(MONDAY).toISOString();
    const file = this.file(ops, {
      pictures: pictures.map(([order, { hash, about }]) => ({
        order,
        hash,
        about,
        madeAt,
      })),
      ...more,
    });
    return unsentParts(
      file,
      pictures.map(([, { hash, bytes }]) => [hash, bytes.toBase64()]),
    ).join("");
  }
}

/** An office, and a worker with a phone that cannot send. */
export interface SavingScene {
  door: Door;
  company: Company;
  worker: Me;
  dispatcher: Me;
  phone: SavingPhone;
}

/** Runs a test with such a phone. */
export const withPhone = (run: (scene: SavingScene) => Promise<void>) =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const worker = await hire(company, "WORKER", "Wanda Weber");
    const dispatcher = await hire(company, "DISPATCHER", "Dan Dorn");
    const phone = new SavingPhone(company, worker);
    await phone.logIn();
    door.now = MONDAY + 30 * MINUTE;
    await run({ door, company, worker, dispatcher, phone });
  });

/** Chooses a file on the import page, or takes it in. @param file its text, or what is in it */
export async function sendFile(
  door: Door,
  as: Me,
  step: "look" | "take",
  file: unknown,
): Promise<{ status: number; html: string }> {
  const body = new FormData();
  const text = typeof file === "string" ? file : JSON.stringify(file, null, 2);
  if (step === "look") body.set("file", new File([text], "unsent.json"));
  else body.set("content", text);
  body.set("step", step);
  const answer = await door.ask("POST", "/client/import", { as, body });
  return { status: answer.status, html: await answer.text() };
}

/** The audit records of imports. */
export async function importAudits({ tenant }: Company): Promise<AuditRow[]> {
  const rows = await tenant.list<AuditRow>({ prefix: tenant.keys.audits() });
  return rows.map((row) => row.value)
    .filter((row) => row.route === "POST /client/import");
}
