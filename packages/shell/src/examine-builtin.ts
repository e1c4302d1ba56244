import type { Call, Reading } from './call.ts'
import { doubt } from './findings.ts'
import type { ShellState } from './shell-state.ts'

/** Variables of the environment that hold nothing secret. */
const harmlessVariables =
  /^(HOME|PWD|USER|LOGNAME|SHELL|PATH|OLDPWD|LANG|LC_ALL|TZ|TERM|CI|NODE_ENV|EUID|UID|HOSTNAME|OSTYPE|RANDOM|SECONDS|[?#0])\*?$/

/** `echo` and the like: every word is text. A variable is printed where the command itself assigned it or it is known to be harmless. */
export function examineText(call: Call, reading: Reading): void {
  call.words.forEach((word, index) => {
    if (word !== undefined) return
    const names = call.unknown.get(index)
    if (names === undefined || !names.every((name) => isHarmless(name, call.state)))
      doubt(reading, 'dynamic', `what ${call.name} is given cannot be known before it runs`)
  })
}

function isHarmless(name: string, state: ShellState): boolean {
  return harmlessVariables.test(name) || state.variables.has(name.replace('*', ''))
}

/** `printf`: a format that assigns nothing, evaluates nothing and fills no memory. */
export function examinePrintf(call: Call, reading: Reading): void {
  examineText(call, reading)
  const words = call.words[0] === '--' ? call.words.slice(1) : call.words
  const [format] = words
  if (format === undefined || format.startsWith('-')) {
    doubt(reading, 'option', 'printf may assign to a variable where it is given an option')
    return
  }
  // A zero is a flag and begins no width, so that there is one way to read each sign.
  if (!/^(?:[^%]|%%|%[-+ 0#]*(?:[1-9]\d{0,2})?(?:\.\d{0,3})?[sdiouxXfFeEgGcbq])*$/s.test(format))
    doubt(reading, 'printf', `the format ${format} holds more than text, %s, %d and the like`)
}
