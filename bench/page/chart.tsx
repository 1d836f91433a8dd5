/** ECharts in a component: sized by its box, coloured by the theme, described in words, saved as PNG. It is loaded once there is
 *  something to draw. */
import type { EChartsType } from 'echarts/core';
import type { EChartsOption } from 'echarts/types/dist/shared';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { browserName, deviceNow } from './device.js';
import { save } from './files.js';
import { dayOf, formatNumber } from './numbers.js';
import { type Palette, palette } from './theme.js';

type Init = typeof import('./echarts.js').createChart;
let loading: Promise<Init> | undefined;

/** A chunk that did not come may come next time. */
const loadEcharts = (): Promise<Init> => {
  loading ??= import('./echarts.js').then(({ createChart }) => createChart);
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
};

export type { EChartsOption };

interface ChartProps {
  readonly title: string;
  /** What the chart shows, in words, for those who do not see it. */
  readonly description: string;
  readonly option: (palette: Palette) => EChartsOption;
  /** What the option depends on, besides the palette: it is drawn anew only where one of these is another. */
  readonly inputs: readonly unknown[];
  /** The range of x that is shown, after the visitor has turned the wheel or dragged. */
  readonly onRange?: (from: number, to: number) => void;
  /** What was drawn, of which function, at which values: stands in the picture that is saved. */
  readonly facts?: string;
  /** Said in place of a chart that has nothing to draw. */
  readonly empty?: string;
  readonly height?: number;
  readonly children?: ComponentChildren;
}

const hasData = ({ series }: EChartsOption): boolean =>
  [series ?? []].flat().some(({ data }) => ((data as ArrayLike<unknown> | undefined)?.length ?? 0) > 0);

