// How a Teams-like host draws a card, for Microsoft's renderer. Colours are CSS variables, so that dark mode follows.

const shade = (name) => ({ default: `var(--${name})`, subtle: `var(--${name}-subtle, var(--ink-soft))` });

const foreground = {
  default: { default: "var(--ink)", subtle: "var(--ink-soft)" },
  dark: { default: "var(--ink)", subtle: "var(--ink-soft)" },
  light: { default: "var(--panel)", subtle: "var(--panel)" },
  accent: shade("accent"),
  good: shade("good"),
  warning: shade("warning"),
  attention: shade("attention"),
};

const style = (name) => ({
  backgroundColor: `var(--${name}-wash)`,
  borderColor: `var(--${name}-line)`,
  foregroundColors: foreground,
});

export const hostConfig = {
  fontFamily: "inherit",
  supportsInteractivity: true,
  spacing: { small: 4, default: 8, medium: 12, large: 18, extraLarge: 24, padding: 9 },
  separator: { lineThickness: 1, lineColor: "var(--line)" },
  fontSizes: { small: 12, default: 14, medium: 15, large: 18, extraLarge: 22 },
  fontWeights: { lighter: 300, default: 400, bolder: 600 },
  lineHeights: { small: 16, default: 20, medium: 21, large: 24, extraLarge: 28 },
  imageSizes: { small: 32, medium: 52, large: 100 },
  containerStyles: {
    default: { backgroundColor: "transparent", foregroundColors: foreground },
    emphasis: style("emphasis"),
    accent: style("accent"),
    good: style("good"),
    warning: style("warning"),
    attention: style("attention"),
  },
  factSet: {
    title: { color: "default", size: "default", weight: "bolder", isSubtle: false, wrap: true, maxWidth: 130 },
    value: { color: "default", size: "default", weight: "default", isSubtle: false, wrap: true },
    spacing: 12,
  },
  table: { cellSpacing: 6 },
  inputs: {
    label: {
      inputSpacing: "small",
      requiredInputs: { weight: "bolder", size: "default", suffix: " *", suffixColor: "attention" },
      optionalInputs: { weight: "bolder", size: "default" },
    },
    errorMessage: { color: "attention", size: "small", weight: "default", spacing: "small" },
  },
  actions: {
    maxActions: 6,
    spacing: "default",
    buttonSpacing: 8,
    showCard: { actionMode: "inline", inlineTopMargin: 12, style: "emphasis" },
    actionsOrientation: "horizontal",
    actionAlignment: "left",
    allowTitleToWrap: true,
  },
  adaptiveCard: { allowCustomStyle: false },
};
