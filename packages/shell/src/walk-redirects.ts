import type { HereDoc, HereString, Redirect, Redirection } from 'unbash'

import { type Reading, touch } from './call.ts'
import { expandWord } from './expand-word.ts'
import { addEffect, doubt, refuse } from './findings.ts'
import type { ShellState } from './shell-state.ts'

/** Redirections: only the null device, other streams and files that are read run by themselves. */
export function walkRedirects(redirects: readonly Redirection[], state: ShellState, reading: Reading): void {
  for (const redirect of redirects) {
    if (redirect.descriptor?.type === 'FileDescriptorVariable')
      doubt(reading, 'redirect', 'a descriptor kept in a variable')
    if (redirect.type === 'HereDoc') walkHereDocument(redirect, reading)
    else if (redirect.type === 'HereString') walkHereString(redirect, state, reading)
    else walkRedirect(redirect, state, reading)
  }
}

function walkHereString({ target }: HereString, state: ShellState, reading: Reading): void {
  const words = target === undefined ? [] : expandWord(target.text, state, reading.ground).words
  if (words.length !== 1 || words[0] === undefined)
    refuse(reading, 'redirect', 'a here-string that is not literal')
}

function walkRedirect(redirect: Redirect, state: ShellState, reading: Reading): void {
  const { operator, descriptor } = redirect
  const text = redirect.target?.text ?? ''
  const expanded = expandWord(text, state, reading.ground)
  const word = expanded.words.length === 1 ? expanded.words[0] : undefined
  if (expanded.secret === true) refuse(reading, 'secret', `${text} fits names under which secrets are kept`)
  if (descriptor?.type === 'FileDescriptor' && descriptor.value > (operator === '<' ? 0 : 2))
    refuse(reading, 'redirect', 'another descriptor than those of every program')
  if (operator === '>&' || operator === '<&') duplicate(operator, text, word, state, reading)
  else touchRedirect(operator, word, state, reading)
}

/** `>&1` and `>&2` join two streams; a number or a dash means another descriptor, anything else a file to which both streams go. */
function duplicate(
  operator: '>&' | '<&',
  text: string,
  word: string | undefined,
  state: ShellState,
  reading: Reading,
): void {
  if (operator === '>&' && /^[12]$/.test(text)) return
  refuse(reading, 'redirect', `${operator}${text} is not one of the redirections that run by themselves`)
  if (operator === '>&' && (word === undefined || !/^\d+-?$|^-$/.test(word)))
    touchRedirect('>', word, state, reading)
}

function touchRedirect(
  operator: string,
  word: string | undefined,
  state: ShellState,
  reading: Reading,
): void {
  if (word === '/dev/null') return
  if (word !== undefined && /^\/dev\/(tcp|udp)\//.test(word)) {
    refuse(reading, 'network', `${word} opens a connection`)
    addEffect(reading, 'net', word.split('/')[3] ?? '*')
    return
  }
  if (operator === '<') return touch(reading, state, 'read', word)
  refuse(reading, 'redirect', `${operator} ${word ?? 'a file'} changes a file`)
  touch(reading, state, 'write', word)
  if (operator === '<>') touch(reading, state, 'read', word)
  else if (!operator.endsWith('>>')) touch(reading, state, 'delete', word)
}

function walkHereDocument(redirect: HereDoc, reading: Reading): void {
  const { delimiter, body, closing } = redirect
  if (delimiter === undefined || closing === undefined)
    return doubt(reading, 'unparsable', 'a here-document without an end')
  if (!/^(\w+|'\w+'|"\w+")$/.test(delimiter.text))
    doubt(reading, 'unparsable', 'an odd end of a here-document')
  if (!delimiter.quoted && /[$`\\]/.test(body.text))
    refuse(reading, 'here-document', 'a here-document in which a shell would expand something')
  if (redirect.descriptor !== undefined) refuse(reading, 'redirect', 'a here-document on another descriptor')
}
