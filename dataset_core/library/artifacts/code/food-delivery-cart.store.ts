// title: Signal store for a restaurant cart
// domain: food-delivery
// prompt: Write a cart as an NgRx SignalStore: add, change quantity, remove, total, minimum order value.
// prompt: ngrx signals store for food delivery cart, one restaurant per cart, switching restaurant needs confirmation, persisted in localStorage
// prompt: CartStore with withState, withComputed, withMethods and rxMethod for placing the order; delivery is free from 30.00, otherwise 2.90, amounts in cents to avoid rounding errors.
// prompt: How do I prevent two clicks on "Order now" from placing two orders in a signal store? exhaustMap and a status in the state.

import { computed, effect, inject } from '@angular/core';
import { tapResponse } from '@ngrx/operators';
import { getState, patchState, signalStore, withComputed, withHooks, withMethods, withState } from '@ngrx/signals';
import { rxMethod } from '@ngrx/signals/rxjs-interop';
import { exhaustMap, filter, pipe, tap } from 'rxjs';
import { OrderService } from './order.service';

export interface CartLine {
  readonly dishId: string;
  readonly name: string;
  readonly unitPriceCents: number;
  readonly quantity: number;
}

export interface Restaurant {
  readonly id: string;
  readonly name: string;
  readonly minimumOrderCents: number;
}

export type OrderStatus = 'idle' | 'placing' | 'placed' | 'failed';

export interface CartState {
  readonly restaurant: Restaurant | null;
  readonly lines: readonly CartLine[];
  readonly status: OrderStatus;
  readonly orderId: string | null;
}

export type AddResult = 'added' | 'otherRestaurant';

const STORAGE_KEY = 'plateful.cart.v1';
const FREE_DELIVERY_FROM_CENTS = 3_000;
const DELIVERY_FEE_CENTS = 290;
const MAX_QUANTITY = 20;

const EMPTY: CartState = { restaurant: null, lines: [], status: 'idle', orderId: null };

export const CartStore = signalStore(
  { providedIn: 'root' },
  withState<CartState>(EMPTY),
  withComputed(({ lines, restaurant, status }) => {
    const subtotalCents = computed(() =>
      lines().reduce((sum, line) => sum + line.unitPriceCents * line.quantity, 0),
    );
    const deliveryCents = computed(() =>
      subtotalCents() === 0 || subtotalCents() >= FREE_DELIVERY_FROM_CENTS ? 0 : DELIVERY_FEE_CENTS,
    );
    const missingCents = computed(() => Math.max(0, (restaurant()?.minimumOrderCents ?? 0) - subtotalCents()));

    return {
      subtotalCents,
      deliveryCents,
      missingCents,
      totalCents: computed(() => subtotalCents() + deliveryCents()),
      itemCount: computed(() => lines().reduce((count, line) => count + line.quantity, 0)),
      canOrder: computed(() => lines().length > 0 && missingCents() === 0 && status() !== 'placing'),
    };
  }),
  withMethods((store, orders = inject(OrderService)) => ({
    /** Adds one piece; a dish of another restaurant is refused until the cart has been cleared. */
    add(restaurant: Restaurant, dish: Omit<CartLine, 'quantity'>): AddResult {
      const current = store.restaurant();
      if (current !== null && current.id !== restaurant.id && store.lines().length > 0) {
        return 'otherRestaurant';
      }

      const known = store.lines().find((line) => line.dishId === dish.dishId);
      const lines = known
        ? withQuantity(store.lines(), dish.dishId, known.quantity + 1)
        : [...store.lines(), { ...dish, quantity: 1 }];
      patchState(store, { restaurant, lines, status: 'idle', orderId: null });
      return 'added';
    },

    /** Sets the number of pieces; zero removes the line. */
    setQuantity(dishId: string, quantity: number): void {
      patchState(store, { lines: withQuantity(store.lines(), dishId, quantity) });
    },

    clear(): void {
      patchState(store, EMPTY);
    },

    /** Places the order; further clicks are ignored until the server has answered. */
    placeOrder: rxMethod<void>(
      pipe(
        filter(() => store.canOrder()),
        tap(() => patchState(store, { status: 'placing' })),
        exhaustMap(() =>
          orders.place(store.restaurant()?.id ?? '', store.lines()).pipe(
            tapResponse({
              next: (order) => patchState(store, { ...EMPTY, status: 'placed', orderId: order.id }),
              error: () => patchState(store, { status: 'failed' }),
            }),
          ),
        ),
      ),
    ),
  })),
  withHooks({
    onInit(store) {
      patchState(store, restore());
      effect(() => {
        const { restaurant, lines } = getState(store);
        localStorage.setItem(STORAGE_KEY, JSON.stringify({ restaurant, lines }));
      });
    },
  }),
);

function withQuantity(lines: readonly CartLine[], dishId: string, quantity: number): readonly CartLine[] {
  const bounded = Math.min(Math.max(Math.trunc(quantity), 0), MAX_QUANTITY);
  return lines
    .map((line) => (line.dishId === dishId ? { ...line, quantity: bounded } : line))
    .filter((line) => line.quantity > 0);
}

/** The cart of the last visit; whatever cannot be read counts as an empty cart. */
function restore(): Pick<CartState, 'restaurant' | 'lines'> {
  try {
    const { restaurant, lines } = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}') as Partial<CartState>;
    return { restaurant: restaurant ?? null, lines: Array.isArray(lines) ? lines : [] };
  } catch {
    return { restaurant: null, lines: [] };
  }
}
