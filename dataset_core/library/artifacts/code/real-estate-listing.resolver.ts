// title: Listing resolver with redirect and page title
// domain: real-estate
// prompt: Write a functional Angular resolver that loads a property listing before its page opens and redirects when it does not exist.
// prompt: ResolveFn<Listing>, 404 -> /listings with a message in the navigation state, withdrawn listings -> similar ones, other errors go to the router's error handler
// prompt: Show listingResolver, a title resolver that builds "3 rooms in Leeds - 245,000" and the detail component that takes the listing through withComponentInputBinding.
// prompt: Our detail page flickers because it loads after navigation. Move the loading into the route and validate the id (24 hex digits) before any request is made.

import { CurrencyPipe } from '@angular/common';
import { HttpErrorResponse } from '@angular/common/http';
import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { RedirectCommand, ResolveFn, Router, Routes } from '@angular/router';
import { catchError, map, Observable, of, throwError } from 'rxjs';
import { Listing, ListingService } from './listing.service';

const LISTING_ID = /^[0-9a-f]{24}$/;
const NO_TITLE = 'Listing';

/** The listing named in the route, or a redirect when there is nothing to show. */
export const listingResolver: ResolveFn<Listing> = (route) => {
  const router = inject(Router);
  const id = route.paramMap.get('listingId') ?? '';
  if (!LISTING_ID.test(id)) {
    return toSearch(router, 'This address does not name a listing.');
  }

  return inject(ListingService)
    .get(id)
    .pipe(
      map((listing) => (listing.status === 'withdrawn' ? toSimilar(router, listing) : listing)),
      catchError((error: unknown) => handleError(router, error)),
    );
};

/**
 * The title of the browser tab, for example "3 rooms in Leeds - 245,000".
 *
 * Titles resolve side by side with the data, hence the service and not the snapshot; it answers both from one request.
 */
export const listingTitleResolver: ResolveFn<string> = (route) => {
  const id = route.paramMap.get('listingId') ?? '';
  if (!LISTING_ID.test(id)) {
    return NO_TITLE;
  }

  return inject(ListingService)
    .get(id)
    .pipe(
      map((listing) => `${listing.rooms} rooms in ${listing.city} - ${listing.price.toLocaleString('en-GB')}`),
      catchError(() => of(NO_TITLE)),
    );
};

function handleError(router: Router, error: unknown): Observable<RedirectCommand> {
  return error instanceof HttpErrorResponse && error.status === 404
    ? of(toSearch(router, 'This listing is no longer available.'))
    : throwError(() => error);
}

function toSearch(router: Router, message: string): RedirectCommand {
  return new RedirectCommand(router.createUrlTree(['/listings']), { state: { message } });
}

function toSimilar(router: Router, listing: Listing): RedirectCommand {
  const queryParams = { city: listing.city, minRooms: listing.rooms, maxPrice: Math.round(listing.price * 1.1) };
  return new RedirectCommand(router.createUrlTree(['/listings'], { queryParams }), { replaceUrl: true });
}

@Component({
  selector: 'app-listing-detail',
  standalone: true,
  imports: [CurrencyPipe],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <article>
      <h1>{{ listing().headline }}</h1>
      <p>{{ listing().rooms }} rooms, {{ listing().areaSquareMetres }} m&sup2;, {{ listing().city }}</p>
      <p>{{ listing().price | currency: listing().currency : 'symbol' : '1.0-0' }}</p>
      <p>{{ listing().description }}</p>
    </article>
  `,
})
export class ListingDetailComponent {
  /** Bound by the router to the resolved data of the same name. */
  readonly listing = input.required<Listing>();
}

export const listingRoutes: Routes = [
  {
    path: 'listings/:listingId',
    component: ListingDetailComponent,
    resolve: { listing: listingResolver },
    title: listingTitleResolver,
  },
];
