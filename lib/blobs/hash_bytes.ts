/** SHA-256 of bytes, in base64url without padding. */
export async function hashBytes(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(hash).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
}
