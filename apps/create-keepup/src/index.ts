export { TemplateError } from './template-error.ts'
export { templateVersions, type Versions } from './template-versions.ts'
export { findTemplates, listTemplates, type Template } from './templates-folder.ts'
export { type TemplateOrder, type WrittenTemplate, writeTemplate } from './write-template.ts'
