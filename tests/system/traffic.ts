/** Words that stand for what must never be seen outside: in addresses, bodies, cookies and headers. */
export const CANARIES = {
  token: "canary-token-Qv81",
  query: "canary-query-Zk42",
  email: "canary-email-wt77",
  password: "canary-password-Yb90",
  body: "canary-body-Mn13",
  cookie: "canary-cookie-Gd58",
} as const;

/** The canaries that a text has in it. */
export const canariesIn = (text: string) =>
  Object.values(CANARIES).filter((canary) => text.includes(canary));

async function ask(url: string, init: RequestInit = {}): Promise<number> {
  const answer = await fetch(url, { redirect: "manual", ...init });
  await answer.body?.cancel();
  return answer.status;
}

/**
 * Signs a company up and asks for what carries secrets: one-time links, logins, queries, bodies that cannot be read.
 *
 * @returns the statuses
 */
export async function carrySecrets(origin: string): Promise<number[]> {
  const { token, query, email, password, body, cookie } = CANARIES;
  const form = (fields: Record<string, string>) => ({
    method: "POST",
    body: new URLSearchParams(fields),
  });
  const post = (text: string, headers: Record<string, string> = {}) => ({
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: text,
  });
  const statuses: number[] = [];
  const tries: [path: string, init?: RequestInit][] = [
    [
      "/signup",
      form({
        registration: "r".repeat(43),
        company: `Alder ${body}`,
        industry: "hvac",
        timeZone: "Europe/Berlin",
        name: `Olga ${body}`,
        email: `${email}@alder.example`,
        password,
      }),
    ],
    [`/login?next=/${query}`],
    ["/login", form({ email: `${email}@alder.example`, password })],
    ["/login", form({ email: `${email}@alder.example`, password: "wrong" })],
    [`/invite/${token}?x=${query}`],
    [`/invite/${token}`, form({ name: body, password })],
    [`/${token}?x=${query}`],
    [`/client/orders/${token}?x=${query}`, {
      headers: { cookie: `__Host-streamflow=${cookie}` },
    }],
    ["/api/client/leads", post(`{"name":"${body}"`)],
    ["/api/tenant/register", post(`"${body}`, { authorization: token })],
    ["/healthz"],
  ];
  for (const [path, init] of tries) {
    statuses.push(await ask(`${origin}${path}`, init));
  }
  return statuses;
}
