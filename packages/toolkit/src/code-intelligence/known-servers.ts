import { join } from 'node:path'

import type { LanguageServer, ProjectFolder, ServerLaunch } from './language-server.ts'

const script = {
  '.ts': 'typescript',
  '.mts': 'typescript',
  '.cts': 'typescript',
  '.tsx': 'typescriptreact',
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.cjs': 'javascript',
  '.jsx': 'javascriptreact',
}
const scriptMarkers = ['tsconfig.json', 'jsconfig.json', 'package.json']
const python = { '.py': 'python', '.pyi': 'python' }
const pythonMarkers = ['pyrightconfig.json', 'pyproject.toml', 'setup.py', 'setup.cfg', 'requirements.txt']

/**
 * The servers that are known, in the order they are preferred within their role. Nothing is ever installed: a server that is missing is told of, with how to
 * get it.
 */
export function knownServers(): readonly LanguageServer[] {
  return [
    nativeTypeScript,
    typeScriptLanguageServer,
    pythonServer('pyright', 'pyright-langserver'),
    pythonServer('basedpyright', 'basedpyright-langserver'),
    gopls,
    rustAnalyzer,
    extracted('json', { '.json': 'json', '.jsonc': 'jsonc' }),
    extracted('css', { '.css': 'css', '.scss': 'scss', '.less': 'less' }),
    bash,
    oxlint,
    biome,
  ]
}

/** TypeScript 7 answers the protocol itself. */
const nativeTypeScript: LanguageServer = {
  name: 'typescript',
  role: 'typescript',
  languages: script,
  markers: scriptMarkers,
  command: 'tsc --lsp --stdio',
  navigates: true,
  async find(project) {
    const version = await typeScriptVersion(project)
    if (version === undefined || Number.parseInt(version, 10) < 7) return undefined
    const started = await launch(project, 'tsc', ['--lsp', '--stdio'], 'Install the project again.')
    const settings = { preferences: { useAliasesForRenames: false } }
    return { ...started, settings: { typescript: settings, javascript: settings, 'js/ts': settings } }
  },
}

/** The project's own, else that of the PATH. */
async function typeScriptVersion(project: ProjectFolder): Promise<string | undefined> {
  const own = await project.package('typescript')
  if (own !== undefined) return own.version
  const program = await project.program('tsc')
  return program === undefined ? undefined : project.versionOf(program)
}

/** For TypeScript below 7, whose compiler it is told to use. */
const typeScriptLanguageServer: LanguageServer = {
  name: 'typescript-language-server',
  role: 'typescript',
  languages: script,
  markers: scriptMarkers,
  command: 'typescript-language-server --stdio',
  navigates: true,
  async find(project) {
    const found = await project.package('typescript')
    if (found === undefined) {
      return { missing: 'the project has no TypeScript. Install it: npm install --save-dev typescript' }
    }
    const advice = 'Install it: npm install --save-dev typescript-language-server'
    const started = await launch(project, 'typescript-language-server', ['--stdio'], advice)
    // A rename is meant for every place, not for the one file that imports the name.
    const preferences = { providePrefixAndSuffixTextForRename: false }
    const path = join(found.folder, 'lib', 'tsserver.js')
    return 'missing' in started
      ? started
      : { ...started, initializationOptions: { tsserver: { path }, preferences } }
  },
}

function pythonServer(name: string, command: string): LanguageServer {
  return {
    name,
    role: 'python',
    languages: python,
    markers: pythonMarkers,
    command: `${command} --stdio`,
    navigates: true,
    find: (project) => launch(project, command, ['--stdio'], `Install it: npm install --save-dev ${name}`),
  }
}

const gopls: LanguageServer = {
  name: 'gopls',
  role: 'go',
  languages: { '.go': 'go' },
  markers: ['go.work', 'go.mod'],
  command: 'gopls',
  navigates: true,
  find: (project) => launch(project, 'gopls', [], 'Install it: go install golang.org/x/tools/gopls@latest'),
}

const rustAnalyzer: LanguageServer = {
  name: 'rust-analyzer',
  role: 'rust',
  languages: { '.rs': 'rust' },
  markers: ['Cargo.toml'],
  command: 'rust-analyzer',
  navigates: true,
  find: (project) => launch(project, 'rust-analyzer', [], 'Install it: rustup component add rust-analyzer'),
}

function extracted(language: 'json' | 'css', languages: Readonly<Record<string, string>>): LanguageServer {
  const command = `vscode-${language}-language-server`
  return {
    name: command,
    role: language,
    languages,
    markers: ['package.json'],
    command: `${command} --stdio`,
    navigates: true,
    async find(project) {
      const advice = 'Install it: npm install --save-dev vscode-langservers-extracted'
      const started = await launch(project, command, ['--stdio'], advice)
      const settings = { json: { validate: { enable: true } }, css: {}, scss: {}, less: {} }
      return 'missing' in started ? started : { ...started, settings }
    },
  }
}

const bash: LanguageServer = {
  name: 'bash-language-server',
  role: 'shell',
  languages: { '.sh': 'shellscript', '.bash': 'shellscript' },
  markers: ['package.json'],
  command: 'bash-language-server start',
  navigates: true,
  find: (project) =>
    launch(
      project,
      'bash-language-server',
      ['start'],
      'Install it: npm install --save-dev bash-language-server',
    ),
}

const oxlint: LanguageServer = {
  name: 'oxlint',
  role: 'oxlint',
  languages: script,
  markers: ['.oxlintrc.json', 'oxlint.config.ts'],
  command: 'oxlint --lsp',
  navigates: false,
  async find(project) {
    if (!(await project.holds('.oxlintrc.json', 'oxlint.config.ts'))) return undefined
    return launch(project, 'oxlint', ['--lsp'], 'Install it: npm install --save-dev oxlint')
  },
}

const biome: LanguageServer = {
  name: 'biome',
  role: 'biome',
  languages: { ...script, '.json': 'json', '.jsonc': 'jsonc', '.css': 'css' },
  markers: ['biome.json', 'biome.jsonc'],
  command: 'biome lsp-proxy',
  navigates: false,
  async find(project) {
    if (!(await project.holds('biome.json', 'biome.jsonc'))) return undefined
    return launch(project, 'biome', ['lsp-proxy'], 'Install it: npm install --save-dev @biomejs/biome')
  },
}

async function launch(
  project: ProjectFolder,
  name: string,
  args: readonly string[],
  advice: string,
): Promise<ServerLaunch | { readonly missing: string }> {
  const command = await project.program(name)
  if (command !== undefined) return { command, arguments: args }
  return { missing: `${name} is neither in the project's node_modules/.bin nor on the PATH. ${advice}` }
}
