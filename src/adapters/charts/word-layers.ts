const FONT_SIZE = 12;

/** A text at a place, in pixels. */
export interface Words {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly colour: string;
  readonly weight: 400 | 600;
  readonly align: 'left' | 'center' | 'right';
}

/** A layer for each way of setting texts. */
export const wordLayers = (values: readonly Words[]) =>
  (['left', 'center', 'right'] as const).flatMap((align) =>
    ([400, 600] as const).flatMap((weight) => {
      const own = values.filter((value) => value.align === align && value.weight === weight);
      if (own.length === 0) return [];
      const position = { type: 'quantitative' as const, scale: null, axis: null };
      return [
        {
          data: { values: own },
          mark: {
            type: 'text' as const,
            align,
            baseline: 'middle' as const,
            fontSize: FONT_SIZE,
            fontWeight: weight,
          },
          encoding: {
            x: { ...position, field: 'x' },
            y: { ...position, field: 'y' },
            text: { field: 'text', type: 'nominal' as const },
            color: { field: 'colour', type: 'nominal' as const, scale: null },
          },
        },
      ];
    }),
  );
