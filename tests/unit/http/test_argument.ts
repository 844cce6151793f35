/** The number given to a run: `deno test … -- --cases=500 --seed=1`; null where it is not given. */
export function argument(name: "cases" | "seed"): number | null {
  const given = Deno.args.find((text) => text.startsWith(`--${name}=`));
  return given === undefined ? null : Number(given.slice(name.length + 3));
}
