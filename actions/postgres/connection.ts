import { addressOf, type Listening } from '../servers/address.ts';

/** How to connect, as a URL that libpq and sql.check understand; a password is for whoever connects to add. */
export const connectionOf = (to: Listening & { readonly user: string; readonly database: string }): string =>
  `postgresql://${encodeURIComponent(to.user)}@${addressOf(to)}/${encodeURIComponent(to.database)}`;
