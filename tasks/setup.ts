import { ConfigError, configFromEnvironment } from "../fresh.config.ts";
import { globalKeys } from "../lib/store/keys.ts";
import { openStore, StoreUnavailable } from "../lib/store/open.ts";
import { TEMPLATES } from "../lib/tenancy/templates/all.ts";
import { industryTemplate } from "../lib/tenancy/template_schema.ts";

/** Prepares an instance: checks the configuration, makes the store, and puts this version's templates into it. */
async function setUp(): Promise<void> {
  const config = configFromEnvironment();
  const { store, close } = await openStore(config.kv);
  try {
    const tx = store.transaction();
    for (const template of TEMPLATES) {
      tx.set(
        globalKeys.template(template.industry, template.version),
        industryTemplate.parse(template),
      );
    }
    if (!await tx.commit()) {
      throw new StoreUnavailable("The store was changed meanwhile: try again.");
    }
  } finally {
    close();
  }
  console.log(`The store is ready: ${config.kv} (epoch ${store.epoch}).
Templates: ${
    TEMPLATES.map(({ industry, version }) => `${industry} ${version}`).join(
      ", ",
    )
  }.
Next: deno task build, then deno task start, then sign up a company at ${
    config.publicUrl ?? `http://${config.host}:${config.port}`
  }/signup.`);
}

try {
  await setUp();
} catch (error) {
  if (!(error instanceof ConfigError) && !(error instanceof StoreUnavailable)) {
    throw error;
  }
  console.error(`StreamFlow cannot be set up.\n${error.message}`);
  Deno.exit(1);
}
