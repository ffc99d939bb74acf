// title: Product catalogue service with cache and retry
// domain: e-commerce
// prompt: Write an Angular service ProductCatalogueService that lists, reads and saves products over HttpClient and returns Observables.
// prompt: angular http service, cache single products for 5 minutes with shareReplay, forget the entry after update or delete
// prompt: Our shop front asks for the same product three times per page and gives up on the first 503. Add caching and a retry with growing delay, for GET only, at most three attempts more.
// prompt: How do I build HttpParams from an optional filter object (text, category, max price, page) and keep the base address injectable? Angular 17, inject() instead of constructor parameters.

import { HttpClient, HttpErrorResponse, HttpParams } from '@angular/common/http';
import { inject, Injectable, InjectionToken } from '@angular/core';
import { catchError, Observable, retry, shareReplay, tap, throwError, timer } from 'rxjs';

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly vendorId: string;
  readonly category: string;
  readonly price: number;
  readonly currency: string;
  readonly stock: number;
}

export type ProductDraft = Omit<Product, 'id' | 'vendorId'>;

export interface ProductFilter {
  readonly text?: string;
  readonly category?: string;
  readonly maxPrice?: number;
  readonly page?: number;
  readonly size?: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly page: number;
  readonly size: number;
  readonly total: number;
}

/** Root of the shop's API, without a slash at the end. */
export const SHOP_API_URL = new InjectionToken<string>('SHOP_API_URL', {
  providedIn: 'root',
  factory: () => '/api',
});

interface CacheEntry {
  readonly product$: Observable<Product>;
  readonly expiresAt: number;
}

const CACHE_TTL_MS = 5 * 60 * 1000;
const MAX_RETRIES = 3;
const FIRST_RETRY_DELAY_MS = 400;
const RETRYABLE_STATUS: ReadonlySet<number> = new Set([0, 429, 502, 503, 504]);

@Injectable({ providedIn: 'root' })
export class ProductCatalogueService {
  private readonly http = inject(HttpClient);
  private readonly url = `${inject(SHOP_API_URL)}/products`;
  private readonly cache = new Map<string, CacheEntry>();

  /** One page of products; criteria that are absent do not restrict it. */
  search(filter: ProductFilter = {}): Observable<Page<Product>> {
    return this.http.get<Page<Product>>(this.url, { params: toParams(filter) }).pipe(retryWhenUnavailable());
  }

  /** One product, from the cache while it is fresh; simultaneous callers share one request. */
  get(id: string): Observable<Product> {
    const cached = this.cache.get(id);
    if (cached && cached.expiresAt > Date.now()) {
      return cached.product$;
    }

    const product$ = this.http.get<Product>(`${this.url}/${encodeURIComponent(id)}`).pipe(
      retryWhenUnavailable(),
      catchError((error: unknown) => {
        this.cache.delete(id);
        return throwError(() => error);
      }),
      shareReplay({ bufferSize: 1, refCount: false }),
    );
    this.cache.set(id, { product$, expiresAt: Date.now() + CACHE_TTL_MS });
    return product$;
  }

  create(draft: ProductDraft): Observable<Product> {
    return this.http.post<Product>(this.url, draft);
  }

  update(id: string, changes: Partial<ProductDraft>): Observable<Product> {
    return this.http
      .patch<Product>(`${this.url}/${encodeURIComponent(id)}`, changes)
      .pipe(tap(() => this.cache.delete(id)));
  }

  remove(id: string): Observable<void> {
    return this.http
      .delete<void>(`${this.url}/${encodeURIComponent(id)}`)
      .pipe(tap(() => this.cache.delete(id)));
  }
}

function toParams(filter: ProductFilter): HttpParams {
  const present = Object.entries(filter).filter(([, value]) => value !== undefined && value !== '');
  return new HttpParams({ fromObject: Object.fromEntries(present) });
}

/** Repeats a read after 0.4, 0.8 and 1.6 seconds while the server is unavailable; other errors pass at once. */
function retryWhenUnavailable<T>() {
  return retry<T>({
    count: MAX_RETRIES,
    delay: (error: unknown, attempt) =>
      error instanceof HttpErrorResponse && RETRYABLE_STATUS.has(error.status)
        ? timer(FIRST_RETRY_DELAY_MS * 2 ** (attempt - 1))
        : throwError(() => error),
  });
}
