import { Buffer } from "node:buffer";
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import type { InstanceKey } from "../store/instance_key.ts";

/** Signs checkpoints, with Ed25519 (RFC 8032). */
export interface AuditKey {
  /** Names its public half: see `PublicAuditKey`. */
  id: string;
  /** The half that others may have. */
  publicKey: PublicAuditKey;
  /** Signs a text (UTF-8). @returns 64 bytes, base64url */
  sign(text: string): string;
}

/** Checks signatures of checkpoints. */
export interface PublicAuditKey {
  /** The key's thumbprint (RFC 7638, SHA-256), base64url. */
  id: string;
  /** The key's 32 bytes, base64url, as in a JWK's `x`. */
  x: string;
  /** Whether a signature (base64url) is this key's for a text. */
  isSigned(text: string, signature: string): boolean;
}

/** What stands before the 32 bytes of an Ed25519 seed in PKCS #8 (RFC 8410, section 7). */
const PKCS8_START = "302e020100300506032b657004220420";

const bytes = (text: string) => new TextEncoder().encode(text);

/** The instance's key for its audit logs, derived from its secret: the same as long as that is. */
export function auditKeyOf(instanceKey: InstanceKey): AuditKey {
  const key = createPrivateKey({
    key: Buffer.concat([
      Buffer.from(PKCS8_START, "hex"),
      instanceKey.bytesFor("audit"),
    ]),
    format: "der",
    type: "pkcs8",
  });
  const publicKey = publicKeyOn(createPublicKey(key));
  return {
    id: publicKey.id,
    publicKey,
    sign: (text) => sign(null, bytes(text), key).toString("base64url"),
  };
}

/**
 * A public key by its 32 bytes.
 *
 * @param x base64url, as in a JWK
 * @returns null for what is no such key
 */
export function publicAuditKey(x: string): PublicAuditKey | null {
  try {
    const jwk = { kty: "OKP", crv: "Ed25519", x };
    return publicKeyOn(createPublicKey({ key: jwk, format: "jwk" }));
  } catch {
    return null;
  }
}

function publicKeyOn(key: KeyObject): PublicAuditKey {
  const { x = "" } = key.export({ format: "jwk" });
  return {
    id: createHash("sha256").update(
      JSON.stringify({ crv: "Ed25519", kty: "OKP", x }),
    ).digest("base64url"),
    x,
    isSigned(text, signature) {
      const given = Buffer.from(signature, "base64url");
      // Text that is decoded leniently would be the same signature written another way.
      return given.toString("base64url") === signature &&
        verify(null, bytes(text), key, given);
    },
  };
}
