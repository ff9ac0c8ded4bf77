import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { binaryCloudEvent, readAlertmanager, readCloudEvent } from '../../../faces/hooks/alarm.ts';

const alert = {
  ...{ status: 'firing', labels: {}, annotations: {}, fingerprint: 'c0ffee' },
  startsAt: '2026-01-01T03:04:05.678Z',
};
const message = (more: object) => ({ version: '4', groupKey: 'g', alerts: [{ ...alert, ...more }] });
const event = { specversion: '1.0', id: '1', source: '/m', type: 'down' };

describe('what a monitoring system sends', () => {
  it('is read, or is none; whatever comes, nothing breaks', () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record({ version: fc.constant('4'), groupKey: fc.string(), alerts: fc.array(fc.jsonValue()) }),
      fc.jsonValue().map((data) => ({ ...event, data })),
      fc.dictionary(fc.string(), fc.jsonValue()).map((more) => ({ ...more, ...event })),
    );
    fc.assert(
      fc.property(anything, (payload) => {
        for (const alarms of [readAlertmanager(payload), readCloudEvent(payload)])
          for (const { labels } of alarms ?? [])
            for (const label of Object.values(labels)) expect(typeof label).toBe('string');
      }),
    );
  });

  it('has been so since a moment that is one and has been', () => {
    const since = (startsAt: string) => readAlertmanager(message({ startsAt }))?.[0]?.since;
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
    expect(since(hourAgo)).toBe(Date.parse(hourAgo));
    const none = ['0001-01-01T00:00:00Z', '2000-01-01T00:00:00Z', 'yesterday', '', '2226-01-01T00:00:00Z'];
    for (const one of none) expect(since(one)).toBeUndefined();
  });

  it('says in words what it says so', () => {
    const words = (annotations: object) => readAlertmanager(message({ annotations }))?.[0]?.words;
    expect(words({ summary: 'gone', description: 'long' })).toBe('gone');
    expect(words({ description: 'long' })).toBe('long');
    expect(words({})).toBeUndefined();
    expect(readCloudEvent(event)?.[0]?.words).toBe('down of /m');
  });

  it('has the attributes of a binary CloudEvent in its headers, encoded or not', () => {
    const headers = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/m%20n', 'ce-type': '100 %' };
    const labels = { specversion: '1.0', id: '1', source: '/m n', type: '100 %', 'data.n': '7' };
    expect(readCloudEvent(binaryCloudEvent({ ...headers, host: 'x' }, { n: 7 }))).toMatchObject([{ labels }]);
  });
});
