/** How long a condition may take, milliseconds: a slow machine with two browsers on it. */
const PATIENCE_MS = 20_000;

const EVERY_MS = 40;

/**
 * Asks again until the answer is neither null nor false.
 *
 * @param what the condition in words, for the message
 * @param ask what throws counts as "not yet"
 * @throws when it takes too long, with what was thrown last
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | null | false> | T | null | false,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  const until = performance.now() + patienceMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await within(until, ask);
      if (answer !== null && answer !== false) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > until) {
      throw new Error(`Waited in vain until ${what}`, { cause: last });
    }
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
}

/** What `ask` answers, or nothing where it is still waiting when the time is over. */
async function within<T>(
  until: number,
  ask: () => Promise<T> | T,
): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<null>((done) => {
    timer = setTimeout(done, until - performance.now(), null);
  });
  try {
    return await Promise.race([ask(), over]);
  } finally {
    clearTimeout(timer);
  }
}
