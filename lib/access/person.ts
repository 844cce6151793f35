/** The shortest password that is taken; length is what counts (NIST SP 800-63B, section 3.1.1). */
export const MIN_PASSWORD = 10;
/** The longest one: beyond it hashing would be work for an attacker to order. */
export const MAX_PASSWORD = 200;

/** What is wrong with a new password, or null. */
export function checkPassword(password: string): string | null {
  if (password.length < MIN_PASSWORD) {
    return `Use ${MIN_PASSWORD} characters or more.`;
  }
  return password.length > MAX_PASSWORD
    ? `Use ${MAX_PASSWORD} characters or less.`
    : null;
}
