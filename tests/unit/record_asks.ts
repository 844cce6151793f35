import type { Asking } from "./door.ts";
import { DOT } from "./picture.ts";

/** What is asked of the door. */
export type Ask = [method: string, path: string, asking?: Asking];

/** Every way to name a lead or an order by its id. */
export function asksOf(leadId: string, orderId: string): Ask[] {
  // A pattern is asked for by patterns.
  const [hash, chunk] = orderId.startsWith(":")
    ? [":hash", ":chunk"]
    : [DOT.hash, DOT.hash];
  return [
    ["GET", `/api/client/leads/${leadId}`],
    ["PATCH", `/api/client/leads/${leadId}`, {
      json: { fields: { name: "Mine now" } },
      version: 1,
    }],
    ["GET", `/api/client/work-orders/${orderId}`],
    ["PATCH", `/api/client/work-orders/${orderId}`, {
      json: { fields: { notes: "Mine now" } },
      version: 1,
    }],
    ["PATCH", `/api/client/work-orders/${orderId}`, {
      json: { fields: { title: "Mine now" } },
      version: 1,
    }],
    ["POST", `/api/client/work-orders/${orderId}/transitions`, {
      json: { action: "START" },
      version: 1,
    }],
    ["GET", `/api/client/work-orders/${orderId}/blobs/${hash}`],
    ["PUT", `/api/client/work-orders/${orderId}/blobs/${hash}`, {
      json: DOT.about,
    }],
    [
      "PUT",
      `/api/client/work-orders/${orderId}/blobs/${hash}/chunks/${chunk}`,
      {
        body: DOT.bytes,
        headers: { "content-type": "application/octet-stream" },
      },
    ],
    ["GET", `/client/leads/${leadId}`],
    ["POST", `/client/leads/${leadId}`, {
      form: { name: "Mine now", was: "{}", step: "new" },
    }],
    ["GET", `/client/leads/${leadId}/history`],
    ["GET", `/client/orders/${orderId}/history`],
    ["GET", `/client/orders/${orderId}`],
    ["POST", `/client/orders/${orderId}`, {
      form: { action: "START", notes: "Mine now" },
    }],
    ["GET", `/client/orders/${orderId}/plan`],
    ["POST", `/client/orders/${orderId}/plan`, { form: { title: "Mine now" } }],
  ];
}

/** An answer without what differs between any two requests. */
export async function telling(
  answer: Response,
  ids: string[],
): Promise<string> {
  let text = await answer.text();
  for (const id of ids) text = text.replaceAll(id, "ID");
  return `${answer.status} ${answer.headers.get("location") ?? ""} ${
    text.replaceAll(/op_[0-9A-Z]{26}/g, "KEY")
  }`;
}
