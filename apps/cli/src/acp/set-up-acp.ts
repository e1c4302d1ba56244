import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

import { KeepupError } from '@keepup/core'
import { systemKeychain } from '@keepup/keychain'
import { catalogue, type CatalogueProvider } from '@keepup/models'

import type { CommandLine } from '../command-line.ts'
import { usageError } from '../error-report.ts'
import type { ExitName } from '../exit-code.ts'
import { nearest } from '../settings/nearest.ts'
import { keepKey } from './kept-keys.ts'

const known = ['anthropic', 'openai', 'google', 'openrouter', 'mistral', 'deepseek', 'groq', 'xai']

/** Asks a person at a terminal for a provider and its key, and keeps the key in the keychain, for `keepup acp` to find. Editors start it where a key is missing. */
export async function setUpAcp(line: CommandLine): Promise<ExitName> {
  const { host, terminal } = line
  if (host.inputKind !== 'terminal')
    throw usageError('--setup asks questions, and nobody is at a terminal', 'run keepup acp --setup in one')
  const providers = Object.values(await catalogue()).filter(({ env }) => env.length > 0)
  using person = openTypist(line)
  const provider = await askProvider(person, providers)
  if (provider === undefined) return 'interrupted'
  const [variable = ''] = provider.env
  const key = await person.type(`The key of ${provider.name} (${variable}; it is not shown): `, true)
  await terminal.notes.write('\n')
  if (key === undefined || key === '') return 'interrupted'
  await keep(line, variable, key)
  await terminal.notes.write(`kept in the keychain: keepup acp finds ${variable} there\n`)
  return 'completed'
}

/** A person at a terminal, who may type what is not shown. */
interface Typist extends Disposable {
  /** A line; `undefined` where the person leaves. */
  type(question: string, hidden?: true): Promise<string | undefined>
}

/** One reader for everything: what is typed ahead belongs to the next question. */
function openTypist({ host, terminal }: CommandLine): Typist {
  let isHidden = false
  const output = new Writable({
    write(part: Buffer, _encoding, done) {
      if (!isHidden) host.stderr.write(part)
      done()
    },
  })
  const reader = createInterface({ input: host.stdin, output, terminal: true })
  reader.on('SIGINT', () => reader.close())
  const lines = reader[Symbol.asyncIterator]()
  return {
    async type(question, hidden) {
      // Before it is asked: somebody may be quick.
      isHidden = hidden === true
      await terminal.notes.write(question)
      await terminal.notes.flush()
      const typed = await lines.next()
      return typed.done === true ? undefined : typed.value.trim()
    },
    [Symbol.dispose]: () => reader.close(),
  }
}

async function askProvider(
  person: Typist,
  providers: readonly CatalogueProvider[],
): Promise<CatalogueProvider | undefined> {
  const ids = providers.map(({ id }) => id)
  let question = `Whose model is to be used? ${known.join(', ')}, or another one of keepup models: `
  for (;;) {
    const typed = await person.type(question)
    if (typed === undefined) return undefined
    const found = providers.find(({ id }) => id === typed)
    if (found !== undefined) return found
    const meant = nearest(typed, ids)
    question = `There is no provider of that name${meant === undefined ? '' : ` (did you mean ${meant}?)`}: `
  }
}

async function keep({ host }: CommandLine, variable: string, key: string): Promise<void> {
  try {
    await keepKey(host.environment, { variable, key }, systemKeychain('keepup'))
  } catch (error) {
    if (!KeepupError.is(error, 'not-supported')) throw error
    const fix = `set ${variable} in the editor's settings, in the variables of keepup${
      error.details['reason'] === 'not-installed'
        ? '; or install @napi-rs/keyring beside keepup and try again'
        : ''
    }`
    throw new KeepupError('not-supported', 'there is no keychain here that keeps the key', {
      cause: error,
      details: { fix },
    })
  }
}
