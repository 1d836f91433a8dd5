/** What `npm run truth` recorded of other libraries, as the page shows it. */
import { fromJsonNumber } from '../../../src/check/json.js';
import recorded from '../../results/truth.json';
import { formatFaults, type Truth, type Truths } from '../../truth_table.js';
import { dayOf } from '../numbers.js';

export const truths = recorded as unknown as Truths;
export const recordedOn = `${dayOf(truths.date)}, ${truths.browser}, ${truths.adapter.name}; ${Object.entries(
  truths.subjects,
)
  .filter(([, version]) => version)
  .map(([name, version]) => `${name} ${version}`)
  .join(', ')}`;

export interface Faults extends Pick<Truth, 'name' | 'pass' | 'subject' | 'maxUlp' | 'at'> {
  readonly faults: string;
  /** An x where something is wrong that a curve can show. */
  readonly place?: number;
}

/** What a curve reaches. */
const FARTHEST = 900;
const NEAREST = 1e-3;

export const faultsOf = (name: string): Faults[] =>
  truths.rows
    .filter((row) => row.name === name && row.error === undefined)
    .map((row) => {
      const places = Object.values(row.faults)
        .flatMap(({ least }) => (least === null ? [] : [fromJsonNumber(least)]))
        .filter((size) => size >= NEAREST && size <= FARTHEST);
      // only |x| of a fault is recorded, but the sign of the largest error is
      const sign = row.at < 0 ? -1 : 1;
      const { pass, subject, maxUlp, at } = row;
      return {
        ...{ name, pass, subject, maxUlp, at, faults: formatFaults(row) },
        ...(places.length > 0 && { place: sign * Math.min(...places) }),
      };
    });
