import { argon2id, argon2Verify } from "hash-wasm";

/** What the worker is asked: to hash a password, or to verify one against a PHC string. */
export interface PasswordJob {
  /** Matches the answer with its job. */
  id: number;
  /** In clear; never empty. */
  password: string;
  /** PHC string to verify against; absent: hash. */
  hash?: string;
}

/** What the worker answers: the PHC string, or whether the password is right; null when it could not do the job. */
export interface PasswordAnswer {
  /** The job's. */
  id: number;
  /** Text for a hash, true or false for a verification. */
  value: string | boolean | null;
}

// OWASP's first choice for argon2id: 19 MiB, two passes, one lane; about 80 ms here.
const COST = {
  memorySize: 19 * 1024,
  iterations: 2,
  parallelism: 1,
  hashLength: 32,
};

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<PasswordJob>) => void;
  postMessage(answer: PasswordAnswer): void;
};

const run = ({ password, hash }: PasswordJob): Promise<string | boolean> =>
  hash === undefined
    ? argon2id({
      ...COST,
      password,
      salt: crypto.getRandomValues(new Uint8Array(16)),
      outputType: "encoded",
    })
    : argon2Verify({ password, hash });

scope.onmessage = async ({ data }) => {
  // What is thrown here ends the whole process: it is answered instead.
  const value = await run(data).catch(() => null);
  scope.postMessage({ id: data.id, value });
};
