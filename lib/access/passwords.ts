import type { PasswordAnswer, PasswordJob } from "./password_worker.ts";

/** How many passwords may wait for the worker; one takes about 80 ms, so this is some two seconds. */
const MAX_WAITING = 24;

/** What is verified where there is no account or no password yet: nobody knows what it was made from. */
const DECOY =
  "$argon2id$v=19$m=19456,t=2,p=1$quvPa8bhpb8tO9/s2d2g3w$1sKeAEN6qnvC7597v/gT5kPsX2xR2rFAXa9BTZFHbmY";

/** Too many passwords are being checked at once: try again in a moment. */
export class PasswordsBusy extends Error {
  /** Tells it from other errors in a log. */
  override name = "PasswordsBusy";
}

/** Hashes and verifies passwords (argon2id, PHC strings) in one worker, so that no request waits for another's hash. */
export class Passwords {
  #worker: Worker | null = null;
  #waiting = new Map<number, (value: PasswordAnswer["value"]) => void>();
  #last = 0;

  /** Hashes a password, which must not be empty. @throws {PasswordsBusy} */
  async hash(password: string): Promise<string> {
    const value = await this.#ask({ password });
    if (typeof value !== "string") throw new Error("Cannot hash this password");
    return value;
  }

  /**
   * Whether the password is right. Takes as long for an account that does not exist or has no password yet.
   *
   * @param hash PHC string, or null where there is none
   * @throws {PasswordsBusy}
   */
  async verify(password: string, hash: string | null): Promise<boolean> {
    const right = await this.#ask({
      // The empty password, which argon2 refuses, costs as much as any other wrong one.
      password: password === "" ? "-" : password,
      hash: hash ?? DECOY,
    });
    if (password === "") return false;
    return hash !== null && right === true;
  }

  /** Ends the worker. */
  close(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }

  #ask(job: Omit<PasswordJob, "id">): Promise<PasswordAnswer["value"]> {
    if (this.#waiting.size >= MAX_WAITING) {
      return Promise.reject(new PasswordsBusy());
    }
    this.#worker ??= this.#start();
    const id = ++this.#last;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker?.postMessage({ id, ...job } satisfies PasswordJob);
    });
  }

  #start(): Worker {
    const worker = new Worker(
      new URL("./password_worker.ts", import.meta.url),
      { type: "module" },
    );
    worker.onmessage = ({ data }: MessageEvent<PasswordAnswer>) => {
      const answer = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      answer?.(data.value);
    };
    return worker;
  }
}
