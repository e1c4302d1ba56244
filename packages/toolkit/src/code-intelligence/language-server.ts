import type { JsonValue } from '@keepup/core'

/** How to start a language server for a folder. */
export interface ServerLaunch {
  readonly command: string
  readonly arguments: readonly string[]
  readonly initializationOptions?: JsonValue
  /** What it is told when it asks for its configuration, by section: `{ 'python.analysis': { ... } }`. */
  readonly settings?: Readonly<Record<string, JsonValue>>
}

/** Where a project of a language begins, and where its programs are looked for. */
export interface ProjectFolder {
  /** Absolute: the nearest folder above a file that holds one of the server's markers. */
  readonly folder: string
  /** Finds a program: in `node_modules/.bin` of the folder and of those above it, then on the PATH. */
  program(name: string): Promise<string | undefined>
  /** The version of an npm package that the project has, and its folder. */
  package(name: string): Promise<{ readonly version: string; readonly folder: string } | undefined>
  /** The version of the npm package that a program belongs to. */
  versionOf(program: string): Promise<string | undefined>
  /** Whether the project folder holds one of these files. */
  holds(...names: readonly string[]): Promise<boolean>
}

/** A kind of language server: what it is for, and how it is found. It is data: add your own beside the known ones. */
export interface LanguageServer {
  readonly name: string
  /** Servers of one role stand in for each other: the first that is there is used. */
  readonly role: string
  /** The protocol's language of each extension. */
  readonly languages: Readonly<Record<string, string>>
  /** Files that mark a project's folder. */
  readonly markers: readonly string[]
  /** What it runs, as policies see it: `tsc --lsp --stdio`. */
  readonly command: string
  /** Whether it answers definitions, references, symbols and renames, or diagnostics only. */
  readonly navigates: boolean
  /** How to start it; what is missing, and how to get it; `undefined` where this project is none for it. */
  find(project: ProjectFolder): Promise<ServerLaunch | { readonly missing: string } | undefined>
}
