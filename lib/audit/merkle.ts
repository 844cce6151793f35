import { createHash } from "node:crypto";

/**
 * A Merkle tree over the leaves so far, as far as it takes to add more and to know the root: one hash for each complete
 * subtree, the largest first; as many as `size` has ones in binary.
 */
export interface Tree {
  /** How many leaves there are. */
  size: number;
  /** Hashes of the complete subtrees (hex), from left to right. */
  peaks: string[];
}

/** A tree without leaves. */
export const EMPTY_TREE: Readonly<Tree> = { size: 0, peaks: [] };

/** The hash of two neighbouring subtrees: SHA-256 of a byte 1 and both (RFC 6962, section 2.1). */
const nodeOf = (left: string, right: string) =>
  createHash("sha256").update("\x01").update(left, "hex").update(right, "hex")
    .digest("hex");

/**
 * A tree with one leaf more.
 *
 * @param leaf the leaf's hash, hex: SHA-256 of a zero byte and the leaf's content
 */
export function withLeaf(tree: Readonly<Tree>, leaf: string): Tree {
  const peaks = [...tree.peaks];
  let last = leaf;
  // As many ones as the size ends in, so many subtrees become complete.
  for (let rest = tree.size; rest % 2 === 1; rest = (rest - 1) / 2) {
    last = nodeOf(peaks.pop() as string, last);
  }
  return { size: tree.size + 1, peaks: [...peaks, last] };
}

/** The tree's root (hex), RFC 6962, section 2.1; of no leaves: SHA-256 of nothing. */
export function rootOf({ peaks }: Readonly<Tree>): string {
  if (peaks.length === 0) return createHash("sha256").digest("hex");
  return peaks.reduceRight((right, left) => nodeOf(left, right));
}
