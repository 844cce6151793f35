import { argon2id, argon2Verify } from "hash-wasm";

/** What the worker is asked: to hash a password, or to verify one against a PHC string. */
export interface PasswordJob {
  id: number;
  password: string;
  /** PHC string to verify against; absent: hash. */
  hash?: string;
}

/** What the worker answers: the PHC string, or whether the password is right. */
export interface PasswordAnswer {
  id: number;
  value: string | boolean;
}

// OWASP's first choice for argon2id: 19 MiB, two passes, one lane; about 80 ms here.
const COST = { memorySize: 19 * 1024, iterations: 2, parallelism: 1, hashLength: 32 };

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<PasswordJob>) => void;
  postMessage(answer: PasswordAnswer): void;
};

scope.onmessage = async ({ data: { id, password, hash } }) => {
  const value = hash === undefined
    ? await argon2id({
      ...COST,
      password,
      salt: crypto.getRandomValues(new Uint8Array(16)),
      outputType: "encoded",
    })
    : await argon2Verify({ password, hash });
  scope.postMessage({ id, value });
};
