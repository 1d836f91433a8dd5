/** A result in a sentence and four figures, and the ways to send it. */
import { useState } from 'preact/hooks';
import type { Outcome } from '../benchmark/report_file.js';
import { Action, CopyButton } from '../controls.js';
import { formatJson, save } from '../files.js';
import { linkOf } from './state.js';
import { circumstancesOf, markdownOf, sentencesOf, tilesOf, verdictOf } from './verdict.js';

interface CardProps {
  readonly label: string;
  readonly outcome: Outcome;
  /** More figures are on their way. */
  readonly isPartial?: boolean;
}

const TILES = ['GELU forward', 'GELU backward', 'Off float64', 'Beats the CPU'];

export function Card({ label, outcome, isPartial = false }: CardProps) {
  const verdict = verdictOf(outcome);
  if (!verdict) return null;
  const tiles = tilesOf(verdict);
  // a number and its unit stay on one line
  const [first, ...others] = sentencesOf(verdict).map((text) => text.replace(/(\d) (GB|%|ULP)/g, '$1\u00a0$2'));
  const labels = isPartial ? TILES : tiles.map(([name]) => name);
  return (
    <article class="panel verdict-card" aria-label={label}>
      <p class="eyebrow">
        <strong>{label}</strong> {circumstancesOf(verdict)}
      </p>
      <p class="sentence">
        <strong>{first}</strong> {others.join(' ')}
      </p>
      <dl class="tiles">
        {labels.map((name) => {
          const [, value, note, fraction] = tiles.find(([known]) => known === name) ?? [];
          return (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <span class="figure">{value ?? '…'}</span>
                <span class="roof" aria-hidden="true">
                  {fraction !== undefined && <span style={{ width: `${Math.min(100 * fraction, 100)}%` }} />}
                </span>
                <span class="note">{note ?? 'measuring'}</span>
              </dd>
            </div>
          );
        })}
      </dl>
    </article>
  );
}

/** Text, picture, link and file of a result. */
export function Share({ outcome }: { readonly outcome: Outcome }) {
  const [state, setState] = useState('');
  const verdict = verdictOf(outcome);
  const toPicture = async () => (await import('./picture.js')).pictureOf(verdict!);
  const copyPicture = async () => {
    try {
      // the promise, not the picture: Safari lets only what was asked for at the click into the clipboard
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': toPicture() })]);
      setState('picture copied');
    } catch {
      setState('This browser copies no pictures: save it instead.');
    }
  };
  return (
    <div class="row share">
      {verdict && (
        <>
          <CopyButton text={async () => markdownOf(verdict, await linkOf(outcome))}>Copy result</CopyButton>
          <Action onClick={copyPicture}>Copy as picture</Action>
          <Action onClick={async () => save('gelu.png', await toPicture())}>Save picture</Action>
        </>
      )}
      <CopyButton text={() => linkOf(outcome)}>Copy link to this result</CopyButton>
      <Action onClick={() => save('report.json', formatJson(outcome), 'application/json')}>Save JSON</Action>
      <span role="status" class="note">
        {state}
      </span>
    </div>
  );
}
