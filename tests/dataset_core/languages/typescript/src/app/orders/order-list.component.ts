import { ChangeDetectionStrategy, Component, inject, input, signal } from '@angular/core';
import type { Observable } from 'rxjs';
import * as dates from '../shared/dates';
import defaultFilter from './order-filter';
import { Order, OrderService } from './order.service';

export const PAGE_SIZE = 20;

/** What the list can be sorted by. */
export type SortKey = 'placed' | keyof Pick<Order, 'total'>;

export enum OrderState {
  Open = 'open',
  Shipped = 'shipped',
}

export interface ListState<T extends Order> extends Iterable<T> {
  readonly orders: T[];
  sortBy?: SortKey;
  select(order: T): void;
}

/**
 * Shows the orders of a customer.
 *
 * @example <app-order-list [customerId]="id" />
 */
@Component({
  selector: 'app-order-list',
  templateUrl: './order-list.component.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class OrderListComponent extends ListBase<Order> implements OnInit {
  private readonly service = inject(OrderService);
  readonly customerId = input.required<string>();
  readonly orders = signal<Order[]>([]);
  @Output() readonly opened = new EventEmitter<Order>();
  protected sortKey: SortKey = 'placed';

  constructor(private readonly router: Router, filter: OrderFilter = defaultFilter) {
    super(filter);
  }

  get total(): number {
    return this.orders().reduce((sum, order) => sum + order.total, 0);
  }

  /** Loads the first page. */
  async ngOnInit(): Promise<void> {
    const page = await this.service.load(this.customerId(), { size: PAGE_SIZE });
    this.orders.set(page.items);
  }

  @HostListener('window:resize', ['$event'])
  onResize(event: UIEvent): void {
    dates.refresh(event);
  }

  readonly select = (order: Order): void => {
    this.router.navigate(['/orders', order.id]);
    this.opened.emit(order);
  };
}

// Orders that were placed within a number of days.
export function recent(orders: Order[], days = 30, ...states: OrderState[]): Order[] {
  return orders.filter((order) => dates.age(order.placed) <= days && states.includes(order.state));
}

export const byTotal = (left: Order, right: Order): number => left.total - right.total;

export const load$ = (id: string): Observable<Order> => inject(OrderService).byId(id);
