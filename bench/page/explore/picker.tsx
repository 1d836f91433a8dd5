/** The functions to choose from: in groups, searchable, each with its curve. */
import { useState } from 'preact/hooks';
import { type ActivationName, catalogue } from '../../../src/index.js';
import { groups, isFound, SPARK, sparkOf } from './groups.js';

interface PickerProps {
  readonly chosen: readonly ActivationName[];
  readonly onChange: (chosen: ActivationName[]) => void;
}

const names = Object.keys(catalogue) as ActivationName[];

export function Picker({ chosen, onChange }: PickerProps) {
  const [words, setWords] = useState('');
  // beside the curves where there is room
  const [isOpen] = useState(() => matchMedia('(min-width: 64rem)').matches);
  const found = groups()
    .map(({ title, names }) => ({ title, names: names.filter((name) => isFound(name, title, words.trim())) }))
    .filter(({ names }) => names.length > 0);
  const shown = found.flatMap((group) => group.names);
  const set = (next: (name: ActivationName) => boolean) => onChange(names.filter(next));
  return (
    <details class="panel picker" open={isOpen}>
      <summary>
        Functions: <strong>{chosen.length > 6 ? `${chosen.length} chosen` : chosen.join(', ') || 'none'}</strong>
      </summary>
      <div class="row">
        <input
          type="search"
          aria-label="Search the functions"
          placeholder={`Search ${names.length}: relu, learned, eˣ …`}
          value={words}
          onInput={({ currentTarget }) => setWords(currentTarget.value)}
        />
        <button
          type="button"
          class="quiet"
          onClick={() => set((name) => chosen.includes(name) || shown.includes(name))}
        >
          All
        </button>
        <button
          type="button"
          class="quiet"
          onClick={() => set((name) => chosen.includes(name) && !shown.includes(name))}
        >
          None
        </button>
      </div>
      <p class="note" role="status">
        {words.trim() && `${shown.length} of ${names.length} found`}
      </p>
      {found.map((group) => (
        <fieldset key={group.title} class="plain">
          <legend>{group.title}</legend>
          <div class="functions">
            {group.names.map((name) => (
              <label key={name} title={catalogue[name].formula}>
                <input
                  type="checkbox"
                  checked={chosen.includes(name)}
                  onChange={() => set((other) => (other === name) !== chosen.includes(other))}
                />
                <span>{name}</span>
                <svg viewBox={`0 0 ${SPARK.width} ${SPARK.height}`} aria-hidden="true">
                  <path d={sparkOf(name)} />
                </svg>
              </label>
            ))}
          </div>
        </fieldset>
      ))}
    </details>
  );
}
