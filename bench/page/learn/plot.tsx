/** Small charts as SVG: nothing to load, sharp in print, coloured by the theme. */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { formatNumber, formatPower } from '../numbers.js';
import { palette } from '../theme.js';

export interface Axis {
  readonly minimum: number;
  readonly maximum: number;
  readonly name: string;
  readonly isLogarithmic?: boolean;
}

export interface Line {
  readonly name: string;
  /** Index in the palette. */
  readonly color: number;
  readonly style?: 'solid' | 'dashed' | 'dotted';
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

export interface Mark {
  readonly x?: number;
  readonly y?: number;
  readonly text?: string;
}

export interface Scale {
  x(value: number): number;
  y(value: number): number;
}

interface PlotProps {
  readonly title: string;
  /** What the chart shows, in words, for those who do not see it. */
  readonly description: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly Line[];
  readonly marks?: readonly Mark[];
  readonly height?: number;
  /** Drawn over the lines. */
  readonly overlay?: (scale: Scale) => ComponentChildren;
  /** A value of x that pointers and arrow keys move. */
  readonly handle?: {
    readonly label: string;
    readonly value: number;
    readonly step: number;
    readonly text: string;
    readonly onMove: (x: number) => void;
  };
  readonly children?: ComponentChildren;
}

const MARGIN = { left: 58, right: 14, top: 12, bottom: 40 } as const;
const DASHES = { solid: undefined, dashed: '7 5', dotted: '2 4' } as const;

/** The width of the element, followed. */
export function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(600);
  useLayoutEffect(() => {
    const measure = () => setWidth(Math.max(box.current!.clientWidth, 200));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  return { box, width };
}

/** At most `count` round numbers, or powers of ten. */
function ticksOf({ minimum, maximum, isLogarithmic }: Axis, count: number): number[] {
  const [from, to] = isLogarithmic ? [Math.log10(minimum), Math.log10(maximum)] : [minimum, maximum];
  const rough = Math.max((to - from) / count, 1e-12);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max([1, 2, 5, 10].find((part) => part * power >= rough)! * power, isLogarithmic ? 1 : 0);
  const ticks: number[] = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + 1e-9 * step; i++)
    ticks.push(isLogarithmic ? 10 ** (i * step) : Number((i * step).toPrecision(12)));
  return ticks;
}

export function Plot(props: PlotProps) {
  const { title, description, x, y, lines, marks = [], height = 300, overlay, handle, children } = props;
  const { box, width } = useWidth();
  const clip = useId();
  const { colors, muted, line: grid, text, surface } = palette.value;
  const [right, bottom] = [width - MARGIN.right, height - MARGIN.bottom];
  const part = ({ minimum, maximum, isLogarithmic }: Axis, value: number) =>
    isLogarithmic ? Math.log(value / minimum) / Math.log(maximum / minimum) : (value - minimum) / (maximum - minimum);
  const scale: Scale = {
    x: (value) => MARGIN.left + part(x, value) * (right - MARGIN.left),
    y: (value) => bottom + part(y, value) * (MARGIN.top - bottom),
  };
  const path = ({ x: xs, y: ys }: Line) => {
    let [text, isDown] = ['', false];
    for (let i = 0; i < xs.length; i++) {
      const place = scale.y(ys[i]!);
      // 0 and ∞ have no place on a logarithmic axis
      if (Number.isFinite(place))
        text += `${isDown ? 'L' : 'M'}${scale.x(xs[i]!).toFixed(1)} ${within(place).toFixed(1)}`;
      isDown = Number.isFinite(place);
    }
    return text;
  };
  // far off the picture, coordinates lose their meaning for some renderers
  const within = (place: number) => Math.min(Math.max(place, -2000), 4000);
  return (
    <figure class="plot">
      <figcaption>
        <h4>{title}</h4>
        {lines.length > 1 && (
          <ul class="legend">
            {lines.map(({ name, color, style = 'solid' }) => (
              <li key={name}>
                <span class="swatch" style={{ borderTop: `3px ${style} ${colors[color % colors.length]}` }} />
                {name}
              </li>
            ))}
          </ul>
        )}
      </figcaption>
      <div ref={box} class="drawing" style={{ height: `${height}px` }}>
        <svg role="img" aria-label={`${title}. ${description}`} viewBox={`0 0 ${width} ${height}`} height={height}>
          <clipPath id={clip}>
            <rect x={MARGIN.left} y={MARGIN.top} width={right - MARGIN.left} height={bottom - MARGIN.top} />
          </clipPath>
          <g font-size="12" fill={muted}>
            {ticksOf(y, height / 44).map((tick) => (
              <g key={tick}>
                <line x1={MARGIN.left} x2={right} y1={scale.y(tick)} y2={scale.y(tick)} stroke={grid} />
                <text x={MARGIN.left - 6} y={scale.y(tick) + 4} text-anchor="end">
                  {y.isLogarithmic ? formatPower(Math.round(Math.log10(tick))) : formatNumber(tick)}
                </text>
              </g>
            ))}
            {ticksOf(x, width / 80).map((tick) => (
              <g key={tick}>
                <line x1={scale.x(tick)} x2={scale.x(tick)} y1={MARGIN.top} y2={bottom} stroke={grid} />
                <text x={scale.x(tick)} y={bottom + 16} text-anchor="middle">
                  {formatNumber(tick)}
                </text>
              </g>
            ))}
            <text x={(MARGIN.left + right) / 2} y={height - 6} text-anchor="middle">
              {x.name}
            </text>
            <text transform={`translate(12 ${(MARGIN.top + bottom) / 2}) rotate(-90)`} text-anchor="middle">
              {y.name}
            </text>
          </g>
          {x.minimum < 0 && x.maximum > 0 && (
            <line x1={scale.x(0)} x2={scale.x(0)} y1={MARGIN.top} y2={bottom} stroke={muted} />
          )}
          {!y.isLogarithmic && y.minimum < 0 && y.maximum > 0 && (
            <line x1={MARGIN.left} x2={right} y1={scale.y(0)} y2={scale.y(0)} stroke={muted} />
          )}
          <g clip-path={`url(#${clip})`} fill="none" stroke-width="2.5" stroke-linejoin="round">
            {marks.map(({ x: across, y: up, text: words }) => (
              <g key={`${across} ${up}`} stroke={muted} stroke-width="1.5" stroke-dasharray="4 4">
                {across !== undefined && <line x1={scale.x(across)} x2={scale.x(across)} y1={MARGIN.top} y2={bottom} />}
                {up !== undefined && <line x1={MARGIN.left} x2={right} y1={scale.y(up)} y2={scale.y(up)} />}
                {words && (
                  <text
                    {...{ x: right - 6, y: scale.y(up!) - 4, fill: muted, stroke: 'none' }}
                    text-anchor="end"
                    font-size="12"
                  >
                    {words}
                  </text>
                )}
              </g>
            ))}
            {lines.map((line) => (
              <path
                key={line.name}
                d={path(line)}
                stroke={colors[line.color % colors.length]}
                stroke-dasharray={DASHES[line.style ?? 'solid']}
              />
            ))}
          </g>
          {overlay && (
            <g clip-path={`url(#${clip})`} fill={text} stroke={surface}>
              {overlay(scale)}
            </g>
          )}
        </svg>
        {handle && <Handle {...handle} axis={x} left={MARGIN.left} width={right - MARGIN.left} />}
      </div>
      {children}
    </figure>
  );
}

type HandleProps = NonNullable<PlotProps['handle']> & {
  readonly axis: Axis;
  readonly left: number;
  readonly width: number;
};

/** Takes pointers and keys over the whole drawing, one move a frame. */
function Handle({ label, value, step, text, onMove, axis, left, width }: HandleProps) {
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  const move = (to: number) => {
    cancelAnimationFrame(frame.current);
    const rounded = Number((Math.round(to / step) * step).toPrecision(6));
    frame.current = requestAnimationFrame(() => onMove(Math.min(Math.max(rounded, axis.minimum), axis.maximum)));
  };
  const follow = ({ currentTarget, clientX }: PointerEvent) => {
    const box = (currentTarget as Element).getBoundingClientRect();
    move(axis.minimum + ((clientX - box.left) / box.width) * (axis.maximum - axis.minimum));
  };
  const keys: Readonly<Record<string, number>> = {
    ...{ ArrowLeft: value - step, ArrowDown: value - step, ArrowRight: value + step, ArrowUp: value + step },
    ...{ PageDown: value - 10 * step, PageUp: value + 10 * step, Home: axis.minimum, End: axis.maximum },
  };
  return (
    <div
      class="handle"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={axis.minimum}
      aria-valuemax={axis.maximum}
      aria-valuenow={value}
      aria-valuetext={text}
      style={{ left: `${left}px`, width: `${width}px` }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        follow(event);
      }}
      onPointerMove={(event) => event.buttons && follow(event)}
      onKeyDown={(event) => {
        const to = keys[event.key];
        if (to === undefined) return;
        event.preventDefault();
        move(to);
      }}
    />
  );
}
