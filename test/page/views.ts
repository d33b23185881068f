import type { EnrollmentView, StepView } from '../../src/http/enrollment-view.ts'
import { explainCode } from '../../src/model/index.ts'

const START = Date.parse('2026-10-03T14:03:22.418Z')
const at = (ms: number): string => new Date(START + ms).toISOString()

const FINGERPRINT = '9f2c41d07b6ae85513f0c2d98e74a6b1305dcf8827e94b60a1d3f57c02be9846'

const STEPS: readonly Omit<StepView, 'id' | 'at' | 'sinceMs' | 'explanation'>[] = [
  {
    code: 'signed_in',
    outcome: 'ok',
    state: 'authenticated',
    summary: 'anna.novakova signed in with a password.',
    remoteAddress: '192.0.2.17',
    detail: { method: 'form', userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)' },
  },
  {
    code: 'profile_service_sent',
    outcome: 'ok',
    state: 'offered',
    summary: 'The Profile Service profile was signed and sent, 3,412 bytes.',
    remoteAddress: '192.0.2.17',
    detail: {
      PayloadIdentifier: 'com.example.acme.profile-service',
      PayloadUUID: 'B0C6A5AE-2B0F-4C7A-9C0B-6D1F1D0E9B11',
      URL: 'https://enroll.example.com:8443/profile',
      DeviceAttributes: ['UDID', 'VERSION', 'PRODUCT', 'SERIAL', 'MEID', 'IMEI', 'ICCID'],
      expiresAt: at(900_000),
    },
  },
  {
    code: 'phase2_answered',
    outcome: 'ok',
    state: 'identified',
    summary: 'iPhone15,2 with serial number F2LXK0ABCD proved itself and got a SCEP payload.',
    remoteAddress: '192.0.2.17',
    detail: {
      signer: {
        subject: 'CN=00008120-001A2B3C4D5E601E, OU=iPhone',
        issuer: 'CN=Apple iPhone Device CA, OU=Apple iPhone, O=Apple Inc., C=US',
        sha256: FINGERPRINT,
        digestAlgorithm: 'SHA-1',
        signedAttributes: true,
      },
      attributes: {
        UDID: '00008120-001A2B3C4D5E601E',
        PRODUCT: 'iPhone15,2',
        VERSION: '22A380',
        SERIAL: 'F2LXK0ABCD',
        IMEI: '35 912345 678901 2',
        MEID: null,
      },
      subject: [
        { type: 'O', value: 'ACME Inc.' },
        { type: 'CN', value: 'Profile Service (4b0d5c1e-77aa-4f0a-9d7e-1f9d2a5f1c3b)' },
      ],
    },
  },
  {
    code: 'get_ca_cert',
    outcome: 'ok',
    state: null,
    summary: 'The issuing CA and the RA certificate were sent.',
    remoteAddress: '192.0.2.17',
    detail: { operation: 'GetCACert', message: 'windfall', certificates: 3 },
  },
  {
    code: 'get_ca_caps',
    outcome: 'ok',
    state: null,
    summary: 'Seven capabilities were announced.',
    remoteAddress: '192.0.2.17',
    detail: { capabilities: ['POSTPKIOperation', 'SHA-256', 'SHA-512', 'AES', 'Renewal'] },
  },
  {
    code: 'certificate_issued',
    outcome: 'ok',
    state: 'certified',
    summary: 'A certificate for RSA-2048 was issued until 3 Oct 2027.',
    remoteAddress: '192.0.2.17',
    detail: {
      messageType: 'PKCSReq',
      transactionID: 'D2B8C4E19F0A7735D2B8C4E19F0A7735D2B8C4E1',
      senderNonce: 'q2v9Jx0FJ4cT3mVw9Jt8hA==',
      contentEncryption: 'AES-128-CBC',
      certificate: {
        serialNumber: '5a0f3c9be17d4428a6c15de0972b8f31',
        subject: 'O=ACME Inc., CN=Profile Service (4b0d5c1e-77aa-4f0a-9d7e-1f9d2a5f1c3b)',
      },
    },
  },
  {
    code: 'phase3_answered',
    outcome: 'ok',
    state: 'configured',
    summary: 'The final profile was encrypted for this device and sent, 6,120 bytes.',
    remoteAddress: '192.0.2.17',
    detail: {
      profile: 'ACME mail and Wi-Fi',
      template: '<?xml version="1.0"?>\n<plist version="1.0">\n  <array/>\n</plist>',
      locked: true,
    },
  },
]
const OFFSETS = [0, 840, 41_260, 41_690, 41_742, 42_910, 44_075]

