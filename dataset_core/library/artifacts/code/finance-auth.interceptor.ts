// title: Functional interceptor with token refresh and idempotency keys
// domain: finance
// prompt: Write a functional HttpInterceptorFn that adds the bearer token to calls of our own banking API.
// prompt: angular auth interceptor, on 401 refresh the token once, parallel requests must share one refresh, log out when it fails
// prompt: Payments were booked twice after a flaky connection. Add an interceptor that gives every POST under /api/payments an Idempotency-Key header that stays the same when the request is repeated after a refresh.
// prompt: Which requests must never carry the access token? Show authInterceptor with that rule, using HttpContextToken for public calls, plus provideHttpClient.

import {
  HttpContextToken,
  HttpErrorResponse,
  HttpEvent,
  HttpHandlerFn,
  HttpInterceptorFn,
  HttpRequest,
  provideHttpClient,
  withInterceptors,
} from '@angular/common/http';
import { EnvironmentProviders, inject, Injectable } from '@angular/core';
import { catchError, finalize, Observable, shareReplay, switchMap, throwError } from 'rxjs';
import { SessionService } from './session.service';

/** Set on a request that works without signing in, such as the exchange rates, and on the refresh itself. */
export const IS_PUBLIC = new HttpContextToken<boolean>(() => false);

const API_PREFIX = '/api/';
const PAYMENTS_PREFIX = '/api/payments';
const IDEMPOTENCY_HEADER = 'Idempotency-Key';

/** Runs one token refresh at a time, however many requests wait for it. */
@Injectable({ providedIn: 'root' })
export class TokenRefresher {
  private readonly session = inject(SessionService);
  private running$: Observable<string> | null = null;

  refresh(): Observable<string> {
    this.running$ ??= this.session.refreshAccessToken().pipe(
      finalize(() => (this.running$ = null)),
      shareReplay({ bufferSize: 1, refCount: true }),
    );
    return this.running$;
  }
}

/** Names each payment before it is sent, so that the bank books a repeated request once. */
export const idempotencyInterceptor: HttpInterceptorFn = (request, next) => {
  const isPayment = request.method === 'POST' && request.url.startsWith(PAYMENTS_PREFIX);
  if (!isPayment || request.headers.has(IDEMPOTENCY_HEADER)) {
    return next(request);
  }
  return next(request.clone({ setHeaders: { [IDEMPOTENCY_HEADER]: crypto.randomUUID() } }));
};

/** Signs calls of our own API, and repeats a call once with a fresh token when the old one has run out. */
export const authInterceptor: HttpInterceptorFn = (request, next) => {
  // A relative address is the only proof that the token stays with our own server.
  if (!request.url.startsWith(API_PREFIX) || request.context.get(IS_PUBLIC)) {
    return next(request);
  }

  const session = inject(SessionService);
  const refresher = inject(TokenRefresher);
  const token = session.accessToken();

  return next(token ? withToken(request, token) : request).pipe(
    catchError((error: unknown) =>
      isUnauthorised(error) ? repeatWithFreshToken(request, next, refresher, session) : throwError(() => error),
    ),
  );
};

function repeatWithFreshToken(
  request: HttpRequest<unknown>,
  next: HttpHandlerFn,
  refresher: TokenRefresher,
  session: SessionService,
): Observable<HttpEvent<unknown>> {
  return refresher.refresh().pipe(
    catchError((error: unknown) => {
      session.signOut('expired');
      return throwError(() => error);
    }),
    switchMap((token) => next(withToken(request, token))),
  );
}

function withToken(request: HttpRequest<unknown>, token: string): HttpRequest<unknown> {
  return request.clone({ setHeaders: { Authorization: `Bearer ${token}` } });
}

function isUnauthorised(error: unknown): boolean {
  return error instanceof HttpErrorResponse && error.status === 401;
}

/** The idempotency key comes first, so that the repeated request carries the same one. */
export function provideBankingHttpClient(): EnvironmentProviders {
  return provideHttpClient(withInterceptors([idempotencyInterceptor, authInterceptor]));
}
