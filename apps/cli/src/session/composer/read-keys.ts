import { emitKeypressEvents, type Key as NodeKey } from 'node:readline'
import { PassThrough, type Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

import { type Key, keyOf } from './key.ts'

const paste = { begin: '\u001B[200~', end: '\u001B[201~' }
/** In milliseconds: an escape that nothing has followed by then is the key of that name, and no beginning of a sequence. */
const escapePause = 40
/** In milliseconds: a paste of which nothing more comes is over, also where its end was lost. */
const pastePause = 1_500

/** Line breaks that terminals send for a held Shift, Ctrl or Alt (CSI u, and xterm's modifyOtherKeys). */
// eslint-disable-next-line no-control-regex -- the escape character is what is looked for
const heldReturns = /^\u001B\[(?:13;\d+u|27;\d+;13~)$/

/** Tells of keys until the returned function is called. What was pasted (bracketed paste) comes as one key, whatever is in it. */
export function readKeys(input: Readable, tell: (key: Key) => void): () => void {
  const keys = new PassThrough()
  emitKeypressEvents(keys)
  keys.on('keypress', (text: string | undefined, key: NodeKey) => tell(translated(text, key)))
  const decoder = new StringDecoder('utf8')
  let pending = ''
  let pasting = false
  let timer: NodeJS.Timeout | undefined

  function feed(chunk: Buffer | string): void {
    clearTimeout(timer)
    pending += typeof chunk === 'string' ? chunk : decoder.write(chunk)
    while (pending !== '' && take()) continue
    if (pasting) timer = setTimeout(endPaste, pastePause)
  }
  function endPaste(): void {
    const text = pending
    pending = ''
    pasting = false
    tell(keyOf('paste', { text: text.replaceAll(/\r\n?/g, '\n') }))
  }
  /** Takes what is whole from the beginning; says whether there may be more. */
  function take(): boolean {
    const mark = pasting ? paste.end : paste.begin
    const at = pending.indexOf(mark)
    if (pasting && at < 0) return false
    if (at < 0) {
      pass(whole())
      return false
    }
    const before = pending.slice(0, at)
    pending = pending.slice(at + mark.length)
    pasting = !pasting
    if (pasting) pass(before)
    else tell(keyOf('paste', { text: before.replaceAll(/\r\n?/g, '\n') }))
    return true
  }
  /** All but what may be the beginning of a paste, or of another sequence. */
  function whole(): string {
    // eslint-disable-next-line no-control-regex -- as above
    const [begun = ''] = /\u001B(?:\[(?:2(?:0(?:0)?)?)?)?$/.exec(pending) ?? []
    const rest = pending.slice(0, pending.length - begun.length)
    pending = begun
    if (begun !== '') timer = setTimeout(giveUp, escapePause)
    return rest
  }
  /** Nothing followed: it was the key, or something that only looked like a paste. */
  function giveUp(): void {
    const begun = pending
    pending = ''
    if (begun === '\u001B') tell(keyOf('escape'))
    else pass(begun)
  }
  function pass(text: string): void {
    if (text !== '') keys.write(text)
  }
  input.on('data', feed)
  return () => {
    clearTimeout(timer)
    input.off('data', feed)
    keys.end()
  }
}

function translated(text: string | undefined, key: NodeKey): Key {
  const { sequence = '', name = '', ctrl = false, meta = false, shift = false } = key
  if (heldReturns.test(sequence)) return keyOf('return', { shift: true })
  const isText = text !== undefined && !ctrl && !meta && !/\p{Cc}/u.test(text)
  return { name, text: isText ? text : '', ctrl, meta, shift }
}