export function Chart(props: ChartProps) {
  const {
    title,
    description,
    facts = '',
    empty = 'Nothing to draw yet.',
    option,
    inputs,
    onRange,
    height = 320,
  } = props;
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);
  const listener = useRef(onRange);
  listener.current = onRange;
  const [init, setInit] = useState<Init | string>();
  const colors = palette.value;
  const drawn = useMemo(() => option(colors), [colors, ...inputs]);
  const isDrawn = hasData(drawn);
  useEffect(() => {
    if (!isDrawn) return;
    loadEcharts().then(
      (loaded) => setInit(() => loaded),
      (error: Error) => setInit(`The chart did not load: ${error.message}`),
    );
  }, [isDrawn]);
  const isReady = isDrawn && typeof init === 'function';
  useEffect(() => {
    if (!isReady) return;
    const instance = init(box.current!, undefined, { renderer: 'canvas' });
    chart.current = instance;
    instance.on('datazoom', () => {
      const zoom = (instance.getOption().dataZoom as { startValue: number; endValue: number }[])[0]!;
      listener.current?.(zoom.startValue, zoom.endValue);
    });
    const observer = new ResizeObserver(() => instance.resize());
    observer.observe(box.current!);
    return () => {
      observer.disconnect();
      instance.dispose();
    };
  }, [isReady]);
  useEffect(() => {
    if (isReady) chart.current!.setOption(themed(drawn, colors), { replaceMerge: ['series', 'xAxis', 'yAxis'] });
  }, [drawn, isReady]);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const toggle = (name: string) => {
    chart.current?.dispatchAction({ type: 'legendToggleSelect', name });
    const others = new Set(hidden);
    if (!others.delete(name)) others.add(name);
    setHidden(others);
  };
  const entries = entriesOf(drawn);
  const saveImage = async () => {
    const url = pictureOf(await loadEcharts(), [title, facts], themed(drawn, colors), entries.length, colors);
    save(`${title}.png`, await (await fetch(url)).blob());
  };
  return (
    <figure class="chart">
      <figcaption>
        <h3>{title}</h3>
        {isReady && (
          <button type="button" class="quiet" onClick={saveImage}>
            PNG<span class="unseen"> of {title}</span>
          </button>
        )}
      </figcaption>
      {entries.length > 1 && (
        <ul class="legend">
          {entries.map(({ name, color, style }) => (
            <li key={name}>
              <button
                type="button"
                class="quiet"
                aria-pressed={!hidden.has(name)}
                title="Show or hide"
                onClick={() => toggle(name)}
              >
                <span class="swatch" style={{ borderTop: `3px ${style} ${color}` }} />
                {name}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div
        key={String(isReady)}
        ref={box}
        class="canvas"
        role="img"
        aria-label={`${title}. ${description}`}
        style={{ height: `${height}px` }}
      >
        {!isReady && <p class="note">{isDrawn ? ((init as string | undefined) ?? 'Loading the chart …') : empty}</p>}
      </div>
      {props.children}
    </figure>
  );
}

interface Entry {
  readonly name: string;
  readonly color: string;
  readonly style: 'solid' | 'dashed' | 'dotted';
}

/** What the legend tells, as text that wraps, is read aloud and takes the keyboard. */
function entriesOf({ series, legend }: EChartsOption): Entry[] {
  if ((legend as { show?: boolean } | undefined)?.show === false) return [];
  const byName = new Map<string, Entry>();
  for (const given of [series ?? []].flat() as {
    name?: string;
    color?: string;
    lineStyle?: { type?: Entry['style'] };
  }[])
    if (given.name && !byName.has(given.name))
      byName.set(given.name, {
        ...{ name: given.name, color: given.color ?? 'currentColor', style: given.lineStyle?.type ?? 'solid' },
      });
  return [...byName.values()];
}

const PICTURE_WIDTH = 960;

/** The chart for those who have not the page beside it: with its title, its legend in full, and what it was measured on. */
function pictureOf(
  init: Init,
  [title, facts]: readonly [string, string],
  option: EChartsOption,
  entryCount: number,
  { surface, text, muted }: Palette,
): string {
  const device = deviceNow();
  const adapter = device
    ? `${device.adapter.name}${device.adapter.software ? ' (software: a CPU’s figures)' : ''}`
    : 'no GPU';
  const top = 64 + 24 * Math.ceil(entryCount / 4);
  const box = document.createElement('div');
  const picture = init(box, undefined, { renderer: 'canvas', width: PICTURE_WIDTH, height: top + 420 });
  picture.setOption({
    ...option,
    grid: { ...(option.grid as object), top: top + 16 },
    title: {
      ...{ text: facts ? `${title}: ${facts}` : title, left: 16, top: 10, textStyle: { color: text } },
      subtext: `webgpu-activations, ${adapter}, ${browserName()}, ${dayOf(new Date())}`,
      subtextStyle: { color: muted },
    },
    legend: { ...(option.legend as object), show: entryCount > 1, type: 'plain', left: 16, right: 16, top: 60 },
  });
  const url = picture.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: surface });
  picture.dispose();
  return url;
}

type Axis = Record<string, unknown>;

/** Charts do not move: what changes is there at once, also for those who asked for less motion. */
function themed(option: EChartsOption, { text, muted, line, surface, colors }: Palette): EChartsOption {
  const axis = (given: unknown): unknown => {
    if (Array.isArray(given)) return given.map(axis);
    const { axisLabel, ...rest } = (given ?? {}) as Axis;
    return {
      nameLocation: 'middle',
      nameGap: 30,
      nameTextStyle: { color: muted },
      axisLine: { lineStyle: { color: line } },
      splitLine: { lineStyle: { color: line } },
      ...rest,
      axisLabel: {
        ...{ color: muted, hideOverlap: true },
        ...((rest as Axis).type !== 'category' && { formatter: (value: number) => formatNumber(value) }),
        ...(axisLabel as object),
      },
    };
  };
  const series = [option.series ?? []].flat().map((given) => ({
    // the filled one, because an empty one is white inside whatever the theme
    ...(given.type === 'line' && { symbol: 'circle', symbolSize: 6 }),
    ...given,
  }));
  return {
    animation: false,
    color: [...colors],
    grid: { left: 64, right: 20, top: 20, bottom: 48 },
    ...option,
    series: series as EChartsOption['series'],
    textStyle: { color: text, fontFamily: 'system-ui, sans-serif' },
    legend: {
      // the page has its own; this one knows what is hidden
      ...{ show: false, itemWidth: 32, textStyle: { color: text } },
      ...(option.legend as object),
    },
    tooltip: {
      ...{ backgroundColor: surface, borderColor: line, textStyle: { color: text }, confine: true },
      ...(option.tooltip as object),
    },
    ...(option.xAxis && { xAxis: axis(option.xAxis) as EChartsOption['xAxis'] }),
    ...(option.yAxis && { yAxis: axis(option.yAxis) as EChartsOption['yAxis'] }),
  } as EChartsOption;
}
