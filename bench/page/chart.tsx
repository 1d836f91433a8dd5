/** ECharts in a component: sized by its box, coloured by the theme, described in words, saved as PNG. */
import { BarChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import { type EChartsType, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { EChartsOption } from 'echarts/types/dist/shared';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { save } from './files.js';
import { type Palette, palette } from './theme.js';

use([
  ...[BarChart, HeatmapChart, LineChart, ScatterChart],
  ...[DataZoomComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, VisualMapComponent],
  CanvasRenderer,
]);

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
  readonly height?: number;
  readonly children?: ComponentChildren;
}

export function Chart({ title, description, option, inputs, onRange, height = 320, children }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType>(undefined);
  const listener = useRef(onRange);
  listener.current = onRange;
  useEffect(() => {
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
  }, []);
  const colors = palette.value;
  useEffect(() => {
    chart.current!.setOption(themed(option(colors), colors), { replaceMerge: ['series', 'xAxis', 'yAxis'] });
  }, [colors, ...inputs]);
  const saveImage = async () => {
    const url = chart.current!.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: colors.surface });
    save(`${title}.png`, await (await fetch(url)).blob());
  };
  return (
    <figure class="chart">
      <figcaption>
        <h3>{title}</h3>
        <button type="button" class="quiet" onClick={saveImage}>
          PNG<span class="unseen"> of {title}</span>
        </button>
      </figcaption>
      <div
        ref={box}
        class="canvas"
        role="img"
        aria-label={`${title}. ${description}`}
        style={{ height: `${height}px` }}
      />
      {children}
    </figure>
  );
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
      axisLabel: { color: muted, hideOverlap: true, ...(axisLabel as object) },
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
    grid: { left: 64, right: 20, top: 56, bottom: 48 },
    ...option,
    series: series as EChartsOption['series'],
    textStyle: { color: text, fontFamily: 'system-ui, sans-serif' },
    legend: {
      ...{
        type: 'scroll',
        top: 4,
        itemWidth: 32,
        pageIconColor: text,
        pageIconInactiveColor: line,
        pageTextStyle: { color: text },
      },
      textStyle: { color: text },
      inactiveColor: muted,
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
