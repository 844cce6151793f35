import { problem } from "../../lib/model/problem.ts";
import type { Page } from "./page.ts";
import type { World } from "./world.ts";

const HTML = "<!doctype html><title>Welcome</title><h1>Please sign in</h1>";

/** What a request meets on its way, once it has left the page. */
type Way =
  | "request dropped"
  | "request cut"
  | "request doubled"
  | "response dropped"
  | "response cut"
  | "500 before"
  | "500 after"
  | "502 with HTML"
  | "captive portal"
  | "busy"
  | "slow answer"
  | "none";

const WEIGHTS: Record<Way, number> = {
  "none": 60,
  "request dropped": 5,
  "request cut": 2,
  "request doubled": 3,
  "response dropped": 7,
  "response cut": 4,
  "500 before": 2,
  "500 after": 4,
  "502 with HTML": 3,
  "captive portal": 3,
  "busy": 2,
  "slow answer": 4,
};

interface Answer {
  status: number;
  text: string;
}

/** The network between the pages and the server. */
export class Wire {
  constructor(readonly world: World) {}

  fetch(page: Page, path: string, init: RequestInit): Promise<Response> {
    const { world } = this;
    const { timeline, chance, faults } = world;
    const { body } = init;
    if (body instanceof ArrayBuffer) timeline.release();
    return new Promise<Response>((resolve, reject) => {
      let over = false;
      const settle = (settle: () => void) =>
        page.does(() => {
          if (over) return;
          over = true;
          settle();
        });
      const lost = () => settle(() => reject(new TypeError("Failed to fetch")));
      const answer = ({ status, text }: Answer) => {
        timeline.note(`${page.pageLife} ${path.slice(0, 20)} ${status}`);
        settle(() => resolve(new Response(text, { status })));
      };
      init.signal?.addEventListener("abort", () => {
        over = true;
        reject(new DOMException("Aborted", "AbortError"));
      });
      const way = faults.on ? chance.weighted(WEIGHTS) : "none";
      if (way !== "none") faults.count(way);
      const slow = way === "slow answer";
      const there = slow && chance.happens(0.5)
        ? chance.between(5_000, 90_000)
        : chance.between(10, 300);
      const back = slow
        ? chance.between(5_000, 90_000)
        : chance.between(10, 300);
      const size = typeof body === "string"
        ? body.length
        : body instanceof ArrayBuffer
        ? body.byteLength
        : 0;
      const cut = way === "request cut" && size > 0 ? chance.below(size) : size;
      const ask = async () => {
        const sent = cut < size ? (body as string).slice(0, cut) : body;
        return await world.server.handle(page.profile, path, {
          ...init,
          ...(sent !== undefined && { body: sent }),
        });
      };
      const arrive = async () => {
        switch (way) {
          case "request dropped":
            return lost();
          case "500 before":
            return answer({
              status: 500,
              text: JSON.stringify(problem("internal")),
            });
          case "502 with HTML":
            return answer({ status: 502, text: HTML });
          case "captive portal":
            return answer({ status: 200, text: HTML });
          case "busy":
            return answer({
              status: 503,
              text: JSON.stringify(problem("busy", { retryAfter: 2 })),
            });
        }
        const given = await ask();
        if (way === "request doubled") {
          timeline.after(chance.between(0, 5_000), ask);
        }
        timeline.after(back, () => {
          // The process that was asked is gone.
          if (given === null || way === "response dropped") return lost();
          if (way === "500 after") {
            return answer({
              status: 500,
              text: JSON.stringify(problem("internal")),
            });
          }
          const { status, text } = given;
          if (way !== "response cut") return answer(given);
          answer({ status, text: text.slice(0, chance.below(text.length)) });
        });
      };
      timeline.after(there, arrive);
    });
  }
}
