import { brotliCompressSync, constants } from 'node:zlib';
import { catalogue } from '../../actions/catalogue.ts';
import { compile, type Compiled, type CompileRequest } from '../../language/compile/compile.ts';
import { sha256 } from '../../record/sha256.ts';

type Given = Omit<CompileRequest, 'catalogue' | 'sha256' | 'compressedSize'>;

/** Compiles a runbook with the actions of this program. */
export const compileRunbook = (given: Given): Compiled =>
  compile({
    ...given,
    catalogue,
    sha256,
    // The best compression of a large plan would take half a minute.
    compressedSize: (content) => brotliCompressSync(content, { params: quality }).byteLength,
  });

const quality = { [constants.BROTLI_PARAM_QUALITY]: 5 };
