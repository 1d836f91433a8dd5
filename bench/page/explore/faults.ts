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
      const [place] = Object.values(row.faults)
        .flatMap(({ place }) => (place ? [fromJsonNumber(place.nearest)] : []))
        .filter((x) => Math.abs(x) >= NEAREST && Math.abs(x) <= FARTHEST)
        .sort((one, other) => Math.abs(one) - Math.abs(other));
      const { pass, subject, maxUlp, at } = row;
      return {
        ...{ name, pass, subject, maxUlp, at, faults: formatFaults(row) },
        ...(place !== undefined && { place }),
      };
    });
