import { matchPrecache } from "workbox-precaching";

/** A page frame without anybody's data, and the pages that it stands in for. */
export interface Shell {
  pattern: RegExp;
  shell: string;
}

/** How long a field page may keep a worker waiting, milliseconds. */
const PATIENCE_MS = 2500;

const OFFLINE_PAGE = "/shells/offline";

/** Asks the server for a page; throws when what answers is not the server, or the server is not there. */
async function askServer(request: Request): Promise<Response> {
  const response = await fetch(request.url, {
    headers: request.headers,
    credentials: "include",
    cache: "no-store",
    // A redirect to another origin (a captive portal's) is an error, one of ours is followed.
    mode: "same-origin",
  });
  // Every answer of ours carries a policy; a portal that answers in our name over plain http does not.
  const ours = response.headers.has("content-security-policy");
  if (!ours || [502, 503, 504].includes(response.status)) {
    throw new TypeError("Not the server");
  }
  // The browser shows a followed redirect only under its own address.
  return response.redirected ? Response.redirect(response.url) : response;
}

/**
 * Answers a navigation: a field page from the network, and when that fails or takes too long from its shell;
 * any other page from the network alone, with a page that says what can be done without it.
 */
export async function navigate(
  request: Request,
  shells: readonly Shell[],
): Promise<Response> {
  const { pathname } = new URL(request.url);
  const match = shells.find(({ pattern }) => pattern.test(pathname));
  if (!match) {
    return await fetch(request).catch(async () =>
      await matchPrecache(OFFLINE_PAGE) ?? Response.error()
    );
  }
  const shell = () => matchPrecache(match.shell);
  const page = askServer(request);
  const late = new Promise<null>((done) => setTimeout(done, PATIENCE_MS, null));
  try {
    const first = await Promise.race([page, late]);
    return first ?? await shell() ?? await page;
  } catch {
    return await shell() ?? await matchPrecache(OFFLINE_PAGE) ??
      Response.error();
  }
}
