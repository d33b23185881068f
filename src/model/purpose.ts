/**
 * What a certificate may be used for. Every use checks it: only `ota` opens phase 3, only `mdm` speaks MDM,
 * `service` serves the organisation's own services, `static` opens nothing in windfall.
 */
const CERTIFICATE_PURPOSES = ['ota', 'mdm', 'service', 'static'] as const
export type CertificatePurpose = (typeof CERTIFICATE_PURPOSES)[number]

/** What a challenge may be spent on: phase 2 of the profile service, or a certificate by SCEP. */
const CHALLENGE_PURPOSES = ['profile-service', 'ota', 'service'] as const
export type ChallengePurpose = (typeof CHALLENGE_PURPOSES)[number]
