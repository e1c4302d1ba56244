import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'

import { type JsonValue, KeepupError } from '@keepup/core'

import { checkUnit } from '../check/check-unit.ts'
import type { Template } from '../schema/template.ts'
import { type Problem, problemsError, problemsOf } from '../source/problem.ts'
import { readSource } from '../source/read-source.ts'
import { type ReadText, readUnit, valueUnit } from './read-unit.ts'
import type { ReadUnit, TemplateUnit } from './template-unit.ts'

/** A template that was read and checked, with the files that it names. Made by {@link loadTemplate} and {@link readTemplate} alone. */
export interface LoadedTemplate extends TemplateUnit {
  /** What is odd, and usable all the same. */
  readonly warnings: readonly Problem[]
}

/** How files are read. */
export interface LoadOptions {
  /** Reads a text file by its absolute path; from the file system when left out. */
  readonly readText?: ReadText
}

/**
 * Reads a template from a file of JSON or YAML, with the agents and graphs that it names by file, and checks it as a whole.
 *
 * @throws KeepupError `configuration-invalid`, with every error, its place and its fix in `details.problems`; or what reading the file throws
 */
export async function loadTemplate(path: string, options: LoadOptions = {}): Promise<LoadedTemplate> {
  const { readText = readUtf8 } = options
  const file = resolve(path)
  return checked(await readUnit(readSource(await readText(file), file), readText))
}

/**
 * Checks a template that is a value already, such as one that was made by a program. It can name no files.
 *
 * @throws KeepupError `configuration-invalid`, with every error in `details.problems`; `name` stands for the file there
 */
export async function readTemplate(value: Template | JsonValue, name = 'template'): Promise<LoadedTemplate> {
  // What JSON cannot hold would not be there in a file either.
  return checked(await valueUnit(JSON.parse(JSON.stringify(value)) as JsonValue, name))
}

/** Everything that is wrong or odd with the template in a file; empty where nothing is. Throws only what reading the file throws. */
export async function checkTemplate(path: string, options: LoadOptions = {}): Promise<readonly Problem[]> {
  const { readText = readUtf8 } = options
  const file = resolve(path)
  const text = await readText(file)
  try {
    return checkUnit(await readUnit(readSource(text, file), readText))
  } catch (error) {
    if (!KeepupError.is(error, 'configuration-invalid')) throw error
    return problemsOf(error, { place: () => ({ file }) }, '')
  }
}

function checked(read: ReadUnit): LoadedTemplate {
  const problems = checkUnit(read)
  if (problems.some(({ severity }) => severity === 'error')) throw problemsError(problems)
  return { ...read.unit, warnings: problems }
}

function readUtf8(path: string): Promise<string> {
  return readFile(path, 'utf8')
}
