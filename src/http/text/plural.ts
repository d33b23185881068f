import type { Language } from '../../model/index.ts'

type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }>

/** Chooses the form of a sentence that goes with a number; `#` in it is replaced by the number. */
export const createPlural = (language: Language): ((count: number, forms: Forms) => string) => {
  const rules = new Intl.PluralRules(language)
  const numbers = new Intl.NumberFormat(language)
  return (count, forms) =>
    (forms[rules.select(count)] ?? forms.other).replace('#', numbers.format(count))
}
