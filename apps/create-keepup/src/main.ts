#!/usr/bin/env node
import { createProject } from './create-project.ts'
import { findTemplates } from './templates-folder.ts'

process.exitCode = createProject(process.argv.slice(2), {
  templates: findTemplates(import.meta.url),
  workingDirectory: process.cwd(),
  out: (text) => void process.stdout.write(text),
  complain: (text) => void process.stderr.write(text),
})
