import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { systemClock, type Tool, type ToolContext } from '@keepup/core'
import { toolkit } from '@keepup/toolkit'
import { codeTools, createCodeIntelligence, withDiagnostics } from '@keepup/toolkit/code-intelligence'

import { median } from './median.ts'
import { publishResults } from './publish-results.ts'

const rounds = 16
const modules = join(import.meta.dirname, '../node_modules')

/** A project whose files import each other in a chain, with its own TypeScript. */
async function plant(root: string, files: number): Promise<void> {
  await mkdir(join(root, 'node_modules/.bin'), { recursive: true })
  await symlink(join(modules, 'typescript'), join(root, 'node_modules/typescript'))
  await symlink(join(modules, 'typescript/bin/tsc'), join(root, 'node_modules/.bin/tsc'))
  await writeFile(join(root, 'package.json'), '{ "type": "module" }')
  const compilerOptions = { strict: true, module: 'nodenext', noEmit: true, types: [] }
  await writeFile(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  for (let index = 0; index < files; index++) {
    const path = join(root, `part-${index % 40}`, `file-${index}.ts`)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, source(index))
  }
}

function source(index: number): string {
  const before = index - 1
  const imported = `import { value${before} } from '../part-${before % 40}/file-${before}.js'\n`
  const body = Array.from(
    { length: 20 },
    (_, line) => `export function f${index}x${line}(a: number): string {\n  return String(a + ${line})\n}\n`,
  )
  const value = index === 0 ? '1' : `value${before} + 1`
  return `${index === 0 ? '' : imported}export const value${index}: number = ${value}\n${body.join('')}`
}

function contextOf(key: string): ToolContext {
  return {
    call: { thread: 'bench', id: key, key, name: 'bench', input: {} },
    signal: new AbortController().signal,
    clock: systemClock,
    idempotencyKey: key,
    progress: () => {},
    processStarted: async () => {},
  }
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await act()
  return performance.now() - begun
}

async function measure(files: number): Promise<Readonly<Record<string, string | number>>> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'keepup-bench-')))
  try {
    await plant(root, files)
    await using intelligence = await createCodeIntelligence({ root })
    const bare = toolkit({ root, shell: false })
    const told = withDiagnostics(bare, intelligence, { wait: 60_000 })
    let call = 0
    const use = (tools: readonly Tool[], name: string, input: unknown): Promise<unknown> => {
      call++
      const tool = tools.find((one) => one.name === name)
      return Promise.resolve(tool?.run(input, contextOf(String(call).padStart(32, '0'))))
    }
    const middle = Math.floor(files / 2)
    const path = `part-${middle % 40}/file-${middle}.ts`
    const code = codeTools(intelligence, { wait: 60_000 })
    const cold = await timed(() => use(code, 'diagnostics', { paths: [path] }))
    const edits = async (tools: readonly Tool[]): Promise<number> => {
      const times: number[] = []
      for (let round = -2; round < rounds; round++) {
        const [old_text, new_text] =
          round % 2 === 0 ? ['String(a + 3)', 'a + 3'] : ['return a + 3', 'return String(a + 3)']
        const time = await timed(() => use(tools, 'edit', { path, old_text, new_text }))
        if (round >= 0) times.push(time)
      }
      return median(times)
    }
    return {
      files,
      'first diagnostics, server started': cold,
      'edit alone': await edits(bare),
      'edit with its new diagnostics': await edits(told),
    }
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

publishResults({
  name: 'diagnostics',
  about:
    'What an edit of one TypeScript file takes with the diagnostics that it added, by `tsc --lsp` of TypeScript 7, once warm. Wall milliseconds, the median of 16 edits.',
  rows: [await measure(200), await measure(2_000)],
})
