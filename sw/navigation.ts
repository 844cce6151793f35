/** A page frame without anybody's data, and the pages that it stands in for. */
export interface Shell {
  pattern: RegExp;
  shell: string;
}

/** Finds what was cached at install. */
export type FindCached = (url: string) => Promise<Response | undefined>;

/** How long a field page may keep a worker waiting, milliseconds. */
const PATIENCE_MS = 2500;

const OFFLINE_PAGE = "/shells/offline";

/** Asks the server for a page; throws when what answers is not the server, or the server is not there. */
async function askServer({ url, headers }: Request): Promise<Response> {
  const response = await fetch(url, {
    headers,
    credentials: "include",
    cache: "no-store",
    // A redirect to another origin (a captive portal's) is an error, one of ours is followed.
    mode: "same-origin",
  });
  // Every answer of ours carries a policy; a portal that answers in our name over plain http does not.
  const ours = response.headers.has("content-security-policy");
  // 502 and above are what stands in front of the server (RFC 9110, 15.6.3).
  if (!ours || response.status > 501) throw response;
  // The browser shows a followed redirect only under its own address.
  return response.redirected ? Response.redirect(response.url) : response;
}

/**
 * Answers a navigation: a field page from the network, and when that fails or takes too long from its shell;
 * any other page from the network alone, with a page that says what can be done without it. A form's answer is the server's
 * or none: whoever sent it must not take another page for that.
 *
 * @param acts told who acts, where the server's answer says so
 */
export async function navigate(
  request: Request,
  shells: readonly Shell[],
  cached: FindCached,
  acts: (scope: string) => void,
): Promise<Response> {
  const ask = async (answer: Promise<Response>) => {
    const scope = (await answer).headers.get("streamflow-scope");
    if (scope) acts(scope);
    return answer;
  };
  // The page that a form leads to is asked for here only when the form's own answer went through here.
  if (request.method !== "GET") return ask(fetch(request));
  const { pathname } = new URL(request.url);
  const match = shells.find(({ pattern }) => pattern.test(pathname));
  const shell = match && await cached(match.shell);
  try {
    if (!shell) return await ask(fetch(request));
    return await Promise.race([
      ask(askServer(request)),
      new Promise<Response>((answer) => setTimeout(answer, PATIENCE_MS, shell)),
    ]);
  } catch {
    return shell ?? await cached(OFFLINE_PAGE) ?? Response.error();
  }
}
