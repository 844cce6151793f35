import type { Page } from "puppeteer-core";
import type { Lead, LeadRow } from "../../lib/model/lead.ts";
import type { FieldValues } from "../../lib/model/form.ts";
import type { ClockState, Timesheet } from "../../lib/model/timesheet.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import type { PullResponse } from "../../lib/model/protocol.ts";
import { SESSION_COOKIE } from "../../lib/http/session_cookie.ts";

/** The cookie of the session that a page has. */
export async function sessionCookie(page: Page): Promise<string> {
  const cookies = await page.browserContext().cookies();
  const found = cookies.find((cookie) => cookie.name === SESSION_COOKIE);
  if (!found) throw new Error("There is no session");
  return `${found.name}=${found.value}`;
}

/** Somebody who asks the API directly, past whatever stands between the phone and the server. */
export class Desk {
  readonly #cookie: string;
  /** The server's own origin; another one after a restart. */
  origin: string;

  constructor(origin: string, cookie: string) {
    this.origin = origin;
    this.#cookie = cookie;
  }

  /** Sends a request with the session. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("cookie", this.#cookie);
    return await fetch(this.origin + path, {
      redirect: "manual",
      ...init,
      headers,
    });
  }

  /** Reads what a GET answers. */
  async read<T>(path: string): Promise<T> {
    const answer = await this.request(path);
    const body = await answer.json();
    if (!answer.ok) {
      throw new Error(`${path}: ${answer.status} ${JSON.stringify(body)}`);
    }
    return body;
  }

  /** A lead as the server has it. */
  lead(id: string): Promise<Lead> {
    return this.read(`/api/client/leads/${id}`);
  }

  /** The newest leads, without the sample that the company began with. */
  async leads(): Promise<LeadRow[]> {
    const { rows } = await this.read<{ rows: LeadRow[] }>("/api/client/leads");
    return rows.filter((row) => !row.name.startsWith("Sample: "));
  }

  /** An order as the server has it. */
  order(id: string): Promise<WorkOrder> {
    return this.read(`/api/client/work-orders/${id}`);
  }

  /** What each step of a record's history says was changed, "Label: new value", the oldest first. @param path of the record */
  async history(path: string): Promise<string[][]> {
    const steps: string[][] = [];
    let next: string | undefined = `${path}/history`;
    while (next !== undefined) {
      const html = await (await this.request(next)).text();
      for (
        const [, step = ""] of html.matchAll(/<li class="op">(.*?)<\/li>/gs)
      ) {
        const changes = step.matchAll(
          /<p ?>([^<]+): .*?<b>(.*?)<\/b>\s*<\/p>/gs,
        );
        steps.push(
          [...changes].map(([, label, value = ""]) =>
            `${label}: ${value.replace(/<[^>]*>/g, "")}`
          ),
        );
      }
      next = /href="([^"]*[?]cursor=[^"]*)"/.exec(html)?.[1];
    }
    return steps.reverse();
  }

  /** What the clocks say, a row for each worker and day. */
  async hours(): Promise<{ userId: string; day: string; state: ClockState }[]> {
    const { rows } = await this.read<
      { rows: { userId: string; day: string; state: ClockState }[] }
    >("/api/client/timesheets");
    return rows;
  }

  /** One's own days with every press of the clock. */
  async ownTimesheets(): Promise<Timesheet[]> {
    const { changes } = await this.read<PullResponse>("/api/client/sync");
    return changes.flatMap((change) =>
      change.type === "timesheet" && change.record ? [change.record] : []
    );
  }

  /** Changes a lead, on the version that the server has. */
  async changeLead(id: string, fields: FieldValues): Promise<void> {
    const { version } = await this.lead(id);
    await this.#patch(`/api/client/leads/${id}`, version, fields);
  }

  /** Changes an order, on the version that the server has. */
  async changeOrder(id: string, fields: FieldValues): Promise<void> {
    const { version } = await this.order(id);
    await this.#patch(`/api/client/work-orders/${id}`, version, fields);
  }

  async #patch(
    path: string,
    version: number,
    fields: FieldValues,
  ): Promise<void> {
    const answer = await this.request(path, {
      method: "PATCH",
      headers: {
        "content-type": "application/json",
        "if-match": `"${version}"`,
        "idempotency-key": crypto.randomUUID(),
      },
      body: JSON.stringify({ fields }),
    });
    const body = await answer.text();
    if (!answer.ok) throw new Error(`${path} was not changed: ${body}`);
  }

  /** Ends the session. */
  async logOut(): Promise<void> {
    await (await this.request("/logout", { method: "POST" })).body?.cancel();
  }
}
