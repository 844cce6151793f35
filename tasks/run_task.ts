/**
 * Runs Deno with the same binary as this process, with its output here.
 *
 * @param cwd the project's folder
 * @param args arguments of `deno`
 * @returns when it ended well; otherwise this process ends as it did
 */
export async function runTask(cwd: string, args: string[]): Promise<void> {
  const { code } = await new Deno.Command(Deno.execPath(), { args, cwd })
    .spawn().status;
  if (code !== 0) Deno.exit(code);
}
