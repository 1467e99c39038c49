import { writtenLine } from '../../export/report/certificate-report.ts';
import {
  type CertificateRequest,
  certificateText,
  makeCertificate,
  parseCertificate,
} from '../../fuzz/check/certificate.ts';
import { storeText } from '../../fuzz/storage/store-text.ts';
import { version } from '../../fuzz/storage/version.ts';
import { EXIT, type Io } from '../io/io.ts';

/**
 * Writes the certificate of what was decided.
 *
 * @returns 0, or 3 when the outcomes do not bear it out: then there is no file
 */
export function writeCertificate(path: string, request: Omit<CertificateRequest, 'version'>, io: Io): number {
  const made = makeCertificate({ ...request, version: version() });
  if (typeof made === 'string') {
    io.err(`refuzz: no certificate: ${made}\n`);
    return EXIT.UNDECIDED;
  }
  const text = certificateText(made);
  parseCertificate(path, text);
  storeText(path, text);
  io.out(`${writtenLine(path, made)}\n`);
  return EXIT.OK;
}
