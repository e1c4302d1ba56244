import { safeLine } from '../terminal/safe-text.ts'
import type { Style } from '../terminal/style.ts'
import { fit } from '../terminal/width.ts'
import type { ValuePath, ValueSource } from './value-path.ts'

/** @limit Sources that a person is shown; lines of JSON have all. */
const mostShown = 8

const words: Readonly<Record<ValueSource['origin'], string>> = {
  prompt: 'you said it',
  owner: 'it is yours',
  configured: 'the operator allows it',
  own: 'the agent made it',
  trusted: 'the service vouches for it',
  'structured-directed': 'a typed field that others can set, in what you asked for',
  designated: 'the only one in the source that you named',
  ranked: 'the one of a list that you described',
  listed: 'one of a list of the service',
  structured: 'a typed field that others can set',
  'free-text': 'others wrote it',
  unknown: 'nobody said it',
}

/** The way of a value, from its sources to what it decides, for a person. */
export function whyText(path: ValuePath, style: Style): string {
  const { sources, findings } = path
  const more = sources.length - mostShown
  const value = fit(safeLine(JSON.stringify(path.value)), 200, style.marks.more)
  return `${[
    `${style.bold(`${safeLine(path.tool)} ${safeLine(path.argument)}`)} = ${value}`,
    ...(sources.length === 0
      ? ['  nobody said it: the model made it up, or worked it out']
      : sources.slice(0, mostShown).map((source) => sourceLine(source, style))),
    ...(more > 0 ? [`  and ${more} more (--json)`] : []),
    `  -> ${style.dim(`#${path.asked}`)} the model wrote it into the call ${safeLine(path.call)}`,
    `  -> ${path.decision === 'ran' ? 'it ran by itself' : path.decision}`,
    ...findings.map(
      ({ deed, text }) => `     ${deed === undefined ? '' : `${safeLine(deed)}: `}${safeLine(text)}`,
    ),
    ...(findings.length === 0 ? [`     nothing speaks against it by the policy ${path.policy}`] : []),
  ].join('\n')}\n`
}

function sourceLine({ origin, entry, pointer, source, said }: ValueSource, style: Style): string {
  const at = entry === undefined ? '' : `${style.dim(`#${entry}`)} `
  const from = source === undefined ? '' : `: ${safeLine(source)}${safeLine(pointer ?? '')}`
  const quote = said === undefined ? '' : ` ${fit(safeLine(JSON.stringify(said)), 160, style.marks.more)}`
  return `  ${at}${words[origin]}${from}${quote}`
}
