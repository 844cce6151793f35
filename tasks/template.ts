import { ConfigError, configFromEnvironment } from "../fresh.config.ts";
import { openStore, StoreUnavailable } from "../lib/store/open.ts";
import type { Store } from "../lib/store/store.ts";
import { addTemplate } from "../lib/tenancy/add_template.ts";
import { listTrades } from "../lib/tenancy/list_trades.ts";
import {
  InvalidTemplate,
  newestTemplate,
} from "../lib/tenancy/newest_template.ts";

const USAGE = `Use: deno task template list
     deno task template show <trade>        prints it as JSON
     deno task template add <file.json>     a new edition, or a new trade`;

/** Shows and adds industry templates: what an operator changes without code. */
async function run(store: Store, [verb, name = ""]: string[]): Promise<string> {
  if (verb === "list") {
    const trades = await listTrades(store, (error) => {
      console.error(error.message);
    });
    return trades.map(({ industry, title }) =>
      `${industry.padEnd(14)} ${title}`
    )
      .join("\n");
  }
  if (verb === "show") {
    const found = await newestTemplate(store, name);
    if (found === null) throw new InvalidTemplate(`There is no trade ${name}.`);
    return JSON.stringify(found.template, null, 2);
  }
  if (verb === "add") {
    let data: unknown;
    try {
      data = JSON.parse(await Deno.readTextFile(name));
    } catch (error) {
      throw new InvalidTemplate(`Cannot read ${name}: ${error}`);
    }
    const { industry, version } = await addTemplate(store, data);
    return `Companies that sign up for ${industry} from now on begin with version ${version}.`;
  }
  throw new InvalidTemplate(USAGE);
}

try {
  const { store, close } = await openStore(configFromEnvironment().kv);
  try {
    console.log(await run(store, Deno.args));
  } finally {
    close();
  }
} catch (error) {
  if (
    !(error instanceof ConfigError) && !(error instanceof StoreUnavailable) &&
    !(error instanceof InvalidTemplate)
  ) throw error;
  console.error(error.message);
  Deno.exit(1);
}
