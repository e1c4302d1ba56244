import type { Finding } from './finding.ts'

const tag =
  /<(?<close>\/)?(?<name>testcase|failure|error|testsuites?)\b(?<attributes>(?:[^>"']|"[^"]*"|'[^']*')*?)(?<empty>\/)?>/g

/** The test cases of JUnit's XML that failed or ended in an error. Throws where it is none. */
export function parseJunit(output: string): readonly Finding[] {
  const plain = output
    .replaceAll(/<!--[^]*?-->/g, '')
    .replaceAll(/<!\[CDATA\[(?<text>[^]*?)\]\]>/g, (_, text: string) => escaped(text))
  if (!/<testsuites?\b/.test(plain)) throw new Error('it is no report of JUnit: it has no test suite')
  const findings: Finding[] = []
  let present: Finding | undefined
  for (const { groups = {} } of plain.matchAll(tag)) {
    const { name, close, empty, attributes: written = '' } = groups
    const attributes = attributesOf(written)
    if (name === 'testcase') present = close === '/' || empty === '/' ? undefined : caseOf(attributes)
    else if (isFault(name, close)) findings.push(faultOf(present, attributes))
  }
  return findings
}

function isFault(name: string | undefined, close: string | undefined): boolean {
  return close === undefined && (name === 'failure' || name === 'error')
}

/** An error outside of a case is the suite's own. */
function faultOf(present: Finding | undefined, attributes: Readonly<Record<string, string>>): Finding {
  return { ...(present ?? caseOf({})), message: attributes['message'] ?? attributes['type'] ?? '' }
}

function caseOf(attributes: Readonly<Record<string, string>>): Finding {
  const { classname = '', name = '', file = '', line = '0' } = attributes
  return {
    path: file,
    line: Number(line) || 0,
    rule: [classname, name].filter((part) => part !== '').join(' '),
    message: '',
  }
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const found = text.matchAll(/(?<name>[\w:.-]+)\s*=\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)')/g)
  return Object.fromEntries(
    [...found].map(({ groups = {} }) => [
      groups['name'] ?? '',
      decoded(groups['double'] ?? groups['single'] ?? ''),
    ]),
  )
}

const entities: Readonly<Record<string, string>> = { amp: '&', apos: "'", gt: '>', lt: '<', quot: '"' }

function decoded(text: string): string {
  return text.replaceAll(
    /&(?:#(?<code>\d{1,7})|(?<name>amp|apos|gt|lt|quot));/g,
    (all, code?: string, name?: string) => {
      if (name !== undefined) return entities[name] ?? all
      const point = Number(code)
      return point <= 0x10_ff_ff ? String.fromCodePoint(point) : all
    },
  )
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
