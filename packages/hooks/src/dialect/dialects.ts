import type { DialectName } from '../command-hook.ts'
import { claude } from './claude.ts'
import { cline } from './cline.ts'
import { codex } from './codex.ts'
import type { Dialect } from './dialect.ts'
import { gemini } from './gemini.ts'

/** Every dialect, by name. */
export const dialects: Readonly<Record<DialectName, Dialect>> = { claude, codex, gemini, cline }
