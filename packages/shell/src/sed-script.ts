import { sedGrowthFault } from './sed-growth.ts'

/** What a script for `sed` does, as far as it was read. */
export interface SedScript {
  /** What keeps it from being one that only prints: `undefined` where it is. */
  readonly fault?: string
  readonly end: number
}

/** One command of a script, as far as it changes how long the texts are that sed holds. */
export interface SedCommand {
  readonly name: string
  /** Whether it runs for some lines alone. */
  readonly chosen: boolean
  /** How much longer a text becomes, at most: `s` that puts more in place of what it found, more than once. */
  readonly factor: number
}

/** Commands that print, delete or move text, and take nothing. */
const simple = 'pdqQ=lnNPhHgGx'

/**
 * Reads a script by GNU sed's grammar. Addresses, blocks, `s` with the flags g p i I m M and numbers, `y`, and commands that print or delete are
 * known; files that are read or written, commands that run, labels and branches are not.
 */
export function sedFault(script: string): string | undefined {
  const commands: SedCommand[] = []
  let at = 0
  let open = 0
  for (;;) {
    at = skip(script, at, /[\s;]*/y)
    if (at >= script.length) return open === 0 ? sedGrowthFault(commands) : 'a block without its end'
    if (script.charAt(at) === '#') return 'a comment'
    if (script.charAt(at) === '}') {
      open--
      if (open < 0) return 'a block without its beginning'
      at++
      continue
    }
    const address = readAddresses(script, at)
    if (address === undefined) return 'an address that is not one that is read'
    const chosen = address > at || open > 0
    at = skip(script, address, /\s*!*\s*/y)
    if (script.charAt(at) === '{') {
      open++
      at++
      continue
    }
    const command = readCommand(script, at)
    if (command.fault !== undefined) return command.fault
    commands.push({ name: script.charAt(at), chosen, factor: factorOf(script.slice(at, command.end)) })
    at = command.end
  }
}

/** How much longer `s` makes a text: it puts more in, once for each that it finds, or what it finds more than once. */
function factorOf(command: string): number {
  if (!command.startsWith('s')) return 1
  const parts = command.slice(2).split(command.charAt(1))
  const replacement = parts[1] ?? ''
  const again = [...replacement.matchAll(/&|\\\d/g)].length
  const everywhere = /g/.test(parts.at(-1) ?? '') && replacement.length > 1
  return again > 1 || everywhere || parts.length !== 3 ? 2 : 1
}

function skip(script: string, at: number, pattern: RegExp): number {
  pattern.lastIndex = at
  return at + (pattern.exec(script)?.[0].length ?? 0)
}

function readAddresses(script: string, start: number): number | undefined {
  const first = readAddress(script, start)
  if (first === undefined || first === start) return first
  const comma = skip(script, first, /\s*/y)
  if (script.charAt(comma) !== ',') return first
  const second = skip(script, comma + 1, /\s*/y)
  const offset = skip(script, second, /[+~]?\d+/y)
  if (offset > second) return offset
  const end = readAddress(script, second)
  return end === second ? undefined : end
}

function readAddress(script: string, start: number): number | undefined {
  const number = skip(script, start, /\d+(~\d+)?|\$/y)
  if (number > start) return number
  if (script.charAt(start) !== '/') return script.charAt(start) === '\\' ? undefined : start
  const end = endOfPart(script, start + 1, '/')
  return end === undefined ? undefined : skip(script, end, /[IM]*/y)
}

function readCommand(script: string, at: number): SedScript {
  const name = script.charAt(at)
  if (name === 's') return readSubstitution(script, at)
  if (name === 'y') return readTransliteration(script, at)
  if (name === '' || !simple.includes(name))
    return { fault: `the command ${name || 'that is missing'}`, end: at }
  const number = 'qQl'.includes(name) ? skip(script, at + 1, /[ \t]*\d*/y) : at + 1
  return ended(script, number)
}

/** A command ends at the end of the line, a semicolon or the end of its block. */
function ended(script: string, at: number): SedScript {
  const end = skip(script, at, /[ \t]*/y)
  const next = script.charAt(end)
  return next === '' || next === ';' || next === '\n' || next === '}'
    ? { end }
    : { fault: `the text after a command`, end }
}

function readSubstitution(script: string, at: number): SedScript {
  const delimiter = script.charAt(at + 1)
  if (!/^[/#|,:@!%_+~]$/.test(delimiter)) return { fault: 'an odd delimiter', end: at }
  const pattern = endOfPart(script, at + 2, delimiter)
  const replacement = pattern === undefined ? undefined : endOfPart(script, pattern, delimiter, true)
  if (replacement === undefined) return { fault: 's without its end', end: at }
  const flags = skip(script, replacement, /[gpiImM\d]*/y)
  return ended(script, flags)
}

function readTransliteration(script: string, at: number): SedScript {
  const delimiter = script.charAt(at + 1)
  if (!/^[/#|,:]$/.test(delimiter)) return { fault: 'an odd delimiter', end: at }
  const from = endOfPart(script, at + 2, delimiter)
  const to = from === undefined ? undefined : endOfPart(script, from, delimiter)
  return to === undefined ? { fault: 'y without its end', end: at } : ended(script, to)
}

/** The position after a delimiter. A delimiter in brackets ends the part in some versions and not in others: that is not read. */
function endOfPart(
  script: string,
  start: number,
  delimiter: string,
  replacement = false,
): number | undefined {
  for (let at = start; at < script.length; at++) {
    const character = script.charAt(at)
    if (character === delimiter) return at + 1
    if (character === '\n' && !replacement) return undefined
    if (character === '\\') at++
    else if (character === '[' && !replacement) {
      const end = endOfBracket(script, at)
      if (end === undefined || script.slice(at, end).includes(delimiter)) return undefined
      at = end - 1
    }
  }
  return undefined
}

/** The position after a bracket expression, in which a bracket that comes first stands for itself. */
function endOfBracket(script: string, start: number): number | undefined {
  const end = skip(script, start, /\[\^?\]?(?:\[([:.=])[^\]\n]*?\1\]|[^\]\n[]|\[(?![:.=]))*\]/y)
  return end === start ? undefined : end
}
