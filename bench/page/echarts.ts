/** The parts of ECharts that the page draws with: a chunk of its own. */
import { BarChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts';
import {
  DataZoomComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  TooltipComponent,
  VisualMapComponent,
} from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([
  ...[BarChart, HeatmapChart, LineChart, ScatterChart],
  ...[
    DataZoomComponent,
    GridComponent,
    LegendComponent,
    MarkLineComponent,
    TitleComponent,
    TooltipComponent,
    VisualMapComponent,
  ],
  CanvasRenderer,
]);

/** A function of this module, because a bundler passes over one that only hands another's on, and over what it calls. */
export const createChart: typeof init = (...given) => init(...given);
