import type { AcmeCertificateId } from '../model/index.ts'
import type { Executor } from './schema.ts'

/** A name, and the ACME CA that certifies it. */
export interface AcmeSubject {
  readonly directoryUrl: string
  readonly host: string
}

/** An order, and later its certificate; the private key of the certificate is sealed. */
export interface AcmeOrder extends AcmeSubject {
  readonly id: AcmeCertificateId
  readonly orderUrl: string
  readonly sealedPrivateKey: Uint8Array
  readonly createdAt: number
}

export interface AcmeCertificate extends AcmeOrder {
  /** PEM, the certificate first. */
  readonly chain: string
}

/** Violates the unique index `acme_certificate_directory_url_host` while another order is under way. */
export const insertAcmeOrder = async (db: Executor, order: AcmeOrder): Promise<void> => {
  await db
    .insertInto('acme_certificate')
    .values({
      id: order.id,
      directory_url: order.directoryUrl,
      host: order.host,
      order_url: order.orderUrl,
      sealed_private_key: order.sealedPrivateKey,
      created_at: order.createdAt,
    })
    .execute()
}

/** The order that is under way. */
export const findAcmeOrder = async (
  db: Executor,
  { directoryUrl, host }: AcmeSubject,
): Promise<AcmeOrder | undefined> => {
  const row = await db
    .selectFrom('acme_certificate')
    .select(['id', 'order_url', 'sealed_private_key', 'created_at'])
    .where('directory_url', '=', directoryUrl)
    .where('host', '=', host)
    .where('chain', 'is', null)
    .executeTakeFirst()
  return (
    row && {
      ...{ id: row.id, directoryUrl, host, orderUrl: row.order_url },
      ...{ sealedPrivateKey: row.sealed_private_key, createdAt: row.created_at },
    }
  )
}

export const deleteAcmeOrder = async (db: Executor, id: AcmeCertificateId): Promise<void> => {
  await db.deleteFrom('acme_certificate').where('id', '=', id).where('chain', 'is', null).execute()
}

/** Makes an order a certificate, which takes the place of the one before it; false if the order is gone. */
export const completeAcmeOrder = async (
  tx: Executor,
  { id, host }: Pick<AcmeOrder, 'id' | 'host'>,
  { chain, at }: { readonly chain: string; readonly at: number },
): Promise<boolean> => {
  const { numUpdatedRows } = await tx
    .updateTable('acme_certificate')
    .set({ chain, issued_at: at })
    .where('id', '=', id)
    .where('chain', 'is', null)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  await tx.deleteFrom('acme_certificate').where('host', '=', host).where('id', '!=', id).execute()
  return true
}

/** The certificate for that name, whichever CA it is of. */
export const findAcmeCertificate = async (
  db: Executor,
  host: string,
): Promise<AcmeCertificate | undefined> => {
  const row = await db
    .selectFrom('acme_certificate')
    .select(['id', 'directory_url', 'order_url', 'sealed_private_key', 'chain', 'created_at'])
    .where('host', '=', host)
    .where('chain', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined || row.chain === null) return undefined
  return {
    ...{ id: row.id, directoryUrl: row.directory_url, host, orderUrl: row.order_url },
    ...{ sealedPrivateKey: row.sealed_private_key, createdAt: row.created_at, chain: row.chain },
  }
}
