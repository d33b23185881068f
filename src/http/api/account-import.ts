import { z } from 'zod'
import { TEXT } from '../field.ts'
import { ATTRIBUTE, EMAIL, FULL_NAME, PASSWORD, VALUE } from './account-field.ts'
import { NAME } from './input.ts'
import { ok, operation } from './operation.ts'

const ACCOUNT_IMPORT = z
  .strictObject({
    accounts: z
      .array(
        z
          .strictObject({
            name: NAME,
            password: PASSWORD.optional().meta({ description: 'For whom the list adds.' }),
            fullName: FULL_NAME.nullable().optional(),
            email: EMAIL.nullable().optional(),
            attributes: z.record(ATTRIBUTE, VALUE.nullable()).optional(),
          })
          .meta({
            id: 'ListedAccount',
            description: 'What is not said stays as it is; null: it is not, or no longer, known.',
          }),
      )
      .min(1)
      .max(200)
      .readonly(),
    existing: z
      .enum(['keep', 'change'])
      .default('keep')
      .meta({ description: 'What becomes of those who are there already.' }),
    trial: z
      .boolean()
      .default(false)
      .meta({ description: 'Nothing is done, and what would be is told.' }),
  })
  .meta({ id: 'AccountImport' })

const IMPORTED = z
  .strictObject({
    results: z
      .array(
        z
          .strictObject({
            name: TEXT,
            outcome: z.enum(['added', 'changed', 'same', 'kept', 'refused']),
            fault: z.strictObject({ code: TEXT, detail: TEXT }).nullable(),
          })
          .meta({ id: 'ImportedAccount', description: 'What became of one of the list.' }),
      )
      .readonly()
      .meta({ description: 'In the order of the list.' }),
  })
  .meta({ id: 'AccountsImported' })

/** Lists of people from elsewhere. */
export const accountImportOperations = [
  operation(
    {
      id: 'importAccounts',
      method: 'POST',
      path: '/accounts/imports',
      summary: 'Add the people of a list, and change those who are there if that is wanted',
      description: 'Each for themselves: what is wrong with one keeps nobody else out.',
      asks: z.object({ body: ACCOUNT_IMPORT }),
      answers: ok(IMPORTED),
    },
    async ({ accounts }, { body: { trial, ...list } }, { by }) => {
      const results = await accounts.import({ ...list, isTrial: trial }, by)
      return { results: results.map(({ fault = null, ...result }) => ({ ...result, fault })) }
    },
  ),
] as const