const take = (count: number): StepView[] =>
  STEPS.slice(0, count).map((step, index) => ({
    ...step,
    explanation: null,
    id: `stp_01k6n4x2b0000000000000000${index}`,
    at: at(OFFSETS[index] ?? 0),
    sinceMs: index === 0 ? null : (OFFSETS[index] ?? 0) - (OFFSETS[index - 1] ?? 0),
  }))

export const configured: EnrollmentView = {
  id: 'enr_01k6n4x2b0v3m8t5q7r9w1y2z4',
  state: 'configured',
  code: null,
  explanation: null,
  diagnosis: null,
  simulated: true,
  account: {
    id: 'acc_01k6n4x2b0v3m8t5q7r9w1y2z5',
    name: 'anna.novakova',
    fullName: 'Anna Nováková',
  },
  flow: 'default',
  device: {
    id: 'dev_01k6n4x2b0v3m8t5q7r9w1y2z6',
    udid: '00008120-001A2B3C4D5E601E',
    serialNumber: 'F2LXK0ABCD',
    product: 'iPhone15,2',
    build: '22A380',
    imei: '35 912345 678901 2',
    meid: null,
    iccid: '8942 0000 0000 0000 001',
  },
  certificate: {
    id: 'crt_01k6n4x2b0v3m8t5q7r9w1y2z7',
    serialNumber: '5a0f3c9be17d4428a6c15de0972b8f31',
    sha256: FINGERPRINT,
    subject: 'O=ACME Inc., CN=Profile Service (4b0d5c1e-77aa-4f0a-9d7e-1f9d2a5f1c3b)',
    notBefore: at(0),
    notAfter: '2027-10-03T14:03:22.000Z',
  },
  weakAlgorithms: ['SHA-1'],
  weakAlgorithmUses: { 'SHA-1 signature': 2 },
  remoteAddress: '192.0.2.17',
  createdAt: at(0),
  updatedAt: at(44_075),
  expiresAt: at(3_600_000),
  steps: take(7),
}

export const waiting: EnrollmentView = {
  ...configured,
  state: 'offered',
  simulated: false,
  account: { ...configured.account, fullName: null },
  device: null,
  certificate: null,
  weakAlgorithms: [],
  weakAlgorithmUses: {},
  updatedAt: at(840),
  steps: take(2),
}

export const refused: EnrollmentView = {
  ...configured,
  state: 'refused',
  code: 'os_too_old',
  simulated: false,
  updatedAt: at(90_061_000),
  steps: [
    ...take(2),
    {
      id: 'stp_01k6n4x2b00000000000000008',
      at: at(31_500),
      sinceMs: 30_660,
      code: 'phase2_refused',
      outcome: 'refused',
      state: null,
      summary: 'The challenge was given to another enrollment.',
      remoteAddress: '192.0.2.99',
      explanation: explainCode('challenge_unknown'),
      detail: { reason: 'challenge_unknown', attributes: { UDID: '00008030-000000000000002E' } },
    },
    ...take(6).slice(2),
    {
      id: 'stp_01k6n4x2b00000000000000009',
      at: at(90_061_000),
      sinceMs: 90_018_090,
      code: 'phase3_refused',
      outcome: 'refused',
      state: 'refused',
      summary: 'Build 22A380 is iOS 18.0; this organisation asks for 18.1.',
      remoteAddress: '2001:db8::17',
      explanation: explainCode('os_too_old'),
      detail: { reason: 'os_too_old', build: '22A380', version: '18.0', minimum: '18.1' },
    },
  ],
}

export const FINGERPRINT_OF_ROOT = FINGERPRINT
