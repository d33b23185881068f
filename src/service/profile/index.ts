export { defaultTemplate } from './default-template.ts'
export { effectiveProfile, type ProfileSettings } from './effective.ts'
export { openTemplateFile, parseTemplate, type TemplateFile } from './template.ts'
export type { Variables } from './variable.ts'
