export { defaultTemplate } from './default-template.ts'
export { effectiveProfile, type ProfileSettings } from './effective.ts'
export { openTemplateFile, type Template, type TemplateFile } from './template.ts'
export type { Variables } from './variable.ts'
