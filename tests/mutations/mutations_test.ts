import assert from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url).pathname;
/** What is no source of the product. */
const NOT_SOURCE = /^(?:\..*|_fresh|data|coverage|node_modules|docs\/.*\.png)$/;
/** How many children work at the same time. */
const AT_ONCE = 2;
/** Drawn cases of the matrix in each child, beside every way by everybody of the space. */
const CASES = 500;

/** An exact replacement in one file, which has to fit once. */
interface Patch {
  file: string;
  from: string;
  to: string;
}

/** The isolation code, broken in one way each. */
const MUTATIONS: { name: string; patches: Patch[] }[] = [
  {
    name: "the key builder's org",
    patches: [
      {
        file: "lib/store/keys.ts",
        from: `=> ["org", orgId, ...parts];`,
        to: `=> ["org", orgId && "everybody", ...parts];`,
      },
      // The second line of defence goes too: it would answer 500 to everything, which proves little.
      {
        file: "lib/store/tenant_store.ts",
        from: `if (key[0] !== "org" || key[1] !== orgId) {`,
        to: `if (key[0] !== "org" || orgId === "") {`,
      },
    ],
  },
  {
    name: "the guard",
    patches: [{
      file: "lib/http/middlewares.ts",
      from: `if (entry.class !== "session" && me.space !== entry.class) {`,
      to: `if (entry.class !== "session" && me.id === entry.class) {`,
    }],
  },
  {
    name: "the role check",
    patches: [{
      file: "lib/http/middlewares.ts",
      from: `if (who !== "anyone" && (who === undefined || !may(me, who))) {`,
      to: `if (who !== "anyone" && (who === undefined || !may)) {`,
    }],
  },
  {
    name: "the own-record rule",
    patches: [{
      file: "lib/model/policy.ts",
      from: `if (grant.reach === "all" || record === undefined) return true;`,
      to: `if (grant.reach || record === undefined) return true;`,
    }],
  },
  {
    name: "the field mask",
    patches: [{
      file: "lib/model/policy.ts",
      from: `!grant.fields.includes(field)`,
      to: `!grant.fields.includes`,
    }],
  },
];

async function copyTree(from: string, to: string, path = ""): Promise<void> {
  await Deno.mkdir(to + path, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from + path)) {
    if (NOT_SOURCE.test(name)) continue;
    if (isDirectory) await copyTree(from, to, `${path}${name}/`);
    else await Deno.copyFile(from + path + name, to + path + name);
  }
}

async function apply(folder: string, { file, from, to }: Patch): Promise<void> {
  const text = await Deno.readTextFile(folder + file);
  const fits = text.split(from).length - 1;
  assert.equal(fits, 1, `${file} has ${fits} places like ${from}`);
  await Deno.writeTextFile(folder + file, text.replace(from, () => to));
}

/** What a child process of the isolation tests came to, on a copy of the product with patches. */
interface Run {
  code: number;
  passed: number;
  failed: number;
  output: string;
}

async function run(patches: readonly Patch[]): Promise<Run> {
  const folder = `${await Deno.makeTempDir({
    prefix: "streamflow-mutation-",
  })}/`;
  try {
    await copyTree(ROOT, folder);
    for (const patch of patches) await apply(folder, patch);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "test",
        "-A",
        "--no-check",
        "tests/mutations/isolation_tests.ts",
        "--",
        `--cases=${CASES}`,
      ],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    const output = decoder.decode(stdout) + decoder.decode(stderr);
    const [, passed, failed] = /(\d+) passed.*? (\d+) failed/.exec(output) ??
      [];
    return { code, passed: Number(passed), failed: Number(failed), output };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs all, a few at the same time, and gives what they came to in their order. */
async function runAll(works: readonly (readonly Patch[])[]): Promise<Run[]> {
  const runs: Run[] = [];
  const waiting = works.entries();
  const work = async () => {
    for (const [i, patches] of waiting) runs[i] = await run(patches);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return runs;
}

Deno.test("each mutation of the isolation code turns the suite red, and without one it is green", async (t) => {
  const began = performance.now();
  const [whole, ...mutants] = await runAll([
    [],
    ...MUTATIONS.map(({ patches }) => patches),
  ]);
  await t.step("the product as it is", () => {
    assert.ok(whole);
    assert.equal(whole.code, 0, whole.output.slice(-3000));
    assert.ok(whole.passed >= 5, whole.output);
  });
  for (const [i, { name }] of MUTATIONS.entries()) {
    await t.step(name, () => {
      const mutant = mutants[i] as Run;
      assert.equal(mutant.code, 1, `not red: ${mutant.output.slice(-3000)}`);
      // All tests ran, and what failed was an expectation: not a type, a syntax or a missing module.
      assert.equal(
        mutant.passed + mutant.failed,
        (whole?.passed ?? 0) + (whole?.failed ?? 0),
      );
      assert.ok(mutant.failed > 0 && /AssertionError/.test(mutant.output));
      assert.match(mutant.output, /comes to what the design says .*FAILED/);
      assert.doesNotMatch(
        mutant.output,
        /SyntaxError|ReferenceError|Module not found|TS\d{4}/,
      );
    });
  }
  const seconds = (performance.now() - began) / 1000;
  const red = mutants.map(({ failed }, i) => `${MUTATIONS[i]?.name} ${failed}`);
  console.log(
    `mutations: ${red.join(", ")} tests red, ${seconds.toFixed(1)} s`,
  );
});
