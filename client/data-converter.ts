import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import type { DataConverter } from '@temporalio/common';
import { makeCodec } from '../contract/codec.ts';
import { encryptingCodec } from './encrypting-codec.ts';
import type { PayloadKeys } from './payload-keys.ts';

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** Beyond this quality a plan gets little smaller and takes seconds. */
const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
/** A hundred times the largest plan: what unfolds to more was made to fill the memory. */
const maxOutputLength = 256 * 1024 * 1024;

const compressing = makeCodec({
  compress: (data) => compress(data, options),
  decompress: (data) => decompress(data, { maxOutputLength }),
});

/** How everything that crosses Temporal is written: JSON, compressed above 32 KB, then encrypted where there are keys. */
export const dataConverterWith = (
  keys: PayloadKeys | undefined,
  namespace: string,
): DataConverter & Required<Pick<DataConverter, 'payloadCodecs'>> => ({
  payloadCodecs: [compressing, encryptingCodec(keys, namespace)],
});
