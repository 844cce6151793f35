import type { FieldDay } from "../e2e/field_day.ts";
import { seeAllReceived } from "../e2e/field_work.ts";
import { find } from "../e2e/on_page.ts";
import { startServer } from "../system/server_process.ts";
import { editLead, takeLeadDown, workOnOrder, workOnToday } from "./chores.ts";
import { drawFault } from "./faults.ts";
import { drawFrom } from "./random.ts";
import { checkServer, type Told } from "./told.ts";

/** Kills the server and starts it again on the same file. */
async function killServer(day: FieldDay): Promise<void> {
  await day.server.stop("SIGKILL");
  day.server = await startServer(day.kv);
  day.office.origin = day.worker.origin = day.server.origin;
  day.proxy.leadTo(day.server.origin);
}

/**
 * One run under fire: a worker goes on while every request may go wrong and the server is killed; then all is well, and what
 * the screen called saved is compared with what the server has.
 *
 * @param told what the same phone was told in earlier runs; this run adds to it
 */
export async function runUnderFire(
  day: FieldDay,
  told: Told,
  seed: number,
): Promise<void> {
  const faults = drawFrom(seed);
  const { proxy, page, origin } = day;
  proxy.break((path) => drawFault(faults, path));
  // What is done is drawn apart from what goes wrong: how many requests there are depends on time.
  const draw = drawFrom(seed + 1);
  const doing = { day, told, draw, seed };
  const kill = draw.below(2) === 1 ? killServer(day) : null;
  try {
    await draw.one([takeLeadDown, editLead, workOnOrder, workOnOrder])(doing);
    await workOnToday(doing);
  } finally {
    await kill;
    proxy.break(null);
  }
  await page.goto(`${origin}/client/changes`);
  await find(page, ".sync");
  await seeAllReceived(page);
  await checkServer(day, told);
}
