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
const compressing = makeCodec({
  compress: (data) => compress(data, options),
  decompress: (data, most) =>
    decompress(data, { maxOutputLength: Math.max(1, most) }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_BUFFER_TOO_LARGE') return undefined;
      throw error;
    }),
});

/** How everything that crosses Temporal is written: JSON, compressed above 32 KB, then encrypted where there are keys. */
export const dataConverterWith = (
  keys: PayloadKeys | undefined,
  namespace: string,
): DataConverter & Required<Pick<DataConverter, 'payloadCodecs'>> => ({
  payloadCodecs: [compressing, encryptingCodec(keys, namespace)],
});
