import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Reads a list of commands, one a line, or several where a here-document begins. `# ` begins a heading; `\u{a}` stands for a character that a list
 * cannot show, or for a line break.
 */
export function readCorpus(name: string): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, 'corpus', `${name}.txt`), 'utf8')
  const commands: string[] = []
  let until: string | undefined
  for (const line of text.split('\n')) {
    if (until !== undefined) {
      commands.push(`${commands.pop() ?? ''}\n${line}`)
      if (line === until) until = undefined
    } else if (line !== '' && !line.startsWith('# ')) {
      commands.push(line)
      if (!line.includes(String.raw`\u{a}`)) until = /[^<]<<['"]?([A-Z]+)['"]?/.exec(line)?.[1]
    }
  }
  return commands.map(withCharacters)
}

function withCharacters(command: string): string {
  return command.replaceAll(/\\u\{([0-9a-f]+)\}/g, (_, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 16)),
  )
}
