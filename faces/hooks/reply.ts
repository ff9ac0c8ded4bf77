/** What a request is answered. */
export interface Reply {
  readonly status: number;
  readonly body: object;
}

export const reply = (status: number, body: object): Reply => ({ status, body: { format: 1, ...body } });

export const refusal = (status: number, error: string): Reply => reply(status, { error });
