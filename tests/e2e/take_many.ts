import assert from "node:assert/strict";
import { makeId } from "../../lib/model/ids.ts";
import type { Op } from "../../lib/model/operation.ts";
import { MAX_BATCH_OPS } from "../../lib/model/protocol.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { Desk } from "./office.ts";

/**
 * Takes many leads down on another machine of a worker's, the oldest first.
 *
 * @param apartMs milliseconds between two of them; what is made in the same one has no order
 * @returns their ids
 */
export async function takeMany(
  worker: Desk,
  names: string[],
  apartMs = 0,
): Promise<string[]> {
  const newId = (prefix: "dev" | "lead" | "op", at = Date.now()) =>
    makeId(prefix, at, crypto.getRandomValues(new Uint8Array(10)));
  const me = await worker.read<{ user: Me }>("/api/me");
  const deviceId = newId("dev");
  const first = Date.now() - apartMs * names.length;
  const ids = names.map((_, i) => newId("lead", first + apartMs * i));
  for (let from = 0; from < names.length; from += MAX_BATCH_OPS) {
    const ops = names.slice(from, from + MAX_BATCH_OPS).map((name, i): Op => ({
      seq: from + i + 1,
      key: newId("op"),
      v: 1,
      route: "/api/client/leads",
      method: "POST",
      payload: {
        id: ids[from + i] as string,
        fields: { name, phone: `777 ${10000 + from + i}`, step: "call" },
      },
      base: { version: 0 },
      claim: {
        occurredAt: new Date().toISOString(),
        elapsedMs: 0,
        confidence: "high",
      },
    }));
    const answer = await worker.request("/api/client/sync", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        v: 1,
        deviceId,
        userId: me.user.id,
        orgId: me.user.orgId,
        ops,
      }),
    });
    const { results } = await answer.json();
    assert(
      results?.every(({ status }: { status: number }) => status === 201),
      `${answer.status} ${JSON.stringify(results?.[0])}`,
    );
  }
  return ids;
}
