/** Form controls, each with its label. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { moved, stopped } from './latest.js';
import { formatNumber } from './numbers.js';

export interface Choice {
  readonly value: string;
  readonly label?: string;
  readonly note?: string;
  readonly isDisabled?: boolean;
}

interface ChoicesProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: readonly string[];
  readonly isFolded?: boolean;
  readonly onChange: (chosen: string[]) => void;
}

/** Any of several: chips that are check boxes. A long list folds. */
export function Choices({ label, choices, chosen, isFolded, onChange }: ChoicesProps) {
  const toggle = (value: string) =>
    onChange(choices.map((choice) => choice.value).filter((other) => (other === value) !== chosen.includes(other)));
  const chips = (
    <div class="chips">
      {choices.map(({ value, label: text = value, note, isDisabled }) => (
        <label key={value} class="chip" title={note}>
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            disabled={isDisabled}
            onChange={() => toggle(value)}
          />
          <span>{text}</span>
        </label>
      ))}
    </div>
  );
  if (!isFolded)
    return (
      <fieldset>
        <legend>{label}</legend>
        {chips}
      </fieldset>
    );
  return (
    <details class="fold">
      <summary>
        {label}:{' '}
        <strong>{chosen.length > 6 ? `${chosen.length} of ${choices.length}` : chosen.join(', ') || 'none'}</strong>
      </summary>
      <div class="row">
        <button type="button" class="quiet" onClick={() => onChange(choices.map(({ value }) => value))}>
          All
        </button>
        <button type="button" class="quiet" onClick={() => onChange([])}>
          None
        </button>
      </div>
      {chips}
    </details>
  );
}

interface ActionProps {
  readonly isMain?: boolean;
  /** Nothing happens now: the button stays where the keyboard is, and says so. */
  readonly isIdle?: boolean;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

/** A button that the keyboard does not lose while it can do nothing. */
export function Action({ isMain, isIdle = false, onClick, children }: ActionProps) {
  return (
    <button
      type="button"
      class={isMain ? 'main' : undefined}
      aria-disabled={isIdle}
      onClick={() => {
        if (!isIdle) onClick();
      }}
    >
      {children}
    </button>
  );
}

interface SelectProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function Select({ label, choices, value, onChange }: SelectProps) {
  const id = useId();
  // a link may ask for a value that is not offered, and gets it
  const offered = choices.some((choice) => choice.value === value) ? choices : [...choices, { value }];
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {offered.map((choice: Choice) => (
          <option key={choice.value} value={choice.value} disabled={choice.isDisabled}>
            {choice.label ?? choice.value}
          </option>
        ))}
      </select>
    </div>
  );
}

interface SliderProps {
  readonly label: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly step: number | 'any';
  readonly value: number;
  readonly onChange: (value: number) => void;
}

/** A slider, which tells of one value a frame, and beside it a field for the exact number. */
export function Slider({ label, minimum, maximum, step, value, onChange }: SliderProps) {
  const id = useId();
  // what is being typed: the view may be drawn anew before it is a number
  const [typed, setTyped] = useState<string>();
  const change = (text: string) => {
    if (text.trim() !== '' && Number.isFinite(Number(text))) onChange(Number(text));
  };
  const frame = useRef(0);
  const latest = useRef(change);
  latest.current = change;
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  const slide = (text: string) => {
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      moved();
      latest.current(text);
    });
  };
  // a link's value may lie outside
  const isNumber = Number.isFinite(value);
  const bounds = isNumber
    ? { min: Math.min(minimum, value), max: Math.max(maximum, value) }
    : { min: minimum, max: maximum };
  const shared = { ...bounds, step, value: isNumber ? value : '' };
  return (
    <div class="field slider">
      <label for={id}>{label}</label>
      <div class="row">
        <input
          id={id}
          type="range"
          {...shared}
          value={isNumber ? value : maximum}
          onInput={({ currentTarget }) => slide(currentTarget.value)}
          onChange={({ currentTarget }) => {
            cancelAnimationFrame(frame.current);
            change(currentTarget.value);
            stopped();
          }}
        />
        <input
          type="number"
          aria-label={`${label}, as a number`}
          placeholder={formatNumber(value)}
          {...shared}
          value={typed ?? shared.value}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          onChange={({ currentTarget }) => {
            setTyped(undefined);
            change(currentTarget.value);
          }}
          onBlur={() => setTyped(undefined)}
        />
      </div>
    </div>
  );
}

/** Copies a text, and says so. */
export function CopyButton({
  text,
  children,
}: {
  readonly text: () => string | Promise<string>;
  readonly children: ComponentChildren;
}) {
  const [state, setState] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(await text());
      setState('copied');
    } catch (error) {
      setState(error instanceof DOMException ? 'not allowed here: select the text instead' : (error as Error).message);
    }
    setTimeout(() => setState(''), 2500);
  };
  return (
    <>
      <button type="button" class="quiet" onClick={copy}>
        {children}
      </button>
      <span role="status" class="note">
        {state}
      </span>
    </>
  );
}

/** A table that scrolls in itself where the screen is narrow; focusable, so that keys scroll it too. */
export function TableBox({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: WCAG 2.1.1 asks that a scrolling region can be scrolled by keys
    <section class="table" aria-label={label} tabIndex={0}>
      <table>{children}</table>
    </section>
  );
}
