/** A way to put into a text what a person does not see, or to make a terminal do something. */
export type HiddenKind =
  | 'escape-sequence'
  | 'carriage-return'
  | 'control'
  | 'tag'
  | 'direction'
  | 'variation-selector'
  | 'invisible'
  | 'private-use'
  | 'stacked-marks'

/** What was hidden in a text, by kind, with how often; empty where nothing was. */
export type Hidden = ReadonlyMap<HiddenKind, number>

/** A text as everybody sees it. */
export interface VisibleText {
  readonly text: string
  readonly hidden: Hidden
}

/* eslint-disable no-control-regex, no-misleading-character-class -- what they name is what is looked for */
const emoji = String.raw`\p{Extended_Pictographic}`
/** Scripts whose spelling needs characters without width between letters. */
const joined = ['Arabic', 'Syriac', 'Mongolian', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya']
  .concat(['Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Khmer', 'Myanmar'])
  .map((script) => String.raw`\p{Script=${script}}`)
  .join('')

/** In this order: a sequence goes as a whole, before the characters that it is made of. */
const kinds: readonly (readonly [HiddenKind, RegExp, string])[] = [
  [
    'escape-sequence',
    // ECMA-48: strings up to their terminator (OSC, DCS, SOS, PM, APC), control sequences, and two-character sequences.
    /(?:\u001b[\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|\u001b\\|\u009c)?|(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|\u001b[ -/]*[0-~]?/gu,
    '',
  ],
  // What follows would be written over what came before.
  ['carriage-return', /(?<!\r)\r+(?![\r\n])/gu, '\n'],
  ['control', /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f]/gu, ''],
  ['tag', /[\u{e0000}-\u{e007f}]/gu, ''],
  ['direction', /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]/gu, ''],
  [
    'variation-selector',
    new RegExp(
      String.raw`(?<!${emoji}|[0-9#*])[\ufe0e\ufe0f]|(?<=[\ufe0e\ufe0f])[\ufe0e\ufe0f]|[\ufe00-\ufe0d\u{e0100}-\u{e01ef}\u180b-\u180d\u180f]`,
      'gu',
    ),
    '',
  ],
  [
    'invisible',
    new RegExp(
      String.raw`(?<![${joined}]\p{M}*)[\u200c\u200d](?<!(?:${emoji}|\ufe0f|\p{Emoji_Modifier})\u200d)|[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2028\u2029\u2060-\u2065\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0080}-\u{e00ff}\u{e01f0}-\u{e0fff}]`,
      'gu',
    ),
    '',
  ],
  // Also halves of a character, and what is none.
  ['private-use', /[\p{Co}\p{Cs}\u{fdd0}-\u{fdef}\ufffe\uffff]/gu, ''],
  ['stacked-marks', /(?<=\p{M}{4})\p{M}+/gu, ''],
]
/* eslint-enable no-control-regex, no-misleading-character-class */

/**
 * Takes out of a text whatever a person would not see there, or a terminal would obey, and counts it. Line ends become `\n`. Marks and joiners that emoji and the
 * scripts of the world are spelt with stay. What comes out has nothing to take out.
 */
export function visibleText(given: string): VisibleText {
  const hidden = new Map<HiddenKind, number>()
  let text = given
  for (;;) {
    const before = text
    text = text.replaceAll(/(?<!\r)\r*\n|\u0085/g, '\n')
    for (const [kind, pattern, instead] of kinds) {
      text = text.replaceAll(pattern, () => {
        hidden.set(kind, (hidden.get(kind) ?? 0) + 1)
        return instead
      })
    }
    // What is taken out may leave a new sequence behind.
    if (text === before) return { text, hidden }
  }
}

/** The same text with every character that is not seen written as `\u{…}`: for comparing, where nothing may be lost. */
export function escapedText(given: string): string {
  return kinds.reduce((text, [, pattern]) => text.replaceAll(pattern, escapeAll), given)
}

function escapeAll(found: string): string {
  return Array.from(found, (character) =>
    /[!-~]/.test(character) ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  ).join('')
}
