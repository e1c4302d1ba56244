import { createHash } from 'node:crypto'

/** What is learnt of a whole file while its blocks pass by. */
export interface WholeFile {
  /** SHA-256, in hexadecimal. */
  readonly hash: string
  readonly lines: number
}

/** Hashes blocks and counts their lines. */
export function wholeFile(): { take(block: Uint8Array): void; finish(): WholeFile } {
  const digest = createHash('sha256')
  let breaks = 0
  let endsLine = true
  return {
    take(block) {
      digest.update(block)
      for (let at = block.indexOf(newline); at !== -1; at = block.indexOf(newline, at + 1)) breaks++
      endsLine = block.at(-1) === newline
    },
    finish: () => ({ hash: digest.digest('hex'), lines: breaks + (endsLine ? 0 : 1) }),
  }
}

const newline = 0x0a
