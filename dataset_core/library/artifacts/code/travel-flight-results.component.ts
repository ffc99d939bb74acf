// title: Flight results component with sorting and a stop filter
// domain: travel
// prompt: Write a standalone Angular component FlightResultsComponent that shows search results with sorting and a filter for the number of stops.
// prompt: flight list component, OnPush, signal inputs offers/loading/error, output when one is chosen, external template and scss, sort by price, duration or departure
// prompt: Which state belongs in computed() and which in signal()? Show it for our flight search page: offers come in as input(), sort order and max stops are local, cheapest offer is derived.
// prompt: I need the class for flight-results.component.html. It takes FlightOffer[], emits selected, retry, and formats minutes as "2 h 05 min".

import { CurrencyPipe, DatePipe } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, input, output, signal } from '@angular/core';

export interface FlightOffer {
  readonly id: string;
  readonly airline: string;
  readonly flightNumber: string;
  readonly origin: string;
  readonly destination: string;
  readonly departsAt: string;
  readonly arrivesAt: string;
  readonly durationMinutes: number;
  readonly stops: readonly string[];
  readonly price: number;
  readonly currency: string;
  readonly seatsLeft: number;
}

export type SortKey = 'price' | 'duration' | 'departure';

interface SortOption {
  readonly key: SortKey;
  readonly label: string;
}

const COMPARE: Record<SortKey, (a: FlightOffer, b: FlightOffer) => number> = {
  price: (a, b) => a.price - b.price,
  duration: (a, b) => a.durationMinutes - b.durationMinutes,
  departure: (a, b) => a.departsAt.localeCompare(b.departsAt),
};

const FEW_SEATS = 5;

@Component({
  selector: 'app-flight-results',
  standalone: true,
  imports: [CurrencyPipe, DatePipe],
  templateUrl: './flight-results.component.html',
  styleUrl: './flight-results.component.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class FlightResultsComponent {
  readonly offers = input.required<readonly FlightOffer[]>();
  readonly loading = input(false);
  readonly error = input<string | null>(null);

  readonly selected = output<FlightOffer>();
  readonly retry = output<void>();

  protected readonly sortOptions: readonly SortOption[] = [
    { key: 'price', label: 'Cheapest' },
    { key: 'duration', label: 'Fastest' },
    { key: 'departure', label: 'Earliest' },
  ];
  protected readonly sortKey = signal<SortKey>('price');

  /** Upper limit of stops; null means that any number will do. */
  protected readonly maxStops = signal<number | null>(null);

  protected readonly visibleOffers = computed(() => {
    const limit = this.maxStops();
    return this.offers()
      .filter((offer) => limit === null || offer.stops.length <= limit)
      .sort(COMPARE[this.sortKey()]);
  });

  protected readonly cheapestId = computed(
    () => [...this.visibleOffers()].sort(COMPARE.price).at(0)?.id ?? null,
  );

  protected readonly hiddenCount = computed(() => this.offers().length - this.visibleOffers().length);

  /** True when the list shows a complete answer. */
  protected readonly isSettled = computed(() => !this.loading() && this.error() === null);

  protected sortBy(key: SortKey): void {
    this.sortKey.set(key);
  }

  protected limitStops(event: Event): void {
    const value = (event.target as HTMLSelectElement).value;
    this.maxStops.set(value === '' ? null : Number(value));
  }

  protected clearFilter(): void {
    this.maxStops.set(null);
  }

  protected hasFewSeats(offer: FlightOffer): boolean {
    return offer.seatsLeft <= FEW_SEATS;
  }

  protected describeStops(offer: FlightOffer): string {
    const count = offer.stops.length;
    return count === 0 ? 'Direct' : `${count} ${count === 1 ? 'stop' : 'stops'}: ${offer.stops.join(', ')}`;
  }

  protected formatDuration(minutes: number): string {
    const rest = String(minutes % 60).padStart(2, '0');
    return `${Math.floor(minutes / 60)} h ${rest} min`;
  }
}
