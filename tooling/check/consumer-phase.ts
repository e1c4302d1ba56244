import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { type Phase, type PhaseResult, runCommand } from './phase.ts'
import { publishedPackages } from './published-packages.ts'
import { root } from './root.ts'

/** Installs the tarballs with plain npm into a new project outside the repository, and uses them there as a stranger would. */
export function consumerPhase(tarballs: string): Phase {
  return {
    name: 'a new npm project that uses the tarballs',
    run: async () => {
      const project = mkdtempSync(join(tmpdir(), 'keepup-consumer-'))
      try {
        return await use(project, tarballs)
      } finally {
        rmSync(project, { recursive: true, force: true })
      }
    },
  }
}

async function use(project: string, tarballs: string): Promise<PhaseResult> {
  prepare(project, tarballs)
  const steps = [
    ['npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']],
    [join(root, 'node_modules/.bin/tsc'), ['--project', project]],
    ['node', ['program.ts']],
    [join(project, 'node_modules/.bin/keepup'), ['--version']],
  ] as const
  let last: PhaseResult = { passed: true, output: '' }
  for (const [program, args] of steps) {
    last = await runCommand(program, args, project)
    if (!last.passed) return { ...last, output: `${program} ${args.join(' ')}\n${last.output}` }
  }
  const templates = await useTemplates(project)
  if (!templates.passed) return templates
  const { version } = publishedPackages().find(({ name }) => name === '@keepup/cli') ?? { version: 'nothing' }
  if (last.output.trim().includes(version)) return { ...last, remark: `keepup ${last.output.trim()}` }
  return { passed: false, output: `keepup --version printed ${last.output}, not ${version}` }
}

/** The templates that need no server. */
const templates = ['minimal', 'cli-agent', 'mcp-hub', 'a2a-pair', 'roles-sop', 'workers']

/** Has the installed programs write projects, type-checks them, and holds what each prints against what the example printed. They find the tarballs above them. */
async function useTemplates(project: string): Promise<PhaseResult> {
  const programs = join(project, 'node_modules/.bin')
  for (const [index, name] of templates.entries()) {
    const folder = join(project, name)
    const write =
      index === 0
        ? ([join(programs, 'create-keepup'), [folder, '--template', name]] as const)
        : ([join(programs, 'keepup'), ['init', '--template', name, folder]] as const)
    for (const [program, args] of [
      write,
      [join(root, 'node_modules/.bin/tsc'), ['--project', folder]],
    ] as const) {
      const done = await runCommand(program, args, project)
      if (!done.passed) return { ...done, output: `${name}: ${done.output}` }
    }
    const { passed, output } = await runCommand('node', ['main.ts'], folder)
    const expected = readFileSync(join(root, 'examples/expected', `${name}.txt`), 'utf8')
    if (!passed || output !== expected)
      return { passed: false, output: `${name} printed\n${output}\nnot\n${expected}` }
  }
  return { passed: true, output: '' }
}

function prepare(project: string, tarballs: string): void {
  const dependencies = Object.fromEntries(
    publishedPackages().map(({ name, tarball }) => [name, `file:${join(tarballs, tarball)}`]),
  )
  const own = Object.fromEntries(Object.keys(dependencies).map((name) => [name, `$${name}`]))
  // pg-boss 12.38 asks for ^2.2.8, which is not published; the workspace does the same.
  const overrides = { ...own, 'rrule-temporal': '2.2.7' }
  const manifest = {
    name: 'consumer',
    version: '1.0.0',
    private: true,
    type: 'module',
    dependencies,
    devDependencies: { '@types/node': '^24.0.0' },
    overrides,
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, null, 2))
  for (const file of ['program.ts', 'tsconfig.json'])
    copyFileSync(join(import.meta.dirname, 'consumer', file), join(project, file))
}
