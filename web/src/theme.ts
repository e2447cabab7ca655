import { createTheme, type MantineColorsTuple } from '@mantine/core';

const iris: MantineColorsTuple = [
  '#f1f1fe',
  '#e2e1fb',
  '#c5c3f5',
  '#a5a2ee',
  '#8a86e8',
  '#716ce0',
  '#5f59d6',
  '#5650c8',
  '#4943ad',
  '#3a358b',
];

const ink: MantineColorsTuple = [
  '#e6e7eb',
  '#b9bcc5',
  '#999da8',
  '#6b6f7b',
  '#3d4049',
  '#2b2e35',
  '#202228',
  '#15161a',
  '#101114',
  '#0b0c0e',
];

const stone: MantineColorsTuple = [
  '#fafafb',
  '#f4f4f6',
  '#e9e9ed',
  '#dcdde3',
  '#c6c8d1',
  '#a3a6b2',
  '#656976',
  '#4a4d58',
  '#31343c',
  '#1c1e24',
];

export const theme = createTheme({
  colors: { iris, dark: ink, gray: stone },
  primaryColor: 'iris',
  primaryShade: { light: 7, dark: 6 },
  black: '#1c1e24',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.35' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
  defaultRadius: 'md',
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '20px' }, h2: { fontSize: '15px' }, h3: { fontSize: '14px' } },
  },
  respectReducedMotion: true,
  cursorType: 'pointer',
  focusRing: 'auto',
  components: {
    // A link in a sentence must be told from it by more than its colour (WCAG 1.4.1).
    Anchor: { defaultProps: { underline: 'always' } },
    Tooltip: { defaultProps: { openDelay: 300, transitionProps: { duration: 100 } } },
    Button: { defaultProps: { fw: 550 } },
    Menu: { defaultProps: { shadow: 'md' } },
    Modal: { styles: { title: { fontSize: '15px', fontWeight: 600 } } },
    Popover: { defaultProps: { shadow: 'md' } },
    Skeleton: { defaultProps: { radius: 'sm' } },
  },
});
