import { type Call, type Reading, touch, touchAnything } from './call.ts'
import { addEffect } from './findings.ts'

/** `dd`: `if=` is read, `of=` written and emptied. */
export function examineDd(call: Call, reading: Reading): void {
  for (const word of call.words) {
    if (word === undefined) touchAnything(reading)
    else if (word.startsWith('if=')) touch(reading, call.state, 'read', word.slice(3))
    else if (word.startsWith('of=')) {
      touch(reading, call.state, 'write', word.slice(3))
      touch(reading, call.state, 'delete', word.slice(3))
    }
  }
}

/**
 * Programs that reach hosts. The host is told from the operands that look like one; whatever else they may do is not: `curl` reads and writes
 * files by some of its options, `ssh` runs programs here and there.
 */
export function examineNetwork(call: Call, reading: Reading): void {
  touchAnything(reading)
  if (['ssh', 'scp', 'sftp', 'rsync', 'socat', 'nc', 'ncat'].includes(call.name ?? ''))
    addEffect(reading, 'exec', '*')
  for (const word of call.words) {
    const host = word === undefined ? undefined : hostOf(word)
    if (host !== undefined) addEffect(reading, 'net', host)
  }
}

function hostOf(word: string): string | undefined {
  const url =
    /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^@/\s]*@)?([a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)+)(?=[:/?#]|$)/i.exec(
      word,
    )
  return url?.[1]?.toLowerCase()
}
