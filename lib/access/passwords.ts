import type { PasswordAnswer, PasswordJob } from "./password_worker.ts";

/** How many passwords may wait for the worker; one takes about 80 ms, so this is some two seconds. */
const MAX_WAITING = 24;

/** Too many passwords are being checked at once: try again in a moment. */
export class PasswordsBusy extends Error {
  override name = "PasswordsBusy";
}

/** Hashes and verifies passwords (argon2id, PHC strings) in one worker, so that no request waits for another's hash. */
export class Passwords {
  #worker: Worker | null = null;
  #waiting = new Map<number, (value: string | boolean) => void>();
  #last = 0;
  #decoy: Promise<string> | null = null;

  /** Hashes a password. @throws {PasswordsBusy} */
  hash(password: string): Promise<string> {
    return this.#ask({ password }) as Promise<string>;
  }

  /**
   * Whether the password is right. Takes as long for an account that does not exist or has no password yet.
   *
   * @param hash PHC string, or null where there is none
   * @throws {PasswordsBusy}
   */
  async verify(password: string, hash: string | null): Promise<boolean> {
    this.#decoy ??= this.hash("nobody has this password");
    const right = await this.#ask({ password, hash: hash ?? await this.#decoy });
    return hash !== null && right === true;
  }

  /** Ends the worker. */
  close(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }

  #ask(job: Omit<PasswordJob, "id">): Promise<string | boolean> {
    if (this.#waiting.size >= MAX_WAITING) return Promise.reject(new PasswordsBusy());
    this.#worker ??= this.#start();
    const id = ++this.#last;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker?.postMessage({ id, ...job } satisfies PasswordJob);
    });
  }

  #start(): Worker {
    const worker = new Worker(new URL("./password_worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<PasswordAnswer>) => {
      this.#waiting.get(data.id)?.(data.value);
      this.#waiting.delete(data.id);
    };
    return worker;
  }
}
