/** The first 32 bits of the fractional part of a number's root, as FIPS 180-4 makes its constants of primes. */
const fraction = (root: number) => ((root - Math.floor(root)) * 2 ** 32) | 0;

const PRIMES: number[] = [];
for (let n = 2; PRIMES.length < 64; n++) {
  if (PRIMES.every((prime) => n % prime !== 0)) PRIMES.push(n);
}
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ROUND = PRIMES.map((prime) => fraction(Math.cbrt(prime)));

const turned = (word: number, by: number) =>
  (word >>> by) | (word << (32 - by));

const CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** UTF-8 of a text; lone surrogates become U+FFFD. */
function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    let code = character.codePointAt(0) as number;
    if (code >= 0xd800 && code < 0xe000) code = 0xfffd;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | code >> 6, 0x80 | code & 63);
    else if (code < 0x10000) {
      bytes.push(0xe0 | code >> 12, 0x80 | code >> 6 & 63, 0x80 | code & 63);
    } else {
      bytes.push(
        0xf0 | code >> 18,
        0x80 | code >> 12 & 63,
        0x80 | code >> 6 & 63,
        0x80 | code & 63,
      );
    }
  }
  return bytes;
}

/**
 * SHA-256 of a text's UTF-8 (FIPS 180-4), in base64url without padding. The platform's own is asynchronous, and a rule of
 * this folder has to answer at once; bytes of files are hashed by the platform.
 */
export function sha256(text: string): string {
  const bytes = utf8(text);
  const length = bytes.length;
  bytes.push(0x80);
  while (bytes.length % 64 !== 56) bytes.push(0);
  for (let byte = 7; byte >= 0; byte--) {
    bytes.push(Math.floor(length * 8 / 2 ** (8 * byte)) & 255);
  }
  const hash = [...START];
  const word: number[] = [];
  const at = (list: number[], i: number) => list[i] as number;
  for (let block = 0; block < bytes.length; block += 64) {
    for (let i = 0; i < 64; i++) {
      if (i < 16) {
        const first = block + 4 * i;
        word[i] = at(bytes, first) << 24 | at(bytes, first + 1) << 16 |
          at(bytes, first + 2) << 8 | at(bytes, first + 3);
        continue;
      }
      const [far, near] = [at(word, i - 15), at(word, i - 2)];
      word[i] = at(word, i - 16) + at(word, i - 7) +
          (turned(far, 7) ^ turned(far, 18) ^ far >>> 3) +
          (turned(near, 17) ^ turned(near, 19) ^ near >>> 10) | 0;
    }
    let state = [...hash];
    for (let i = 0; i < 64; i++) {
      const [a, b, c, d, e, f, g, h] = state as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const one = h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) +
        (e & f ^ ~e & g) + at(ROUND, i) + at(word, i);
      const two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) +
        (a & b ^ a & c ^ b & c);
      state = [one + two | 0, a, b, c, d + one | 0, e, f, g];
    }
    for (let i = 0; i < 8; i++) hash[i] = at(hash, i) + at(state, i) | 0;
  }
  let text64 = "";
  // 256 bits in groups of six; the last group is filled up with zeros.
  for (let bit = 0; bit < 256; bit += 6) {
    let six = 0;
    for (let i = bit; i < bit + 6; i++) {
      const one = i < 256 ? at(hash, i >> 5) >>> (31 - (i & 31)) & 1 : 0;
      six = six << 1 | one;
    }
    text64 += CODE[six];
  }
  return text64;
}
