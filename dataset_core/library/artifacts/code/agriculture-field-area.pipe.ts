// title: Pipes for field areas and crop yields
// domain: agriculture
// prompt: Write an Angular pipe that shows a field's area, stored in square metres, as hectares or acres.
// prompt: fieldArea pipe standalone pure, switches to square metres below 0.1 ha, locale aware number format, null shows a dash
// prompt: Farmers in one country read hectares, in another acres. Build FieldAreaPipe and YieldPipe (tonnes per hectare or bushels per acre) on one injection token for the unit system.
// prompt: How should a pure pipe handle null, NaN and different locales in Angular? Use crop yields as the example; bushel weights differ by crop, wheat 27.2155 kg, maize 25.4012 kg.

import { formatNumber } from '@angular/common';
import { inject, InjectionToken, LOCALE_ID, Pipe, PipeTransform } from '@angular/core';

export type UnitSystem = 'metric' | 'imperial';

export type Crop = 'wheat' | 'maize' | 'barley' | 'oats';

/** The units that the farm works in. */
export const UNIT_SYSTEM = new InjectionToken<UnitSystem>('UNIT_SYSTEM', {
  providedIn: 'root',
  factory: () => 'metric',
});

const NO_VALUE = '-';
const SQUARE_METRES_PER_HECTARE = 10_000;
const SQUARE_METRES_PER_ACRE = 4_046.8564224;
const SMALL_PLOT_SQUARE_METRES = 1_000;

/** Mass of a bushel in kilograms; it is a measure of volume, so each crop has its own. */
const BUSHEL_KG: Readonly<Record<Crop, number>> = {
  wheat: 27.2155,
  maize: 25.4012,
  barley: 21.7724,
  oats: 14.515,
};

/**
 * Shows an area given in square metres.
 *
 *     {{ 125000 | fieldArea }}              12.5 ha
 *     {{ 125000 | fieldArea: 'imperial' }}  30.9 ac
 */
@Pipe({ name: 'fieldArea', standalone: true })
export class FieldAreaPipe implements PipeTransform {
  private readonly locale = inject(LOCALE_ID);
  private readonly defaultUnits = inject(UNIT_SYSTEM);

  transform(squareMetres: number | null | undefined, units: UnitSystem = this.defaultUnits): string {
    if (!isMeasured(squareMetres)) {
      return NO_VALUE;
    }
    if (units === 'imperial') {
      return this.format(squareMetres / SQUARE_METRES_PER_ACRE, '1.0-1', 'ac');
    }
    return squareMetres < SMALL_PLOT_SQUARE_METRES
      ? this.format(squareMetres, '1.0-0', 'm\u00b2')
      : this.format(squareMetres / SQUARE_METRES_PER_HECTARE, '1.0-2', 'ha');
  }

  private format(value: number, digits: string, unit: string): string {
    return `${formatNumber(value, this.locale, digits)} ${unit}`;
  }
}

/** A harvest from a field. */
export interface Harvest {
  readonly crop: Crop;
  readonly massKg: number;
  readonly squareMetres: number;
}

/**
 * Shows the yield of a harvest per unit of area.
 *
 *     {{ harvest | yield }}              7.85 t/ha
 *     {{ harvest | yield: 'imperial' }}  116.7 bu/ac
 */
@Pipe({ name: 'yield', standalone: true })
export class YieldPipe implements PipeTransform {
  private readonly locale = inject(LOCALE_ID);
  private readonly defaultUnits = inject(UNIT_SYSTEM);

  transform(harvest: Harvest | null | undefined, units: UnitSystem = this.defaultUnits): string {
    if (!harvest || !isMeasured(harvest.massKg) || !isMeasured(harvest.squareMetres) || harvest.squareMetres === 0) {
      return NO_VALUE;
    }
    if (units === 'imperial') {
      const bushels = harvest.massKg / BUSHEL_KG[harvest.crop];
      const acres = harvest.squareMetres / SQUARE_METRES_PER_ACRE;
      return `${formatNumber(bushels / acres, this.locale, '1.1-1')} bu/ac`;
    }
    const tonnes = harvest.massKg / 1_000;
    const hectares = harvest.squareMetres / SQUARE_METRES_PER_HECTARE;
    return `${formatNumber(tonnes / hectares, this.locale, '1.2-2')} t/ha`;
  }
}

function isMeasured(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
