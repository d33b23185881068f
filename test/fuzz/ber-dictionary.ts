import { der } from '../../src/protocol/asn1/index.ts'

/** Identifier octets of the types that messages use, of those they do not, and of context-specific tags. */
export const IDENTIFIERS: readonly number[] = [
  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x09, 0x0a, 0x0c, 0x0d, 0x13, 0x14, 0x16, 0x17, 0x18,
  0x1c, 0x1e, 0x1f, 0x24, 0x30, 0x31, 0x3f, 0x80, 0x81, 0x82, 0x86, 0x9f, 0xa0, 0xa1, 0xa2, 0xa3,
  0xa4, 0xbf, 0xff,
]

/** Contents of INTEGERs at which signs, sizes and paddings change. */
export const EDGE_INTEGERS: readonly Uint8Array[] = [
  '',
  '00',
  '01',
  '02',
  '7f',
  '80',
  'ff',
  '0000',
  '0080',
  '00ff',
  'ff7f',
  'ff80',
  '0100',
  '7fff',
  '8000',
  '010001',
  '7fffffff',
  '0080000000',
  '00ffffffff',
  '0100000000',
  '7fffffffffffffff',
  '8000000000000000',
  '00ffffffffffffffff',
  '7f'.repeat(20),
  'ff'.repeat(21),
  'c5'.repeat(256),
  `00${'c5'.repeat(1024)}`,
].map((digits) => Buffer.from(digits, 'hex'))

/** Object identifiers that decide what happens to a message. */
const KNOWN_OIDS: readonly string[] = [
  '0.0',
  '2.999',
  '1.2.840.113549.1.1.1',
  '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.5',
  '1.2.840.113549.1.1.7',
  '1.2.840.113549.1.1.8',
  '1.2.840.113549.1.1.10',
  '1.2.840.113549.1.1.11',
  '1.2.840.113549.1.7.1',
  '1.2.840.113549.1.7.2',
  '1.2.840.113549.1.7.3',
  '1.2.840.113549.1.7.6',
  '1.2.840.113549.1.9.3',
  '1.2.840.113549.1.9.4',
  '1.2.840.113549.1.9.7',
  '1.2.840.113549.1.9.14',
  '1.2.840.113549.2.5',
  '1.2.840.113549.3.7',
  '1.2.840.10040.4.1',
  '1.2.840.10045.2.1',
  '1.2.840.10045.3.1.7',
  '1.2.840.10045.4.3.2',
  '1.3.6.1.4.1.311.2.1.14',
  '1.3.14.3.2.7',
  '1.3.14.3.2.26',
  '1.3.101.112',
  '1.3.132.0.34',
  '2.5.4.3',
  '2.5.29.14',
  '2.5.29.15',
  '2.5.29.17',
  '2.5.29.19',
  '2.16.840.1.101.3.4.1.2',
  '2.16.840.1.101.3.4.1.42',
  '2.16.840.1.101.3.4.1.6',
  '2.16.840.1.101.3.4.2.1',
  '2.16.840.1.101.3.4.2.3',
  '2.16.840.1.113733.1.9.2',
  '2.16.840.1.113733.1.9.5',
  '2.16.840.1.113733.1.9.7',
]

/** Contents of OBJECT IDENTIFIERs: known ones, cut ones, padded ones, components of any size. */
export const EDGE_OIDS: readonly Uint8Array[] = [
  ...KNOWN_OIDS.map((oid) => der.encodeOid(oid).subarray(2)),
  ...['', '80', '8001', '2a80', 'ff', `2a${'ff'.repeat(8)}7f`, `2a${'ff'.repeat(300)}7f`].map(
    (digits) => Buffer.from(digits, 'hex'),
  ),
]

/** Contents of character strings. */
export const EDGE_TEXTS: readonly Uint8Array[] = [
  ...['', '0', '3', '17', '18', '19', '019', '19\0', '20', 'A', '../../etc/passwd', "' or 1=1 --"],
  ...['\r\nX: y', '\0', '\u202e', '\ufeff', '\u2028', '😀', '%s%n', 'x'.repeat(255)],
  ...['x'.repeat(256), 'é'.repeat(1025)],
]
  .map((text): Uint8Array => Buffer.from(text))
  .concat([
    Buffer.of(0xd8, 0x00),
    Buffer.of(0xff, 0xfe, 0x00),
    Buffer.of(0xc0, 0x80),
    Buffer.of(0xed, 0xa0, 0x80),
  ])

/** Contents of UTCTimes and GeneralizedTimes. */
export const EDGE_TIMES: readonly Uint8Array[] = [
  ...['', 'Z', '000101000000Z', '491231235959Z', '500101000000Z', '991231235959Z', '260230000000Z'],
  ...['2602281200Z', '260228120000+0100', '260228120060Z', '260228240000Z', '26022812000\0Z'],
  ...[
    '00000101000000Z',
    '00010101000000Z',
    '20500101000000Z',
    '99991231235959Z',
    '20260228120000.5Z',
  ],
].map((text) => Buffer.from(text, 'latin1'))
