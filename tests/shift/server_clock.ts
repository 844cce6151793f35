/**
 * Preloaded into the server's process (`deno run --preload`): its clock is ahead by what a file says, so that a test
 * moves it on while the server runs. The rest of the process is the product as it is.
 */

/** The environment variable that names the file; it holds milliseconds. */
export const AHEAD = "STREAMFLOW_TEST_AHEAD";

function moveOn(path: string): void {
  const RealDate = Date;
  const now = () => RealDate.now() + Number(Deno.readTextFileSync(path));
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, values, newTarget) =>
      Reflect.construct(target, values.length ? values : [now()], newTarget),
    get: (target, name, receiver) =>
      name === "now" ? now : Reflect.get(target, name, receiver),
  });
}

const path = Deno.env.get(AHEAD);
if (path) moveOn(path);
