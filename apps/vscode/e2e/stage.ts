import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A machine's worth of folders for one run of the editor. */
export interface Stage {
  readonly root: string
  readonly project: string
  /** The file that the agent changes. */
  readonly file: string
}

const app = join(import.meta.dirname, '..', '..', 'cli', 'src', 'main.ts')

/** What the agent is to do: nothing of it needs a model. */
const steps = [
  {
    when: { lastUser: 'greet' },
    text: 'I read `greeting.ts`, and make it **friendly**.',
    calls: [
      {
        name: 'todo',
        input: {
          items: [
            { text: 'Read the greeting', status: 'done' },
            { text: 'Make it friendly', status: 'active' },
          ],
        },
      },
      {
        name: 'edit',
        input: { path: 'greeting.ts', old_text: "'Hello.'", new_text: "'Hello, and welcome!'" },
      },
    ],
  },
  { text: 'The greeting is friendly now.', repeat: true },
]

/** Makes a project, a program `keepup` that runs from source with a scripted model, and the settings of the editor. */
export function makeStage(): Stage {
  const root = mkdtempSync(join(tmpdir(), 'keepup-vscode-'))
  const at = (...names: readonly string[]): string => join(root, ...names)
  for (const folder of ['project', 'home', 'data/User']) mkdirSync(at(folder), { recursive: true })
  const file = at('project', 'greeting.ts')
  writeFileSync(file, "export const greeting = 'Hello.'\n")
  writeFileSync(at('script.json'), JSON.stringify({ steps }))
  const words = [process.execPath, '--conditions=@keepup/source', app].map((word) => `'${word}'`)
  writeFileSync(at('keepup'), `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`)
  chmodSync(at('keepup'), 0o755)
  const settings = {
    'keepup.path': at('keepup'),
    'keepup.arguments': ['--model', `scripted:${at('script.json')}`],
    'keepup.environment': { HOME: at('home') },
    'workbench.startupEditor': 'none',
    'workbench.tips.enabled': false,
    'chat.disableAIFeatures': true,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
  }
  writeFileSync(at('data', 'User', 'settings.json'), JSON.stringify(settings))
  return { root, project: at('project'), file }
}
