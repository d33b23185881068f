import type { JsonValue } from '../../model/index.ts'
import { type Html, html } from '../html.ts'

/** Longer values are cut: devices choose some of them, and a page has a budget. */
const LONGEST_TEXT = 600
const LONGEST_LIST = 50

type Fields = Readonly<Record<string, JsonValue>>

/** The fields of a decoded message as a definition list, nested as the message is. */
export const renderFields = (fields: Fields): Html =>
  html`<dl class="fields">${Object.entries(fields).map(([name, value]) => renderField(name, value))}</dl>`

/** A name beside its value, or above it where the value is a group with names of its own. */
const renderField = (name: string, value: JsonValue): Html =>
  html`<div class="${isGroup(value) ? 'group' : 'field'}"><dt>${name}</dt><dd>${renderValue(value)}</dd></div>`

const isGroup = (value: JsonValue): boolean => {
  if (value === null || typeof value !== 'object') return false
  return isList(value) ? value.some(isGroup) : Object.keys(value).length > 0
}

const renderValue = (value: JsonValue): Html => {
  if (value === null) return html`<i>none</i>`
  if (typeof value === 'boolean') return html`${value ? 'yes' : 'no'}`
  if (typeof value === 'number') return html`${value}`
  if (typeof value === 'string') return renderText(value)
  if (isList(value)) return renderList(value)
  return Object.keys(value).length === 0 ? html`<i>empty</i>` : renderFields(value)
}

// Array.isArray does not narrow readonly arrays out of a union.
const isList = (value: object): value is readonly JsonValue[] => Array.isArray(value)

const renderList = (values: readonly JsonValue[]): Html => {
  if (values.length === 0) return html`<i>empty</i>`
  const items = values.slice(0, LONGEST_LIST).map((value) => html`<li>${renderValue(value)}</li>`)
  return html`<ul>${items}${rest(values.length - LONGEST_LIST, 'entries')}</ul>`
}

const rest = (count: number, what: string): Html | undefined =>
  count > 0 ? html` <i>… and ${count} more ${what}</i>` : undefined

/** Hexadecimal digits (also with colons), base64, and property list text are code; anything else is prose. */
const CODE = /^(?:[0-9a-f]{2}(?::?[0-9a-f]{2}){7,}|[\w+/=-]{24,}|\s*<[\s\S]*>\s*)$/i

const renderText = (text: string): Html => {
  if (text === '') return html`<i>empty</i>`
  const shown = html`${text.slice(0, LONGEST_TEXT)}`
  const more = rest(text.length - LONGEST_TEXT, 'characters')
  return CODE.test(text) ? html`<code>${shown}</code>${more}` : html`<bdi>${shown}</bdi>${more}`
}
