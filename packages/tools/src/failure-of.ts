import { KeepupError, type ToolOutcome } from '@keepup/core'

/** In characters. */
const longest = 4_000

const secrets: readonly RegExp[] = [
  // Credentials in a URL.
  /(?<=\/\/[^\s/@:]*:)[^\s/@]+(?=@)/g,
  // Credentials in a header.
  /(?<=\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}/gi,
  // Named credentials, and keys of well-known shapes.
  /(?<=\b(?:api[_-]?key|token|secret|password|passwd)["']?\s*[=:]\s*["']?)[^\s"',;&]{4,}/gi,
  /\b(?:sk|pk|rk|ghp|gho|github_pat|xox[abp]|AKIA)[-_A-Za-z0-9]{12,}/g,
]

/** What a thrown value comes to: its code and its message, without its stack, and without what looks like a credential. */
export function failureOf(error: unknown): Extract<ToolOutcome, { type: 'failed' }> {
  return { type: 'failed', code: codeOf(error), message: messageOf(error) }
}

/** The message of a thrown value, cut, and without what looks like a credential. */
export function messageOf(error: unknown): string {
  const text = textOf(error)
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text
  return secrets.reduce((safe, pattern) => safe.replaceAll(pattern, '[removed]'), cut)
}

function textOf(error: unknown): string {
  try {
    if (error instanceof Error) return error.message === '' ? error.name : error.message
    return typeof error === 'string' ? error : `The tool threw ${String(error)}`
  } catch {
    return 'The tool threw a value that cannot be shown'
  }
}

function codeOf(error: unknown): string {
  if (KeepupError.is(error)) return error.code
  if (typeof error !== 'object' || error === null || !('code' in error)) return 'tool-failed'
  return typeof error.code === 'string' && /^[\w.-]{1,64}$/.test(error.code) ? error.code : 'tool-failed'
}
