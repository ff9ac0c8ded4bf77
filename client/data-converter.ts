import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { makeCodec } from '../contract/codec.ts';

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** Beyond this quality a plan gets little smaller and takes seconds. */
const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** How everything that crosses Temporal is written: JSON, compressed above 32 KB. */
export const dataConverter = {
  payloadCodecs: [
    makeCodec({
      compress: (data) => compress(data, options),
      decompress: (data) => decompress(data),
    }),
  ],
};
